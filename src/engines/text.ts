/** Cuts a stream of text at the first stop sequence, holding back what may yet become one. */
export type StopScanner = {
  /** What may be shown now; `stopped` when a stop sequence was met, which is not shown, nor anything after it. */
  push(text: string): { readonly text: string; readonly stopped: boolean }
  /** What was held back, once it is certain that nothing follows. */
  end(): string
}

export const stopScanner = (stops: readonly string[]): StopScanner => {
  let held = ''
  return {
    push(text) {
      held += text
      const at = firstStop(held, stops)
      if (at !== undefined) {
        const shown = held.slice(0, at)
        held = ''
        return { text: shown, stopped: true }
      }
      const keep = longestPossibleStart(held, stops)
      const shown = held.slice(0, held.length - keep)
      held = held.slice(held.length - keep)
      return { text: shown, stopped: false }
    },
    end() {
      const rest = held
      held = ''
      return rest
    },
  }
}

const firstStop = (text: string, stops: readonly string[]): number | undefined => {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0)
  return found.length === 0 ? undefined : Math.min(...found)
}

/** How many characters at the end of `text` begin some stop sequence. */
const longestPossibleStart = (text: string, stops: readonly string[]): number => {
  let longest = 0
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length
    }
  }
  return longest
}

const REPLACEMENT = '\u{fffd}'
const TRAILING_REPLACEMENTS = /\u{fffd}+$/u
/** Tokens before the present ones that may bear on how these are written. */
const CONTEXT = 8
/** Four bytes make the longest character; more tokens than that and the model did write broken UTF-8. */
const LONGEST_CHARACTER = 4

/** Turns tokens into text, waiting for the rest of a character that began: a token may be a part of one. */
export type TokenText<Token> = {
  push(token: Token): string
  end(): string
}

/** `before` is what precedes the first token: some vocabularies write a space only in the middle of a text. */
export const tokenText = <Token>(
  detokenize: (tokens: readonly Token[], before: readonly Token[]) => string,
  before: readonly Token[],
): TokenText<Token> => {
  let context = before
  let pending: Token[] = []
  /** How much of the pending tokens' text has been shown, and how many tokens came since anything was. */
  let shown = 0
  let silent = 0
  const flush = (): string => {
    const text = pending.length === 0 ? '' : detokenize(pending, context).slice(shown)
    context = [...context, ...pending].slice(-CONTEXT)
    pending = []
    shown = 0
    silent = 0
    return text
  }
  return {
    push(token) {
      pending.push(token)
      const text = detokenize(pending, context)
      silent++
      if (!text.endsWith(REPLACEMENT) || silent >= LONGEST_CHARACTER) return flush()
      const whole = text.replace(TRAILING_REPLACEMENTS, '')
      if (whole.length <= shown) return ''
      const piece = whole.slice(shown)
      shown = whole.length
      silent = 1
      return piece
    },
    end: flush,
  }
}
