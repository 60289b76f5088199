// Records, as spec/record.md defines them: what an exchange writes into its log.
import { concat, fail, fromUtf8, hex, ok, type Result, utf8 } from './bytes.ts'
import { type Hash, sha256 } from './sha256.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** One entry of the log. Members that every record has are named; `members` has all of them. */
export type LogRecord = {
  /** The stream that `n` counts: a key's id, or `exchange`. */
  readonly stream: string
  /** The record's number in its stream, from 0, without gaps. */
  readonly n: number
  /** Milliseconds since 1970-01-01T00:00:00Z, by the exchange's clock. */
  readonly time: number
  /** `call`, `border`, `refusal`, `policy`, `key`, `erasure`, `incident`, `start`, or one that a later version adds. */
  readonly kind: string
  readonly members: { readonly [name: string]: Json }
}

/** What a record may commit to without showing it. */
export type Committed = 'request' | 'response' | 'subject'
export const COMMITTED: readonly Committed[] = ['request', 'response', 'subject']

/** Lower-case hexadecimal SHA-256 of salt ‖ the word ‖ the exact bytes. */
export const commitment = (salt: Uint8Array, what: Committed, content: Uint8Array, hash: Hash = sha256): string =>
  hex(hash(concat(salt, utf8(what), content)))

/** The latest moment a Date can show. */
const MAX_TIME = 8.64e15

/** Reads an entry of the log. Strict: a text that two JSON readers could understand differently is no record. */
export const parseRecord = (leaf: Uint8Array): Result<LogRecord> => {
  const members = parseCanonicalObject(leaf)
  if (members === undefined) return fail('the record is not one JSON object written without spaces, repeated names or needless escapes')
  const { v, stream, n, time, kind } = members
  if (v !== 1) return fail('the record has no version `v` that this verifier knows')
  if (typeof stream !== 'string' || stream === '' || !isCount(n)) return fail('the record has no place in a stream: `stream` and `n`')
  if (!isCount(time) || time > MAX_TIME) return fail('the record has no `time` in milliseconds')
  if (typeof kind !== 'string' || !/^[a-z][a-z-]{0,62}$/.test(kind)) return fail('the record has no `kind`')
  for (const what of COMMITTED) {
    const value = members[what]
    if (value !== undefined && value !== null && !(typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)))
      return fail(`the record's \`${what}\` is not a commitment of 64 hexadecimal digits`)
  }
  return ok({ stream, n, time, kind, members })
}

const isCount = (value: Json | undefined): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** The object a text spells, if it is the very text that ECMAScript writes for that object. */
const parseCanonicalObject = (bytes: Uint8Array): { readonly [name: string]: Json } | undefined => {
  const text = fromUtf8(bytes)
  if (!text?.startsWith('{')) return undefined
  try {
    const value: { readonly [name: string]: Json } = JSON.parse(text)
    return JSON.stringify(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

/** What the record says, in one lower-case sentence. A statement of the exchange, whatever it says. */
export const describeRecord = (record: LogRecord): string => {
  const { members } = record
  const text = (name: string): string => (typeof members[name] === 'string' ? members[name] : 'unnamed')
  const reach = (name: string): string => (Array.isArray(members[name]) ? members[name].join(', ') || 'nobody' : 'unknown')
  const powers = `see: ${reach('see')}; stop: ${reach('stop')}; change: ${reach('change')}`
  const target = `endpoint \`${text('endpoint')}\`, model \`${text('model')}\` (${powers})`
  const call = `call \`${text('call')}\` of data class \`${text('class')}\` for purpose \`${text('purpose')}\``
  switch (record.kind) {
    case 'call':
      return `${call} was answered with status ${members.status ?? 'unknown'} and ended \`${text('end')}\`, by ${target}`
    case 'border':
      return `${call} was about to be sent outside home, to ${target}`
    case 'refusal':
      return `${call} was refused: \`${text('why')}\``
    default:
      return `an event of kind \`${record.kind}\``
  }
}
