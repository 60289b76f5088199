// What a vendor's own validation says of a body: every member that is not known, of the wrong type, or missing, with its place.
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'

export type Issue = {
  readonly kind: 'unknown' | 'missing' | 'wrong'
  readonly path: readonly (string | number)[]
  /** Continues "`path` …". */
  readonly message: string
  readonly value: Json
}
export type Check = (value: Json, path: Issue['path'], issues: Issue[]) => void

const must =
  (message: string, holds: (value: Json) => boolean): Check =>
  (value, path, issues) => {
    if (!holds(value)) issues.push({ kind: 'wrong', path, message, value })
  }

export const anything: Check = () => undefined
export const text = must('must be a string', (value) => typeof value === 'string')
export const flag = must('must be a boolean', (value) => typeof value === 'boolean')
export const number = must('must be a number', (value) => typeof value === 'number')
export const integer = must('must be an integer', (value) => Number.isInteger(value))
export const between = (low: number, high: number): Check =>
  must(`must be between ${low} and ${high}`, (value) => typeof value === 'number' && value >= low && value <= high)
export const wholeFrom = (low: number, high = Number.MAX_SAFE_INTEGER): Check =>
  must(`must be an integer from ${low}`, (value) => Number.isInteger(value) && Number(value) >= low && Number(value) <= high)
export const oneOf = (...words: readonly Json[]): Check =>
  must(`must be one of ${words.map((word) => JSON.stringify(word)).join(', ')}`, (value) => words.includes(value))
export const freeObject = must('must be an object', (value) => isJsonObject(value))

export const list =
  (check: Check, least = 0, most = Number.POSITIVE_INFINITY): Check =>
  (value, path, issues) => {
    if (!Array.isArray(value)) issues.push({ kind: 'wrong', path, message: 'must be a list', value })
    else if (value.length < least || value.length > most)
      issues.push({ kind: 'wrong', path, message: `must hold ${value.length < least ? `at least ${least}` : `at most ${most}`}`, value })
    else for (const [index, item] of (value as readonly Json[]).entries()) check(item, [...path, index], issues)
  }

/** The first alternative that has nothing to say decides; otherwise what the one with the fewest issues says. */
export const either =
  (...checks: readonly Check[]): Check =>
  (value, path, issues) => {
    const found = checks.map((check) => {
      const own: Issue[] = []
      check(value, path, own)
      return own
    })
    issues.push(...(found.sort((a, b) => a.length - b.length)[0] ?? []))
  }

export const nullable = (check: Check): Check =>
  either(
    must('must be null', (value) => value === null),
    check,
  )

export type Members = { readonly [name: string]: Check }

/** An object of these members; the first of the path of an unknown one is where it stands. */
export const object =
  (members: Members, required: readonly string[] = []): Check =>
  (value, path, issues) => {
    if (!isJsonObject(value)) {
      issues.push({ kind: 'wrong', path, message: 'must be an object', value })
      return
    }
    for (const name of required)
      if (!Object.hasOwn(value, name)) issues.push({ kind: 'missing', path: [...path, name], message: 'is required', value })
    for (const [name, member] of Object.entries(value)) {
      const check = Object.hasOwn(members, name) ? members[name] : undefined
      if (check === undefined)
        issues.push({ kind: 'unknown', path: [...path, name], message: 'is not a member of this request', value: member })
      else check(member, [...path, name], issues)
    }
  }

/** Objects told apart by one member: `{type: 'text', …}`; `kind` names it. */
export const variant =
  (kind: string, variants: { readonly [word: string]: Check }): Check =>
  (value, path, issues) => {
    const word = isJsonObject(value) ? value[kind] : undefined
    const check = typeof word === 'string' && Object.hasOwn(variants, word) ? variants[word] : undefined
    if (check !== undefined) check(value, path, issues)
    else
      issues.push({
        kind: 'wrong',
        path: [...path, kind],
        message: `must be one of ${Object.keys(variants).join(', ')}`,
        value: word ?? null,
      })
  }

export const issuesOf = (check: Check, body: JsonObject): readonly Issue[] => {
  const issues: Issue[] = []
  check(body, [], issues)
  return issues
}
export const placeOf = ({ path }: Issue): string => path.join('.')
