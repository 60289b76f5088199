import type { Json } from '../../core/json.ts'
import type { ConsoleEvent } from '../../http/console/application.ts'

/** Tells the browsers that look what is new. Nobody who listens can hold anybody up, and what nobody hears is gone. */
export class ConsoleEvents {
  readonly #listeners = new Set<(event: ConsoleEvent) => void>()

  publish(topic: string, detail?: Json): void {
    for (const hear of this.#listeners) hear(detail === undefined ? { topic } : { topic, detail })
  }

  readonly subscribe = (hear: (event: ConsoleEvent) => void): (() => void) => {
    this.#listeners.add(hear)
    return () => this.#listeners.delete(hear)
  }
}
