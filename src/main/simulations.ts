import type { Clock } from '../core/units.ts'
import { type RunningSimulation, startSimulation } from '../http/simulated.ts'
import type { Configuration, RemoteConfiguration } from './config-schema.ts'
import { providedFor } from './providers.ts'

/** Simulations on this machine, one for each endpoint outside that is only imitated: all of them in a sandbox, else those that say so. */
export class Simulations {
  readonly #clock: Clock
  readonly #all: boolean
  /** By the endpoint's name, with what it speaks. */
  readonly #running = new Map<string, RunningSimulation & { readonly kind: string }>()

  constructor(clock: Clock, all: boolean) {
    this.#clock = clock
    this.#all = all
  }

  urlOf(name: string): string | undefined {
    return this.#running.get(name)?.baseUrl
  }

  /** Starts what this configuration has simulated and does not run yet. To be called before anything is sent by it (G1). */
  async start(configuration: Configuration): Promise<void> {
    for (const [name, settings] of this.#simulated(configuration)) {
      const { kind, provider } = settings
      if (this.#running.get(name)?.kind === kind) continue
      await this.#end(name)
      const provided = providedFor(settings)
      const standsFor = `\`${name}\` (${provided.ok ? new URL(provided.value.baseUrl).host : provider})`
      this.#running.set(name, { ...(await startSimulation({ name, standsFor, dialect: kind }, this.#clock)), kind })
    }
  }

  /** Ends those that this configuration, which is in force, has no more. */
  async retain(configuration: Configuration): Promise<void> {
    const names = new Set(this.#simulated(configuration).map(([name]) => name))
    for (const name of [...this.#running.keys()]) if (!names.has(name)) await this.#end(name)
  }

  async close(): Promise<void> {
    for (const name of [...this.#running.keys()]) await this.#end(name)
  }

  #simulated({ endpoints }: Configuration): readonly (readonly [string, RemoteConfiguration])[] {
    return Object.entries(endpoints).flatMap(([name, settings]) =>
      settings.kind !== 'engine' && (this.#all || settings.simulated) ? [[name, settings] as const] : [],
    )
  }

  async #end(name: string): Promise<void> {
    await this.#running.get(name)?.close()
    this.#running.delete(name)
  }
}
