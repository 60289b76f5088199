import { existsSync, writeFileSync } from 'node:fs'
import type { JsonObject } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { formatSigned } from '../core/signed-report.ts'
import { dayOf } from '../core/units.ts'
import type { TrafficWindow } from '../drills/exposure/ground.ts'
import type { LiveOrder } from '../drills/live/order.ts'
import type { Report } from '../drills/report.ts'
import { aimedAt, type Scenario } from '../drills/scenario.ts'
import { reportText, scenarioText } from '../drills/text.ts'
import { headline } from '../drills/words.ts'
import { askRunning } from './admin.ts'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from './command.ts'
import type { LoadedConfiguration } from './config.ts'
import { type BookedScenario, readDrillBook } from './drill-book.ts'
import { describeEntries, scheduleLine } from './drill-dates.ts'
import { LIVE_OPTIONS, orderOf, readLiveSettings, runLive } from './drill-live.ts'
import { newestReport, readPage } from './drill-reports.ts'
import { cutsIn, type Keeping, type KeptReport, keepDrill, type Stage, stageOf } from './drill-run.ts'
import { systemClock } from './exchange.ts'
import { readLaw } from './law.ts'
import { objectsIn } from './members.ts'
import { EXCHANGE_OPTIONS, loadGiven, pathsOf, perform } from './owner.ts'
import { readLength, readWindow } from './traffic.ts'

const ALL = 'all'
const MODES = ['plan', 'live'] as const

/** `allod drill`: what would break if somebody used their power to stop, computed beforehand, recorded and signed. */
export const drill: Command = {
  name: 'drill',
  summary: 'Rehearses a cut, a price shock, a lost licence or a sale: what still answers, from where, at what cost. Recorded and signed.',
  usage: [
    'drill list',
    'drill show <id>',
    'drill run <id>|all [--mode plan] [--target NAME] [--window 30d] [--html FILE]',
    'drill run <id>|all --mode live --sandbox|--real-traffic [--share 10%] [--synthetic 5/s | --replay 5/s] [--for 60s] [--abort-after 3]',
    'drill abort',
    'drill disconnect [--window 30d] [--html FILE]',
    'drill report [<id>] [--html FILE]',
  ],
  options: {
    mode: {
      value: 'MODE',
      text: 'plan: over facts and the log’s traffic; nothing is sent. live: faults are injected into calls (default: plan)',
    },
    target: { value: 'NAME', text: 'aim it at country:US, place:AE, entity:…, endpoint:… or model:… instead of what carries most calls' },
    window: { value: 'LENGTH', text: 'the log’s traffic to count, up to now, such as 12h or 90d (default: 30d)' },
    html: { value: 'FILE', text: 'write the signed report as one page that needs nothing else' },
    ...LIVE_OPTIONS,
    ...EXCHANGE_OPTIONS,
  },
  examples: [
    'drill run model-export-order --html report.html',
    'drill run sanctions-entity --target entity:openai-opco',
    'drill disconnect',
    'drill run disconnect --mode live --sandbox --for 30s --html report.html',
  ],
  run: async (given, terminal) => {
    const [action = '', id, ...more] = given.positionals
    if (more.length > 0) throw new UsageFailure(`\`drill ${action}\` takes one name, not \`${more.join(' ')}\``)
    if (action === 'report') return showReport(id, given, terminal)
    if (action === 'abort' && id === undefined) return abort(given, terminal)
    const loaded = loadGiven(given, terminal)
    const book = loaded === undefined ? undefined : openBook(loaded, terminal)
    if (loaded === undefined || book === undefined) return EXIT.usage
    if (action === 'list') return list(book, loaded, given, terminal)
    if (action === 'show') return show(named(book, id).scenario, given, terminal)
    if (action === 'run') return run(chosen(book, id), loaded, given, terminal)
    if (action === 'disconnect' && id === undefined) return run(chosen(book, action), loaded, given, terminal)
    throw new UsageFailure(`\`${action}\` is nothing a drill does; say list, show, run, abort, disconnect or report`)
  },
}

type Book = ReadonlyMap<string, BookedScenario>

const openBook = (loaded: LoadedConfiguration, terminal: Terminal): Book | undefined => {
  const book = readDrillBook(loaded)
  if (book.ok) return book.value
  for (const message of book.error.messages) terminal.error(`allod drill: ${message}`)
  return undefined
}

