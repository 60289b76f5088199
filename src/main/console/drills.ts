// Drills as the console shows and orders them: the same scenarios, the same reports and the same schedule as on the command line.
import { basename } from 'node:path'
import type { JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Step } from '../../drills/scenario.ts'
import type { Answer, Question } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers, Visitor } from '../../http/console/handlers.ts'
import { type BookedScenario, readDrillBook } from '../drill-book.ts'
import { describeSchedule, nameOf } from '../drill-dates.ts'
import { type LiveSettings, watchOf } from '../drill-live.ts'
import type { Exchange } from '../exchange.ts'
import type { RehearsalJob } from '../workshop-jobs.ts'
import { withEntry, withItems, withoutEntry, withoutItems } from '../yaml-edit.ts'
import { changeConfiguration } from './configuration-change.ts'
import type { ConsoleGround } from './ground.ts'
import { operated } from './operated.ts'
import type { Run, RunBook } from './run-book.ts'

type DrillRoute = Extract<keyof Handlers, `${string} /drills${string}`>
type Failed = Result<never, ConsoleFailure>
type Changed = Result<Answer<'PUT /drills/limit'>, ConsoleFailure>

export const drillHandlers = (ground: ConsoleGround, runs: RunBook): Pick<Handlers, DrillRoute> => ({
  'GET /drills': () => listScenarios(ground, runs),
  'GET /drills/runs': ({ query }) => listRuns(runs, query),
  'GET /drills/runs/{id}': ({ path }) => showRun(ground, runs, path.id),
  'GET /drills/runs/{id}/page': async ({ path }) => {
    const html = await runs.page(path.id)
    return html === undefined ? absent('there is no page beside this report') : ok({ html })
  },
  'POST /drills/{scenario}/runs': ({ path, body }, who) => order(ground, path.scenario, body, who),
  'GET /drills/running': async (_asked, who) => {
    const running = await operated<Answer<'GET /drills/running'>['running']>(ground, 'drill/running', {}, who)
    return running.ok ? ok({ running: running.value, lost: ground.drills.lost ?? null }) : running
  },
  'DELETE /drills/running': (_asked, who) => operated(ground, 'drill/abort', {}, who),
  'GET /drills/schedule': async () => ok(await showSchedule(ground.exchange())),
  'PUT /drills/schedule/{name}': ({ path, body }, who) => writeEntry(ground, path.name, body, who),
  'DELETE /drills/schedule/{name}': ({ path }, who) => removeEntry(ground, path.name, who),
  'PUT /drills/limit': ({ body }, who) => writeLimit(ground, body.percent, who),
})

const absent = (message: string): Failed => err({ kind: 'not-found', message })

// ---- scenarios ---------------------------------------------------------------------------------------------------------

const openBook = ({ loaded }: Exchange): Result<ReadonlyMap<string, BookedScenario>, ConsoleFailure> => {
  const book = readDrillBook(loaded)
  return book.ok ? book : err({ kind: 'unavailable', message: book.error.messages.join('; ') })
}

const listScenarios = async (
  { exchange, sandbox }: ConsoleGround,
  runs: RunBook,
): Promise<Result<Answer<'GET /drills'>, ConsoleFailure>> => {
  const book = openBook(exchange())
  const kept = await runs.list()
  if (!book.ok) return book
  if (!kept.ok) return kept
  const last = new Map<string, Run>()
  for (const { run } of kept.value.runs) if (!last.has(run.drill)) last.set(run.drill, run)
  return ok({ sandbox, scenarios: [...book.value.values()].map((booked) => scenarioOf(booked, last.get(booked.scenario.id))) })
}

const scenarioOf = (
  { scenario: { id, title, date, happened, trigger, steps, beyond, sources }, origin }: BookedScenario,
  last: Run | undefined,
): Answer<'GET /drills'>['scenarios'][number] => ({
  id,
  title,
  date: date ?? null,
  happened,
  trigger,
  origin,
  steps: steps.map(stepOf),
  beyond: [...beyond],
  sources: sources.map(({ says, at, evidence }) => ({ says, at, evidence })),
  live: steps.some((step) => step.do === 'load' || (step.do === 'cut' && step.shows !== 'unchanged')),
  aimable: steps.some((step) => 'target' in step),
  last: last ?? null,
})

const stepOf = (step: Step) => ({
  does: step.do,
  target: 'target' in step && typeof step.target === 'string' ? step.target : null,
  busiest: 'target' in step && typeof step.target !== 'string' ? step.target.busiest : null,
  shows: step.do === 'cut' && step.shows !== 'unchanged' ? step.shows : null,
  after: step.after,
  lasts: step.lasts ?? null,
})

// ---- runs --------------------------------------------------------------------------------------------------------------

const listRuns = async (
  runs: RunBook,
  { before, most }: Question<'GET /drills/runs'>['query'],
): Promise<Result<Answer<'GET /drills/runs'>, ConsoleFailure>> => {
  const kept = await runs.list()
  if (!kept.ok) return kept
  const all = kept.value.runs.map(({ run }) => run)
  const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
  return ok({ runs: all.slice(from, from + most), damaged: [...kept.value.damaged], total: all.length })
}

const showRun = async (
  { exchange }: ConsoleGround,
  runs: RunBook,
  id: string,
): Promise<Result<Answer<'GET /drills/runs/{id}'>, ConsoleFailure>> => {
  const opened = await runs.open(id)
  if (!opened.ok) return opened
  const { report, note, run } = opened.value
  const page = await runs.page(id)
  // A copy, since what was read is not written to and the contract speaks of plain values.
  return ok({
    report: structuredClone(report) as Answer<'GET /drills/runs/{id}'>['report'],
    note,
    keys: exchange().verifierKeys,
    page: page !== undefined,
    run,
  })
}

