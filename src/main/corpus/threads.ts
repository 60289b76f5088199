// The executor of one machine: threads that take one task each, and the next when they are done.
import type { Worker } from 'node:worker_threads'
import { err, ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { type Executor, type Hears, type News, type Task, taskName } from '../../corpus/run/task.ts'

export type ToThread = { readonly task: Task; readonly alone: boolean }
export type FromThread =
  | { readonly kind: 'news'; readonly news: News }
  | { readonly kind: 'over'; readonly answer: Result<void, CorpusFailure> }

type Attempt = { readonly task: Task; readonly deaths: number }
/** A task whose thread died is given to another; the second death is the task's own fault. */
const MOST_DEATHS = 2

/** `threads` at most, each begun by `start` when there is work for it. They live from one run of tasks to the next; `close` ends them. */
export const createThreads = (threads: number, start: () => Worker): Executor & { close(): Promise<void> } => {
  const idle: Worker[] = []
  return {
    run: (tasks, hears) => new Promise((resolve) => new Shift({ threads, start, idle, hears, resolve }).begin(tasks)),
    close: async () => {
      await Promise.all(idle.splice(0).map((thread) => thread.terminate()))
    },
  }
}

type ShiftOptions = {
  readonly threads: number
  readonly start: () => Worker
  /** Threads without work, for this shift and the next. */
  readonly idle: Worker[]
  readonly hears: Hears
  readonly resolve: (answer: Result<void, CorpusFailure>) => void
}

/** Carries out one list of tasks and what they bring with them. */
class Shift {
  readonly #options: ShiftOptions
  #waiting: readonly Task[] = []
  #given = 0
  /** Before all others: packs are examined while their bytes are still in memory, and the disk fills no faster than they are. */
  readonly #urgent: Attempt[] = []
  readonly #busy = new Map<Worker, Attempt>()
  #isOver = false

  constructor(options: ShiftOptions) {
    this.#options = options
  }

  begin(tasks: readonly Task[]): void {
    this.#waiting = tasks
    this.#assign()
  }

  #next(): Attempt | undefined {
    const urgent = this.#urgent.shift()
    if (urgent !== undefined) return urgent
    const task = this.#waiting[this.#given]
    if (task === undefined) return undefined
    this.#given++
    return { task, deaths: 0 }
  }

  #assign(): void {
    while (!this.#isOver && this.#busy.size < this.#options.threads) {
      const attempt = this.#next()
      if (attempt === undefined) break
      const thread = this.#options.idle.pop() ?? this.#options.start()
      this.#busy.set(thread, attempt)
      this.#listen(thread)
      const left = this.#urgent.length + this.#waiting.length - this.#given
      thread.postMessage({ task: attempt.task, alone: left >= this.#options.threads - 1 } satisfies ToThread)
    }
    if (this.#busy.size === 0) this.#end(ok(undefined))
  }

  /** A thread serves one shift at a time. */
  #listen(thread: Worker): void {
    thread.removeAllListeners()
    thread.on('message', (message: FromThread) => this.#hear(thread, message))
    thread.on('error', (thrown) => this.#died(thread, thrown instanceof Error ? thrown.message : String(thrown)))
    thread.on('exit', (code) => this.#died(thread, `it ended with code ${code}`))
  }

  #hear(thread: Worker, message: FromThread): void {
    const attempt = this.#busy.get(thread)
    if (this.#isOver || attempt === undefined) return
    if (message.kind === 'news') {
      for (const task of this.#options.hears(attempt.task, message.news)) this.#urgent.push({ task, deaths: 0 })
    } else {
      this.#busy.delete(thread)
      this.#options.idle.push(thread)
      if (!message.answer.ok) this.#end(message.answer)
    }
    this.#assign()
  }

  #died(thread: Worker, why: string): void {
    const rests = this.#options.idle.indexOf(thread)
    if (rests >= 0) this.#options.idle.splice(rests, 1)
    const attempt = this.#busy.get(thread)
    if (this.#isOver || attempt === undefined) return
    this.#busy.delete(thread)
    const deaths = attempt.deaths + 1
    if (deaths < MOST_DEATHS) this.#urgent.unshift({ task: attempt.task, deaths })
    else this.#end(err({ kind: 'damaged', message: `${taskName(attempt.task)} ended its thread ${deaths} times: ${firstLine(why)}` }))
    this.#assign()
  }

  /** What was begun is given up: it is done again by the next run, and half a step was never written. */
  #end(answer: Result<void, CorpusFailure>): void {
    if (this.#isOver) return
    this.#isOver = true
    const given = [...this.#busy.keys()].map((thread) => thread.terminate())
    Promise.all(given).then(() => this.#options.resolve(answer))
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text
