import type { Share } from './fact.ts'
import { type Standing, standingOf, type World } from './world.ts'

/** Somebody over the threshold, and the rows that show it: one holding, or several of one ultimate holder that add up. */
export type Holder = { readonly entity: string; readonly rows: readonly Standing[] }

/** An owner's share printed as no figure is known to be over one half, and no more. */
const UNPRINTED = 50
const figure = (share: Share | undefined): number => (typeof share === 'number' ? share : share === undefined ? 0 : UNPRINTED)
const isOver = (share: Share | undefined, limit: number): boolean => (typeof share !== 'number' ? share !== undefined : share > limit)
const isFollowable = (object: string): boolean => object.startsWith('entity:')

/** Which rows an account rests on: a weak one may show that somebody is a holder, and only settling ones that nobody else is. */
type Counts = (row: Standing) => boolean
const every: Counts = () => true
const settling: Counts = ({ settles }) => settles

/**
 * Who holds more than the threshold of an entity: each holder by itself, and each ultimate holder whose holdings through controlled
 * companies add up to more. Groups of investors are not owners. Links are followed one by one; shares are not multiplied.
 */
export const holdersOver = (world: World, entity: string): readonly Holder[] => holdersBy(world, entity, every)

const holdersBy = (world: World, entity: string, counts: Counts): readonly Holder[] => {
  const holdings = standingOf(world, entity, 'owned-by').filter((row) => isFollowable(row.fact.object) && counts(row))
  const alone = holdings.filter(({ fact }) => isOver(fact.share, world.threshold))
  const single = alone.map((row) => ({ entity: row.fact.object, rows: [row] }))
  return [...single, ...jointHolders(world, entity, holdings, counts)]
}

type Stake = { readonly through: Standing; readonly chain: readonly Standing[] }

const jointHolders = (world: World, entity: string, holdings: readonly Standing[], counts: Counts): readonly Holder[] => {
  const stakes = new Map<string, Stake[]>()
  for (const holding of largestOfEach(holdings)) {
    for (const [ultimate, chain] of controllers(world, holding.fact.object, counts)) {
      if (ultimate === entity) continue
      stakes.set(ultimate, [...(stakes.get(ultimate) ?? []), { through: holding, chain }])
    }
  }
  return [...stakes].flatMap(([ultimate, held]) => {
    const total = held.reduce((sum, { through }) => sum + figure(through.fact.share), 0)
    if (held.length < 2 || total <= world.threshold) return []
    return [{ entity: ultimate, rows: [...new Set(held.flatMap(({ through, chain }) => [through, ...chain]))] }]
  })
}

/** Contradicting rows about one holder are not added to each other. */
const largestOfEach = (holdings: readonly Standing[]): readonly Standing[] => {
  const largest = new Map<string, Standing>()
  for (const row of holdings) {
    const known = largest.get(row.fact.object)
    if (known === undefined || figure(row.fact.share) > figure(known.fact.share)) largest.set(row.fact.object, row)
  }
  return [...largest.values()].sort((a, b) => (a.fact.id < b.fact.id ? -1 : 1))
}

/** Whoever decides over an entity, up every chain of majorities and control, itself included; with the rows that show it. */
const controllers = (world: World, entity: string, counts: Counts): ReadonlyMap<string, readonly Standing[]> => {
  const found = new Map<string, readonly Standing[]>([[entity, []]])
  for (const [current, chain] of found) {
    for (const row of controlRows(world, current)) {
      if (counts(row) && !found.has(row.fact.object)) found.set(row.fact.object, [...chain, row])
    }
  }
  return found
}

const controlRows = (world: World, entity: string): readonly Standing[] => [
  ...standingOf(world, entity, 'controlled-by'),
  ...standingOf(world, entity, 'owned-by').filter(({ fact }) => isFollowable(fact.object) && isOver(fact.share, world.rules.majority)),
]

export type Accounts = {
  readonly settled: boolean
  /** Percent that documented rows leave to holders nobody has named. */
  readonly unaccounted: number
  /** Rows that speak of owners but cannot settle them: unverified, stale, or read after the day asked for. */
  readonly weak: readonly Standing[]
}

