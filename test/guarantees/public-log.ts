// Reads a log through its public files alone and checks it whole, with its own naive tree: it shares no code with the writer.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { decodeBundle, parseCheckpoint, parseNote, tilePath } from '#verifier'

export type PublicRecord = { readonly index: number; readonly [member: string]: unknown }
export type ReadFile = (path: string) => Promise<Uint8Array>

const WIDTH = 256
const sha = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** RFC 6962, section 2.1, written as it stands there; perfect subtrees are remembered, since many prefixes are asked for. */
const treeOf = (leaves: readonly Uint8Array[]): ((start: number, end: number) => Uint8Array) => {
  const known = new Map<string, Uint8Array>()
  const hashOf = (start: number, end: number): Uint8Array => {
    const size = end - start
    if (size === 0) return sha()
    if (size === 1) return sha(Uint8Array.of(0), leaves[start] as Uint8Array)
    const name = `${start} ${size}`
    const found = known.get(name)
    if (found !== undefined) return found
    let split = 1
    while (split * 2 < size) split *= 2
    const hash = sha(Uint8Array.of(1), hashOf(start, start + split), hashOf(start + split, end))
    if (split * 2 === size) known.set(name, hash)
    return hash
  }
  return hashOf
}

export type CheckedLog = {
  readonly size: number
  readonly records: readonly PublicRecord[]
  /** Whether an older checkpoint is a prefix of this log. */
  holds(note: string): boolean
}

/** Every entry is there, the signed root is theirs, and each stream is numbered without a gap. */
export const checkLog = async (read: ReadFile): Promise<CheckedLog> => {
  const { size, root } = checkpointOf(new TextDecoder().decode(await read('checkpoint')))
  const leaves: Uint8Array[] = []
  for (let bundle = 0; leaves.length < size; bundle++) {
    const width = Math.min(WIDTH, size - bundle * WIDTH)
    leaves.push(...(decodeBundle(await read(tilePath('entries', bundle, width))) ?? assert.fail(`bundle ${bundle} is broken`)))
  }
  assert.equal(leaves.length, size)
  const tree = treeOf(leaves)
  assert.deepEqual(Buffer.from(tree(0, size)), Buffer.from(root), 'the signed root is not that of the entries')
  const records = leaves.map((leaf, index) => ({ ...JSON.parse(new TextDecoder().decode(leaf)), index }) as PublicRecord)
  const next = new Map<unknown, number>()
  for (const record of records) {
    assert.equal(record.n, next.get(record.stream) ?? 0, `stream ${String(record.stream)} has a gap at entry ${record.index}`)
    next.set(record.stream, Number(record.n) + 1)
  }
  const holds = (note: string): boolean => {
    const older = checkpointOf(note)
    return older.size <= size && Buffer.from(tree(0, older.size)).equals(Buffer.from(older.root))
  }
  return { size, records, holds }
}

const checkpointOf = (text: string): { size: number; root: Uint8Array } => {
  const note = parseNote(text)
  const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note
  assert.ok(checkpoint.ok, `no checkpoint: ${text.slice(0, 100)}`)
  return checkpoint.value
}
