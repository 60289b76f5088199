// From (file, keys) to a verdict with reasons. Whoever trusts nothing else of Allod reads this file.
import { equalBytes, fromUtf8, utf8 } from './bytes.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { leafHash, verifyInclusion } from './merkle.ts'
import { type Note, parseNote, parseVerifierKey, signaturesOf, type VerifierKey } from './note.ts'
import {
  MAX_FILE_BYTES,
  type MergePromise,
  type PromiseFile,
  parsePromise,
  parseReceipt,
  type Receipt,
  resemblesReceipt,
} from './receipt.ts'
import { COMMITTED, type Committed, commitment, describeRecord, type LogRecord, parseRecord } from './record.ts'
import { type Ed25519, verifySignature } from './signature.ts'

/**
 * What was checked. `form`: the file can be read; `seal`: it is undamaged; `record`: the entry is a record of ours; `tree`: the
 * record stands in the tree (or is the promised one); `log`: it is the log the keys speak for; `signature`: one key's signature;
 * `request`, `response`, `subject`: content given to `verify` is what the record commits to.
 */
export type CheckName = 'form' | 'seal' | 'record' | 'tree' | 'log' | 'signature' | Committed
export type Reason = { readonly check: CheckName; readonly ok: boolean; readonly sentence: string }

export type Verdict = {
  /** Every check was made and held. */
  readonly valid: boolean
  /** `unusable`: the keys cannot be read, or the input is no receipt at all, not even a damaged one. */
  readonly kind: 'receipt' | 'promise' | 'unusable'
  readonly reasons: readonly Reason[]
  /** Only when valid: what failed a check is not shown as a record. */
  readonly record?: LogRecord
  readonly proves: readonly string[]
  readonly doesNotProve: readonly string[]
}

/** Content to compare with the record's commitments: the exact bytes, or text to be taken as UTF-8. */
export type Openings = { readonly [what in Committed]?: Uint8Array | string }

/**
 * Verifies a receipt or a promise offline. `keys` are verifier keys (`name+id+key`), one or more lines each; empty lines and lines
 * that begin with `#` are skipped. Every key must have a valid signature on the checkpoint. (A promise is signed by the log's
 * Ed25519 key alone.) `ed25519` is asked where the platform cannot check such a signature. Never throws for any input.
 */
export const verify = async (
  input: Uint8Array | string,
  keys: readonly string[],
  openings: Openings = {},
  ed25519?: Ed25519,
): Promise<Verdict> => {
  const bytes = typeof input === 'string' ? utf8(input.slice(0, MAX_FILE_BYTES + 1)) : input
  if (bytes.length > MAX_FILE_BYTES) return unusable(`the input is larger than ${MAX_FILE_BYTES} bytes, which no receipt is`)
  const text = fromUtf8(bytes)
  const resembles = resemblesReceipt(text ?? new TextDecoder().decode(bytes.subarray(0, 200)))
  if (!resembles) return unusable('the input is neither a receipt nor a promise')
  const trusted = readKeys(keys)
  if (typeof trusted === 'string') return unusable(trusted)
  const parsed = text === undefined ? undefined : parseReceipt(text)
  if (!parsed?.ok) {
    const why = parsed?.error ?? 'its bytes are not UTF-8'
    const kind = text?.includes('allod/promise@v1\n') ? 'promise' : 'receipt'
    return verdict(kind, [no('form', `the file is damaged, incomplete or not of this format: ${why}`)])
  }
  const { file, sealHolds } = parsed.value
  const reasons = [
    yes('form', 'the file is complete and written as its format demands'),
    sealHolds
      ? yes('seal', 'no byte of the file has changed since it was sealed')
      : no('seal', 'the file is damaged: its bytes do not match its seal'),
  ]
  const record = parseRecord(file.leaf)
  reasons.push(record.ok ? yes('record', `the record is well formed, of kind \`${record.value.kind}\``) : no('record', record.error))
  const signed = file.kind === 'receipt' ? await checkReceipt(file, trusted, ed25519) : await checkPromise(file, trusted, ed25519)
  reasons.push(...signed.reasons)
  if (!record.ok) return verdict(file.kind, reasons)
  if (signed.index !== undefined && record.value.n > signed.index)
    reasons.push(
      no('record', `the record calls itself number ${record.value.n} of its stream, but only ${signed.index} entries precede it`),
    )
  reasons.push(...checkOpenings(file, record.value, openings))
  return verdict(file.kind, reasons, record.value, signed, openings)
}

