import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { Json, JsonObject } from '../core/json.ts'
import { err, type Result } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import type { OperationFailure, Operations } from './admin.ts'
import { loadConfiguration, parseConfiguration } from './config.ts'
import type { ScheduledDrill } from './config-schema.ts'
import { describeSchedule } from './drill-dates.ts'
import { DrillSchedule, type ScheduleHost } from './drill-schedule.ts'
import { type Exchange, openExchange } from './exchange.ts'
import { ownerOperations } from './operations.ts'
import { readRecord } from './orphans.ts'
import { dataPaths } from './paths.ts'
import { record } from './record.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const folder = mkdtempSync(join(tmpdir(), 'allod-schedule-'))
let now = Date.UTC(2027, 0, 1)
let [exchange, operations] = [undefined as unknown as Exchange, undefined as unknown as Operations]

const CONFIGURATION = `exchange: {name: schedule.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
endpoints: {far: {kind: openai-chat, baseUrl: 'http://127.0.0.1:9/v1', models: {m: {}}}}
aliases: {far: {targets: [far/m]}}
tenants: {t: {applications: {app: {}}}}
`
before(async () => {
  writeFileSync(join(folder, 'all.cedar'), '@id("all")\n@reason("drills are looked at")\npermit (principal, action, resource);\n')
  writeFileSync(join(folder, 'allod.yaml'), CONFIGURATION)
  const loaded = loadConfiguration(join(folder, 'allod.yaml'))
  assert.ok(loaded.ok, JSON.stringify(loaded))
  const opened = await openExchange(loaded.value, dataPaths(join(folder, 'data')))
  assert.ok(opened.ok, JSON.stringify(opened))
  exchange = { ...opened.value, clock: () => epochMillis(now) }
  operations = ownerOperations(() => exchange)
})
after(async () => {
  await exchange.close()
  rmSync(folder, { recursive: true })
})

type Answer = Result<Json, OperationFailure> | undefined
const nobody = new Promise<never>(() => {})

/** One process that runs the schedule. All it knows of the past is in the log. */
class Process {
  readonly told: string[] = []
  readonly schedule: DrillSchedule
  dead = false
  busy = false
  /** Answers in the place of the exchange. */
  instead: (name: string, input: JsonObject) => Promise<Answer> | undefined = () => undefined
  #recording: Promise<unknown> = Promise.resolve()

  constructor(entries: readonly ScheduledDrill[]) {
    const configuration = { ...exchange.loaded.configuration }
    configuration.drills = { ...configuration.drills, schedule: [...entries] }
    exchange = { ...exchange, loaded: { ...exchange.loaded, configuration } }
    const host: ScheduleHost = {
      exchange: () => exchange,
      operate: async (name, input) => (this.dead ? nobody : (this.instead(name, input) ?? operations[name]?.(input))),
      isBusy: () => this.busy,
      say: (sentence) => this.told.push(sentence),
      ended: (sentence) => this.told.push(sentence),
      failed: (sentence, fields) => {
        this.told.push(sentence)
        this.#recording = record(exchange, 'incident', fields)
      },
    }
    this.schedule = new DrillSchedule(host)
  }

  /** As many seconds of ticks as there could be anything to do in. */
  async ticks(): Promise<void> {
    for (let tick = 0; tick < 6; tick++) {
      this.schedule.tick()
      await this.schedule.settled()
      await this.#recording
    }
  }

  /** Killed where it asks for an operation, before that is done or after; where it does not ask, in the end. */
  async killedAt(operation: string, when: 'before' | 'after'): Promise<void> {
    const death = new Promise<void>((dies) => {
      this.instead = (name, input) => {
        if (name !== operation) return undefined
        this.dead = true
        if (when === 'before') dies()
        else operations[name]?.(input).then(() => dies())
        return nobody
      }
    })
    await Promise.race([this.ticks(), death])
    this.dead = true
  }
}

let names = 0
/** Where in the log the newest entry's story begins. */
let since = 0
const entryOf = (more: Partial<ScheduledDrill> = {}): ScheduledDrill => {
  const name = `entry-${names++}`
  since = exchange.ledger.durable()
  const from = new Date(now).toISOString().slice(0, 10)
  return { run: 'disconnect', name, every: 'P1D', from, at: '03:00', windowDays: 1, mode: 'plan', ...more }
}

/** Dates that the log says were carried out, oldest first. */
const carriedOut = async ({ name }: ScheduledDrill): Promise<readonly number[]> => {
  await exchange.ledger.publish()
  const dates: number[] = []
  for (let index = since; index < exchange.ledger.size(); index++) {
    const found = await readRecord(exchange.ledger, index)
    assert.ok(found.ok)
    if (found.value.kind === 'drill' && found.value.schedule === name) dates.push(Number(found.value.due))
  }
  return dates
}

