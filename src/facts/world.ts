import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { Day } from '../core/units.ts'
import { EVIDENCE, type Evidence, type Fact } from './fact.ts'
import { type Graph, rowsAbout } from './graph.ts'
import type { Predicate } from './predicates.ts'
import { REACH_2, type ReachRules } from './rules.ts'

/** Everything an answer depends on beside the facts. */
export type ReachOptions = {
  readonly date: Day
  /** Percent: a holder of more than this has what the held has. 25 when not given. */
  readonly threshold?: number
  /** Days after `asOf` from which a row counts as unverified. 1095 when not given. */
  readonly maxAgeDays?: number
  readonly picks?: Picks
  readonly rules?: ReachRules
}
/** What the customer chooses: the region to run in, and where the customer itself sits. */
export type Picks = { readonly region?: Jurisdiction; readonly customer?: Jurisdiction }

/** A row as it stands on the day asked for. */
export type Standing = {
  readonly fact: Fact
  /** Documented or better, and not stale: it may settle a question. Otherwise it only adds. */
  readonly settles: boolean
  readonly stale: boolean
}

/** The graph on one day, under one threshold and one set of picks. Caches, so share it between subjects. */
export type World = {
  readonly graph: Graph
  readonly date: Day
  readonly threshold: number
  readonly maxAgeDays: number
  readonly picks: Picks
  readonly rules: ReachRules
  readonly cache: Map<string, readonly Standing[]>
}

export const openWorld = (graph: Graph, options: ReachOptions): World => {
  const rules = options.rules ?? REACH_2
  return {
    graph,
    date: options.date,
    threshold: options.threshold ?? rules.defaults.threshold,
    maxAgeDays: options.maxAgeDays ?? rules.defaults.maxAgeDays,
    picks: options.picks ?? {},
    rules,
    cache: new Map(),
  }
}

const DAY_MILLISECONDS = 86_400_000
/** How many days old on `today` is what is of `day`; below 0 for what was read later. */
export const ageInDays = (day: Day, today: Day): number => (Date.parse(today) - Date.parse(day)) / DAY_MILLISECONDS

/**
 * A row holds from `validFrom` until the day before `validTo`. Read later than the day asked for, and with no `validFrom`, it does
 * not show that it held already: then it only adds.
 */
export const standing = (world: World, fact: Fact): Standing | undefined => {
  if (fact.validFrom !== undefined && world.date < fact.validFrom) return undefined
  if (fact.validTo !== undefined && world.date >= fact.validTo) return undefined
  const stale = ageInDays(fact.asOf, world.date) > world.maxAgeDays
  const shown = fact.asOf <= world.date || fact.validFrom !== undefined
  return { fact, stale, settles: shown && !stale && rank(fact.evidence) >= rank(world.rules.settles) }
}

/** The rows about a subject that hold on the day. */
export const standingRows = (world: World, subject: string): readonly Standing[] => {
  const known = world.cache.get(subject)
  if (known !== undefined) return known
  const rows = rowsAbout(world.graph, subject).flatMap((fact) => standing(world, fact) ?? [])
  world.cache.set(subject, rows)
  return rows
}

export const standingOf = (world: World, subject: string, predicate: Predicate): readonly Standing[] =>
  standingRows(world, subject).filter(({ fact }) => fact.predicate === predicate)

export const rank = (evidence: Evidence): number => EVIDENCE.indexOf(evidence)
export const weakest = (evidence: readonly Evidence[]): Evidence =>
  evidence.reduce((low, next) => (rank(next) < rank(low) ? next : low), 'observed' as Evidence)

/** How strong a row is today: what is stale, or not shown for this day, is no better than unverified. */
export const strength = (row: Standing): Evidence =>
  row.settles || rank(row.fact.evidence) < rank('documented') ? row.fact.evidence : 'unverified'

export type Expansion = {
  readonly members: readonly { readonly country: string; readonly row: Standing }[]
  /** True when a documented `bloc-size` agrees with the documented members: nobody is left out. */
  readonly complete: boolean
  readonly size?: Standing
}

/** The members of a bloc on the day asked for. */
export const expandBloc = (world: World, bloc: string): Expansion => {
  const members = (world.graph.members.get(bloc) ?? []).flatMap((fact) => {
    const row = standing(world, fact)
    return row === undefined ? [] : [{ country: fact.subject, row }]
  })
  const sizes = standingOf(world, bloc, 'bloc-size')
  const documented = new Set(members.filter(({ row }) => row.settles).map(({ country }) => country)).size
  const agreed = sizes.length > 0 && sizes.every((row) => row.settles && row.fact.object === `count:${documented}`)
  const size = sizes[0]
  return { members, complete: agreed, ...(size && { size }) }
}

/** The members of a bloc on a day, and whether that is certain to be all of them. For configuration: `home: [bloc:EU]`. */
export const blocMembers = (
  graph: Graph,
  bloc: string,
  options: ReachOptions,
): { readonly members: readonly Jurisdiction[]; readonly complete: boolean } => {
  const { members, complete } = expandBloc(openWorld(graph, options), bloc)
  const settled = members.filter(({ row }) => row.settles).map(({ country }) => country.slice('country:'.length) as Jurisdiction)
  return { members: [...new Set(settled)].sort(), complete }
}
