import { type RunningSimulation, startSimulation } from '../http/simulated.ts'
import type { Configuration } from './config-schema.ts'
import type { Exchange } from './exchange.ts'
import { providedFor } from './providers.ts'

/** One simulation on this machine for each endpoint outside, by the endpoint's name. */
export const startSimulations = async (
  configuration: Configuration,
  { clock }: Exchange,
): Promise<ReadonlyMap<string, RunningSimulation>> => {
  const started = new Map<string, RunningSimulation>()
  for (const [name, settings] of Object.entries(configuration.endpoints)) {
    if (settings.kind === 'engine') continue
    const provided = providedFor(settings)
    const standsFor = `\`${name}\` (${provided.ok ? new URL(provided.value.baseUrl).host : settings.provider})`
    started.set(name, await startSimulation({ name, standsFor, dialect: settings.kind }, clock))
  }
  return started
}
