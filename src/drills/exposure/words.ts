import { type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import type { Fact } from '../../facts/fact.ts'
import { pathWords } from '../../facts/report.ts'
import { percent } from '../html.ts'
import type { CommonDependency } from './common.ts'
import type { CutSet, Cuts, DemandExposure } from './demands.ts'
import type { Exposure, TrafficSummary } from './exposure.ts'
import type { Share } from './ground.ts'
import type { Improvement } from './improvements.ts'

/** What a report is written with beside the exposure itself. */
export type Written = {
  readonly exchange: string
  /** ISO 4217 code of the money in it. */
  readonly currency: string
  readonly factOf: (id: string) => Fact | undefined
}

/** `country:US` is `US`, `entity:aws-inc` is `aws-inc`, and whoever no fact names is `somebody unknown`. */
export const actorName = (actor: string): string =>
  actor === UNKNOWN ? 'somebody unknown' : actor.replace(/^(country|entity|model|licence):/, '')

/** Names, the first few of many. */
export const names = (all: readonly string[], most = 4): string =>
  all.length <= most + 1 ? all.map(actorName).join(', ') : `${all.slice(0, most).map(actorName).join(', ')} and ${all.length - most} more`

/** `62 %` of a whole; `none` where nothing was counted. */
export const percentOf = ({ part, whole }: Share): string => percent(part, whole)
export const outOf = ({ part, whole }: Share): string => `${part} of ${whole}`

/** `10,000`. */
const grouped = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',')
/** A number of something: `1 actor`, `2 actors`, `1,204 calls`. */
export const count = (number: number, singular: string): string => `${grouped(number)} ${singular}${number === 1 ? '' : 's'}`

const day = (moment: number): string => new Date(moment).toISOString().slice(0, 10)
const minute = (moment: number): string => new Date(moment).toISOString().slice(0, 16).replace('T', ' ')

/** An index of concentration, and what it is if whoever is unknown is the largest. */
export const indexWords = (index: number | undefined, atMost: number | undefined): string =>
  index === undefined || atMost === undefined ? 'none' : index === atMost ? grouped(index) : `${grouped(index)} to ${grouped(atMost)}`

/** What was counted, and what was not. */
export const trafficSentences = (traffic: TrafficSummary | undefined): readonly string[] => {
  if (traffic === undefined) return ['no log was read, so no calls are counted: name its directory with --data']
  const { from, to, countedSince, answered, unanswered, gone } = traffic
  return [
    `${count(answered.calls, 'call')} answered from ${day(from)} to ${day(to)}, and ${count(unanswered, 'call')} that nobody answered`,
    ...(gone > 0 ? [`${count(gone, 'call')} more were answered by routes that the configuration no longer has; they are in no share`] : []),
    ...(countedSince === undefined || countedSince <= from
      ? []
      : [`calls recorded before ${minute(countedSince)} UTC are not counted: this store is older than the counting`]),
  ]
}

/** The whole in one sentence: how much of what can be asked somebody outside can end alone. */
export const headline = ({ demands }: Exposure): string => {
  const number = (which: (cuts: Cuts) => boolean) => demands.reduce((sum, { asked, cuts }) => sum + (which(cuts) ? asked.length : 0), 0)
  const all = number(() => true)
  if (all === 0) return 'Policy gives no demand a route, so there is nothing to stop.'
  const perhaps = number(({ size, guaranteed }) => guaranteed === 1 && size !== 1)
  const more = perhaps === 0 ? '' : `, ${perhaps} more if whoever is unknown is one of those known`
  const [alone, never] = [number(({ size }) => size === 1), number(({ size }) => size === undefined)]
  return `${alone} of ${count(all, 'demand')} can be ended by one actor outside${more}; ${never} by nobody outside.`
}

/** Who asks what: `ministry/portal: public; ministry/casework: confidential, secret`. */
export const askedWords = ({ asked }: DemandExposure): string => {
  const classes = new Map<string, Set<string>>()
  for (const { tenant, application, dataClass } of asked) {
    const who = `${tenant}/${application}`
    classes.set(who, (classes.get(who) ?? new Set()).add(dataClass))
  }
  const told = [...classes].map(([who, which]) => `${who}: ${[...which].join(', ')}`)
  return told.length <= 5 ? told.join('; ') : `${told.slice(0, 4).join('; ')} and ${told.length - 4} more applications`
}

