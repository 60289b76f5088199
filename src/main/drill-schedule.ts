// Drills that the configuration orders for certain dates, carried out by the exchange that runs.
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, millis } from '../core/units.ts'
import { aimedAt, type Scenario } from '../drills/scenario.ts'
import { dueNow, type Past } from '../drills/schedule.ts'
import { headline } from '../drills/words.ts'
import type { OperationFailure } from './admin.ts'
import type { ScheduledDrill } from './config-schema.ts'
import { readDrillBook } from './drill-book.ts'
import { DRILL_FAILED, nameOf, readPast } from './drill-dates.ts'
import { type LiveSettings, watchOf } from './drill-live.ts'
import type { KeptReport } from './drill-run.ts'
import type { Exchange } from './exchange.ts'
import { rehearse } from './rehearse.ts'

export type ScheduleHost = {
  readonly exchange: () => Exchange
  /** One of the owner's operations. */
  readonly operate: (name: string, input: JsonObject) => Promise<Result<Json, OperationFailure> | undefined>
  /** Whether a live drill runs. */
  readonly isBusy: () => boolean
  readonly say: (sentence: string) => void
  /** A drill ended. */
  readonly ended: (sentence: string, fields: JsonObject) => void
  /** A drill could not be carried out: an incident of the log with these fields. */
  readonly failed: (sentence: string, fields: JsonObject) => void
}

/** How long after it could not be learnt what was done it is tried again. */
const PATIENCE = millis(60_000)

/**
 * Carries out what is due, one at a time. INVARIANT: a date is carried out once. What was is known from the log alone, before anything is
 * due, so that whoever comes after a restart or a crash neither repeats nor forgets it; what was missed is made up for once.
 */
export class DrillSchedule {
  readonly #host: ScheduleHost
  /** By the text of the entry: one that was changed is looked up anew. */
  readonly #past = new Map<string, Past>()
  #work: Promise<void> | undefined
  #restsUntil = 0
  #closing = false

  constructor(host: ScheduleHost) {
    this.#host = host
  }

  /** To be called about once a second. */
  tick(): void {
    const { loaded, clock } = this.#host.exchange()
    const { schedule } = loaded.configuration.drills
    const now = clock()
    if (schedule.length === 0 || this.#work !== undefined || this.#closing || now < this.#restsUntil) return
    const work = this.#next(schedule, now)
    if (work === undefined) return
    this.#work = work
      // INVARIANT(G7): calls go on, whatever becomes of a rehearsal.
      .catch((bug: unknown) => this.#rest(bug instanceof Error ? bug.message : String(bug)))
      .finally(() => {
        this.#work = undefined
      })
  }

  /** Resolves once nothing is being carried out. */
  async settled(): Promise<void> {
    await this.#work
  }

  /** Begins nothing any more. */
  close(): Promise<void> {
    this.#closing = true
    return this.settled()
  }

  #next(schedule: readonly ScheduledDrill[], now: EpochMillis): Promise<void> | undefined {
    for (const entry of schedule) {
      const past = this.#past.get(JSON.stringify(entry))
      if (past === undefined) return this.#learn(schedule)
      const due = dueNow(entry, past, now)
      if (due !== undefined && !(entry.mode === 'live' && this.#host.isBusy())) return this.#carryOut(entry, due, past)
    }
    return undefined
  }

  async #learn(schedule: readonly ScheduledDrill[]): Promise<void> {
    const exchange = this.#host.exchange()
    const published = await exchange.ledger.publish()
    const past = published.ok ? await readPast(exchange, schedule) : published
    if (!past.ok) return this.#rest(`the log cannot be read: ${past.error.message}`)
    this.#past.clear()
    for (const entry of schedule) this.#past.set(JSON.stringify(entry), past.value.get(nameOf(entry)) ?? {})
    // Whoever names a drill that is none hears of it now, not on the day.
    const book = readDrillBook(exchange.loaded)
    for (const entry of schedule) {
      const scenario = scenarioOf(book, entry)
      if (!scenario.ok) this.#host.say(`the drill \`${nameOf(entry)}\` of the schedule cannot be carried out: ${scenario.error.message}`)
    }
  }

  #rest(why: string): void {
    this.#restsUntil = this.#host.exchange().clock() + PATIENCE
    this.#host.say(`drills that are due wait for a minute: ${why}`)
  }

  async #carryOut(entry: ScheduledDrill, due: EpochMillis, past: Past): Promise<void> {
    const name = nameOf(entry)
    const fields = { schedule: name, drill: entry.run, due }
    const date = `\`${name}\`, due ${new Date(due).toISOString()}`
    const kept = await this.#rehearse(entry, due).catch(
      (bug: unknown): Result<never, OperationFailure> => unavailable(bug instanceof Error ? bug.message : String(bug)),
    )
    if (!kept.ok) {
      const { message } = kept.error
      this.#past.set(JSON.stringify(entry), { ...past, failed: { due, tried: this.#host.exchange().clock() } })
      this.#host.failed(`the drill ${date}, could not be carried out, and is tried again in a day: ${message}`, {
        what: DRILL_FAILED,
        ...fields,
        message: message.slice(0, 500),
      })
    } else if (kept.value !== undefined) {
      const { report, index } = kept.value
      this.#past.set(JSON.stringify(entry), { done: due })
      this.#host.ended(`the drill ${date}, was carried out: ${headline(report).sentence}`, { ...fields, mode: entry.mode, record: index })
    }
  }

  /** Undefined where the exchange closed in the middle: it is due still. */
  async #rehearse(entry: ScheduledDrill, due: EpochMillis): Promise<Result<KeptReport | undefined, OperationFailure>> {
    const { operate, exchange } = this.#host
    const { loaded, law, paths, clock } = exchange()
    const scenario = scenarioOf(readDrillBook(loaded), entry)
    if (!scenario.ok) return scenario
    const order = {
      scenario: scenario.value,
      windowDays: entry.windowDays,
      ordered: { schedule: nameOf(entry), due },
      isWanted: () => !this.#closing,
      ...(entry.live === undefined ? {} : { live: settingsOf(entry.live) }),
    }
    return rehearse(order, { loaded, law, paths, clock, operate })
  }
}

const unavailable = (message: string): Result<never, OperationFailure> => err({ kind: 'unavailable', message })

const scenarioOf = (book: ReturnType<typeof readDrillBook>, { run, target }: ScheduledDrill): Result<Scenario, OperationFailure> => {
  if (!book.ok) return unavailable(book.error.messages.join('; '))
  const found = book.value.get(run)
  if (found === undefined) return unavailable(`there is no drill \`${run}\`; see \`allod drill list\``)
  const aimed = target === undefined ? ok(found.scenario) : aimedAt(found.scenario, target)
  return aimed.ok ? aimed : unavailable(aimed.error.messages.join('; '))
}

const settingsOf = ({
  on,
  confirmed,
  share,
  callsPerSecond,
  mix,
  forSeconds,
  abortAfter,
}: NonNullable<ScheduledDrill['live']>): LiveSettings => {
  const lasts = Math.round(forSeconds * 1000)
  return {
    on,
    ...(confirmed === undefined ? {} : { confirmed }),
    share,
    rate: callsPerSecond,
    mix,
    lasts,
    watch: watchOf(lasts),
    abortAfter,
  }
}
