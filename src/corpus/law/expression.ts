// SPDX licence expressions (SPDX specification, annex "SPDX License Expressions").
import { err, ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'

/** Licences that bind together; one choice among the alternatives of an expression. */
export type Alternative = readonly string[]

const MOST_ALTERNATIVES = 64
const TOKEN = /\s*([()]|[A-Za-z0-9.:+-]+)/y
const ID = /^(?:DocumentRef-[A-Za-z0-9.-]+:)?[A-Za-z0-9.-]+\+?$/
const OPERATORS: ReadonlySet<string> = new Set(['AND', 'OR', 'WITH'])

/**
 * The alternatives of an expression, as it is written: `OR` chooses, `AND` binds, and an exception after `WITH` only ever permits more than
 * its licence does, so the licence alone is the safe reading. Unusable where it is no expression.
 */
export const parseExpression = (text: string): Result<readonly Alternative[], CorpusFailure> => {
  const tokens = tokensOf(text)
  const wrong = (what: string): Result<never, CorpusFailure> =>
    err({ kind: 'unusable', message: `\`${text}\` is no SPDX expression: ${what}` })
  if (tokens === undefined) return wrong('it has signs that none has')
  const reader = { tokens, at: 0 }
  const found = choice(reader)
  if (found === undefined) return wrong(`\`${tokens[reader.at] ?? 'its end'}\` stands where a licence should`)
  if (reader.at < tokens.length) return wrong(`\`${tokens[reader.at]}\` follows what is whole`)
  return found.length > MOST_ALTERNATIVES ? wrong(`it has more than ${MOST_ALTERNATIVES} alternatives`) : ok(found)
}

type Reader = { readonly tokens: readonly string[]; at: number }

const tokensOf = (text: string): readonly string[] | undefined => {
  const tokens: string[] = []
  const end = text.trimEnd().length
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < end) {
    const [, token] = TOKEN.exec(text) ?? []
    if (token === undefined) return undefined
    tokens.push(token)
  }
  return tokens
}

const takes = (reader: Reader, wanted: string): boolean => {
  const found = reader.tokens[reader.at]
  if (found !== wanted && found !== wanted.toLowerCase()) return false
  reader.at++
  return true
}

const choice = (reader: Reader): readonly Alternative[] | undefined => {
  let all = conjunction(reader)
  while (all !== undefined && takes(reader, 'OR')) {
    const more = conjunction(reader)
    all = more && all.length + more.length <= MOST_ALTERNATIVES ? [...all, ...more] : undefined
  }
  return all
}

const conjunction = (reader: Reader): readonly Alternative[] | undefined => {
  let all = licence(reader)
  while (all !== undefined && takes(reader, 'AND')) {
    const more = licence(reader)
    all =
      more && all.length * more.length <= MOST_ALTERNATIVES
        ? all.flatMap((left) => more.map((right) => [...new Set([...left, ...right])]))
        : undefined
  }
  return all
}

const licence = (reader: Reader): readonly Alternative[] | undefined => {
  if (takes(reader, '(')) {
    const inner = choice(reader)
    return takes(reader, ')') ? inner : undefined
  }
  const id = reader.tokens[reader.at]
  if (id === undefined || !ID.test(id) || OPERATORS.has(id.toUpperCase())) return undefined
  reader.at++
  if (takes(reader, 'WITH') && !ID.test(reader.tokens[reader.at++] ?? '')) return undefined
  return [[id]]
}
