import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject } from '../core/json.ts'
import { askRunning, type OperationFailure } from './admin.ts'
import { EXIT, type ExitCode, type Given, type OptionHelp, type Terminal } from './command.ts'
import { type LoadedConfiguration, loadConfiguration } from './config.ts'
import { type DataPaths, dataPaths, PROJECT } from './paths.ts'

/** Options of every command that concerns one exchange. */
export const EXCHANGE_OPTIONS: Readonly<Record<string, OptionHelp>> = {
  config: { value: 'FILE', text: 'configuration (default: DATA/allod.yaml)' },
  data: { value: 'DIR', text: 'data directory (default: ./allod-data)' },
}

export const pathsOf = (given: Given): DataPaths => dataPaths(given.text('data') ?? 'allod-data')

/** The configuration a first start begins with. */
export const DEFAULT_CONFIGURATION = join(PROJECT, 'examples/first/allod.yaml')

/** The file named, else the data directory's own, else the one that ships. */
export const configurationFile = (given: Given): string => {
  const { configuration } = pathsOf(given)
  return given.text('config') ?? (existsSync(configuration) ? configuration : DEFAULT_CONFIGURATION)
}

export const loadGiven = (given: Given, terminal: Terminal): LoadedConfiguration | undefined => {
  const loaded = loadConfiguration(configurationFile(given))
  if (loaded.ok) return loaded.value
  for (const message of loaded.error.messages) terminal.error(message)
  return undefined
}

export const EXIT_OF: Readonly<Record<OperationFailure['kind'], ExitCode>> = {
  refused: EXIT.no,
  unusable: EXIT.usage,
  unavailable: EXIT.unavailable,
}

/**
 * Runs one of the owner's operations: in the exchange that runs on the data directory, or, when none runs, in one opened for it.
 * `show` prints what comes back; a failure is printed here, in one sentence.
 */
export const operate = async (
  name: string,
  input: JsonObject,
  { given, terminal, show }: { readonly given: Given; readonly terminal: Terminal; readonly show: (value: Json) => void },
): Promise<ExitCode> => {
  const answer = await perform(name, input, given, terminal)
  if (answer === undefined) return EXIT.usage
  if (answer.ok) {
    if (given.flag('json')) terminal.out(JSON.stringify(answer.value, null, 2))
    else show(answer.value)
    return EXIT.ok
  }
  terminal.error(`allod: ${answer.error.message}`)
  return EXIT_OF[answer.error.kind]
}

/** The same, and what comes back; undefined where it was said already why nothing could be done. */
export const perform = async (name: string, input: JsonObject, given: Given, terminal: Terminal) =>
  (await askRunning(pathsOf(given).adminSocket, name, input)) ?? (await operateAlone(name, input, given, terminal))

/** The same, in an exchange that is made where there is none: for what needs its log, and no call. */
export const performInAny = async (name: string, input: JsonObject, given: Given, terminal: Terminal) =>
  (await askRunning(pathsOf(given).adminSocket, name, input)) ?? (await operateIn(name, input, given, terminal))

const operateAlone = async (name: string, input: JsonObject, given: Given, terminal: Terminal) => {
  const paths = pathsOf(given)
  if (!existsSync(paths.store)) {
    terminal.error(`allod: there is no exchange in \`${paths.root}\`; start one with \`npm start\`, or name its directory with --data`)
    return undefined
  }
  return await operateIn(name, input, given, terminal)
}

const operateIn = async (name: string, input: JsonObject, given: Given, terminal: Terminal) => {
  const paths = pathsOf(given)
  const loaded = loadGiven(given, terminal)
  if (loaded === undefined) return undefined
  const { openExchange } = await import('./exchange.ts')
  const { ownerOperations } = await import('./operations.ts')
  const exchange = await openExchange(loaded, paths)
  if (!exchange.ok) {
    for (const message of exchange.error.messages) terminal.error(`allod: ${message}`)
    return undefined
  }
  try {
    const operation = ownerOperations(() => exchange.value)[name]
    return await operation?.(input)
  } finally {
    await exchange.value.close()
  }
}
