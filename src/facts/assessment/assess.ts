// Facts, log and drills against the questions of one profile. Pure: nothing here knows a framework by name.
import type { Jurisdiction } from '../../core/jurisdiction.ts'
import type { Day } from '../../core/units.ts'
import type { Evidence, Fact } from '../fact.ts'
import { ageInDays } from '../world.ts'
import type { OwnerAnswer, OwnerAnswers } from './answers.ts'
import { find } from './find.ts'
import type { Finding, Settling } from './finding.ts'
import { type Areas, type AssessedSubject, type AssessmentGround, type Trust, Views } from './ground.ts'
import { type Area, type Criterion, levelOf, type Objective, type Profile } from './profile.ts'

/**
 * Three places in the profile's levels, `shown` ≤ `declared` ≤ `atMost`: what settled facts, records and drills show; what holds where
 * the owner's word is taken; and what is possible whatever turns out of what is open.
 */
export type Bounds = { readonly shown: number; readonly declared: number; readonly atMost: number }

/** The owner's own answer. `counts`: fresh enough to be declared; `limited`: facts do not allow the level it claims. */
export type Declared = OwnerAnswer & { readonly ageDays: number; readonly counts: boolean; readonly limited: boolean }

export type CriterionAnswer = {
  readonly id: string
  readonly asks: string
  readonly against: Area
  readonly optional: boolean
  readonly bounds: Bounds
  readonly findings: readonly Finding[]
  readonly declared?: Declared
  /** What no fact, record or drill answers, in the profile's words. */
  readonly open?: string
}
export type ObjectiveAnswer = {
  readonly id: string
  readonly title: string
  readonly weight?: number
  /** The level of the gate: that of the weakest criterion. */
  readonly bounds: Bounds
  /** Share of the points of its criteria, from 0 to 1, for the score alone. */
  readonly points: Bounds
  readonly gate?: { readonly minimum: number; readonly verdict: GateVerdict }
  readonly criteria: readonly CriterionAnswer[]
}
/** `shown`: passed on evidence; `declared`: only on the owner's word; `open`: may pass; `missed`: cannot. */
export type GateVerdict = 'shown' | 'declared' | 'open' | 'missed'

/** A row that some answer cites. `settles`: it is strong and fresh enough to show something, the owner's word left out. */
export type CitedRow = Omit<Fact, 'evidence'> & {
  readonly evidence: Evidence
  readonly ageDays: number
  readonly stale: boolean
  readonly settles: boolean
}

export type Assessment = {
  readonly profile: Profile
  readonly subject: AssessedSubject
  readonly day: Day
  readonly areas: Readonly<Record<Area, readonly Jurisdiction[]>>
  readonly by?: string
  readonly objectives: readonly ObjectiveAnswer[]
  /** Percent, where the profile has weights. Beside the levels, never instead of them. */
  readonly score?: Bounds
  /** What would settle most, first: a fact or an act, and the criteria it would help. */
  readonly settling: readonly (Settling & { readonly criteria: readonly string[] })[]
  readonly rows: readonly CitedRow[]
}

export type Assessing = {
  readonly areas: Areas
  readonly answers?: OwnerAnswers
  /** Levels the gate asks for by objective, instead of the profile's own. */
  readonly minimums?: ReadonlyMap<string, number>
}

/** Answers every criterion of a profile. What facts cannot answer stays open, and open counts as the lowest level. */
export const assess = (profile: Profile, ground: AssessmentGround, assessing: Assessing): Assessment => {
  const views = new Views(ground)
  const objectives = profile.objectives.map((each) => answerObjective(profile, each, views, assessing))
  const score = scoreOf(objectives)
  return {
    profile,
    subject: ground.subject,
    day: ground.day,
    areas: { bloc: [...assessing.areas.bloc].sort(), nation: [...assessing.areas.nation].sort() },
    ...(assessing.answers === undefined ? {} : { by: assessing.answers.by }),
    objectives,
    ...(score === undefined ? {} : { score }),
    settling: settlingOf(objectives),
    rows: citedRows(objectives, views),
  }
}

const answerObjective = (profile: Profile, objective: Objective, views: Views, assessing: Assessing): ObjectiveAnswer => {
  const criteria = objective.criteria.map((each) => answerCriterion(profile, each, views, assessing))
  const counted = criteria.filter(({ optional }) => !optional).map((each) => each.bounds)
  const bounds = weakest(counted)
  const minimum =
    assessing.minimums?.get(objective.id) ?? (objective.minimum === undefined ? undefined : levelOf(profile, objective.minimum))
  return {
    id: objective.id,
    title: objective.title,
    ...(objective.weight === undefined ? {} : { weight: objective.weight }),
    bounds,
    points: pointsOf(counted, profile.levels.length - 1),
    ...(minimum === undefined ? {} : { gate: { minimum, verdict: verdictOf(bounds, minimum) } }),
    criteria,
  }
}