/** How many outside actors a stop takes. */
export const cutSentence = ({ cuts, safe }: DemandExposure): string => {
  const { size, guaranteed, exact } = cuts
  if (size === undefined) return `nobody outside can stop it: ${names(safe)} ${safe.length === 1 ? 'stands' : 'stand'}`
  const least = exact ? '' : 'at least '
  if (guaranteed === size) return size === 1 ? 'one actor outside is enough' : `it takes ${least}${size} actors outside together`
  return `it takes ${least}${size} actors outside together, or ${guaranteed} if whoever is unknown is one of them`
}

/** Cuts that a reader wants first: the smallest, of those who hold most, all of them known. The others stand in the JSON. */
export const shownSets = ({ sets, size }: Cuts, most = 3): readonly CutSet[] => {
  const smallest = sets.filter((set) => set.length === size)
  const leading = smallest.filter((set) => set.every(({ within }) => within.length === 0))
  const hasUnknown = (set: CutSet) => Number(set.some(({ actors }) => actors[0] === UNKNOWN))
  return (leading.length > 0 ? leading : smallest).toSorted((a, b) => hasUnknown(a) - hasUnknown(b)).slice(0, most)
}
export const setWords = (set: CutSet): string =>
  set.map(({ actors }) => (actors.length === 1 ? names(actors) : `any of ${names(actors)}`)).join(' and ')
export const setsLeftOut = (cuts: Cuts): string | undefined => {
  const left = cuts.sets.length - shownSets(cuts).length
  if (left <= 0) return undefined
  const larger = cuts.sets.some((set) => set.length > (cuts.size ?? 0)) ? ', larger ones among them' : ''
  return `and ${cuts.all ? '' : 'at least '}${left} more minimal ${left === 1 ? 'set' : 'sets'}${larger}`
}

export const improvementSentence = ({ last, others, demands, routes }: Improvement): string => {
  if (demands.part > 0) return `with it, ${outOf(demands)} demands would take more actors to end than now`
  if (last.length > 0) return `with it, nobody unknown could stop ${names(last)}; the number of actors it takes stays`
  return `it alone settles nothing: ${count(others, 'other fact')} ${others === 1 ? 'is' : 'are'} missing for ${routes.length === 1 ? routes[0] : 'the nearest of its routes'}`
}

const ENTRANCE: Readonly<Record<string, string>> = {
  'operated-by': 'run by it',
  'hosted-on': 'on its machines',
  'fronted-by': 'behind it',
  'identity-by': 'its logins',
  'dns-by': 'its DNS',
  'colocation-by': 'in its building',
  'depends-on-technology-of': 'on its software',
  serves: 'its model',
  custody: 'its weights',
}
export const commonSentence = ({ kind, names: all, how, routes, aliases, everything }: CommonDependency): string => {
  const by = kind === 'company' ? ` (${how.map((each) => ENTRANCE[each] ?? each).join(', ')})` : ''
  const where = aliases.map(({ alias, routes: share }) => `${outOf(share)} routes of \`${alias}\``).join(', ')
  return `${names(all)}${by}: ${names(routes)} stand on ${kind === 'company' ? 'it' : `this ${kind}`}; ${where}${everything ? ', for some demands all of them' : ''}`
}

/** `US can stop frontier/gpt-5: operated by …`. */
export const waySentence = (exposure: Exposure, route: string, power: Power, actor: string, { factOf }: Written): string => {
  const way = exposure.routes.find((each) => each.route === route)?.control[power].find((each) => each.actor === actor)
  const path = way === undefined ? '' : pathWords(way.path.flatMap((id) => factOf(id) ?? []))
  if (actor === UNKNOWN)
    return `who else can ${power} ${route} is not known${path === '' ? '' : `: ${path}, and from there no documented row`}`
  return `${actorName(actor)} can ${power} ${route}: ${path} (${way?.evidence ?? 'unverified'})`
}
