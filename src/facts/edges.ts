import { POWERS } from '../core/jurisdiction.ts'
import { accountsOf, holdersOver } from './ownership.ts'
import type { Edge, Question } from './rules.ts'
import { expandBloc, rank, type Standing, standingOf, standingRows, type World } from './world.ts'

/** One step of the search: from a thing to whoever the rules give power over it, with the rows that say so. */
export type Step = { readonly to: string; readonly carries: Edge['carries']; readonly rows: readonly Standing[] }
/** `consulted`: every row the steps and gaps of a thing were decided by. */
export type Outgoing = { readonly steps: readonly Step[]; readonly consulted: readonly Standing[] }
export type Gap = { readonly question: Question; readonly because: string }

const stepsByWorld = new WeakMap<World, Map<string, Outgoing>>()
const gapsByWorld = new WeakMap<World, Map<string, readonly Gap[]>>()

const remembered = <T>(memory: WeakMap<World, Map<string, T>>, world: World, node: string, compute: () => T): T => {
  const known = memory.get(world) ?? new Map<string, T>()
  memory.set(world, known)
  const value = known.get(node) ?? compute()
  known.set(node, value)
  return value
}

/** Where power over a thing passes on to. Countries pass nothing on. */
export const outgoing = (world: World, node: string): Outgoing => remembered(stepsByWorld, world, node, () => computeSteps(world, node))

/** The questions about a thing that the facts leave open on the day asked for. */
export const openGaps = (world: World, node: string): readonly Gap[] => remembered(gapsByWorld, world, node, () => computeGaps(world, node))

const kindOf = (node: string): string => node.slice(0, node.indexOf(':'))

const computeSteps = (world: World, node: string): Outgoing => {
  if (kindOf(node) === 'country') return { steps: [], consulted: [] }
  const rows = standingRows(world, node)
  const steps = world.rules.edges.flatMap((edge) => stepsOf(world, node, edge))
  // Asked without a model, an endpoint is whatever any of its models is.
  const models = (world.graph.models.get(node) ?? []).map((model) => ({ to: model, carries: POWERS, rows: [] }))
  const ruled = new Set<string>([
    ...world.rules.edges.map(({ predicate }) => predicate),
    ...world.rules.questions.flatMap((q) => q.settledBy),
  ])
  return { steps: [...steps, ...models], consulted: rows.filter(({ fact }) => ruled.has(fact.predicate)) }
}

const stepsOf = (world: World, node: string, edge: Edge): readonly Step[] => {
  if (edge.when === 'holding') return holdersOver(world, node).map(({ entity, rows }) => ({ to: entity, carries: edge.carries, rows }))
  if (edge.when === 'unless-pinned' && isPinned(world, node)) return []
  if (edge.when === 'unless-open' && isOpen(world, node)) return []
  return standingOf(world, node, edge.predicate).flatMap((row) => {
    if (edge.predicate === 'operated-by' && servesSomebodyElse(world, row)) return []
    if (edge.predicate === 'offered-in' && !mayBePicked(world, node, row)) return []
    return destinations(world, row).map(({ to, rows }) => ({ to, carries: edge.carries, rows }))
  })
}

const destinations = (world: World, row: Standing): readonly { readonly to: string; readonly rows: readonly Standing[] }[] => {
  const { object } = row.fact
  if (/^(country|entity|endpoint|model):/.test(object)) return [{ to: object, rows: [row] }]
  // Some member of the bloc, not known which: each may be the one.
  if (object.startsWith('bloc:'))
    return expandBloc(world, object).members.map(({ country, row: member }) => ({ to: country, rows: [row, member] }))
  return []
}

/** Pinned by digest, on documented rows only, and nothing said to the contrary: the developer's hand is off these weights. */
const isPinned = (world: World, node: string): boolean => {
  const rows = standingOf(world, node, 'custody')
  return rows.some(({ settles }) => settles) && rows.every(({ fact }) => fact.object.startsWith('pinned:'))
}

const isOpen = (world: World, model: string): boolean => {
  const rows = standingOf(world, model, 'weights')
  return rows.some(({ settles }) => settles) && rows.every(({ fact }) => fact.object === 'open')
}

const isChosen = (world: World, node: string): boolean =>
  standingOf(world, node, 'located-in').some(({ fact, settles }) => settles && fact.object === 'customer-choice')

