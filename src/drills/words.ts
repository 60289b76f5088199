import { type Place, percent } from './html.ts'
import { liveHeadline } from './live/headline.ts'
import type { Report } from './report.ts'

/** What a person reads first: how bad it is, and one sentence. */
export type Headline = { readonly severity: 'crit' | 'warn' | 'none'; readonly sentence: string }

export const headline = ({ shares, aims, outcomes, cost, load, open, live }: Report): Headline => {
  if (live !== undefined) return liveHeadline(live)
  const { before, after, atBest } = shares
  if (aims.every(({ hits }) => hits.length === 0))
    return { severity: 'none', sentence: 'Nothing here hangs on what this drill takes away.' }
  const lost = before.demandsAnswered - after.demandsAnswered
  const short = load.filter(({ shortfall }) => shortfall !== null && shortfall > 0).map(({ endpoint }) => endpoint)
  const room = short.length === 0 ? '' : ` ${short.join(' and ')} would not have room for all of it.`
  if (lost > 0) {
    const calls = percent(before.answered - after.answered, before.calls)
    const what = before.calls === 0 ? `${lost} of ${before.demands} demands have no answer left` : `${calls} of the calls find no answer`
    const sure = atBest.demandsAnswered < before.demandsAnswered
    return { severity: 'crit', sentence: sure ? `${what}.${room}` : `If what nobody knows is against you, ${what}.${room}` }
  }
  const legs = outcomes.reduce((sum, { kind, lost, demands }) => sum + (kind === 'one-leg' && lost.length > 0 ? demands : 0), 0)
  if (legs > 0)
    return { severity: 'warn', sentence: `Every demand is still answered; ${legs} of ${before.demands} on their last endpoint.${room}` }
  if (cost.after > cost.before) {
    const times = cost.before === 0 ? '' : `, ${(cost.after / cost.before).toFixed(2)} times as much`
    return { severity: 'warn', sentence: `Every demand is still answered, and costs more${times}.${room}` }
  }
  if (short.length > 0) return { severity: 'crit', sentence: `Every demand keeps a route.${room}` }
  return {
    severity: 'none',
    sentence: open.length > 0 ? 'Every demand is still answered, as far as facts can tell.' : 'Every demand is still answered.',
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
