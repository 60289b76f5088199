import { err, ok, type Result } from '../core/result.ts'

export type SlotFailure = { readonly kind: 'slots-full' | 'aborted'; readonly message: string }

/** A fixed number of things that one call at a time may use each, and a bounded queue before them, first come first served. */
export type Slots<T> = {
  /** Whoever gets a slot must give it back once. */
  acquire(signal: AbortSignal): Promise<Result<T, SlotFailure>>
  release(slot: T): void
  load(): { readonly active: number; readonly waiting: number }
}

export const slots = <T>(items: readonly T[], maxWaiting: number): Slots<T> => {
  const free = [...items]
  const queue: ((slot: T) => void)[] = []
  return {
    acquire(signal) {
      const aborted = err<SlotFailure>({ kind: 'aborted', message: 'the caller went away' })
      if (signal.aborted) return Promise.resolve(aborted)
      const slot = free.pop()
      if (slot !== undefined) return Promise.resolve(ok(slot))
      if (queue.length >= maxWaiting) {
        const message = `all ${items.length} slots are busy and ${queue.length} calls are waiting already`
        return Promise.resolve(err({ kind: 'slots-full', message }))
      }
      return new Promise((resolve) => {
        const give = (given: T): void => {
          signal.removeEventListener('abort', leave)
          resolve(ok(given))
        }
        const leave = (): void => {
          queue.splice(queue.indexOf(give), 1)
          resolve(aborted)
        }
        signal.addEventListener('abort', leave, { once: true })
        queue.push(give)
      })
    },
    release(slot) {
      const next = queue.shift()
      if (next === undefined) free.push(slot)
      else next(slot)
    },
    load: () => ({ active: items.length - free.length, waiting: queue.length }),
  }
}
