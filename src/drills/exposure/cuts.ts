/** Actors who hold exactly the same routes: whatever one of them can cut, so can each of the others. */
export type ActorGroup = {
  readonly actors: readonly string[]
  /** Places in the list of routes that was asked about. */
  readonly routes: readonly number[]
  /** Actors who hold all of these routes and more. */
  readonly within: readonly string[]
}
/** Groups, one actor of each of which is needed and, together, enough. */
export type Cut = readonly ActorGroup[]

export type CutSearch = {
  /** The fewest actors who together hold every route; undefined where some route is held by nobody, and so no number is enough. */
  readonly size: number | undefined
  /** Inclusion-minimal cuts, the smallest first, and of one size those first whose actors hold most. */
  readonly cuts: readonly Cut[]
  /** Whether every inclusion-minimal cut of the smallest size stands in `cuts`. */
  readonly allSmallest: boolean
  /** Whether every inclusion-minimal cut of any size does. */
  readonly all: boolean
  /** False where the search for the smallest ended at its bound: then no cut is smaller than `size`, and there may be none of that size. */
  readonly exact: boolean
  /** Sets looked at. */
  readonly steps: number
}
export type CutBounds = {
  /** Most cuts that are listed. */
  readonly cuts: number
  /** Most sets looked at for cuts larger than the smallest. */
  readonly steps: number
  /** Most sets looked at for the smallest. */
  readonly stepsForSmallest: number
}
export const CUT_BOUNDS: CutBounds = { cuts: 64, steps: 20_000, stepsForSmallest: 200_000 }

/**
 * The sets of actors who together hold all routes, each given by who holds it. A minimum cut between callers and their answers, where
 * each route is parallel to the others and falls with any of its holders, is a minimum hitting set of the holders; inclusion-minimal ones
 * are enumerated as in Murakami and Uno, "Efficient algorithms for dualizing large-scale hypergraphs" (2014), by size, with disjoint
 * routes as the lower bound. Exact: NP-hard in general, and a handful of steps once actors who hold the same are one.
 */
export const findCuts = (holders: readonly ReadonlySet<string>[], bounds: CutBounds = CUT_BOUNDS): CutSearch => {
  if (holders.length === 0 || holders.some((each) => each.size === 0))
    return { size: undefined, cuts: [], allSmallest: true, all: true, exact: true, steps: 0 }
  const groups = groupsOf(holders)
  const search = new Search(groups, essentialRoutes(holders, groups))
  let size = 1
  while (search.ofSize(size, bounds.stepsForSmallest, bounds.cuts) && search.found.length === 0) size++
  const smallest = { size, allSmallest: search.whole, exact: search.whole || search.found.length > 0 }
  // A minimal cut needs each of its actors for some route of that actor's alone.
  for (let more = size + 1; search.whole && more <= search.routes; more++) search.ofSize(more, bounds.steps, bounds.cuts)
  return { ...smallest, cuts: search.found, all: search.whole, steps: search.steps }
}

/** Merges actors who hold the same routes; who holds most comes first. */
const groupsOf = (holders: readonly ReadonlySet<string>[]): readonly ActorGroup[] => {
  const held = new Map<string, number[]>()
  for (const [route, actors] of holders.entries())
    for (const actor of actors) {
      const routes = held.get(actor)
      if (routes === undefined) held.set(actor, [route])
      else routes.push(route)
    }
  const merged = new Map<string, { readonly actors: string[]; readonly routes: readonly number[] }>()
  for (const [actor, routes] of held) {
    const name = routes.join(' ')
    const same = merged.get(name)
    if (same === undefined) merged.set(name, { actors: [actor], routes })
    else same.actors.push(actor)
  }
  const groups = [...merged.values()].sort((a, b) => b.routes.length - a.routes.length)
  return groups.map(({ actors, routes }) => ({
    actors,
    routes,
    within: groups
      .filter((other) => other.routes.length > routes.length && isSubset(routes, other.routes))
      .flatMap((other) => other.actors),
  }))
}

const isSubset = (part: readonly number[], whole: readonly number[]): boolean => {
  const members = new Set(whole)
  return part.every((each) => members.has(each))
}

/** The groups that hold each route, without the routes that fall whenever another does: their minimal cuts are the same. */
const essentialRoutes = (holders: readonly unknown[], groups: readonly ActorGroup[]): readonly (readonly number[])[] => {
  const byRoute: number[][] = holders.map(() => [])
  for (const [group, { routes }] of groups.entries()) for (const route of routes) byRoute[route]?.push(group)
  const distinct = [...new Map(byRoute.map((each) => [each.join(' '), each])).values()].sort((a, b) => a.length - b.length)
  const essential: (readonly number[])[] = []
  for (const route of distinct) if (!essential.some((smaller) => isSubset(smaller, route))) essential.push(route)
  return essential
}