/**
 * Whether the owners over the threshold are all known. INVARIANT(G3): what documented rows leave open, and what they give to holders
 * whose own master is not known, could be one hand; only when even that hand, joined to the largest holder under the threshold, stays
 * at or under the threshold is nobody missing.
 */
export const accountsOf = (world: World, entity: string): Accounts => {
  const holdings = standingOf(world, entity, 'owned-by')
  const statements = standingOf(world, entity, 'nobody-holds-more-than')
  const weak = [...holdings, ...statements].filter((row) => !row.settles)
  if (holdings.some(({ fact }) => fact.object === 'unknown')) return { settled: false, unaccounted: 100, weak }
  if (holdings.some(({ settles, fact }) => settles && fact.object === 'nobody')) return { settled: true, unaccounted: 0, weak }
  const documented = smallestOfEach(holdings.filter(({ settles, fact }) => settles && isFollowable(fact.object)))
  const total = documented.reduce((sum, { fact }) => sum + figure(fact.share), 0)
  const unaccounted = Math.max(0, 100 - total)
  if (statements.some((statement) => closes(world, statement, documented))) return { settled: true, unaccounted, weak }
  // Only a holder shown by documented rows from end to end takes shares off the table. Weaker rows add members and no more: neither
  // do they close the account, nor does a weak holding beside the documented ones of the same hand keep it open.
  const followed = new Set(holdersBy(world, entity, settling).flatMap(({ rows }) => rows))
  const minor = documented.filter((row) => !followed.has(row))
  const loose = minor.filter(({ fact }) => !hasKnownMaster(world, fact.object, new Set([entity])))
  const largest = largestMinor(
    world,
    minor.filter((row) => !loose.includes(row)),
  )
  const unseen = unaccounted + loose.reduce((sum, { fact }) => sum + figure(fact.share), 0)
  return { settled: total <= 100 && unseen + largest <= world.threshold, unaccounted, weak }
}

/** `nobody-holds-more-than share:5`, with `share: 70` when holders of together 70 % are excepted: they must be there, documented. */
const closes = (world: World, { fact, settles }: Standing, documented: readonly Standing[]): boolean => {
  const limit = Number(fact.object.slice('share:'.length))
  if (!settles || limit > world.threshold) return false
  const above = documented.filter(({ fact: holding }) => isOver(holding.share, limit))
  const together = above.reduce((sum, { fact: holding }) => sum + figure(holding.share), 0)
  return fact.share === undefined ? above.length === 0 : together >= figure(fact.share)
}

const smallestOfEach = (holdings: readonly Standing[]): readonly Standing[] => {
  const smallest = new Map<string, Standing>()
  for (const row of holdings) {
    const known = smallest.get(row.fact.object)
    if (known === undefined || figure(row.fact.share) < figure(known.fact.share)) smallest.set(row.fact.object, row)
  }
  return [...smallest.values()]
}

/** The largest sum of shares under one ultimate holder. */
const largestMinor = (world: World, minor: readonly Standing[]): number => {
  const sums = new Map<string, number>()
  for (const { fact } of minor) {
    for (const ultimate of controllers(world, fact.object, every).keys()) sums.set(ultimate, (sums.get(ultimate) ?? 0) + figure(fact.share))
  }
  return Math.max(0, ...sums.values())
}

/** Whether documented rows say who decides over an entity, up to somebody over whom nobody decides. */
const hasKnownMaster = (world: World, entity: string, seen: Set<string>): boolean => {
  if (seen.has(entity)) return false
  seen.add(entity)
  const holdings = standingOf(world, entity, 'owned-by')
  if (holdings.some(({ fact }) => fact.object === 'unknown')) return false
  if (holdings.some(({ settles, fact }) => settles && fact.object === 'nobody')) return true
  const masters = controlRows(world, entity)
  if (masters.length === 0) {
    const majority = { ...world, threshold: world.rules.majority }
    return standingOf(world, entity, 'nobody-holds-more-than').some((statement) => closes(majority, statement, holdings))
  }
  return masters.every((row) => row.settles && hasKnownMaster(world, row.fact.object, seen))
}
