// From a receipt and keys to what a page says of it. The verdict is @allod/verifier’s; here it is only put into one of a few words.
import {
  type Ed25519,
  fromUtf8,
  hex,
  type LogRecord,
  parseCheckpoint,
  parseNote,
  parsePromise,
  parseReceipt,
  parseRecord,
  parseVerifierKey,
  type Verdict,
  verify,
} from '@allod/verifier'

/**
 * `genuine`: every check held. `promise`: signed, but no checkpoint covers it yet. `few-witnesses`: genuine, but a witness whose key was
 * given has not seen it. `altered`: record, path or root was changed. `wrong-key`: whole in itself, but signed by none of the keys given.
 * `damaged`: a receipt that cannot be read as one. `unusable`: no receipt at all, or no key to check it by. `unchecked`: this browser cannot.
 */
export type FindingState = 'genuine' | 'promise' | 'few-witnesses' | 'altered' | 'wrong-key' | 'damaged' | 'unusable' | 'unchecked'
export type CheckState = 'held' | 'failed' | 'open'
export type Finding = {
  readonly state: FindingState
  /** Whether file, entry, signature and witnesses hold; `open` where it could not be asked. */
  readonly checks: Readonly<Record<'file' | 'entry' | 'signed' | 'witnessed', CheckState>>
  readonly witnesses: { readonly seen: number; readonly given: number }
  readonly place?: Place
  readonly record?: LogRecord
  /** Whatever it says, in the verifier’s own words. */
  readonly verdict: Verdict
  /** Milliseconds. */
  readonly took: number
  /** Whether the browser itself checked signatures, or code of this page did because the browser has none. */
  readonly by: 'browser' | 'page'
}
export type Place = {
  readonly origin: string
  readonly index: number
  /** Entries under the checkpoint, and its root in hexadecimal; absent of a promise. */
  readonly size?: number
  readonly root?: string
  /** Until when a promise binds. */
  readonly until?: number
  readonly steps: number
}

const hasWebCrypto = (): boolean => globalThis.crypto?.subtle !== undefined

/** What checks signatures where the browser does not; loaded only then. */
const loadEd25519 = async (): Promise<Ed25519> => {
  const [noble, { sha512 }] = await Promise.all([import('@noble/ed25519'), import('./sha512.ts')])
  noble.hashes.sha512 = sha512 as typeof noble.hashes.sha512
  return (publicKey, message, signature) => {
    try {
      return noble.verify(signature, message, publicKey)
    } catch {
      return false
    }
  }
}

const linesOf = (keys: string): readonly string[] =>
  keys
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

/** Checks a receipt here, offline. `keys`: verifier keys, one a line; those of other names than the log’s are its witnesses’. */
export const checkReceipt = async (file: string, keys: string): Promise<Finding> => {
  const start = performance.now()
  const by = hasWebCrypto() ? 'browser' : 'page'
  const ed25519 = by === 'browser' ? undefined : await loadEd25519()
  const place = placeOf(file)
  const lines = linesOf(keys)
  const witnesses = lines.filter((line) => isWitness(line, place))
  const own = lines.filter((line) => !witnesses.includes(line))
  const verdict = await verify(file, own, {}, ed25519)
  let seen = 0
  if (verdict.valid && verdict.kind === 'receipt')
    for (const witness of witnesses) if ((await verify(file, [...own, witness], {}, ed25519)).valid) seen++
  const found = { verdict, by, witnesses: { seen, given: witnesses.length } } as const
  const record = recordOf(file)
  return {
    ...found,
    state: stateOf(found),
    checks: checksOf(found),
    ...(place === undefined ? {} : { place }),
    ...(record === undefined ? {} : { record }),
    took: performance.now() - start,
  }
}

const isWitness = (line: string, place: Place | undefined): boolean => {
  const key = parseVerifierKey(line)
  return key.ok && place !== undefined && key.value.name !== place.origin
}

type Found = Pick<Finding, 'verdict' | 'witnesses' | 'by'>
const holds = ({ reasons }: Verdict, name: string): boolean => {
  const asked = reasons.filter(({ check }) => check === name)
  return asked.length > 0 && asked.every(({ ok }) => ok)
}

const stateOf = ({ verdict, witnesses }: Found): FindingState => {
  if (verdict.kind === 'unusable') return 'unusable'
  if (verdict.valid && verdict.kind === 'promise') return 'promise'
  if (verdict.valid) return witnesses.seen < witnesses.given ? 'few-witnesses' : 'genuine'
  if (!holds(verdict, 'form')) return 'damaged'
  if (!holds(verdict, 'tree') || !holds(verdict, 'record') || !holds(verdict, 'seal')) return 'altered'
  return verdict.reasons.some(({ check, ok, sentence }) => check === 'signature' && !ok && sentence.includes('cannot be checked here'))
    ? 'unchecked'
    : 'wrong-key'
}

const checksOf = ({ verdict, witnesses }: Found): Finding['checks'] => {
  const asked = (...names: readonly string[]): CheckState => {
    if (names.some((name) => verdict.reasons.some(({ check, ok }) => check === name && !ok))) return 'failed'
    return names.every((name) => holds(verdict, name)) ? 'held' : 'open'
  }
  return {
    file: asked('form', 'seal', 'record'),
    entry: asked('tree'),
    signed: asked('log', 'signature'),
    witnessed: witnesses.given === 0 || !verdict.valid ? 'open' : witnesses.seen < witnesses.given ? 'failed' : 'held',
  }
}

/** Where the file says that the record stands; undefined where it cannot be read. */
const placeOf = (file: string): Place | undefined => {
  const parsed = parseReceipt(file)
  if (!parsed.ok) return undefined
  const note = parseNote(parsed.value.file.note)
  if (!note.ok) return undefined
  if (parsed.value.file.kind === 'promise') {
    const promise = parsePromise(note.value.text)
    if (!promise.ok) return undefined
    const { origin, index, time, delay } = promise.value
    return { origin, index, until: time + delay, steps: 0 }
  }
  const checkpoint = parseCheckpoint(note.value.text)
  if (!checkpoint.ok) return undefined
  const { origin, size, root } = checkpoint.value
  return { origin, index: parsed.value.file.index, size, root: hex(root), steps: parsed.value.file.proof.length }
}

const recordOf = (file: string): LogRecord | undefined => {
  const parsed = parseReceipt(file)
  const record = parsed.ok ? parseRecord(parsed.value.file.leaf) : undefined
  return record?.ok === true ? record.value : undefined
}

/** The record as it stands in the log, for reading. */
export const recordText = (file: string): string | undefined => {
  const parsed = parseReceipt(file)
  return parsed.ok ? fromUtf8(parsed.value.file.leaf) : undefined
}