/** Offered places are all possible until the customer picks one; a place nobody documents as offered cannot be picked. */
const mayBePicked = (world: World, node: string, row: Standing): boolean => {
  if (!isChosen(world, node)) return true
  const { region } = world.picks
  return region === undefined || !pickIsOffered(world, node) || row.fact.object === `country:${region}`
}

const pickIsOffered = (world: World, node: string): boolean =>
  standingOf(world, node, 'offered-in').some(({ fact, settles }) => settles && fact.object === `country:${world.picks.region}`)

/** Documented to contract only with customers who sit elsewhere: no part of the answer for the customer who was named. */
const servesSomebodyElse = (world: World, operator: Standing): boolean => {
  const contracts = standingOf(world, operator.fact.object, 'contracts-with')
  return world.picks.customer !== undefined && contracts.length > 0 && contracts.every((row) => row.settles && isElsewhere(world, row))
}

/** Something says that it contracts with customers elsewhere, and nothing documented that it may contract with the one named. */
const mayServeSomebodyElse = (world: World, operator: Standing): boolean => {
  const contracts = standingOf(world, operator.fact.object, 'contracts-with')
  if (world.picks.customer === undefined || !contracts.some((row) => isElsewhere(world, row))) return false
  return !contracts.some((row) => row.settles && !isElsewhere(world, row))
}

const isElsewhere = (world: World, { fact }: Standing): boolean => {
  const customer = `country:${world.picks.customer}`
  if (fact.object.startsWith('country:')) return fact.object !== customer
  if (!fact.object.startsWith('bloc:')) return false
  const { members, complete } = expandBloc(world, fact.object)
  return complete && members.every(({ country }) => country !== customer)
}

const computeGaps = (world: World, node: string): readonly Gap[] =>
  world.rules.questions.flatMap((question) => {
    if (question.of !== kindOf(node)) return []
    const because = question.name === 'owners' ? whyOwnersOpen(world, node) : whyOpen(world, node, question)
    return because === undefined ? [] : [{ question, because }]
  })

const whyOwnersOpen = (world: World, node: string): string | undefined => {
  const { settled, unaccounted, weak } = accountsOf(world, node)
  if (settled) return undefined
  if (unaccounted === 100) return weak.length === 0 ? 'no row says so' : whyWeak(world, weak)
  return `documented holders leave ${Number(unaccounted.toFixed(4))} % open, and the threshold is ${world.threshold} %`
}

const whyOpen = (world: World, node: string, question: Question): string | undefined => {
  if (question.name === 'developer' && isOpen(world, node)) return undefined
  const rows = question.settledBy.flatMap((predicate) => standingOf(world, node, predicate))
  if (rows.length === 0) return 'no row says so'
  const vague = rows.flatMap((row) => whyVague(world, node, row) ?? [])[0]
  if (vague !== undefined) return vague
  const settling = rows.filter((row) => row.settles)
  if (settling.length === 0) return whyWeak(world, rows)
  if (question.name === 'operator' && settling.every((row) => mayServeSomebodyElse(world, row)))
    return 'no documented operator contracts with the customer picked'
  return undefined
}

/** Why a row, however well documented, does not name anybody. */
const whyVague = (world: World, node: string, { fact }: Standing): string | undefined => {
  if (fact.object === 'unknown') return `row ${fact.id} says that it is not known`
  if (fact.object.startsWith('region:'))
    return `row ${fact.id} names the region \`${fact.object.slice('region:'.length)}\`, which is no country`
  if (fact.object.startsWith('bloc:') && !expandBloc(world, fact.object).complete)
    return `the members of ${fact.object} are not all documented for that day`
  if (fact.object !== 'customer-choice') return undefined
  if (world.picks.region === undefined) return 'the customer picks the place: name it with `--pick region=…`'
  return pickIsOffered(world, node) ? undefined : `no documented row offers ${world.picks.region} as a place to pick`
}

const whyWeak = (world: World, rows: readonly Standing[]): string => rows.map((row) => `${row.fact.id} ${weakness(world, row)}`).join(', ')

const weakness = (world: World, { fact, stale }: Standing): string => {
  if (stale) return `is stale (as of ${fact.asOf}, older than ${world.maxAgeDays} days)`
  if (rank(fact.evidence) < rank(world.rules.settles)) return `is only ${fact.evidence}`
  return `was read later (as of ${fact.asOf}) and does not say since when`
}
