// Which documents belong together: those that a chain of verified resemblance joins. Everything that is told of a family, such as how much of a source is one, is told by these.
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Candidates } from './candidates.ts'
import type { Answered, Questions } from './questions.ts'
import { ranksWhere } from './roster.ts'

/** Disjoint sets (Galler and Fischer 1964) with path halving; the smallest member stands for its set, so the order of joining leaves no trace. */
export class Components {
  private readonly parent: Uint32Array

  constructor(size: number) {
    this.parent = new Uint32Array(size)
    for (let member = 0; member < size; member++) this.parent[member] = member
  }

  rootOf(member: number): number {
    const { parent } = this
    let at = member
    for (let above = parent[at] as number; above !== at; above = parent[at] as number) {
      const higher = parent[above] as number
      parent[at] = higher
      at = higher
    }
    return at
  }

  join(a: number, b: number): void {
    const [left, right] = [this.rootOf(a), this.rootOf(b)]
    this.parent[Math.max(left, right)] = Math.min(left, right)
  }
}

type Asking = { readonly questions: Questions; readonly threshold: number }

/**
 * Joins what was answered as near, and asks about candidates of different sets until every one is answered or within a set. Of the candidates
 * between one set and others one is asked first, then two, then four: sets that are one are mostly found so at the first question.
 */
export const joinCandidates = async (
  components: Components,
  candidates: Candidates,
  { questions, threshold }: Asking,
): Promise<Result<void, CorpusFailure>> => {
  const documents = candidates.follows.length
  const hear = ({ first, second, similarity }: Answered): void => {
    for (let i = 0; i < first.length; i++)
      if ((similarity[i] as number) >= threshold) components.join(first[i] as number, second[i] as number)
  }
  const ends = (pair: number): [number, number] => [pair % documents, Math.floor(pair / documents)]
  const isBetween = (pair: number): boolean => {
    const [first, second] = ends(pair)
    return components.rootOf(first) !== components.rootOf(second)
  }
  questions.all().forEach(hear)
  let open = unanswered(candidates, questions, isBetween)
  for (let most = 1; open.length > 0; most *= 2) {
    const asked = new Map<number, number>()
    open = open.filter((pair) => {
      const [first, second] = ends(pair)
      const set = components.rootOf(first)
      const before = asked.get(set) ?? 0
      if (before >= most) return true
      asked.set(set, before + 1)
      questions.ask(first, second)
      return false
    })
    const answers = await questions.round()
    if (!answers.ok) return answers
    hear(answers.value)
    open = open.filter(isBetween)
  }
  return ok(undefined)
}

/** Candidates, and documents with those that they follow; those that fit and were not asked about. */
const unanswered = ({ pairs, follows }: Candidates, questions: Questions, fits: (pair: number) => boolean): Float64Array => {
  const documents = follows.length
  const answered = new Set<number>()
  for (const { first, second } of questions.all())
    for (let i = 0; i < first.length; i++) answered.add((second[i] as number) * documents + (first[i] as number))
  const following = ranksWhere(documents, (rank) => follows[rank] !== rank)
  const all = new Float64Array(pairs.length + following.length)
  all.set(pairs)
  following.forEach((rank, place) => {
    all[pairs.length + place] = rank * documents + (follows[rank] as number)
  })
  return all.filter((pair) => fits(pair) && !answered.has(pair))
}
