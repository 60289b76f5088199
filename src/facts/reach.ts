import { type Jurisdiction, POWERS, type Power, type Reach, UNKNOWN } from '../core/jurisdiction.ts'
import type { Day } from '../core/units.ts'
import { openGaps, outgoing } from './edges.ts'
import type { Evidence, Fact } from './fact.ts'
import type { Graph, Replaced } from './graph.ts'
import { holdersOver } from './ownership.ts'
import type { Question } from './rules.ts'
import { openWorld, type Picks, type ReachOptions, rank, type Standing, strength, type World, weakest } from './world.ts'

/** One jurisdiction in one set, with the shortest chain of rows that put it there and the weakest evidence on it. */
export type Member = { readonly jurisdiction: Jurisdiction; readonly path: readonly string[]; readonly evidence: Evidence }
/** An open question: why `unknown` is a member, and what would end that. */
export type Missing = {
  readonly subject: string
  readonly question: Question['name']
  readonly powers: readonly Power[]
  /** The fact that would settle it, such as `endpoint:x hosted-on entity:… (or self)`. */
  readonly fact: string
  readonly because: string
  /** The rows that lead from what was asked about to the subject. */
  readonly path: readonly string[]
}
/** A row the answer rests on, and whether it could settle a question on the day asked for. */
export type UsedRow = { readonly fact: Fact; readonly settles: boolean; readonly stale: boolean }

/** The three sets of one thing on one day under one threshold. */
export type ReachAnswer = {
  readonly subject: string
  readonly date: Day
  readonly threshold: number
  readonly rules: string
  readonly picks: Picks
  readonly see: readonly Member[]
  readonly stop: readonly Member[]
  readonly change: readonly Member[]
  /** Asked about an entity: who holds more than the threshold of it, with the rows that show it. */
  readonly owners: readonly { readonly entity: string; readonly path: readonly string[] }[]
  readonly rows: readonly UsedRow[]
  readonly missing: readonly Missing[]
  /** Shipped rows about the things above that the owner overruled. */
  readonly replaced: readonly Replaced[]
}

/** A state of the search: a thing, a power over what was asked about, and the rows that lead there. */
export type State = { readonly node: string; readonly power: Power; readonly path: readonly Standing[]; readonly key: string }

/**
 * Who can see, stop and change the subject (`endpoint:x`, `endpoint:x/model`, `model:x`, `entity:x`), by the rules of `spec/reach.md`.
 * INVARIANT(G3): what the facts do not settle is the member `unknown`. A subject no row speaks of is unknown in every power.
 */
export const reachOf = (graph: Graph, subject: string, options: ReachOptions): ReachAnswer => reachIn(openWorld(graph, options), subject)

/** `reachOf` in a world that is already open; share it to answer about many subjects quickly, and a search to ask one subject more. */
export const reachIn = (world: World, subject: string, reached = search(world, subject)): ReachAnswer => {
  const members: Record<Power, Map<string, Member>> = { see: new Map(), stop: new Map(), change: new Map() }
  const used = new Map<string, Standing>()
  const missing = new Map<string, Missing>()
  for (const state of reached) {
    for (const row of state.path) used.set(row.fact.id, row)
    if (state.node.startsWith('country:')) addMember(members[state.power], state, state.node.slice('country:'.length) as Jurisdiction)
    else noteGaps(world, state, members[state.power], missing, used)
  }
  const sorted = (power: Power) => [...members[power].values()].sort((a, b) => byJurisdiction(a.jurisdiction, b.jurisdiction))
  const nodes = new Set(reached.map(({ node }) => node))
  return {
    subject,
    date: world.date,
    threshold: world.threshold,
    rules: world.rules.name,
    picks: world.picks,
    see: sorted('see'),
    stop: sorted('stop'),
    change: sorted('change'),
    owners: subject.startsWith('entity:')
      ? holdersOver(world, subject).map(({ entity, rows }) => ({ entity, path: rows.map(({ fact }) => fact.id) }))
      : [],
    rows: [...used.values()].map(({ fact, settles, stale }) => ({ fact, settles, stale })).sort((a, b) => byText(a.fact.id, b.fact.id)),
    missing: [...missing.values()],
    replaced: world.graph.replaced.filter(
      ({ row }) => nodes.has(row.subject) || [...nodes].some((node) => node.startsWith(`${row.subject}/`)),
    ),
  }
}

/** The sets alone, as policy and the gateway use them. */
export const toReach = (answer: ReachAnswer): Reach => ({
  see: answer.see.map(({ jurisdiction }) => jurisdiction),
  stop: answer.stop.map(({ jurisdiction }) => jurisdiction),
  change: answer.change.map(({ jurisdiction }) => jurisdiction),
})

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** `unknown` last: a reader wants the names first. */
const byJurisdiction = (a: Jurisdiction, b: Jurisdiction): number => Number(a === UNKNOWN) - Number(b === UNKNOWN) || byText(a, b)

const addMember = (set: Map<string, Member>, state: State, jurisdiction: Jurisdiction): void => {
  if (set.has(jurisdiction)) return
  const evidence = jurisdiction === UNKNOWN ? 'unverified' : weakest(state.path.map(strength))
  set.set(jurisdiction, { jurisdiction, path: state.path.map(({ fact }) => fact.id), evidence })
}

const noteGaps = (
  world: World,
  state: State,
  set: Map<string, Member>,
  missing: Map<string, Missing>,
  used: Map<string, Standing>,
): void => {
  for (const row of outgoing(world, state.node).consulted) used.set(row.fact.id, row)
  for (const gap of openGaps(world, state.node)) {
    if (!gap.question.powers.includes(state.power)) continue
    addMember(set, state, UNKNOWN)
    const key = `${state.node} ${gap.question.name}`
    const known = missing.get(key)
    const powers = POWERS.filter((power) => power === state.power || known?.powers.includes(power))
    const path = known?.path ?? state.path.map(({ fact }) => fact.id)
    missing.set(key, {
      subject: state.node,
      question: gap.question.name,
      powers,
      fact: `${state.node} ${gap.question.answer}`,
      because: gap.because,
      path,
    })
  }
}

/** Every (thing, power) that can be reached, in order of path length, then of evidence, then of row ids: the first path is the answer. */
export const search = (world: World, subject: string): readonly State[] => {
  const settled = new Map<string, State>()
  const waiting: State[][] = [POWERS.map((power) => ({ node: subject, power, path: [], key: '' }))]
  for (let length = 0; length < waiting.length; length++) {
    const level = waiting[length] ?? []
    for (let free = takeBest(level); free !== undefined; free = takeBest(level)) {
      const name = `${free.power} ${free.node}`
      if (settled.has(name)) continue
      settled.set(name, free)
      for (const { to, carries, rows } of outgoing(world, free.node).steps) {
        if (!carries.includes(free.power) || settled.has(`${free.power} ${to}`)) continue
        const path = [...free.path, ...rows]
        const next: State = { node: to, power: free.power, path, key: path.map(({ fact }) => fact.id).join(' ') }
        const level = waiting[path.length]
        if (level === undefined) waiting[path.length] = [next]
        else level.push(next)
      }
    }
  }
  return [...settled.values()]
}

const takeBest = (level: State[]): State | undefined => {
  let best = 0
  for (let i = 1; i < level.length; i++) if (isBetter(level[i] as State, level[best] as State)) best = i
  return level.splice(best, 1)[0]
}

const isBetter = (a: State, b: State): boolean => {
  const difference = rank(weakest(a.path.map(strength))) - rank(weakest(b.path.map(strength)))
  return difference !== 0 ? difference > 0 : a.key < b.key
}
