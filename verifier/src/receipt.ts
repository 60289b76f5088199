// The two files an exchange hands out, as spec/receipt.md defines them: a receipt (a c2sp.org/tlog-proof) and, before the
// record's checkpoint exists, a promise. Both carry the record itself in their extra line, and a seal against damage.
import { base64, equalBytes, fail, fromBase64, fromDecimal, fromHex, fromUtf8, hex, ok, type Result, utf8 } from './bytes.ts'
import { sha256 } from './sha256.ts'
import { MAX_ENTRY_BYTES } from './tiles.ts'

const RECEIPT_LINE = 'c2sp.org/tlog-proof@v1'
const PROMISE_LINE = 'allod/promise@v1'
/** Room for the largest record, 64 proof hashes and 64 post-quantum signatures. */
export const MAX_FILE_BYTES = 1 << 19
export const SALT_BYTES = 32

type Carried = {
  /** The record: the exact bytes of the log's entry. UTF-8 without a newline. */
  readonly leaf: Uint8Array
  /** Opens the record's commitments; absent once the call was erased, or when the record has none. */
  readonly salt?: Uint8Array | undefined
  /** A signed note, verbatim: the checkpoint of a receipt, the promise of a promise. */
  readonly note: string
}
export type Receipt = Carried & { readonly kind: 'receipt'; readonly index: number; readonly proof: readonly Uint8Array[] }
export type PromiseFile = Carried & { readonly kind: 'promise' }

/** The file, sealed. Throws for a leaf that no log of ours can hold. */
export const formatReceipt = (receipt: Omit<Receipt, 'kind'>): string => seal({ ...receipt, kind: 'receipt' })
export const formatPromiseFile = (promise: Omit<PromiseFile, 'kind'>): string => seal({ ...promise, kind: 'promise' })

const seal = (file: Receipt | PromiseFile): string => {
  const record = fromUtf8(file.leaf)
  if (record === undefined || record.includes('\n') || file.leaf.length > MAX_ENTRY_BYTES) throw new Error('the leaf is no record')
  return layout(file, record, sealOf(file, record))
}

/** Whether a text could be a whole or damaged file of ours, and not something else altogether. */
export const resemblesReceipt = (text: string): boolean =>
  text.startsWith(RECEIPT_LINE) || text.startsWith(PROMISE_LINE) || text.slice(0, 200).includes('\nextra ')

export type Unsealed = { readonly file: Receipt | PromiseFile; readonly sealHolds: boolean }

/** Reads a file strictly: only what `formatReceipt` or `formatPromiseFile` could have written, with this or another seal. */
export const parseReceipt = (text: string): Result<Unsealed> => {
  const end = text.indexOf('\n\n')
  if (end < 0) return fail('the empty line before the signed note is missing')
  const [header, extra = '', ...lines] = text.slice(0, end).split('\n')
  if (header !== RECEIPT_LINE && header !== PROMISE_LINE) return fail('the first line names no format that this verifier knows')
  const carried = parseExtra(extra)
  if (!carried.ok) return carried
  const { record, sealed, salt } = carried.value
  const common = { leaf: utf8(record), salt, note: text.slice(end + 2) }
  const place = header === RECEIPT_LINE ? parsePlace(lines) : undefined
  if (place?.ok === false) return place
  const file: Receipt | PromiseFile = place ? { kind: 'receipt', ...common, ...place.value } : { kind: 'promise', ...common }
  if (layout(file, record, sealed) !== text) return fail('the file is not written the one way it may be')
  return ok({ file, sealHolds: equalBytes(sealed, sealOf(file, record)) })
}

const parseExtra = (line: string): Result<{ record: string; salt: Uint8Array | undefined; sealed: Uint8Array }> => {
  const bytes = line.startsWith('extra ') ? fromBase64(line.slice('extra '.length)) : undefined
  const text = bytes && fromUtf8(bytes)
  if (text === undefined) return fail('the second line is not `extra` and text in base 64')
  const [, record, saltHex, sealHex = ''] = /^leaf (.*)\n(?:salt ([0-9a-f]{64})\n)?seal ([0-9a-f]{64})\n$/u.exec(text) ?? []
  const sealed = fromHex(sealHex)
  if (record === undefined || sealed === undefined) return fail('the extra line does not hold a leaf and a seal')
  return ok({ record, sealed, salt: saltHex === undefined ? undefined : fromHex(saltHex) })
}

const parsePlace = ([first = '', ...lines]: readonly string[]): Result<{ index: number; proof: Uint8Array[] }> => {
  const index = first.startsWith('index ') ? fromDecimal(first.slice('index '.length)) : undefined
  if (index === undefined) return fail('the third line is not `index` and a number')
  if (lines.length > 64) return fail('the proof is longer than a tree can be high')
  const proof: Uint8Array[] = []
  for (const line of lines) {
    const hash = fromBase64(line)
    if (hash?.length !== 32) return fail(`proof line ${proof.length + 1} is not a hash in base 64`)
    proof.push(hash)
  }
  return ok({ index, proof })
}

/** SHA-256 over the file as it is without its seal line: one changed byte anywhere breaks it. Not a signature: anyone can compute it. */
const sealOf = (file: Receipt | PromiseFile, record: string): Uint8Array => sha256(utf8(layout(file, record)))

const layout = (file: Receipt | PromiseFile, record: string, sealed?: Uint8Array): string => {
  const salt = file.salt ? `salt ${hex(file.salt)}\n` : ''
  const extra = `extra ${base64(utf8(`leaf ${record}\n${salt}${sealed ? `seal ${hex(sealed)}\n` : ''}`))}\n`
  const place = file.kind === 'receipt' ? `index ${file.index}\n${file.proof.map((hash) => `${base64(hash)}\n`).join('')}` : ''
  return `${file.kind === 'receipt' ? RECEIPT_LINE : PROMISE_LINE}\n${extra}${place}\n${file.note}`
}

/** The log's word that a durable record will stand at `index`, in a checkpoint signed at most `delay` milliseconds after `time`. */
export type MergePromise = {
  readonly origin: string
  readonly index: number
  readonly leafHash: Uint8Array
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number
  readonly delay: number
}

/** The text of the promise's note. Its first line keeps it apart from every checkpoint the same key signs. */
export const formatPromise = ({ origin, index, leafHash, time, delay }: MergePromise): string =>
  `${PROMISE_LINE}\norigin ${origin}\nindex ${index}\nleaf ${base64(leafHash)}\ntime ${time}\ndelay ${delay}\n`

export const parsePromise = (text: string): Result<MergePromise> => {
  const [, origin = '', indexText = '', leafText = '', timeText = '', delayText = ''] =
    /^allod\/promise@v1\norigin (\S+)\nindex (\d+)\nleaf (\S+)\ntime (\d+)\ndelay (\d+)\n$/.exec(text) ?? []
  const [index, time, delay] = [fromDecimal(indexText), fromDecimal(timeText), fromDecimal(delayText)]
  const leafHash = fromBase64(leafText)
  if (index === undefined || time === undefined || delay === undefined || leafHash?.length !== 32)
    return fail('the signed text is not a promise of the form `allod/promise@v1`')
  return ok({ origin, index, leafHash, time, delay })
}