const named = (book: Book, id: string | undefined): BookedScenario => {
  if (id === undefined) throw new UsageFailure('name a drill; `allod drill list` shows them')
  const found = book.get(id)
  if (found !== undefined) return found
  const close = nearest(id, book.keys())
  throw new UsageFailure(`there is no drill \`${id}\`; ${close === undefined ? 'see `allod drill list`' : `did you mean \`${close}\`?`}`)
}

const chosen = (book: Book, id: string | undefined): readonly Scenario[] =>
  id === ALL ? [...book.values()].map(({ scenario }) => scenario) : [named(book, id).scenario]

const list = async (book: Book, loaded: LoadedConfiguration, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const schedule = await readSchedule(loaded, given, terminal)
  const rows = [...book.values()].map(({ scenario: { id, date, title }, origin }) => ({
    id,
    date: date ?? null,
    title,
    origin,
    schedule: schedule.filter(({ drill }) => drill === id),
  }))
  if (given.flag('json')) terminal.out(JSON.stringify(rows, null, 2))
  else
    for (const { id, date, title, origin, schedule } of rows) {
      terminal.out(`${id.padEnd(24)} ${date ?? 'any day   '}  ${title}${origin === 'owner' ? ' (yours)' : ''}`)
      for (const entry of schedule) terminal.out(`  ${scheduleLine(entry)}`)
    }
  for (const { name, drill } of schedule)
    if (!book.has(String(drill))) terminal.error(`allod drill: \`${String(name)}\` of the schedule names no drill: \`${String(drill)}\``)
  return EXIT.ok
}

/** What is due when, as the exchange knows it; by the configuration alone where there is none. */
const readSchedule = async (loaded: LoadedConfiguration, given: Given, terminal: Terminal): Promise<readonly JsonObject[]> => {
  const { schedule } = loaded.configuration.drills
  if (schedule.length === 0 || !existsSync(pathsOf(given).store)) return describeEntries(schedule, systemClock())
  const answer = await perform('drill/schedule', {}, given, terminal)
  if (answer?.ok === false) terminal.error(`allod drill: ${answer.error.message}`)
  return answer?.ok ? objectsIn(answer.value) : describeEntries(schedule, systemClock())
}

const show = (scenario: Scenario, given: Given, terminal: Terminal): ExitCode => {
  terminal.out(given.flag('json') ? JSON.stringify(scenario, null, 2) : scenarioText(scenario).join('\n'))
  return EXIT.ok
}

/** Through nobody but the exchange that runs: one that is opened for this has no drill. */
const abort = async (given: Given, terminal: Terminal): Promise<ExitCode> => {
  const answer = await askRunning(pathsOf(given).adminSocket, 'drill/abort', {})
  if (answer?.ok) terminal.out('ended: no fault is injected any more')
  else terminal.error(`allod drill: ${answer === undefined ? 'no exchange runs here' : answer.error.message}`)
  return answer?.ok ? EXIT.ok : EXIT.no
}

/** Exit code 0: every demand keeps an answer in every drill, or no call failed in a live one. 1: some did. */
const run = async (scenarios: readonly Scenario[], loaded: LoadedConfiguration, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const mode = given.text('mode') ?? MODES[0]
  if (!MODES.some((each) => each === mode)) throw new UsageFailure(`there is no mode \`${mode}\`; the modes are ${MODES.join(', ')}`)
  if (scenarios.length > 1 && given.text('html') !== undefined) throw new UsageFailure('--html takes the report of one drill')
  const aimed = scenarios.map((scenario) => aim(scenario, given))
  const [only] = scenarios.length === 1 ? scenarios : []
  const live = mode === 'live' ? await readLiveSettings(given, terminal, only?.id) : undefined
  const window = await readWindow(readLength(given.text('window') ?? '30d'), given, terminal)
  if (typeof window === 'number') return window
  if (window === undefined) {
    terminal.error(
      `allod drill: there is no exchange in \`${pathsOf(given).root}\` to record this; start one with \`npm start\`, or name its directory with --data`,
    )
    return EXIT.usage
  }
  const cuts = await cutsInForce(given, terminal)
  const stage = cuts && setUp(loaded, { window, cuts }, terminal)
  if (stage === undefined) return EXIT.usage
  let worst: ExitCode = EXIT.ok
  for (const scenario of aimed) {
    const order = live && orderOf(scenario, { ...stage, dataClasses: loaded.configuration.dataClasses }, live)
    if (typeof order === 'string') {
      if (only !== undefined) throw new UsageFailure(order)
      terminal.error(`${scenario.id.padEnd(24)} not run: ${order}`)
      continue
    }
    const kept = await carryOut({ scenario, order }, stage, given, terminal)
    if (kept === undefined) return EXIT.unavailable
    tell(kept, scenarios.length > 1, given, terminal)
    if (losesAnswers(kept.report)) worst = EXIT.no
  }
  return worst
}

