import { isJsonObject, parseJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { CallFailure } from './failure.ts'
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  forgetBytes,
  nextMember,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  readInteger,
  skipName,
  skipSpace,
  skipString,
  skipValue,
  spells,
} from './json-bytes.ts'

/** What the exchange must know of a request body; everything else in it goes through untouched (G4). */
export type Asked = {
  readonly model: string
  /** Where the model's name stands, quotes included. */
  readonly modelFrom: number
  readonly modelTo: number
  readonly stream: boolean
  /** Whether the caller asked for usage at the end of a stream. */
  readonly includeUsage: boolean
  readonly user: string | undefined
  /** The most output tokens of one choice, when the caller named a limit. */
  readonly maxOutput: number | undefined
  /** How many answers are asked for: `n` or `best_of`, times the prompts of a text completion. */
  readonly choices: number
  /** Says `store: false`, and goes on from nothing that was left anywhere. */
  readonly detached: boolean
  /** Names of the members at the top; '' stands for any that are longer than those above could be. */
  readonly members: ReadonlySet<string>
}

/** Members the exchange acts on. Named twice, two readers could act on two values, so that is refused. */
const READ: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'user',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'n',
  'best_of',
  'prompt',
  'stream_options',
  'store',
  'previous_response_id',
  'conversation',
])
/** Members by which some endpoints choose another model than the one decided on. INVARIANT(G1): the model is part of the decision. */
const MODEL_LISTS: ReadonlySet<string> = new Set(['models', 'fallbacks'])
const LONGEST_NAME = 21

/**
 * Scans an OpenAI-style request body once (RFC 8259, RFC 3629) and builds nothing but what it needs.
 * Fails with `body-invalid` and the byte where reading stopped.
 */
export const readAsked = (body: Uint8Array, isUtf8: (bytes: Uint8Array) => boolean): Result<Asked, CallFailure> => {
  const asked = scan(body, isUtf8)
  forgetBytes()
  return asked
}

const scan = (body: Uint8Array, isUtf8: (bytes: Uint8Array) => boolean): Result<Asked, CallFailure> => {
  if (!isUtf8(body)) return invalid('the body is not UTF-8', null)
  const end = body.length
  const start = skipSpace(body, 0, end)
  if (start >= end || body[start] !== OPEN_BRACE) return invalid('the body must be one JSON object', null)
  const found: Found = {
    seen: new Set(),
    modelFrom: -1,
    modelTo: -1,
    stream: false,
    includeUsage: false,
    limits: [],
    choices: 1,
    prompts: 1,
    refusesKeeping: false,
    continues: false,
  }
  let i = skipSpace(body, start + 1, end)
  if (i < end && body[i] === CLOSE_BRACE) i++
  else
    for (;;) {
      const nameFrom = i + 1
      i = skipName(body, i, end)
      if (i < 0) return malformed(i)
      const valueFrom = i
      i = skipValue(body, i, end, 1)
      if (i < 0) return malformed(i)
      const problem = takeMember(body, nameFrom, valueFrom, i, found)
      if (problem !== undefined) return err(problem)
      i = nextMember(body, i, end)
      if (i < 0) return malformed(i)
      if (body[i - 1] === CLOSE_BRACE) break
    }
  const rest = skipSpace(body, i, end)
  return rest < end ? malformed(~rest) : conclude(body, found)
}

type Found = {
  readonly seen: Set<string>
  modelFrom: number
  modelTo: number
  stream: boolean
  includeUsage: boolean
  user?: string
  readonly limits: number[]
  choices: number
  prompts: number
  refusesKeeping: boolean
  continues: boolean
}

/** Notes one top-level member when it is one the exchange acts on. */
const takeMember = (body: Uint8Array, nameFrom: number, from: number, to: number, found: Found): CallFailure | undefined => {
  const name = nameAt(body, nameFrom)
  if (name === undefined) {
    found.seen.add('')
    return undefined
  }
  // Go's JSON reader ignores case, so `Model` would choose the model there, unseen by the policy.
  if (name !== 'model' && name.toLowerCase() === 'model') return failure(`\`${name}\` must be written \`model\``, name)
  if (MODEL_LISTS.has(name)) return failure(`\`${name}\` would let the endpoint choose a model that was not decided on`, name)
  if (!READ.has(name)) {
    found.seen.add(name)
    return undefined
  }
  if (found.seen.has(name)) return failure(`\`${name}\` is given twice`, name)
  found.seen.add(name)
  return takeValue(body, name, from, to, found)
}

const takeValue = (body: Uint8Array, name: string, from: number, to: number, found: Found): CallFailure | undefined => {
  switch (name) {
    case 'model':
      if (body[from] !== QUOTE) return failure('`model` must be a string', name)
      found.modelFrom = from
      found.modelTo = to
      return undefined
    case 'stream':
      found.stream = spells(body, from, to, 'true')
      return undefined
    case 'store':
      found.refusesKeeping = spells(body, from, to, 'false')
      return undefined
    case 'previous_response_id':
    case 'conversation':
      found.continues ||= !spells(body, from, to, 'null')
      return undefined
    case 'user':
      if (body[from] === QUOTE) found.user = textAt(body, from, to)
      return undefined
    case 'n':
    case 'best_of': {
      const count = readCount(body, name, from, to)
      if (!count.ok) return count.error
      found.choices = Math.max(found.choices, count.value ?? 1)
      return undefined
    }
    case 'prompt':
      found.prompts = countPrompts(body, from, to)
      return undefined
    case 'stream_options':
      found.includeUsage = asksForUsage(body, from, to)
      return undefined
    default: {
      const limit = readCount(body, name, from, to)
      if (!limit.ok) return limit.error
      if (limit.value !== undefined) found.limits.push(limit.value)
      return undefined
    }
  }
}

