import { POWERS } from '../core/jurisdiction.ts'
import type { Decision, PolicyInForce, Question } from './decision.ts'

type Remembered = { readonly question: Question; readonly decision: Decision }
type Branch<Next> = Map<string, Next>
type Tree = Branch<Branch<Branch<Branch<Branch<Branch<Remembered>>>>>>

const DEFAULT_CAPACITY = 65_536

/**
 * The same policies, each question asked of Cedar once. Remembers by (tenant, application, data class, purpose, endpoint, model);
 * the digests of policy and facts need not be part of that, because a memo lives exactly as long as one snapshot and is dropped
 * with it. INVARIANT(G1): what is remembered is used only for the reach, facts and tags it was decided on. They are compared by
 * reference first, so keep them in the snapshot and do not build them per call. At `capacity` decisions the memo is emptied and
 * fills again, so that names a caller makes up cannot make it grow.
 */
export const memoise = <P extends PolicyInForce>(policy: P, capacity = DEFAULT_CAPACITY): P => {
  const tree: Tree = new Map()
  let size = 0
  const remember = (leaves: Branch<Remembered>, question: Question): Decision => {
    const decision = policy.decide(question)
    if (!leaves.has(question.purpose)) size++
    leaves.set(question.purpose, { question, decision })
    return decision
  }
  const decide = (question: Question): Decision => {
    const leaves = leavesOf(tree, question)
    const known = leaves.get(question.purpose)
    if (known && isSameCase(known.question, question)) return known.decision
    if (size < capacity) return remember(leaves, question)
    tree.clear()
    size = 0
    return remember(leavesOf(tree, question), question)
  }
  return { ...policy, decide }
}

const isSameCase = (one: Question, other: Question): boolean =>
  (one.reach === other.reach || POWERS.every((power) => areEqual(one.reach[power], other.reach[power]))) &&
  areEqual(one.facts, other.facts) &&
  areEqual(one.tags, other.tags)

const areEqual = (one: readonly string[], other: readonly string[]): boolean =>
  one === other || (one.length === other.length && one.every((member, index) => member === other[index]))

/** Nested maps, because six look-ups of short names whose hash is known cost less than hashing one joined name. */
const leavesOf = (tree: Tree, { endpoint, model, tenant, application, dataClass }: Question): Branch<Remembered> =>
  branch(branch(branch(branch(branch(tree, endpoint), model), tenant), application), dataClass)

const branch = <Next>(from: Branch<Map<string, Next>>, name: string): Map<string, Next> => {
  const existing = from.get(name)
  if (existing) return existing
  const created = new Map<string, Next>()
  from.set(name, created)
  return created
}
