import type { TokenChance } from './chances.ts'
import { stopScanner, tokenText } from './text.ts'
import { charactersOf } from './tokens.ts'

/** A part of an answer: some text, and the tokens that begin in it, where their chances were asked for. */
export type Piece = { readonly text: string; readonly tokens: readonly TokenChance[] }

/** Turns the tokens of an answer into pieces that can be shown, up to the first stop sequence. */
export type Pieces<Token> = {
  /** `stopped` when a stop sequence was met, of which nothing is shown, nor of what follows it. */
  push(token: Token, chance?: (offset: number) => TokenChance): Piece & { readonly stopped: boolean }
  /** What was held back, once it is certain that nothing follows. */
  end(): Piece & { readonly stopped: boolean }
}

export type PiecesOptions<Token> = {
  readonly detokenize: (tokens: readonly Token[], before: readonly Token[]) => string
  readonly before: readonly Token[]
  readonly stops: readonly string[]
  /** Characters before the first of these tokens. */
  readonly offset: number
}

export const piecesOf = <Token>({ detokenize, before, stops, offset }: PiecesOptions<Token>): Pieces<Token> => {
  const text = tokenText(detokenize, before)
  const scanner = stopScanner(stops)
  /** UTF-16 units that the tokens gave, and those that were shown; the difference waits in the scanner. */
  let given = 0
  let shown = 0
  let characters = offset
  let pending: { readonly at: number; readonly chance: TokenChance }[] = []
  const scan = (more: string): { readonly text: string; readonly stopped: boolean } => {
    given += more.length
    characters += charactersOf(more)
    return scanner.push(more)
  }
  const take = (more: string, stopped: boolean, all: boolean): Piece & { readonly stopped: boolean } => {
    shown += more.length
    const isShown = ({ at }: { readonly at: number }) => all || at < shown
    const tokens = pending.filter(isShown).map(({ chance }) => chance)
    if (tokens.length > 0) pending = pending.filter((each) => !isShown(each))
    return { text: more, tokens, stopped }
  }
  return {
    push(token, chance) {
      if (chance !== undefined) pending.push({ at: given, chance: chance(characters) })
      const scanned = scan(text.push(token))
      return take(scanned.text, scanned.stopped, false)
    },
    end() {
      const scanned = scan(text.end())
      return take(scanned.text + scanner.end(), scanned.stopped, !scanned.stopped)
    },
  }
}
