import { type Place, percent } from './html.ts'
import { type LiveVerdict, liveSentence, liveVerdict } from './live/headline.ts'
import type { Report } from './report.ts'

/** How bad what a drill found is, in figures that any language can put in words. */
export type Severity = 'crit' | 'warn' | 'none'
export type Verdict = PlanVerdict | LiveVerdict
export type PlanVerdict = {
  readonly severity: Severity
  readonly kind: 'untouched' | 'lost' | 'one-leg' | 'dearer' | 'no-room' | 'stands' | 'stands-perhaps'
  /** Calls of the window without an answer, and how many there were. */
  readonly calls: number
  readonly ofCalls: number
  /** Demands without an answer, or, of `one-leg`, those on their last endpoint, and how many there are. */
  readonly demands: number
  readonly ofDemands: number
  /** Whether it is so whatever nobody knows. */
  readonly certain: boolean
  /** How many times as much the window costs; null where it cost nothing. */
  readonly times: number | null
  /** Endpoints that would not have room. */
  readonly short: readonly string[]
}

/** What a drill comes to: the worst of what it found. */
export const verdictOf = ({ shares, aims, outcomes, cost, load, open, live }: Report): Verdict => {
  if (live !== undefined) return liveVerdict(live)
  const { before, after, atBest } = shares
  const lost = before.demandsAnswered - after.demandsAnswered
  const legs = outcomes.reduce((sum, { kind, lost, demands }) => sum + (kind === 'one-leg' && lost.length > 0 ? demands : 0), 0)
  const short = load.filter(({ shortfall }) => shortfall !== null && shortfall > 0).map(({ endpoint }) => endpoint)
  const found = (severity: Severity, kind: PlanVerdict['kind'], demands = lost): PlanVerdict => ({
    severity,
    kind,
    calls: before.answered - after.answered,
    ofCalls: before.calls,
    demands,
    ofDemands: before.demands,
    certain: atBest.demandsAnswered < before.demandsAnswered,
    times: cost.before === 0 ? null : cost.after / cost.before,
    short,
  })
  if (aims.every(({ hits }) => hits.length === 0)) return found('none', 'untouched')
  if (lost > 0) return found('crit', 'lost')
  if (legs > 0) return found('warn', 'one-leg', legs)
  if (cost.after > cost.before) return found('warn', 'dearer')
  if (short.length > 0) return found('crit', 'no-room')
  return found('none', open.length > 0 ? 'stands-perhaps' : 'stands')
}

/** What a person reads first: how bad it is, and one sentence. */
export type Headline = { readonly severity: Severity; readonly sentence: string }

export const headline = (report: Report): Headline => {
  const verdict = verdictOf(report)
  return { severity: verdict.severity, sentence: 'failed' in verdict ? liveSentence(verdict) : planSentence(verdict) }
}

const planSentence = ({ kind, calls, ofCalls, demands, ofDemands, certain, times, short }: PlanVerdict): string => {
  const room = short.length === 0 ? '' : ` ${short.join(' and ')} would not have room for all of it.`
  switch (kind) {
    case 'untouched':
      return 'Nothing here hangs on what this drill takes away.'
    case 'lost': {
      const what =
        ofCalls === 0 ? `${demands} of ${ofDemands} demands have no answer left` : `${percent(calls, ofCalls)} of the calls find no answer`
      return certain ? `${what}.${room}` : `If what nobody knows is against you, ${what}.${room}`
    }
    case 'one-leg':
      return `Every demand is still answered; ${demands} of ${ofDemands} on their last endpoint.${room}`
    case 'dearer':
      return `Every demand is still answered, and costs more${times === null ? '' : `, ${times.toFixed(2)} times as much`}.${room}`
    case 'no-room':
      return `Every demand keeps a route.${room}`
    case 'stands-perhaps':
      return 'Every demand is still answered, as far as facts can tell.'
    case 'stands':
      return 'Every demand is still answered.'
  }
}

export const OUTCOME_WORDS: Readonly<Record<Report['outcomes'][number]['kind'], string>> = {
  falls: 'no answer',
  'may-fall': 'perhaps no answer',
  'one-leg': 'on one endpoint',
  moves: 'answered elsewhere',
  stands: 'stands',
  'refused-before': 'refused already',
}

/** Where what passes on a route can be seen. */
export const placeOf = (served: Report['served'], name: string): Place => {
  const route = served.find((each) => each.route === name)
  if (route === undefined || route.atHome) return 'home'
  return route.see.every((who) => who === 'unknown') ? 'unknown' : 'abroad'
}

const DOES: Readonly<Record<string, string>> = {
  cut: 'is cut',
  price: 'costs more',
  control: 'is sold',
  licence: 'no longer licenses you',
  provenance: 'models at home must be made from nothing',
  load: 'more is asked, and no machine is added',
}
/** What a step does to what, in words. */
export const targetText = (does: string, target: string | null): string => {
  if (target === null) return `nothing ${DOES[does] ?? does}`
  if (target === 'all') return DOES[does] ?? does
  return `${target === 'outside-home' ? 'everything outside home' : target} ${DOES[does] ?? does}`
}

/** `90 minutes`, `2 hours`, `19 days`. */
export const span = (time: number): string => {
  const [amount, unit] =
    time % DAY === 0 ? [time / DAY, 'day'] : time % HOUR === 0 ? [time / HOUR, 'hour'] : [Math.round(time / MINUTE), 'minute']
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Millionths as money. */
export const moneyText = (amount: number, currency: string): string =>
  `${(amount / 1e6).toFixed(amount > 0 && amount < 10_000 ? 4 : 2)} ${currency}`