/** Depth-first over sets of groups, each extended by a holder of a route that still stands. */
class Search {
  readonly found: Cut[] = []
  steps = 0
  /** Whether nothing was left out so far. */
  whole = true
  private readonly groups: readonly ActorGroup[]
  private readonly holders: readonly (readonly number[])[]
  /** The routes of each group. */
  private readonly holds: readonly number[][]
  private readonly isCandidate: boolean[]
  private readonly chosen: number[] = []
  /** How many of the chosen hold each route, and their sum: where one does, the sum is that one. */
  private readonly holding: number[]
  private readonly sum: number[]
  /** How many routes each group is the only chosen one to hold. A chosen group without any is superfluous. */
  private readonly alone: number[]
  private size = 0
  private lastStep = 0
  private mostCuts = 0

  constructor(groups: readonly ActorGroup[], holders: readonly (readonly number[])[]) {
    this.groups = groups
    this.holders = holders
    this.holds = groups.map(() => [])
    for (const [route, each] of holders.entries()) for (const group of each) this.holds[group]?.push(route)
    this.isCandidate = groups.map(() => true)
    this.holding = holders.map(() => 0)
    this.sum = holders.map(() => 0)
    this.alone = groups.map(() => 0)
  }

  get routes(): number {
    return this.holders.length
  }

  /** Finds the minimal cuts of this size, at most so many in all; false when it ended at a bound. */
  ofSize(size: number, mostSteps: number, mostCuts: number): boolean {
    const before = this.found.length
    this.size = size
    this.lastStep = this.steps + mostSteps
    this.mostCuts = mostCuts
    this.extend()
    const added = this.found.splice(before)
    const weaker = (cut: Cut) => cut.filter(({ within }) => within.length > 0).length
    this.found.push(...added.sort((a, b) => weaker(a) - weaker(b)))
    return this.whole
  }

  private extend(): void {
    if (this.steps >= this.lastStep || this.found.length >= this.mostCuts) this.whole = false
    if (!this.whole) return
    this.steps++
    const route = this.hardestStanding()
    if (route === undefined) {
      if (this.chosen.length === this.size) this.found.push(this.chosen.map((group) => this.groups[group] as ActorGroup))
      return
    }
    if (this.chosen.length + this.disjointStanding() > this.size) return
    const branches = this.candidatesOf(route)
    for (const group of branches) this.isCandidate[group] = false
    for (const group of branches) {
      this.choose(group)
      if (this.chosen.every((each) => (this.alone[each] ?? 0) > 0)) this.extend()
      this.unchoose(group)
      // A cut with two holders of this route is found under the later one alone.
      this.isCandidate[group] = true
    }
    // Where a bound ended the loop early all is given back nevertheless: nothing more is looked for.
  }

  private candidatesOf(route: number): readonly number[] {
    return (this.holders[route] ?? []).filter((group) => this.isCandidate[group])
  }

  private hardestStanding(): number | undefined {
    let [hardest, fewest] = [undefined as number | undefined, Number.POSITIVE_INFINITY]
    for (let route = 0; route < this.holders.length; route++) {
      if (this.holding[route] !== 0) continue
      const ways = this.candidatesOf(route).length
      if (ways < fewest) [hardest, fewest] = [route, ways]
    }
    return hardest
  }

  /** How many standing routes there are at least of which no two share a holder: each needs an actor of its own. */
  private disjointStanding(): number {
    const taken = new Set<number>()
    let count = 0
    for (let route = 0; route < this.holders.length; route++) {
      if (this.holding[route] !== 0) continue
      const ways = this.candidatesOf(route)
      if (ways.some((group) => taken.has(group))) continue
      for (const group of ways) taken.add(group)
      count++
    }
    return count
  }

  private choose(group: number): void {
    this.chosen.push(group)
    for (const route of this.holds[group] ?? []) {
      const holding = (this.holding[route] ?? 0) + 1
      if (holding === 1) this.countAlone(group, 1)
      else if (holding === 2) this.countAlone(this.sum[route] ?? 0, -1)
      this.holding[route] = holding
      this.sum[route] = (this.sum[route] ?? 0) + group
    }
  }

  private unchoose(group: number): void {
    this.chosen.pop()
    for (const route of this.holds[group] ?? []) {
      const holding = (this.holding[route] ?? 0) - 1
      this.holding[route] = holding
      this.sum[route] = (this.sum[route] ?? 0) - group
      if (holding === 0) this.countAlone(group, -1)
      else if (holding === 1) this.countAlone(this.sum[route] ?? 0, 1)
    }
  }

  private countAlone(group: number, by: number): void {
    this.alone[group] = (this.alone[group] ?? 0) + by
  }
}
