// `documents.index` of a data set: the entry of each row, sorted by id. So a document is found by halving, and proved to be in it or not.
import { type Digest, parseDigest } from '../sections.ts'
import { HASH_BYTES, leafHash, proofOf, rootOfProof, treeRoot } from './merkle.ts'

export const ENTRY_BYTES = 2 * HASH_BYTES

/** Rows sorted by id; equal ids stand beside each other. */
export class DocumentIndex {
  readonly count: number
  private readonly bytes: Buffer

  /** The bytes of the file. */
  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.count = Math.floor(bytes.length / ENTRY_BYTES)
  }

  idAt(row: number): Digest {
    return this.bytes.toString('hex', row * ENTRY_BYTES, row * ENTRY_BYTES + HASH_BYTES) as Digest
  }

  /** In lower-case hexadecimal. */
  entryText(row: number): string {
    return this.bytes.toString('hex', row * ENTRY_BYTES, (row + 1) * ENTRY_BYTES)
  }

  root(): Uint8Array {
    return treeRoot(this.leaves())
  }

  /** Whether each id is at least the one before it: what absence is proved by. */
  isSorted(): boolean {
    for (let row = 1; row < this.count; row++) if (this.compare(row, this.bytes, (row - 1) * ENTRY_BYTES) < 0) return false
    return true
  }

  /** The first row with this id, or -1 minus the row before which it would stand. */
  find(id: Digest): number {
    const wanted = Buffer.from(id, 'hex')
    let [low, high] = [0, this.count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.compare(middle, wanted, 0) < 0) low = middle + 1
      else high = middle
    }
    return low < this.count && this.compare(low, wanted, 0) === 0 ? low : -1 - low
  }

  /** Every row whose id begins so; in lower-case hexadecimal. */
  rowsOf(beginning: string): readonly number[] {
    const first = this.find(beginning.padEnd(2 * HASH_BYTES, '0') as Digest)
    const rows: number[] = []
    for (let row = first < 0 ? -1 - first : first; row < this.count && this.idAt(row).startsWith(beginning); row++) rows.push(row)
    return rows
  }

  /** That a row stands where it stands. */
  prove(row: number): RowProof {
    const path = proofOf(row, this.count, (index) => leafHash(this.entryAt(index)))
    return { row, rows: this.count, entry: this.entryText(row), path: path.map(hexOf) }
  }

  /** That no row has this id: the rows between which it would stand, or one of them at an end; undefined where a row has it. */
  proveAbsent(id: Digest): readonly RowProof[] | undefined {
    const at = this.find(id)
    if (at >= 0) return undefined
    const next = -1 - at
    return [next - 1, next].filter((row) => row >= 0 && row < this.count).map((row) => this.prove(row))
  }

  private entryAt(row: number): Uint8Array {
    return this.bytes.subarray(row * ENTRY_BYTES, (row + 1) * ENTRY_BYTES)
  }

  private compare(row: number, other: Buffer, at: number): number {
    const start = row * ENTRY_BYTES
    return this.bytes.compare(other, at, at + HASH_BYTES, start, start + HASH_BYTES)
  }

  private *leaves(): Generator<Uint8Array, void> {
    for (let row = 0; row < this.count; row++) yield leafHash(this.entryAt(row))
  }
}

/** The place of one row in the tree of documents; bytes in lower-case hexadecimal. */
export type RowProof = { readonly row: number; readonly rows: number; readonly entry: string; readonly path: readonly string[] }

const ENTRY = /^[0-9a-f]{128}$/

/** Whether a row with this entry stands in the data set whose manifest names this root. */
export const verifyRow = ({ row, rows, entry, path }: RowProof, root: string): boolean => {
  if (!ENTRY.test(entry) || path.some((hash) => parseDigest(hash) === undefined)) return false
  const siblings = path.map((hash) => Buffer.from(hash, 'hex'))
  const found = rootOfProof(row, rows, leafHash(Buffer.from(entry, 'hex')), siblings)
  return found !== undefined && hexOf(found) === root
}

/** Whether these proofs show that no row of the data set of `rows` rows and this root has the id. */
export const verifyAbsent = (id: Digest, proofs: readonly RowProof[], rows: number, root: string): boolean => {
  const idOf = ({ entry }: RowProof): string => entry.slice(0, 2 * HASH_BYTES)
  const [left, right] = [proofs.find((proof) => idOf(proof) < id), proofs.find((proof) => idOf(proof) > id)]
  const isWhole =
    proofs.length === (left ? 1 : 0) + (right ? 1 : 0) && proofs.every((proof) => proof.rows === rows && verifyRow(proof, root))
  // The rows around it must be neighbours, or the ends of the data set.
  return isWhole && (left?.row ?? -1) + 1 === (right?.row ?? rows)
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The leaf of a file in the tree of files: its digest, its size and its path on one line. */
export const fileLeaf = ({ path, bytes, sha256 }: { readonly path: string; readonly bytes: number; readonly sha256: string }): Uint8Array =>
  leafHash(Buffer.from(`${sha256} ${bytes} ${path}\n`))
