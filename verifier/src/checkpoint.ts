// Checkpoints (c2sp.org/tlog-checkpoint) and what cosigners sign of them (c2sp.org/tlog-cosignature).
import { base64, bigEndian, concat, fail, fromBase64, fromDecimal, ok, type Result, utf8 } from './bytes.ts'
import { MAX_NAME_BYTES } from './note.ts'

/** A tree head: the log's name, its number of leaves, its root, and extension lines (none in Allod). */
export type Checkpoint = {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly extensions: readonly string[]
}

/** The text of the note. */
export const formatCheckpoint = ({ origin, size, root, extensions }: Checkpoint): string =>
  [origin, size, base64(root), ...extensions, ''].join('\n')

export const parseCheckpoint = (text: string): Result<Checkpoint> => {
  const [origin = '', sizeText = '', rootText = '', ...rest] = text.split('\n')
  const size = fromDecimal(sizeText)
  const root = fromBase64(rootText)
  if (origin === '' || rest.pop() !== '' || rest.includes('')) return fail('the checkpoint is not three or more non-empty lines')
  if (utf8(origin).length > MAX_NAME_BYTES) return fail(`the origin is longer than ${MAX_NAME_BYTES} bytes`)
  if (size === undefined) return fail('the second line of the checkpoint is not a number of leaves')
  if (root?.length !== 32) return fail('the third line of the checkpoint is not a root hash in base 64')
  return ok({ origin, size, root, extensions: rest })
}

/** What an Ed25519 log key signs: the text itself. */
export const noteMessage = (text: string): Uint8Array => utf8(text)

/** What an Ed25519 cosigner signs: a header, the time in seconds, the whole checkpoint text. */
export const cosignatureMessage = (checkpointText: string, seconds: number): Uint8Array =>
  utf8(`cosignature/v1\ntime ${seconds}\n${checkpointText}`)

/** What an ML-DSA-44 cosigner signs: the structure `cosigned_message` for a whole tree (start 0). Extension lines are not in it. */
export const subtreeMessage = (cosigner: string, seconds: number, { origin, size, root }: Checkpoint): Uint8Array =>
  concat(utf8('subtree/v1\n\0'), opaque(cosigner), bigEndian(seconds, 8), opaque(origin), bigEndian(0, 8), bigEndian(size, 8), root)

const opaque = (text: string): Uint8Array => {
  const bytes = utf8(text)
  if (bytes.length === 0 || bytes.length > MAX_NAME_BYTES)
    throw new Error(`\`${text}\` has ${bytes.length} bytes instead of 1 to ${MAX_NAME_BYTES}`)
  return concat(Uint8Array.of(bytes.length), bytes)
}