type Signed = {
  readonly reasons: readonly Reason[]
  readonly index?: number
  readonly proves: readonly string[]
  readonly doesNotProve: readonly string[]
}
const failed = (...reasons: Reason[]): Signed => ({ reasons, proves: [], doesNotProve: [] })

const checkReceipt = async (file: Receipt, keys: readonly VerifierKey[], ed25519?: Ed25519): Promise<Signed> => {
  const note = parseNote(file.note)
  if (!note.ok) return failed(no('form', `the checkpoint is no signed note: ${note.error}`))
  const checkpoint = parseCheckpoint(note.value.text)
  if (!checkpoint.ok) return failed(no('form', checkpoint.error))
  const { origin, size, root } = checkpoint.value
  const inTree = verifyInclusion(file.index, size, leafHash(file.leaf), file.proof, root)
  const reasons = [
    inTree
      ? yes('tree', `the record is entry ${file.index} of the ${size} under the checkpoint's root`)
      : no('tree', `the record is not entry ${file.index} of the ${size} under the checkpoint's root: record, proof or root was changed`),
    checkLog(origin, keys),
  ]
  const seen: string[] = []
  for (const key of keys) {
    const { reason, seconds } = await checkKey({ note: note.value, key, checkpoint: checkpoint.value, ed25519 })
    reasons.push(reason)
    if (seconds > 0) seen.push(`\`${key.name}\` cosigned this state of the log at ${moment(1000 * seconds)}, by its own clock`)
  }
  const witnessed = keys.some(({ name }) => name !== origin)
  return {
    reasons,
    index: file.index,
    proves: [
      `the log \`${origin}\` holds the record as entry ${file.index}, and signed its first ${size} entries as they stand`,
      'the record has not been altered since, and cannot be altered or removed without breaking the signed root',
      ...seen,
    ],
    doesNotProve: witnessed ? [] : ['that everyone is shown the same log: no key of an independent cosigner was given'],
  }
}

const checkPromise = async (file: PromiseFile, keys: readonly VerifierKey[], ed25519?: Ed25519): Promise<Signed> => {
  const note = parseNote(file.note)
  if (!note.ok) return failed(no('form', `the promise is no signed note: ${note.error}`))
  const promise = parsePromise(note.value.text)
  if (!promise.ok) return failed(no('form', promise.error))
  const { origin, index, time, delay } = promise.value
  const signers = keys.filter((key) => key.name === origin && key.type === 'ed25519')
  const reasons = [
    equalBytes(promise.value.leafHash, leafHash(file.leaf))
      ? yes('tree', `the record is the one that was promised to be entry ${index}`)
      : no('tree', 'the record is not the one that was promised: record or promise was changed'),
    checkLog(origin, signers, 'an Ed25519 key of the log'),
  ]
  for (const key of signers) reasons.push((await checkKey({ note: note.value, key, ed25519 })).reason)
  return { reasons, index, ...promiseMeaning(promise.value, moment(time + delay)) }
}

const promiseMeaning = ({ origin, index, time }: MergePromise, until: string): Pick<Signed, 'proves' | 'doesNotProve'> => ({
  proves: [
    `the log \`${origin}\` promised at ${moment(time)} that the record will be its entry ${index}, in a checkpoint signed by ${until}`,
  ],
  doesNotProve: [
    `that the log kept its promise: after ${until} ask for the receipt; if there is none, this promise is the evidence against it`,
  ],
})

/** A key speaks for the log whose origin is its name. */
const checkLog = (origin: string, keys: readonly VerifierKey[], wanted = 'a key of the log'): Reason =>
  keys.some(({ name }) => name === origin)
    ? yes('log', `the log is \`${origin}\`, for which a given key speaks`)
    : no('log', `wrong log: the file comes from \`${origin}\`, and ${wanted} was not given`)