const hours = fc.integer({ min: 1, max: 40 })
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('passes' as const), hours }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('start' as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('stop' as const, 'kill' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('dies' as const),
        operation: fc.constantFrom('cut/list', 'drill/close'),
        when: fc.constantFrom('before' as const, 'after' as const),
        hours,
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('breaks' as const, 'mends' as const) }) },
  ),
  { minLength: 8, maxLength: 20 },
)

test('over any sequence of starts, stops, kills, failures and hours, each date that came is carried out exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(1, 2, 5), steps, async (days, sequence) => {
      now = Math.ceil(now / DAY) * DAY + 10 * DAY
      const entry = entryOf({ every: `P${days}D` })
      const first = now + 3 * HOUR
      const expected: number[] = []
      let process: Process | undefined
      let failed: { readonly due: number; readonly tried: number } | undefined
      let broken = false
      /** What must happen at this moment, by the dates alone. */
      const expect = (recorded: boolean): void => {
        const due = now < first ? undefined : first + Math.floor((now - first) / (days * DAY)) * days * DAY
        if (due === undefined || expected.at(-1) === due) return
        if (failed?.due === due && now < failed.tried + DAY) return
        if (broken) failed = { due, tried: now }
        else if (recorded) expected.push(due)
      }
      const begin = (): Process => {
        const begun = new Process([entry])
        begun.instead = (name) =>
          broken && name === 'cut/list' ? Promise.resolve(err({ kind: 'unavailable', message: 'broken' })) : undefined
        return begun
      }
      for (const step of [{ kind: 'start' as const }, ...sequence]) {
        if (step.kind === 'breaks' || step.kind === 'mends') broken = step.kind === 'breaks'
        if (step.kind === 'stop' || step.kind === 'kill') {
          if (step.kind === 'stop') await process?.schedule.close()
          process = undefined
        }
        if (step.kind === 'passes' || step.kind === 'dies') now += step.hours * HOUR
        if (step.kind === 'start') process ??= begin()
        if (process === undefined) continue
        if (step.kind === 'dies' && !broken) {
          expect(step.operation === 'drill/close' && step.when === 'after')
          await process.killedAt(step.operation, step.when)
          process = undefined
        } else {
          expect(true)
          await process.ticks()
        }
      }
      assert.deepEqual(await carriedOut(entry), expected)
    }),
    { numRuns: 20 },
  )
})

const live = { on: 'sandbox', share: 0, callsPerSecond: 5, mix: 'synthetic', forSeconds: 1, abortAfter: 3 } as const

test('a live drill waits while another runs, and is tried again a day after it was refused', async () => {
  now = Math.ceil(now / DAY) * DAY + 4 * HOUR
  const entry = entryOf({ mode: 'live', live, every: 'P1Y' })
  const process = new Process([entry])
  let asked = 0
  process.instead = (name) => {
    if (name !== 'drill/live') return undefined
    asked++
    return Promise.resolve(err({ kind: 'refused', message: 'start it with --sandbox' }))
  }
  process.busy = true
  await process.ticks()
  assert.equal(asked, 0)
  process.busy = false
  await process.ticks()
  assert.equal(asked, 1)
  assert.match(process.told.join(), /could not be carried out, and is tried again in a day: start it with --sandbox/)
  const [shown] = await describeSchedule(exchange)
  assert.deepEqual(shown?.failed, { tried: new Date(now).toISOString(), message: 'start it with --sandbox' })
  assert.equal(shown?.next, new Date(now + DAY).toISOString())
  const next = new Process([entry])
  next.instead = process.instead
  now += DAY - 1
  await next.ticks()
  assert.equal(asked, 1)
  now += 1
  await next.ticks()
  assert.equal(asked, 2)
  assert.deepEqual(await carriedOut(entry), [])
})

test('a live drill does not begin any more once the exchange closes, and stays due', async () => {
  now = Math.ceil(now / DAY) * DAY + 4 * HOUR
  const entry = entryOf({ mode: 'live', live, every: 'P1Y' })
  const process = new Process([entry])
  let [asked, closed] = [0, Promise.resolve()]
  process.instead = (name) => {
    if (name === 'traffic') closed = process.schedule.close()
    if (name === 'drill/live') asked++
    return undefined
  }
  await process.ticks()
  await closed
  assert.deepEqual([asked, process.told], [0, []])
  const [shown] = await describeSchedule(exchange)
  assert.equal(shown?.due, true)
})

test('where the log does not tell what was done nothing is carried out, until it does', async () => {
  now = Math.ceil(now / DAY) * DAY + 4 * HOUR
  const entry = entryOf()
  const { ledger } = exchange
  const process = new Process([entry])
  for (const publish of [
    () => Promise.resolve(err({ kind: 'ledger-unavailable' as const, message: 'the disk is full' })),
    () => Promise.reject(new Error('a fault')),
  ]) {
    exchange = { ...exchange, ledger: { ...ledger, publish } }
    await process.ticks()
    now += 60_000
  }
  exchange = { ...exchange, ledger }
  assert.deepEqual(process.told, [
    'drills that are due wait for a minute: the log cannot be read: the disk is full',
    'drills that are due wait for a minute: a fault',
  ])
  assert.deepEqual(await carriedOut(entry), [])
  await process.ticks()
  assert.equal((await carriedOut(entry)).length, 1)
})

