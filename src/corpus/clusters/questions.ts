// What has been asked about pairs of documents, and the answers: gathered in rounds, so that a round can be answered pack by pack and by many threads.
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Verify } from './jaccard.ts'
import type { Roster } from './roster.ts'

/** Pairs of ranks, the more preferred first, with their similarity. Each is asked once. */
export type Answered = { readonly first: Uint32Array; readonly second: Uint32Array; readonly similarity: Float64Array }

export class Questions {
  private first: number[] = []
  private second: number[] = []
  private readonly rounds: Answered[] = []
  private readonly roster: Roster
  private readonly byRank: Uint32Array
  private readonly verify: Verify

  constructor(roster: Roster, byRank: Uint32Array, verify: Verify) {
    this.roster = roster
    this.byRank = byRank
    this.verify = verify
  }

  /** For the next round. */
  ask(first: number, second: number): void {
    this.first.push(first)
    this.second.push(second)
  }

  /** The answers of this round, in the order of the questions. */
  async round(): Promise<Result<Answered, CorpusFailure>> {
    const [first, second] = [Uint32Array.from(this.first), Uint32Array.from(this.second)]
    this.first = []
    this.second = []
    const documentOf = (rank: number) => this.byRank[rank] as number
    const asked = { left: first.map(documentOf), right: second.map(documentOf) }
    const similarity = first.length === 0 ? ok(new Float64Array(0)) : await this.verify(asked, this.roster)
    if (!similarity.ok) return similarity
    const answered = { first, second, similarity: similarity.value }

    this.rounds.push(answered)
    return ok(answered)
  }

  all(): readonly Answered[] {
    return this.rounds
  }
}