/** INVARIANT(G10): `"9000"`, `9e3` or `-1` may be a larger number to an endpoint than the one reserved for, so none of them passes. */
const readCount = (body: Uint8Array, name: string, from: number, to: number): Result<number | undefined, CallFailure> => {
  const count = readInteger(body, from, to)
  return count !== undefined || spells(body, from, to, 'null') ? ok(count) : err(failure(`\`${name}\` must be a whole number`, name))
}

const conclude = (body: Uint8Array, found: Found): Result<Asked, CallFailure> => {
  if (found.modelFrom < 0) return invalid('`model` is missing', 'model')
  return ok({
    model: textAt(body, found.modelFrom, found.modelTo),
    modelFrom: found.modelFrom,
    modelTo: found.modelTo,
    stream: found.stream,
    includeUsage: found.includeUsage,
    user: found.user,
    maxOutput: found.limits.length === 0 ? undefined : Math.max(...found.limits),
    choices: found.choices * found.prompts,
    detached: found.refusesKeeping && !found.continues,
    members: found.seen,
  })
}

/** The name of a member when it could be one of ours, decoded; `nameFrom` is behind its opening quote. */
const nameAt = (body: Uint8Array, nameFrom: number): string | undefined => {
  let text = ''
  for (let i = nameFrom; i - nameFrom <= LONGEST_NAME; i++) {
    const byte = body[i] as number
    if (byte === QUOTE) return text
    if (byte === BACKSLASH) return textAt(body, nameFrom - 1, skipString(body, nameFrom, body.length))
    text += String.fromCharCode(byte)
  }
  // Longer than any name of ours, unless escapes make it look longer than it is.
  const behind = skipString(body, nameFrom, body.length)
  return behind - nameFrom > LONGEST_NAME * 6 + 1 ? undefined : textAt(body, nameFrom - 1, behind)
}

const decoder = new TextDecoder()
/** The value of the JSON string that stands from `from` to `to`, quotes included; its grammar is already checked. */
const textAt = (body: Uint8Array, from: number, to: number): string => {
  const text = shortText(body, from, to) ?? decoder.decode(body.subarray(from, to))
  if (!text.includes('\\')) return text.slice(1, -1)
  const parsed = parseJson(text, { maxLength: text.length, maxDepth: 1 })
  return parsed.ok && typeof parsed.value === 'string' ? parsed.value : text
}

/** Short ASCII, as most names are, without the cost of a decoder. */
const shortText = (body: Uint8Array, from: number, to: number): string | undefined => {
  if (to - from > 64) return undefined
  let text = ''
  for (let i = from; i < to; i++) {
    const byte = body[i] as number
    if (byte >= 0x80) return undefined
    text += String.fromCharCode(byte)
  }
  return text
}

/** A list of texts, or of lists of token numbers, is as many prompts; anything else is one. */
const countPrompts = (body: Uint8Array, from: number, to: number): number => {
  if (body[from] !== OPEN_BRACKET) return 1
  let i = skipSpace(body, from + 1, to)
  if (body[i] !== QUOTE && body[i] !== OPEN_BRACKET) return 1
  let count = 0
  while (i < to && body[i] !== CLOSE_BRACKET) {
    count++
    i = skipSpace(body, skipValue(body, i, to), to)
    if (body[i] === CLOSE_BRACKET) break
    i = skipSpace(body, i + 1, to)
  }
  return count
}

const asksForUsage = (body: Uint8Array, from: number, to: number): boolean => {
  if (body[from] !== OPEN_BRACE) return false
  const parsed = parseJson(decoder.decode(body.subarray(from, to)))
  return parsed.ok && isJsonObject(parsed.value) && parsed.value.include_usage === true
}

const failure = (message: string, param: string | null): CallFailure => ({ kind: 'body-invalid', message, param })
const invalid = (message: string, param: string | null): Result<never, CallFailure> => err(failure(message, param))
const malformed = (position: number): Result<never, CallFailure> =>
  invalid(`the body is not JSON: reading stopped at byte ${~position}`, null)

/** The body with another model's name in place of the asked one; `name` is JSON text. Nothing else changes (G4). */
export const spliceModel = (body: Uint8Array, asked: Asked, name: Uint8Array, allocate: (length: number) => Uint8Array): Uint8Array => {
  const spliced = allocate(body.length - (asked.modelTo - asked.modelFrom) + name.length)
  spliced.set(body.subarray(0, asked.modelFrom))
  spliced.set(name, asked.modelFrom)
  spliced.set(body.subarray(asked.modelTo), asked.modelFrom + name.length)
  return spliced
}