const verdictOf = ({ shown, declared, atMost }: Bounds, minimum: number): GateVerdict =>
  shown >= minimum ? 'shown' : atMost < minimum ? 'missed' : declared >= minimum ? 'declared' : 'open'

const answerCriterion = (profile: Profile, criterion: Criterion, views: Views, { areas, answers }: Assessing): CriterionAnswer => {
  const { id, asks, against, optional, checks, open } = criterion
  const findings = checks.map((check) => find(check, { views, areas, against }))
  const at = (name: string): number => levelOf(profile, name) ?? 0
  const table = (index: number) => checks[index]?.standings ?? profile.standings
  const limits = findings.map(({ as, best }, index) => (as === 'context' ? Number.POSITIVE_INFINITY : at(table(index)[best])))
  const atMost = Math.min(profile.levels.length - 1, ...limits)
  // INVARIANT(G3): a criterion that something settles is as high as its weakest check, and one that nothing settles is at the lowest level.
  const settled = (trust: Trust): number => {
    const levels = findings.flatMap(({ as, inside }, index) => (as === 'whole' ? [inside[trust] ? at(table(index).inside) : 0] : []))
    return levels.length === 0 ? 0 : Math.min(atMost, ...levels)
  }
  const declared = declaredOf(profile, answers?.answers.get(id), views.ground.day, atMost)
  const claimed = declared?.counts ? Math.min(at(declared.level), atMost) : 0
  const shown = settled('shown')
  return {
    id,
    asks,
    against,
    optional,
    bounds: { shown, declared: Math.max(shown, settled('declared'), claimed), atMost },
    findings,
    ...(declared === undefined ? {} : { declared }),
    ...(open === undefined ? {} : { open }),
  }
}

const declaredOf = (profile: Profile, answer: OwnerAnswer | undefined, today: Day, atMost: number): Declared | undefined => {
  if (answer === undefined) return undefined
  const ageDays = ageInDays(answer.date, today)
  return { ...answer, ageDays, counts: ageDays <= profile.answersStaleAfterDays, limited: (levelOf(profile, answer.level) ?? 0) > atMost }
}

const each = (of: (name: keyof Bounds) => number): Bounds => ({ shown: of('shown'), declared: of('declared'), atMost: of('atMost') })

/** A weakness in one factor lowers the whole objective: the level is that of its weakest, not a mean (CSF 1.2.1, section 4). */
const weakest = (all: readonly Bounds[]): Bounds => each((name) => Math.min(...all.map((one) => one[name])))

const pointsOf = (all: readonly Bounds[], highest: number): Bounds =>
  each((name) => all.reduce((sum, one) => sum + one[name], 0) / (all.length * highest))

/** A part of the score: points won of those there are, and its weight in percent. */
export type Weighed = { readonly points: number; readonly most: number; readonly weight: number }

/** Percent: the sum over the objectives of points won, by points there are, by weight (CSF 1.2.1, section 5). */
export const weightedScore = (parts: readonly Weighed[]): number =>
  parts.reduce((sum, { points, most, weight }) => sum + (points / most) * weight, 0)

const scoreOf = (objectives: readonly ObjectiveAnswer[]): Bounds | undefined => {
  if (objectives.some(({ weight }) => weight === undefined)) return undefined
  return each((name) => weightedScore(objectives.map(({ points, weight = 0 }) => ({ points: points[name], most: 1, weight }))))
}

const settlingOf = (objectives: readonly ObjectiveAnswer[]): Assessment['settling'] => {
  const known = new Map<string, Settling & { criteria: string[] }>()
  for (const { criteria } of objectives)
    for (const { id, findings } of criteria)
      for (const { fact, because } of findings.flatMap(({ open }) => open)) {
        const settling = known.get(fact) ?? { fact, because, criteria: [] }
        if (!settling.criteria.includes(id)) settling.criteria.push(id)
        known.set(fact, settling)
      }
  return [...known.values()].sort((a, b) => b.criteria.length - a.criteria.length || (a.fact < b.fact ? -1 : 1))
}

const citedRows = (objectives: readonly ObjectiveAnswer[], views: Views): readonly CitedRow[] => {
  const ids = new Set(
    objectives.flatMap(({ criteria }) =>
      criteria.flatMap(({ findings }) => findings.flatMap(({ cites }) => cites.flatMap(({ kind, id }) => (kind === 'fact' ? [id] : [])))),
    ),
  )
  return views
    .rows()
    .filter(({ fact }) => ids.has(fact.id))
    .map(({ fact, stale, settles }) => ({ ...fact, ageDays: ageInDays(fact.asOf, views.ground.day), stale, settles }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}
