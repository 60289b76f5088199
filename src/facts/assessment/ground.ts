import type { Jurisdiction } from '../../core/jurisdiction.ts'
import type { Day, EpochMillis } from '../../core/units.ts'
import type { Fact } from '../fact.ts'
import { buildGraph, type Graph } from '../graph.ts'
import { type Member, type Missing, type ReachAnswer, reachIn } from '../reach.ts'
import { openWorld, type Picks, type ReachOptions, rank, type Standing, standing, type World } from '../world.ts'
import { ASPECTS, type AspectName } from './aspects.ts'

/** What is assessed, and all that may answer for it, on one day. Made in `main` from configuration, law and log. */
export type AssessmentGround = {
  readonly day: Day
  readonly facts: readonly Fact[]
  /** Ids of the rows that the exchange itself observed; every other row whose source is the owner is the owner's word. */
  readonly observed: ReadonlySet<string>
  /** Percent above which an owner counts. */
  readonly threshold: number
  /** Days after which a row counts as unverified. */
  readonly maxAgeDays: number
  readonly subject: AssessedSubject
  /** Every route of the configuration; the log may name any of them. */
  readonly routes: readonly AssessedRoute[]
  /** Each question callers can ask, with the routes that policy permits for it. Only of a whole exchange. */
  readonly demands: readonly AssessedDemand[]
  readonly traffic?: AssessedTraffic
  readonly drills: readonly DrillEvidence[]
}

/** `routes`: the names of those that are assessed; `leftOut`: those that policy permits to nobody. */
export type AssessedSubject = {
  readonly kind: 'exchange' | 'endpoint'
  readonly name: string
  readonly routes: readonly string[]
  readonly leftOut: readonly string[]
}
/** One model of one endpoint, `endpoint/model`, and what the fact book knows it as. */
export type AssessedRoute = { readonly name: string; readonly subject: string; readonly picks: Picks }
export type AssessedDemand = { readonly who: string; readonly routes: readonly string[] }
/** Calls of the log by the route that answered them; `strays` went where the configuration no longer has a route. */
export type AssessedTraffic = {
  readonly from: EpochMillis
  readonly to: EpochMillis
  readonly calls: ReadonlyMap<string, number>
  readonly strays: number
}
/** A drill whose signed report was verified. `digest`: SHA-256 of the report, which its record in the log holds too. */
export type DrillEvidence = {
  readonly drill: string
  readonly started: EpochMillis
  readonly day: Day
  readonly digest: string
  /** Demands that had a route before, and those of them that keep one by the plan. */
  readonly demands: number
  readonly kept: number
  /** What came of the calls of a drill that was carried out. `completed`: nobody and nothing ended it before its time. */
  readonly measured?: { readonly sandbox: boolean; readonly completed: boolean; readonly answered: number; readonly failed: number }
}

/** `shown`: the owner's word is a declaration and settles nothing; `declared`: it is taken as the exchange's own law takes it. */
export type Trust = 'shown' | 'declared'
/**
 * `certain`: only what settled rows say, the owner's included, so that no doubtful row is held against what is assessed; nor is one place of
 * many, be it a member of a bloc or a place that nobody picked.
 */
export type View = Trust | 'certain'

/** The reach of routes in every aspect and every view, computed once each. */
export class Views {
  readonly ground: AssessmentGround
  private readonly graphs: Readonly<Record<View | 'certain-and-picked', Graph>>
  private readonly worlds = new Map<string, World>()
  private readonly answers = new Map<string, ReachAnswer>()

  constructor(ground: AssessmentGround) {
    this.ground = ground
    const declared = buildGraph(ground.facts)
    const world = openWorld(declared, this.options({}))
    const settled = declared.facts.filter((fact) => fact.predicate !== 'member-of' && standing(world, fact)?.settles)
    this.graphs = {
      shown: buildGraph(ground.facts.map((fact) => asShown(fact, ground.observed))),
      declared,
      certain: buildGraph(settled.filter(({ predicate }) => predicate !== 'offered-in')),
      'certain-and-picked': buildGraph(settled),
    }
  }

  /** Who a view of one aspect of one route leads to. */
  members(route: AssessedRoute, aspect: AspectName, view: View): readonly Member[] {
    return this.answer(route, aspect, view)[ASPECTS[aspect].power]
  }

  /** What would have to be known of one aspect of one route before it could show anything. */
  missing(route: AssessedRoute, aspect: AspectName): readonly Missing[] {
    return this.answer(route, aspect, 'shown').missing.filter(({ powers }) => powers.includes(ASPECTS[aspect].power))
  }

  /** Every row that holds on the day, as far as it may show something. */
  rows(): readonly Standing[] {
    const world = this.world({}, 'see', 'shown')
    return this.graphs.shown.facts.flatMap((fact) => standing(world, fact) ?? [])
  }

  private answer(route: AssessedRoute, aspect: AspectName, view: View): ReachAnswer {
    const key = `${view} ${ASPECTS[aspect].rules.name} ${route.name}`
    const answer = this.answers.get(key) ?? reachIn(this.world(route.picks, aspect, view), route.subject)
    this.answers.set(key, answer)
    return answer
  }

  private world(picks: Picks, aspect: AspectName, view: View): World {
    const { rules } = ASPECTS[aspect]
    const key = `${view} ${rules.name} ${picks.region ?? ''} ${picks.customer ?? ''}`
    const graph = this.graphs[view === 'certain' && picks.region !== undefined ? 'certain-and-picked' : view]
    const world = this.worlds.get(key) ?? openWorld(graph, { ...this.options(picks), rules })
    this.worlds.set(key, world)
    return world
  }

  private options(picks: Picks): ReachOptions {
    const { day, threshold, maxAgeDays } = this.ground
    return { date: day, threshold, maxAgeDays, picks }
  }
}

/**
 * INVARIANT(G3): what the owner is the source of settles nothing, however it marked its own rows; it may add whoever it names. What a row
 * of the owner's overrules stays overruled, so that its word can at most leave a question open.
 */
const asShown = (fact: Fact, observed: ReadonlySet<string>): Fact =>
  fact.sourceKind === 'owner' && !observed.has(fact.id) && rank(fact.evidence) > rank('declared') ? { ...fact, evidence: 'declared' } : fact

export type Areas = Readonly<Record<'bloc' | 'nation', ReadonlySet<Jurisdiction>>>