/** INVARIANT: nobody injects a fault who did not type which drill it is. */
const order = async (
  { exchange, drills, sandbox }: ConsoleGround,
  drill: string,
  { mode, target, windowDays, live }: Question<'POST /drills/{scenario}/runs'>['body'],
  who: Visitor,
): Promise<Result<Answer<'POST /drills/{scenario}/runs'>, ConsoleFailure>> => {
  const book = openBook(exchange())
  if (!book.ok) return book
  if (!book.value.has(drill)) return absent(`there is no drill \`${drill}\``)
  const job: RehearsalJob = { drill, windowDays, ...(target === undefined ? {} : { target }) }
  if (mode === 'plan') {
    const kept = await drills.plan(job)
    return kept.ok ? ok({ run: `${drill}~${basename(kept.value, '.json')}` }) : kept
  }
  if (live === undefined) return err({ kind: 'unusable', message: '`live` must say how: a live drill has bounds' })
  if (live.confirmed !== drill) return err({ kind: 'refused', message: `faults are injected only for somebody who types \`${drill}\`` })
  if (live.on === 'real' && live.abortAfter === undefined)
    return err({ kind: 'unusable', message: '`live.abortAfter` must say after how many failed calls it ends, where real calls take part' })
  if ((live.on === 'sandbox') !== sandbox)
    return err({ kind: 'refused', message: sandbox ? 'this exchange runs in a sandbox' : 'this exchange asks real endpoints' })
  const begun = await drills.begin({ ...job, live: { ...settingsOf(live), by: who.name } })
  return begun.ok ? ok({ run: null }) : begun
}

const settingsOf = ({
  on,
  confirmed,
  share,
  callsPerSecond,
  mix,
  forSeconds,
  abortAfter,
}: NonNullable<Question<'POST /drills/{scenario}/runs'>['body']['live']>): LiveSettings => {
  const lasts = Math.round(forSeconds * 1000)
  return {
    on,
    confirmed,
    share,
    rate: callsPerSecond,
    mix,
    lasts,
    watch: watchOf(lasts),
    ...(abortAfter === undefined ? {} : { abortAfter }),
  }
}

// ---- schedule ----------------------------------------------------------------------------------------------------------

type Scheduled = Answer<'GET /drills/schedule'>['schedule'][number]

const showSchedule = async (exchange: Exchange): Promise<Answer<'GET /drills/schedule'>> => {
  const { drills } = exchange.loaded.configuration
  const described = await describeSchedule(exchange)
  const schedule = drills.schedule.map(({ from, at, target, windowDays }, index) => ({
    ...(described[index] as unknown as Scheduled),
    from,
    at,
    target: target ?? null,
    windowDays,
  }))
  return { schedule, limitPercent: drills.limitPercent ?? null, file: exchange.loaded.file }
}

const indexOf = ({ exchange }: Pick<ConsoleGround, 'exchange'>, name: string): number =>
  exchange().loaded.configuration.drills.schedule.findIndex((entry) => nameOf(entry) === name)

const writeEntry = async (
  ground: ConsoleGround,
  name: string,
  { run, every, from, at, target }: Question<'PUT /drills/schedule/{name}'>['body'],
  who: Visitor,
): Promise<Changed> => {
  const book = openBook(ground.exchange())
  if (!book.ok) return book
  if (!book.value.has(run)) return err({ kind: 'unusable', message: `there is no drill \`${run}\`` })
  const index = indexOf(ground, name)
  const { mode, live, windowDays } = ground.exchange().loaded.configuration.drills.schedule[index] ?? { mode: 'plan', windowDays: 30 }
  const written = {
    run,
    ...(name === run ? {} : { name }),
    ...(target === undefined ? {} : { target }),
    every,
    from,
    at,
    ...(windowDays === 30 ? {} : { windowDays }),
    // A live one keeps the bounds that its owner wrote: they are no business of a browser.
    ...(mode === 'live' && live !== undefined ? { mode, live } : {}),
  } as unknown as JsonObject
  const edit = (text: string) =>
    withItems(index < 0 ? text : withoutItems(text, 'drills', 'schedule', [index]), 'drills', 'schedule', [written])
  return said(await changeConfiguration(ground, { what: `schedule the drill ${name}`, edit }, who))
}

const removeEntry = async (ground: ConsoleGround, name: string, who: Visitor): Promise<Changed> => {
  const index = indexOf(ground, name)
  if (index < 0) return absent(`the schedule has no \`${name}\``)
  const edit = (text: string) => withoutItems(text, 'drills', 'schedule', [index])
  return said(await changeConfiguration(ground, { what: `take the drill ${name} out of the schedule`, edit }, who))
}

const writeLimit = async (ground: ConsoleGround, percent: number | null, who: Visitor): Promise<Changed> => {
  const edit = (text: string) => {
    const without =
      ground.exchange().loaded.configuration.drills.limitPercent === undefined ? text : withoutEntry(text, 'drills', 'limitPercent')
    return percent === null ? without : withEntry(without, 'drills', 'limitPercent', percent)
  }
  const what =
    percent === null ? 'set no limit to what one country may be able to stop' : `let one country be able to stop ${percent} % at most`
  return said(await changeConfiguration(ground, { what, edit }, who))
}

const said = (changed: Result<{ readonly waits: boolean }, ConsoleFailure>): Changed =>
  changed.ok ? ok({ says: changed.value.waits ? 'waits' : 'in-force' }) : changed
