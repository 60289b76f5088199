// Who stays: the greedy star. In the order of preference, a document is dropped where one that stays is near it, and stays otherwise; so nobody is dropped
// for the sake of a document that is itself dropped, however long the chain of resemblance.
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Candidates } from './candidates.ts'
import type { Questions } from './questions.ts'
import { NONE, ranksWhere } from './roster.ts'

export type Keepers = {
  /** By rank: the document that stays for this one; itself where it stays. */
  readonly keeper: Uint32Array
  /** How near it is: 1 for itself and for the same text. */
  readonly similarity: Float64Array
}

/** The rounds ask what can be known so far: of each document, whether it is near the most preferred of its candidates that stays. */
export const keepersOf = async (
  candidates: Candidates,
  sameText: Uint32Array,
  { questions, threshold }: { readonly questions: Questions; readonly threshold: number },
): Promise<Result<Keepers, CorpusFailure>> => {
  const choice = new Choice(candidates, sameText, threshold)
  while (choice.isOpen) {
    choice.goOn((keeper, rank) => questions.ask(keeper, rank))
    const answers = await questions.round()
    if (!answers.ok) return answers
    const { first, second, similarity } = answers.value
    for (let i = 0; i < first.length; i++) choice.hear(first[i] as number, second[i] as number, similarity[i] as number)
  }
  return ok(choice)
}

class Choice implements Keepers {
  readonly keeper: Uint32Array
  readonly similarity: Float64Array
  private readonly pairs: Float64Array
  private readonly follows: Uint32Array
  private readonly sameText: Uint32Array
  private readonly threshold: number
  /** Ranks that may not be decided yet, ascending. */
  private waiting: Uint32Array
  /** By rank: through whose pairs it goes, and where it stands among them. */
  private readonly list: Uint32Array
  private readonly at: Uint32Array

  constructor({ pairs, follows }: Candidates, sameText: Uint32Array, threshold: number) {
    this.pairs = pairs
    this.follows = follows
    this.sameText = sameText
    this.threshold = threshold
    this.keeper = new Uint32Array(follows.length).fill(NONE)
    this.similarity = new Float64Array(follows.length).fill(1)
    this.list = new Uint32Array(follows.length).fill(NONE)
    this.at = new Uint32Array(follows.length)
    this.waiting = this.begin()
  }

  get isOpen(): boolean {
    return this.waiting.length > 0
  }

  /** Who has no candidate and follows nobody stays at once. */
  private begin(): Uint32Array {
    const { pairs, follows, list, at, keeper } = this
    for (let pair = pairs.length - 1; pair >= 0; pair--) {
      const rank = this.rankOf(pair)
      list[rank] = rank
      at[rank] = pair
    }
    for (let rank = 0; rank < follows.length; rank++) if (follows[rank] === rank && list[rank] === NONE) keeper[rank] = rank
    return ranksWhere(follows.length, (rank) => keeper[rank] === NONE)
  }

  private rankOf(pair: number): number {
    return Math.floor((this.pairs[pair] as number) / this.follows.length)
  }

  /** Decides what can be decided, and asks of the others what would decide them. */
  goOn(ask: (keeper: number, rank: number) => void): void {
    this.waiting = this.waiting.filter((rank) => {
      if (this.keeper[rank] !== NONE) return false
      const leader = this.follows[rank] as number
      const near = this.list[rank] === NONE ? (this.keeper[leader] as number) : this.nextKept(rank)
      if (near === NONE) return this.keeper[rank] === NONE
      if (this.sameText[rank] === leader && leader !== rank) return this.decide(rank, near, this.similarity[leader] as number)
      ask(near, rank)
      return true
    })
  }

  /** The most preferred candidate that stays and was not asked about. None while one before it is undecided, or where there is no other, and so the document stays. */
  private nextKept(rank: number): number {
    const list = this.list[rank] as number
    const before = list === rank ? NONE : this.keeper[list]
    for (let pair = this.at[rank] as number; pair < this.pairs.length && this.rankOf(pair) === list; pair++) {
      const candidate = (this.pairs[pair] as number) - list * this.follows.length
      const keeper = this.keeper[candidate] as number
      if ((keeper !== NONE && keeper !== candidate) || candidate === before) continue
      this.at[rank] = pair
      return keeper
    }
    this.keeper[rank] = rank
    return NONE
  }

  hear(keeper: number, rank: number, similarity: number): void {
    if (similarity >= this.threshold) this.decide(rank, keeper, similarity)
    else if (this.list[rank] !== NONE) this.at[rank] = (this.at[rank] as number) + 1
    else this.leave(rank)
  }

  /** Who follows another and is not near the one that stays for it goes through the other's candidates, for they are its own as well. */
  private leave(rank: number): void {
    const leader = this.follows[rank] as number
    let [low, high] = [0, this.pairs.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.rankOf(middle) < leader) low = middle + 1
      else high = middle
    }
    this.list[rank] = leader
    this.at[rank] = low
  }

  /** Says that it waits no longer. */
  private decide(rank: number, keeper: number, similarity: number): false {
    this.keeper[rank] = keeper
    this.similarity[rank] = similarity
    return false
  }
}
