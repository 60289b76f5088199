// A trained tokenizer at work: the earliest merge that applies, until none does.
import { cutter, type DigitRule } from './pieces.ts'
import type { Merge } from './train.ts'

const WIDTH = 2 ** 24
/** Pieces repeat: so many are remembered. */
const REMEMBERED = 200_000

/** Counts tokens as the finished `tokenizer.json` would make them; special tokens are none of a text's. */
export class Encoder {
  /** By pair: the place of its merge. */
  private readonly ranks = new Map<number, number>()
  private readonly merges: readonly Merge[]
  private readonly cut: (text: string) => readonly string[]
  private readonly known = new Map<string, readonly number[]>()

  constructor(merges: readonly Merge[], digits: DigitRule) {
    this.merges = merges
    for (const [rank, { left, right }] of merges.entries()) this.ranks.set(left * WIDTH + right, rank)
    this.cut = cutter(digits)
  }

  /** Numbers of tokens as `train` has them. */
  encode(text: string): readonly number[] {
    return this.cut(text).flatMap((piece) => this.encodePiece(piece))
  }

  count(text: string): number {
    return this.cut(text).reduce((sum, piece) => sum + this.encodePiece(piece).length, 0)
  }

  private encodePiece(piece: string): readonly number[] {
    const known = this.known.get(piece)
    if (known !== undefined) return known
    const tokens = this.merged([...Buffer.from(piece)])
    if (this.known.size >= REMEMBERED) this.known.clear()
    this.known.set(piece, tokens)
    return tokens
  }

  private merged(tokens: number[]): readonly number[] {
    for (;;) {
      let [best, at] = [Number.POSITIVE_INFINITY, -1]
      for (let i = 0; i + 1 < tokens.length; i++) {
        const rank = this.ranks.get((tokens[i] ?? 0) * WIDTH + (tokens[i + 1] ?? 0))
        if (rank !== undefined && rank < best) [best, at] = [rank, i]
      }
      const merge = this.merges[best]
      if (merge === undefined) return tokens
      tokens.splice(at, 2, merge.token)
    }
  }
}
