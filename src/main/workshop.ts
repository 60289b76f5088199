// What takes a while, computed in a thread of its own, so that no call waits for it.
import { Worker } from 'node:worker_threads'
import type { Json, JsonObject } from '../core/json.ts'
import { err, type Result } from '../core/result.ts'
import type { OperationFailure } from './admin.ts'
import type { Exchange } from './exchange.ts'
import type { AnyJob, Job, JobAnswer, Jobs, ToThread, ToWorkshop } from './workshop-jobs.ts'

type Operate = (name: string, input: JsonObject) => Promise<Result<Json, OperationFailure>>
type Running = { readonly operate: Operate; readonly over: (answer: Result<never, OperationFailure>) => void }

/** How long a thread without work is kept: the next question comes soon, or not for long. */
const REST = 30_000

export class Workshop {
  #thread: Worker | undefined
  #rest: NodeJS.Timeout | undefined
  #count = 0
  readonly #running = new Map<number, Running>()

  /** Carries a job out over the law in force. What it asks of the exchange it asks through `operate`, here. */
  run<Kind extends keyof Jobs>(job: Job<Kind>, exchange: Exchange, operate: Operate): Promise<Result<JobAnswer<Kind>, OperationFailure>> {
    const { loaded, law, paths } = exchange
    const id = this.#count++
    return new Promise((resolve) => {
      this.#running.set(id, { operate, over: resolve })
      clearTimeout(this.#rest)
      this.#tell({
        kind: 'begin',
        id,
        job: job as AnyJob,
        over: { loaded, root: paths.root, day: law.day, policy: law.policies.digest, facts: law.factsDigest },
      })
    })
  }

  /** Whatever runs fails. */
  async close(): Promise<void> {
    clearTimeout(this.#rest)
    await this.#thread?.terminate()
  }

  #tell(message: ToThread): void {
    this.#thread ??= this.#start()
    this.#thread.postMessage(message)
  }

  #start(): Worker {
    const thread = new Worker(new URL('./workshop-thread.ts', import.meta.url))
    thread.unref()
    thread.on('message', (message: ToWorkshop) => this.#hears(message))
    thread.on('error', (fault) => this.#fail(fault.message))
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = undefined
      this.#fail('it ended')
    })
    return thread
  }

  #hears(message: ToWorkshop): void {
    const running = this.#running.get(message.id)
    if (running === undefined) return
    if (message.kind === 'over') {
      this.#running.delete(message.id)
      running.over(message.answer)
      if (this.#running.size === 0) this.#rests()
      return
    }
    const { id, question, name, input } = message
    running.operate(name, input).then(
      (answer) => this.#tell({ kind: 'answer', id, question, answer }),
      (bug: unknown) => this.#tell({ kind: 'answer', id, question, answer: unavailable(bug instanceof Error ? bug.message : String(bug)) }),
    )
  }

  #rests(): void {
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => {
      this.#thread?.terminate()
      this.#thread = undefined
    }, REST)
    this.#rest.unref()
  }

  #fail(why: string): void {
    for (const { over } of this.#running.values()) over(unavailable(`the thread that computes failed: ${why}`))
    this.#running.clear()
  }
}

const unavailable = (message: string): Result<never, OperationFailure> => err({ kind: 'unavailable', message })
