import { err, ok, type Result } from '../core/result.ts'

/** A dictionary whose members are inner lists of tokens: the only shape of RFC 9651 that the jurisdiction headers use. */
export type TokenLists = ReadonlyMap<string, readonly string[]>
export type StructuredFailure = { readonly kind: 'structured-invalid'; readonly message: string }

const KEY = /[a-z*][a-z0-9_.*-]*/y
const TOKEN = /[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*/y

/**
 * Parses `see=(FR EU), stop=(FR)` by the algorithms of RFC 9651 section 4.2, restricted to that shape: no other item type,
 * no parameters, and no key twice (the RFC would let the last one win, which could widen what the first one narrowed).
 */
export const parseTokenLists = (text: string): Result<TokenLists, StructuredFailure> => {
  const lists = new Map<string, readonly string[]>()
  let i = skip(text, 0, ' ')
  while (i < text.length) {
    const key = match(KEY, text, i)
    if (key === undefined) return wrong(text, i, 'a key')
    i += key.length
    if (text.slice(i, i + 2) !== '=(') return wrong(text, i, `\`=(\` after \`${key}\``)
    const list = parseInnerList(text, i + 2)
    if (!list.ok) return list
    if (lists.has(key)) return err({ kind: 'structured-invalid', message: `\`${key}\` is given twice` })
    lists.set(key, list.value.tokens)
    i = skip(text, list.value.behind, ' \t')
    if (i === text.length) return ok(lists)
    if (text[i] !== ',') return wrong(text, i, 'a comma')
    i = skip(text, i + 1, ' \t')
    if (i === text.length) return wrong(text, i, 'a key after the comma')
  }
  return ok(lists)
}

const parseInnerList = (
  text: string,
  start: number,
): Result<{ readonly tokens: readonly string[]; readonly behind: number }, StructuredFailure> => {
  const tokens: string[] = []
  let i = start
  for (;;) {
    i = skip(text, i, ' ')
    if (text[i] === ')') return ok({ tokens, behind: i + 1 })
    const token = match(TOKEN, text, i)
    if (token === undefined) return wrong(text, i, 'a token or `)`')
    tokens.push(token)
    i += token.length
    if (text[i] !== ' ' && text[i] !== ')') return wrong(text, i, 'a space or `)`')
  }
}

const skip = (text: string, start: number, spaces: string): number => {
  let i = start
  while (i < text.length && spaces.includes(text.charAt(i))) i++
  return i
}
const match = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
const wrong = (text: string, at: number, expected: string): Result<never, StructuredFailure> =>
  err({
    kind: 'structured-invalid',
    message:
      at < text.length
        ? `character ${at + 1} is \`${text.charAt(at)}\` where ${expected} must stand`
        : `it ends where ${expected} must stand`,
  })
