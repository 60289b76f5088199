// Drills and exposure as the console asks for them, and one row of exposure for every day. All of it is computed off the event loop.
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { dayOf, type EpochMillis } from '../core/units.ts'
import type { OperationFailure } from './admin.ts'
import { sha256Hex } from './digest.ts'
import type { Exchange } from './exchange.ts'
import { Workshop } from './workshop.ts'
import type { FoundExposure, RehearsalJob } from './workshop-jobs.ts'

export type DrillDeskHost = {
  readonly exchange: () => Exchange
  /** One of the owner's operations. */
  readonly operate: (name: string, input: JsonObject) => Promise<Result<Json, OperationFailure>>
  /** A drill was kept, or could not be. */
  readonly changed: () => void
  readonly say: (sentence: string) => void
}
type Answer<T> = Promise<Result<T, OperationFailure>>
/** A live drill that was begun here and of which nothing could be kept. */
export type LostDrill = { readonly drill: string; readonly at: EpochMillis; readonly message: string }

/** The window over which the figures of each day are counted, in days. */
export const DIARY_WINDOW = 30
/** How long an answer about exposure is good for: the window's last seconds change nothing that anybody could see. */
const FRESH = 10_000
/** An exchange that has just begun has other things to do. */
const FIRST = 60_000
const RETRY = 600_000

export class DrillDesk {
  readonly #host: DrillDeskHost
  readonly #workshop = new Workshop()
  readonly #known = new Map<number, { readonly of: Exchange; readonly until: number; readonly answer: Answer<FoundExposure> }>()
  #lost: LostDrill | undefined
  /** The law of the day, and all that stands under it, that the newest row is of: another is another object. */
  #written: Exchange | undefined
  #writesFrom: number

  constructor(host: DrillDeskHost) {
    this.#host = host
    this.#writesFrom = host.exchange().clock() + FIRST
  }

  get lost(): LostDrill | undefined {
    return this.#lost
  }

  /** Computes a plan, has it recorded and signed, and keeps it: the report's path. */
  async plan(job: RehearsalJob): Answer<string> {
    const { exchange, operate, changed } = this.#host
    const kept = await this.#workshop.run<'rehearse'>({ kind: 'rehearse', ...job }, exchange(), operate)
    changed()
    if (!kept.ok) return kept
    return kept.value === null ? closing() : ok(kept.value)
  }

  /** Resolves once the drill runs, or cannot; it is kept when it is over. */
  begin(job: RehearsalJob): Answer<void> {
    const { exchange, operate, changed, say } = this.#host
    return new Promise((resolve) => {
      const asked: DrillDeskHost['operate'] = async (name, input) => {
        const answer = operate(name, input)
        // What is refused is refused before anything is awaited of the world outside.
        if (name === 'drill/live') Promise.race([answer, nextTurn()]).then((first) => resolve(first?.ok === false ? first : ok(undefined)))
        return answer
      }
      this.#workshop.run<'rehearse'>({ kind: 'rehearse', ...job }, exchange(), asked).then((kept) => {
        const ended = kept.ok && kept.value !== null ? ok(undefined) : kept.ok ? closing() : kept
        this.#lost = ended.ok ? undefined : { drill: job.drill, at: exchange().clock(), message: ended.error.message }
        if (!ended.ok) say(`the drill \`${job.drill}\` was not kept: ${ended.error.message}`)
        resolve(ended)
        changed()
      })
    })
  }

  /** Who outside can see, stop and change what runs, over the calls of so many days. */
  exposure(windowDays: number): Answer<FoundExposure> {
    const exchange = this.#host.exchange()
    const now = exchange.clock()
    const known = this.#known.get(windowDays)
    if (known?.of === exchange && now < known.until) return known.answer
    const answer = this.#workshop.run<'exposure'>({ kind: 'exposure', windowDays }, exchange, this.#host.operate)
    this.#known.set(windowDays, { of: exchange, until: now + FRESH, answer })
    answer.then((found) => {
      if (found.ok && windowDays === DIARY_WINDOW) this.#write(exchange, found.value)
      else if (!found.ok) this.#known.delete(windowDays)
    })
    return answer
  }

  /** To be called about once a second: the row of a day is written when the day begins, and anew when the law changes. */
  tick(): void {
    const exchange = this.#host.exchange()
    const now = exchange.clock()
    if (now < this.#writesFrom || this.#written === exchange) return
    this.#writesFrom = now + RETRY
    this.exposure(DIARY_WINDOW).then((found) => {
      if (!found.ok) this.#host.say(`the exposure of the day could not be computed: ${found.error.message}`)
    })
  }

  close(): Promise<void> {
    this.#writesFrom = Number.POSITIVE_INFINITY
    return this.#workshop.close()
  }

  #write(exchange: Exchange, { most, facts }: FoundExposure): void {
    if (this.#writesFrom === Number.POSITIVE_INFINITY) return
    const { store, clock, law, loaded } = exchange
    const at = clock()
    const configuration = sha256Hex(JSON.stringify(loaded.configuration))
    const figures = { at, window: DIARY_WINDOW, policy: law.policies.digest, facts, configuration, ...most }
    const kept = store.exposureDays.keep(dayOf(at), figures)
    if (kept.ok) this.#written = exchange
    else this.#host.say(`the exposure of the day could not be kept: ${kept.error.message}`)
  }
}

const nextTurn = () => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))
const closing = (): Result<never, OperationFailure> => err({ kind: 'unavailable', message: 'the exchange closes; nothing was kept' })
