// The command's side of a live drill: what is ordered, and who confirmed it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../core/json.ts'
import { laidOver } from '../drills/after.ts'
import type { TrafficWindow } from '../drills/exposure/ground.ts'
import { demandKey, type Ground, type Hypotheses } from '../drills/ground.ts'
import { type EvaluationQuestion, parseEvaluation } from '../drills/live/evaluation.ts'
import { faultsOf } from '../drills/live/faults.ts'
import { type Measured, parseMeasured } from '../drills/live/measured.ts'
import type { Examined, LiveAsk, LiveOrder } from '../drills/live/order.ts'
import type { Scenario } from '../drills/scenario.ts'
import { askRunning } from './admin.ts'
import { type Given, type OptionHelp, type Terminal, UsageFailure } from './command.ts'
import { pathsOf } from './owner.ts'
import { PROJECT } from './paths.ts'

export const LIVE_OPTIONS: Readonly<Record<string, OptionHelp>> = {
  sandbox: { text: 'live: on an exchange that was started with --sandbox' },
  'real-traffic': { text: 'live: on one that asks real endpoints; you are asked to type the drill’s id' },
  share: { value: 'PERCENT', text: 'live: so much of the calls that come in takes part, such as 10% (default with --real-traffic)' },
  synthetic: { value: 'RATE', text: 'live: so many made-up calls for each demand in turn, such as 5/s (default with --sandbox)' },
  replay: { value: 'RATE', text: 'live: so many made-up calls in the mix of the window, such as 5/s' },
  for: { value: 'LENGTH', text: 'live: how long faults last, up to 1h (default: 60s)' },
  'abort-after': { value: 'NUMBER', text: 'live: so many failed calls end it (default with --real-traffic: 3)' },
}

/** What one order after another has in common. */
export type LiveSettings = Pick<LiveOrder, 'on' | 'confirmed' | 'by' | 'share' | 'rate' | 'mix' | 'lasts' | 'watch' | 'abortAfter'>
export type LiveStage = {
  readonly ground: Ground
  readonly hypotheses: Hypotheses
  readonly window: TrafficWindow
  /** Lowest first. */
  readonly dataClasses: readonly string[]
}

const REAL_FAILURES = 3
/** Calls are watched before and after for a quarter of the time that faults last, and no longer than this. */
const LONGEST_WATCH = 15_000
export const watchOf = (lasts: number): number => Math.min(LONGEST_WATCH, Math.ceil(lasts / 4))

/** Reads the options; real traffic is asked about at the terminal. `id`: the one drill that is to run. */
export const readLiveSettings = async (given: Given, terminal: Terminal, id: string | undefined): Promise<LiveSettings> => {
  const real = given.flag('real-traffic')
  if (real === given.flag('sandbox'))
    throw new UsageFailure('a live drill runs with --sandbox, on simulations, or with --real-traffic, on what callers really ask; say one')
  const [synthetic, replay] = [given.text('synthetic'), given.text('replay')]
  if (synthetic !== undefined && replay !== undefined) throw new UsageFailure('say --synthetic or --replay, not both')
  const shared = given.text('share')
  const plain = shared === undefined && synthetic === undefined && replay === undefined
  const abortAfter = given.text('abort-after')
  const lasts = lengthOf(given.text('for') ?? '60s')
  return {
    ...(real ? { on: 'real', confirmed: await confirm(terminal, id) } : { on: 'sandbox' }),
    share: shared === undefined ? (plain && real ? 0.1 : 0) : percentOf(shared),
    rate: rateOf(synthetic ?? replay ?? (plain && !real ? '5/s' : '0/s')),
    mix: replay === undefined ? 'synthetic' : 'replayed',
    lasts,
    watch: watchOf(lasts),
    ...(abortAfter !== undefined ? { abortAfter: countOf(abortAfter) } : real ? { abortAfter: REAL_FAILURES } : {}),
  }
}

const confirm = async (terminal: Terminal, id: string | undefined): Promise<string> => {
  if (id === undefined) throw new UsageFailure('on real traffic one drill is run at a time; name it')
  const typed = await terminal.ask?.({ text: `faults will be injected into real calls; type ${id} to go on: ` })
  if (typed?.trim() === id) return id
  throw new UsageFailure(
    terminal.ask === undefined
      ? `--real-traffic needs somebody at a terminal who types \`${id}\``
      : `\`${id}\` was not typed: nothing was done`,
  )
}