test('what is on record and could not be kept has failed, for who comes later too', async () => {
  now = Math.ceil(now / DAY) * DAY + 4 * HOUR
  const entry = entryOf({ every: 'P1Y' })
  const process = new Process([entry])
  process.instead = (name, input) =>
    name === 'drill/close'
      ? operations[name]?.(input).then((): Answer => err({ kind: 'unavailable', message: 'the disk is full' }))
      : undefined
  await process.ticks()
  const [due] = await carriedOut(entry)
  assert.match(process.told.join(), /the disk is full/)
  now += HOUR
  const next = new Process([entry])
  await next.ticks()
  assert.equal((await carriedOut(entry)).length, 1)
  now += DAY
  await next.ticks()
  assert.deepEqual(await carriedOut(entry), [due, due])
  assert.match(next.told.join(), /was carried out/)
})

test('drills that are due at once run one after another, one that a hand runs counts for no date, and what ran is shown', async () => {
  now = Math.ceil(now / DAY) * DAY + 4 * HOUR
  const entries = ['disconnect', 'model-export-order', 'change-of-control'].map((run) => entryOf({ run }))
  const close = { drill: 'disconnect', started: now, report: 'a'.repeat(64), page: 'b'.repeat(64) }
  assert.ok((await operations['drill/close']?.(close))?.ok)
  const process = new Process(entries)
  let [running, most] = [0, 0]
  process.instead = (name) => {
    if (name === 'cut/list') running++
    if (name === 'drill/close') most = Math.max(most, running--)
    return undefined
  }
  await process.ticks()
  assert.equal(most, 1)
  const due = Math.floor(now / DAY) * DAY + 3 * HOUR
  for (const entry of entries) assert.deepEqual(await carriedOut(entry), [due])
  for (const shown of await describeSchedule(exchange)) {
    assert.equal(shown.due, false)
    assert.equal(shown.next, new Date(due + DAY).toISOString())
    assert.deepEqual((shown.last as JsonObject).due, new Date(due).toISOString())
  }
})

test('an entry that is changed is looked up anew, and who names a drill that is none hears of it before it is due', async () => {
  now = Math.ceil(now / DAY) * DAY + 4 * HOUR
  const entry = entryOf({ every: 'P1Y' })
  await new Process([entry]).ticks()
  const dates = await carriedOut(entry)
  const process = new Process([
    { ...entry, every: 'P6M', windowDays: 3 },
    { ...entry, name: 'mistaken', run: 'no-such', from: '2099-01-01' },
  ])
  await process.ticks()
  assert.deepEqual(await carriedOut(entry), dates)
  assert.match(process.told.join(), /of the schedule cannot be carried out: there is no drill `no-such`/)
})

test('a schedule that leaves something open is refused', () => {
  const failuresOf = (entries: string): string => {
    const parsed = parseConfiguration(`${CONFIGURATION}drills: { schedule: [${entries}] }\n`, 'allod.yaml')
    return parsed.ok ? '' : parsed.error.messages.join()
  }
  const bounds = 'on: sandbox, callsPerSecond: 5, forSeconds: 60, abortAfter: 3'
  const dated = "run: disconnect, every: P1Y, from: '2026-12-01'"
  assert.equal(failuresOf(`{ ${dated} }, { ${dated}, name: live, mode: live, live: { ${bounds} } }`), '')
  for (const [entries, sentence] of [
    [`{ ${dated} }, { ${dated} }`, /two entries have the name `disconnect`/],
    [`{ ${dated}, mode: live }`, /a live drill needs its bounds/],
    [`{ ${dated}, live: { ${bounds} } }`, /these bounds belong to `mode: live`/],
    [
      `{ ${dated}, mode: live, live: { on: sandbox, callsPerSecond: 5, forSeconds: 60 } }`,
      /`drills.schedule.0.live.abortAfter` is missing/,
    ],
    [`{ ${dated}, mode: live, live: { on: sandbox, forSeconds: 60, abortAfter: 3 } }`, /nothing takes part/],
    [`{ ${dated}, mode: live, live: { on: real, share: 0.1, forSeconds: 60, abortAfter: 3 } }`, /only with `confirmed: disconnect`/],
    [`{ ${dated}, mode: live, live: { on: sandbox, share: 1, forSeconds: 3601, abortAfter: 3 } }`, /forSeconds`: too big/],
    ["{ run: disconnect, every: 90d, from: '2026-12-01' }", /must be an ISO 8601 duration of one unit/],
    ["{ run: disconnect, every: P1Y, from: '2026-02-30' }", /must be a day/],
    [`{ ${dated}, at: '24:00' }`, /must be a time of the day in UTC/],
    [`{ ${dated}, until: '2027-01-01' }`, /`until` is not a field/],
  ] as const)
    assert.match(failuresOf(entries), sentence)
})
