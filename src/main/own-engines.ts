import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { type Engine, type EngineEvent, startEngine } from '../engines/index.ts'
import type { LoadedConfiguration } from './config.ts'
import type { EngineConfiguration } from './config-schema.ts'
import type { Exchange } from './exchange.ts'
import { PROJECT } from './paths.ts'

/** Starts each engine of the configuration in a process of its own; by the endpoint's name. */
export const startEngines = (
  { loaded, paths }: Pick<Exchange, 'loaded' | 'paths'>,
  tell: (endpoint: string, event: EngineEvent) => void,
): ReadonlyMap<string, Engine> =>
  new Map(
    engines(loaded).map(([name, settings]) => [
      name,
      startEngine({
        name: settings.model,
        modelPath: weightsPath(settings, loaded.folder),
        socketPath: paths.engineSocket(name),
        ...(settings.sha256 === undefined ? {} : { sha256: settings.sha256 }),
        ...(settings.contextTokens === undefined ? {} : { contextTokens: settings.contextTokens }),
        parallel: settings.parallel,
        threads: settings.threads ?? availableParallelism(),
        gpu: settings.gpu ? 'auto' : false,
        onEvent: (event) => tell(name, event),
      }),
    ]),
  )

const engines = ({ configuration }: LoadedConfiguration): [string, EngineConfiguration][] =>
  Object.entries(configuration.endpoints).flatMap(([name, settings]): [string, EngineConfiguration][] =>
    settings.kind === 'engine' ? [[name, settings]] : [],
  )

/** `seed` names the small model that ships. */
const weightsPath = (settings: EngineConfiguration, folder: string): string =>
  settings.weights === 'seed' ? resolve(PROJECT, 'models/seed/allod-seed.gguf') : resolve(folder, settings.weights)
