import { Worker } from 'node:worker_threads'
import { ok, type Result } from '../core/result.ts'
import type { CallFilter, CallHistogram, CallPage, Circle, Flow } from './call-scan.ts'
import { failed, type StoreFailure } from './failure.ts'

/** `since`: outcomes recorded before this moment are not among them, as the store is older than their keeping; 0 where all are. */
type WithSince<T> = T & { readonly since: number }
/**
 * Searches through the outcomes of calls. It happens in a thread of its own, which begins with the first question and ends when nobody has
 * asked for a while. A question whose `signal` is aborted is given up; so is one that waits behind too many others.
 */
export type CallSearch = {
  page(request: PageQuestion, signal?: AbortSignal): Promise<Result<WithSince<CallPage>, StoreFailure>>
  histogram(request: HistogramQuestion, signal?: AbortSignal): Promise<Result<WithSince<CallHistogram>, StoreFailure>>
  /** Every combination of words that an outcome has had. */
  flows(signal?: AbortSignal): Promise<Result<readonly Flow[], StoreFailure>>
  close(): Promise<void>
}
export type PageQuestion = {
  readonly filter: CallFilter
  readonly circle: Circle
  /** Index of a record: only what is older. */
  readonly before?: number
  readonly limit: number
}
export type HistogramQuestion = { readonly filter: CallFilter; readonly circle: Circle; readonly buckets: number }

type Asked = ({ readonly kind: 'page' } & PageQuestion) | ({ readonly kind: 'histogram' } & HistogramQuestion) | { readonly kind: 'flows' }
/** What goes to the thread and what comes back. `gone` holds 1 once nobody waits; `within`: milliseconds that looking may take. */
export type Question = { readonly id: number; readonly asked: Asked; readonly gone: Int32Array; readonly within: number }
export type Reply = {
  readonly id: number
  readonly answer?: WithSince<CallPage> | WithSince<CallHistogram> | readonly Flow[] | undefined
  readonly failure?: string
}

const MOST_WAITING = 32
/** Then a page is what was found so far, and a histogram says that it is about right. */
const WITHIN = 70
const IDLE = 5 * 60_000
const MEMORY = 256

type Waiting = { readonly gone: Int32Array; readonly resolve: (result: Result<Reply['answer'], StoreFailure>) => void }

export const openCallSearch = (path: string): CallSearch => new Thread(path)

class Thread implements CallSearch {
  private readonly path: string
  private readonly waiting = new Map<number, Waiting>()
  private worker: Worker | undefined
  private idle: NodeJS.Timeout | undefined
  private asked = 0

  constructor(path: string) {
    this.path = path
  }

  page(request: PageQuestion, signal?: AbortSignal) {
    return this.ask({ kind: 'page', ...request }, signal) as ReturnType<CallSearch['page']>
  }

  histogram(request: HistogramQuestion, signal?: AbortSignal) {
    return this.ask({ kind: 'histogram', ...request }, signal) as ReturnType<CallSearch['histogram']>
  }

  flows(signal?: AbortSignal) {
    return this.ask({ kind: 'flows' }, signal) as ReturnType<CallSearch['flows']>
  }

  async close(): Promise<void> {
    clearTimeout(this.idle)
    const { worker } = this
    this.end('the exchange is closing')
    await worker?.terminate()
  }

  private ask(asked: Asked, signal?: AbortSignal): Promise<Result<Reply['answer'], StoreFailure>> {
    if (signal?.aborted === true) return Promise.resolve(GONE)
    if (this.waiting.size >= MOST_WAITING) return Promise.resolve(failed('store-busy', 'too many people search at once: try again'))
    const id = this.asked++
    const gone = new Int32Array(new SharedArrayBuffer(4))
    return new Promise((resolve) => {
      this.waiting.set(id, { gone, resolve })
      signal?.addEventListener('abort', () => this.giveUp(id), { once: true })
      const worker = this.thread()
      worker.ref()
      worker.postMessage({ id, asked, gone, within: WITHIN } satisfies Question)
    })
  }

  private giveUp(id: number): void {
    const waiting = this.waiting.get(id)
    if (waiting === undefined) return
    Atomics.store(waiting.gone, 0, 1)
    this.forget(id)
    waiting.resolve(GONE)
  }

  private thread(): Worker {
    clearTimeout(this.idle)
    this.idle = setTimeout(() => this.close(), IDLE)
    this.idle.unref()
    if (this.worker !== undefined) return this.worker
    const worker = new Worker(new URL('./call-search-worker.ts', import.meta.url), {
      workerData: { path: this.path },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY },
    })
    worker.on('message', (reply: Reply) => this.hear(reply))
    // Whatever ends the thread ends it for those who wait; the next question begins another.
    worker.on('error', (fault: Error) => this.end(fault.message))
    this.worker = worker
    return worker
  }

  private hear({ id, answer, failure }: Reply): void {
    const waiting = this.waiting.get(id)
    this.forget(id)
    waiting?.resolve(failure === undefined ? ok(answer) : failed('store-unavailable', `calls cannot be searched: ${failure}`))
  }

  /** A thread that nobody asks keeps no process alive. */
  private forget(id: number): void {
    this.waiting.delete(id)
    if (this.waiting.size === 0) this.worker?.unref()
  }

  private end(why: string): void {
    this.worker = undefined
    for (const { resolve } of this.waiting.values()) resolve(failed('store-unavailable', `calls cannot be searched: ${why}`))
    this.waiting.clear()
  }
}

const GONE = failed('store-busy', 'nobody waits for the answer any more')