const percentOf = (text: string): number => {
  const [, number] = /^(\d{1,3}(?:\.\d{1,3})?) ?%$/.exec(text) ?? []
  if (number === undefined || Number(number) > 100) throw new UsageFailure(`\`${text}\` is no share; write it as 10%`)
  return Number(number) / 100
}
const rateOf = (text: string): number => {
  const [, number] = /^(\d{1,4}(?:\.\d{1,3})?)\/s$/.exec(text) ?? []
  if (number === undefined || Number(number) > 1000) throw new UsageFailure(`\`${text}\` is no rate; write it as 5/s`)
  return Number(number)
}
const lengthOf = (text: string): number => {
  const [, number, unit] = /^(\d{1,4})(s|m|h)$/.exec(text) ?? []
  const length = Number(number) * (unit === 's' ? 1000 : unit === 'm' ? 60_000 : 3_600_000)
  if (number === undefined || length < 1000 || length > 3_600_000)
    throw new UsageFailure(`\`${text}\` is no length of a drill; write it as 60s or 5m, up to 1h`)
  return length
}
const countOf = (text: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageFailure(`\`${text}\` is no number of failed calls, such as 3`)
  return Number(text)
}

/** What the exchange is to do, or in one sentence why there is nothing to do. */
export const orderOf = (scenario: Scenario, stage: LiveStage, settings: LiveSettings): LiveOrder | string => {
  const { ground, hypotheses, window } = stage
  const after = laidOver(scenario, ground, hypotheses, window)
  const faults = faultsOf(after)
  if (faults.length === 0 && after.load === 1) return silence(scenario)
  const asks = settings.mix === 'replayed' ? replayed(ground, window) : synthetic(ground)
  if (settings.rate > 0 && asks.length === 0) return 'the window holds no calls that could be replayed'
  const routes = new Set(faults.map(({ route }) => route))
  return { drill: scenario.id, ...settings, faults, load: after.load, asks, examined: examined(stage, routes) }
}

const silence = ({ id, steps }: Scenario): string =>
  steps.some(({ do: does }) => does === 'cut')
    ? `nothing here hangs on what \`${id}\` takes away`
    : `\`${id}\` shows nothing on the wire; run it with --mode plan`

/** Each demand that policy permits somebody for, as often as another. INVARIANT(G1): no drill asks what no call may. */
const synthetic = ({ estate }: Ground): readonly LiveAsk[] =>
  estate.demands.flatMap(({ routes, ...demand }) => (routes.length === 0 ? [] : [{ ...demand, weight: 1 }]))

const replayed = ({ estate }: Ground, { traffic }: TrafficWindow): readonly LiveAsk[] => {
  const open = new Set(estate.demands.flatMap((demand) => (demand.routes.length === 0 ? [] : [demandKey(demand)])))
  return traffic.flatMap((row) => {
    const { alias, tenant, application, dataClass, purpose, calls } = row
    return open.has(demandKey(row)) && calls > 0 ? [{ alias, tenant, application, dataClass, purpose, weight: calls }] : []
  })
}

/** Examined at most: each costs questions, twice. */
const MOST_EXAMINED = 3

/** Of each alias whose first route is taken away, the demand with the lowest class: whoever asks it notices. */
const examined = ({ ground, dataClasses }: LiveStage, routes: ReadonlySet<string>): readonly Examined[] => {
  const questions = readQuestions()
  const found = new Map<string, Examined>()
  const byClass = ground.estate.demands.toSorted((a, b) => dataClasses.indexOf(a.dataClass) - dataClasses.indexOf(b.dataClass))
  for (const { routes: permitted, ...demand } of byClass) {
    const [first] = permitted
    if (first !== undefined && routes.has(first) && !found.has(demand.alias)) found.set(demand.alias, { ...demand, questions })
  }
  return [...found.values()].slice(0, MOST_EXAMINED)
}

/** The questions that ship. */
export const readQuestions = (): readonly EvaluationQuestion[] => {
  const folder = join(PROJECT, 'factbook/drills/evaluation')
  return readdirSync(folder).flatMap((name) => {
    const parsed = parseEvaluation(readFileSync(join(folder, name), 'utf8'), name)
    if (!parsed.ok) throw new UsageFailure(parsed.error.messages.join('; '))
    return parsed.value
  })
}

/** Has the exchange that runs carry an order out, and waits; undefined after a complaint. Ctrl-C ends the drill, not the waiting. */
export const runLive = async (order: LiveOrder, given: Given, terminal: Terminal): Promise<Measured | undefined> => {
  const { adminSocket } = pathsOf(given)
  const abort = () => {
    askRunning(adminSocket, 'drill/abort', {})
  }
  process.on('SIGINT', abort)
  const answer = await askRunning(adminSocket, 'drill/live', order as unknown as JsonObject)
  process.off('SIGINT', abort)
  const measured = answer?.ok ? parseMeasured(answer.value) : answer
  if (measured?.ok) return measured.value
  const why = measured === undefined ? 'no exchange runs here; a live drill needs one: `allod up --sandbox`' : measured.error.message
  terminal.error(`allod drill: ${why}`)
  return undefined
}
