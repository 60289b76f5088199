import type { Clock } from '../core/units.ts'
import { type RunningSimulation, startSimulation } from '../http/simulated.ts'
import type { Configuration, RemoteConfiguration } from './config-schema.ts'
import { providedFor } from './providers.ts'

const placeOf = (name: string, kind: string): string => `${name} ${kind}`

/** Simulations on this machine, one for each endpoint outside that is only imitated: all of them in a sandbox, else those that say so. */
export class Simulations {
  readonly #clock: Clock
  readonly #all: boolean
  /** By the endpoint's name and what it speaks: until another configuration is in force, that of the one before goes on. */
  readonly #running = new Map<string, RunningSimulation>()

  constructor(clock: Clock, all: boolean) {
    this.#clock = clock
    this.#all = all
  }

  urlOf(name: string, kind: string): string | undefined {
    return this.#running.get(placeOf(name, kind))?.baseUrl
  }

  /** Starts what this configuration has simulated and does not run yet. To be called before anything is sent by it (G1). */
  async start(configuration: Configuration): Promise<void> {
    for (const [name, settings] of this.#simulated(configuration)) {
      const { kind, provider } = settings
      const place = placeOf(name, kind)
      if (this.#running.has(place)) continue
      const provided = providedFor(settings)
      const standsFor = `\`${name}\` (${provided.ok ? new URL(provided.value.baseUrl).host : provider})`
      this.#running.set(place, await startSimulation({ name, standsFor, dialect: kind }, this.#clock))
    }
  }

  /** Ends those that this configuration, which is in force, has no more. */
  async retain(configuration: Configuration): Promise<void> {
    const places = new Set(this.#simulated(configuration).map(([name, { kind }]) => placeOf(name, kind)))
    for (const place of [...this.#running.keys()]) if (!places.has(place)) await this.#end(place)
  }

  async close(): Promise<void> {
    for (const place of [...this.#running.keys()]) await this.#end(place)
  }

  #simulated({ endpoints }: Configuration): readonly (readonly [string, RemoteConfiguration])[] {
    return Object.entries(endpoints).flatMap(([name, settings]) =>
      settings.kind !== 'engine' && (this.#all || settings.simulated) ? [[name, settings] as const] : [],
    )
  }

  async #end(place: string): Promise<void> {
    await this.#running.get(place)?.close()
    this.#running.delete(place)
  }
}
