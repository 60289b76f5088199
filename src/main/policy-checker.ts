import { Worker } from 'node:worker_threads'
import { err, type Result } from '../core/result.ts'
import type { PolicyFailure } from '../policy/parse.ts'
import type { CheckDone, Checked, CheckJob } from './policy-worker.ts'

export type CheckerFailure = { readonly kind: 'checker'; readonly message: string }
type Answer = Result<Checked, PolicyFailure | CheckerFailure>

/** Some minutes: a check that takes longer is one that nobody waits for. */
const LONGEST = 120_000
/** After so long without work the thread and its memory go. */
const IDLE = 60_000
const MOST_WAITING = 8
/** Less than the main thread has: a text that overflows Cedar's stack does so here, and never gets there. */
const STACK_MEGABYTES = 0.5

const failed = (message: string): Result<never, CheckerFailure> => err({ kind: 'checker', message })

/** Checks policies beside the calls: one after the other, in a thread that is there while there is something to check. */
export class PolicyChecker {
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #id = 0

  /** Resolves with what was found, or with why nothing could be. */
  async check(job: Omit<CheckJob, 'id'>): Promise<Answer> {
    if (this.#waiting >= MOST_WAITING) return failed('too many policies are being checked; try again in a minute')
    this.#waiting++
    const before = this.#last
    const mine = before.then(() => this.#run({ ...job, id: ++this.#id }))
    this.#last = mine
    try {
      return await mine
    } finally {
      this.#waiting--
    }
  }

  #run(job: CheckJob): Promise<Answer> {
    clearTimeout(this.#idle)
    const worker = this.#worker ?? this.#start()
    return new Promise((resolve) => {
      const end = (answer: Answer): void => {
        clearTimeout(deadline)
        worker.off('message', hear).off('error', fail).off('exit', fail)
        this.#idle = setTimeout(() => this.#retire(), IDLE).unref()
        resolve(answer)
      }
      const hear = ({ id, result }: CheckDone): void => {
        if (id === job.id) end(result)
      }
      const fail = (reason: unknown): void => {
        this.#retire()
        end(failed(`the check failed: ${reason instanceof Error ? reason.message : 'its thread ended'}`))
      }
      const deadline = setTimeout(() => fail(new Error(`it took longer than ${LONGEST / 1000} s`)), LONGEST)
      worker.on('message', hear).on('error', fail).on('exit', fail)
      worker.postMessage(job)
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('./policy-worker.ts', import.meta.url), { resourceLimits: { stackSizeMb: STACK_MEGABYTES } })
    // Nobody stays up for it, and whatever ends it while nobody waits ends nothing else.
    worker.unref()
    worker.on('error', () => this.#retire())
    this.#worker = worker
    return worker
  }

  #retire(): void {
    void this.#worker?.terminate()
    this.#worker = undefined
  }
}