const aim = (scenario: Scenario, given: Given): Scenario => {
  const target = given.text('target')
  const aimed = target === undefined ? undefined : aimedAt(scenario, target)
  if (aimed?.ok === false) throw new UsageFailure(aimed.error.messages.join('; '))
  return aimed?.value ?? scenario
}

/** What is really cut now; undefined after a complaint. */
const cutsInForce = async (given: Given, terminal: Terminal): Promise<readonly string[] | undefined> => {
  const answer = await perform('cut/list', {}, given, terminal)
  if (answer?.ok) return cutsIn(answer.value)
  if (answer?.ok === false) terminal.error(`allod drill: ${answer.error.message}`)
  return undefined
}

const setUp = (
  loaded: LoadedConfiguration,
  found: { readonly window: TrafficWindow; readonly cuts: readonly string[] },
  terminal: Terminal,
): Stage | undefined => {
  const law = readLaw(loaded, dayOf(systemClock()))
  if (!law.ok) {
    for (const message of law.error.messages) terminal.error(`allod drill: ${message}`)
    return undefined
  }
  const stage = stageOf(loaded, law.value, found)
  if (stage.ok) return stage.value
  terminal.error(`allod drill: ${stage.error.message}`)
  return undefined
}

/** Carries one drill out, has it recorded and signed, and keeps report and page; undefined after a complaint. */
const carryOut = async (
  { scenario, order }: { readonly scenario: Scenario; readonly order: LiveOrder | undefined },
  stage: Stage,
  given: Given,
  terminal: Terminal,
): Promise<KeptReport | undefined> => {
  const started = systemClock()
  const measured = order && (await runLive(order, given, terminal))
  if (order !== undefined && measured === undefined) return undefined
  const operate: Keeping['operate'] = (name, input) => perform(name, input, given, terminal)
  const rehearsal = { scenario, started, ...(measured === undefined ? {} : { measured }) }
  const kept = await keepDrill(rehearsal, stage, { operate, paths: pathsOf(given) })
  if (kept.ok) return kept.value
  terminal.error(`allod drill: ${kept.error.message}`)
  return undefined
}

const losesAnswers = ({ shares, live }: Report): boolean =>
  live === undefined ? shares.after.demandsAnswered < shares.before.demandsAnswered : live.phases.during.failed > 0

const tell = ({ report, note, page, file }: Omit<KeptReport, 'index'>, brief: boolean, given: Given, terminal: Terminal): void => {
  const html = given.text('html')
  if (html !== undefined) writePage(html, page)
  if (given.flag('json')) {
    terminal.out(formatSigned({ report, note }).trimEnd())
    return
  }
  const colour = { crit: 'red', warn: 'yellow', none: 'green' } as const
  const { severity, sentence } = headline(report)
  const [first = '', ...rest] = reportText(report)
  if (brief) terminal.out(`${report.scenario.id.padEnd(24)} ${paint(terminal, colour[severity], sentence)}`)
  else terminal.out([paint(terminal, colour[severity], first), ...rest, html ?? file].join('\n'))
}

const writePage = (file: string, page: string): void => {
  try {
    writeFileSync(file, page)
  } catch (failure) {
    throw new UsageFailure(`cannot write \`${file}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unknown'}`)
  }
}

/** The newest report, of one drill or of all, verified before it is shown. */
const showReport = async (id: string | undefined, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const { newest, complaints } = await newestReport(pathsOf(given), id)
  for (const complaint of complaints) terminal.error(`allod drill: ${complaint}`)
  if (newest === undefined) {
    terminal.error(`allod drill: ${id === undefined ? 'no drill' : `\`${id}\``} was run here yet; run \`allod drill run ${id ?? '<id>'}\``)
    return EXIT.no
  }
  const page = given.text('html') === undefined ? '' : await readPage(newest.file, pathsOf(given))
  if (page === undefined) {
    terminal.error(`allod drill: the page beside \`${newest.file}\` is missing or was changed, and is not written; its JSON is whole`)
    return EXIT.no
  }
  tell({ ...newest, page }, false, given, terminal)
  return EXIT.ok
}
