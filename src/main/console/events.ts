import type { Json } from '../../core/json.ts'
import type { ConsoleEvent } from '../../http/console/event-stream.ts'

/** How often whoever watches looks, while somebody listens. */
const BEAT = 400

/** Tells the browsers that look what is new. Nobody who listens can hold anybody up, and what nobody hears is gone. */
export class ConsoleEvents {
  readonly #listeners = new Set<(event: ConsoleEvent) => void>()
  #watcher: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  publish(topic: string, detail?: Json): void {
    for (const hear of this.#listeners) hear(detail === undefined ? { topic } : { topic, detail })
  }

  /** `look` runs some times a second while anybody listens, and never while nobody does. */
  watch(look: () => void): void {
    this.#watcher = look
  }

  readonly subscribe = (hear: (event: ConsoleEvent) => void): (() => void) => {
    this.#listeners.add(hear)
    if (this.#watcher !== undefined) this.#timer ??= setInterval(this.#watcher, BEAT).unref()
    return () => {
      this.#listeners.delete(hear)
      if (this.#listeners.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }
}