type Checking = {
  readonly note: Note
  readonly key: VerifierKey
  readonly checkpoint?: Checkpoint
  readonly ed25519: Ed25519 | undefined
}
/** One key on one note: it must have signed, and each line in its name must be right. */
const checkKey = async ({ note, key, checkpoint, ed25519 }: Checking): Promise<{ reason: Reason; seconds: number }> => {
  const lines = signaturesOf(note, key)
  const who = `\`${key.name}\` (${key.type})`
  if (lines.length === 0) return { reason: no('signature', `there is no signature by the key of ${who}`), seconds: 0 }
  let seconds = 0
  for (const { signature } of lines) {
    const outcome = await verifySignature(key, note.text, checkpoint, signature, ed25519)
    if (!outcome.ok) return { reason: no('signature', `the signature of ${who} ${outcome.error}`), seconds: 0 }
    seconds = outcome.value
  }
  return { reason: yes('signature', `the signature of ${who} is right`), seconds }
}

const checkOpenings = (file: Receipt | PromiseFile, record: LogRecord, openings: Openings): Reason[] =>
  COMMITTED.flatMap((what) => {
    const content = openings[what]
    if (content === undefined) return []
    const committed = record.members[what]
    if (typeof committed !== 'string') return [no(what, `the record commits to no ${what}`)]
    if (file.salt === undefined)
      return [no(what, `the ${what} cannot be compared: the file holds no salt, because it was erased or left out`)]
    return commitment(file.salt, what, typeof content === 'string' ? utf8(content) : content) === committed
      ? [yes(what, `the given ${what} is the one the record commits to, byte for byte`)]
      : [no(what, `the given ${what} is not the one the record commits to, or the salt was changed`)]
  })

const verdict = (
  kind: Verdict['kind'],
  reasons: readonly Reason[],
  record?: LogRecord,
  signed?: Pick<Signed, 'proves' | 'doesNotProve'>,
  openings: Openings = {},
): Verdict => {
  const shown = reasons.map((reason) => ({ ...reason, sentence: printable(reason.sentence) }))
  if (record === undefined || signed === undefined || reasons.some(({ ok }) => !ok))
    return { valid: false, kind, reasons: shown, proves: [], doesNotProve: [] }
  const opened = COMMITTED.filter((what) => openings[what] !== undefined)
  const closed = COMMITTED.filter((what) => typeof record.members[what] === 'string' && !opened.includes(what))
  return {
    valid: true,
    kind,
    reasons: shown,
    record,
    proves: [
      ...signed.proves,
      `the exchange thereby states: ${describeRecord(record)}; at ${moment(record.time)} by its clock`,
      ...opened.map((what) => `the given ${what} is the one of this record`),
    ].map(printable),
    doesNotProve: [
      'that what the exchange states is true: it proves who stated it, and that the statement stands unchanged',
      `that nothing else happened: records of stream \`${record.stream}\` are numbered without gaps, so compare them (this is number ${record.n})`,
      ...signed.doesNotProve,
      ...closed.map((what) => `what the ${what} contained: the record holds only a salted hash of it`),
    ].map(printable),
  }
}

/** The keys, or why they cannot be used. */
const readKeys = (texts: readonly string[]): VerifierKey[] | string => {
  const lines = texts.flatMap((text) => text.split(/\r?\n/)).map((line) => line.trim())
  const keys: VerifierKey[] = []
  for (const line of lines.filter((line) => line !== '' && !line.startsWith('#'))) {
    const key = parseVerifierKey(line)
    if (!key.ok) return `a key cannot be read: ${key.error}`
    keys.push(key.value)
  }
  return keys.length > 0 ? keys : 'no key was given'
}

const unusable = (sentence: string): Verdict => verdict('unusable', [no('form', sentence)])
const yes = (check: CheckName, sentence: string): Reason => ({ check, ok: true, sentence })
const no = (check: CheckName, sentence: string): Reason => ({ check, ok: false, sentence })

/** Names come from the file: none of them may steer a terminal, turn the text around, or fill the screen. */
const printable = (sentence: string): string => {
  const safe = sentence.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd')
  return safe.length > 600 ? `${safe.slice(0, 600)}…` : safe
}

const moment = (time: number): string => {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? 'a time beyond the calendar' : date.toISOString()
}
