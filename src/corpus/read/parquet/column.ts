// The values of one column of one row group, a page at a time.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { SourceFile } from '../../ports.ts'
import { LONGEST_RECORD } from '../reading.ts'
import { bytesAt, type Chunk, type Leaf, TYPES } from './footer.ts'
import { unsnappy } from './snappy.ts'
import { Broken, type Fields, fieldsIn, numberIn, sizeIn, ThriftReader } from './thrift.ts'
import { type Decoder, DeltaBytes, DeltaLengthBytes, DeltaNumbers, HybridDecoder, PlainBytes, PlainNumbers } from './values.ts'

export type Cell = Uint8Array | number | bigint

/** A page is read at once. */
const LARGEST_PAGE = 2 * LONGEST_RECORD
/** Of the head of a page, which may hold its least and greatest value. */
const HEAD_BYTES = 4096
const LARGEST_HEAD = 16 * 1024 * 1024

const PAGES = { data: 0, index: 1, dictionary: 2, data2: 3 } as const
const ENCODINGS = { plain: 0, plainDictionary: 2, deltaNumbers: 5, deltaLengths: 6, deltaBytes: 7, dictionary: 8 } as const
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW']

/** Values in the order of their rows; null where a row has none. Throws `Broken`. */
export class Column {
  private readonly file: SourceFile
  private readonly leaf: Leaf
  private readonly codec: number
  private readonly end: number
  private at: number
  private left = 0
  private levels: HybridDecoder | undefined
  private values: Decoder<Cell> = NOTHING
  private dictionary: Cell[] | undefined

  constructor(file: SourceFile, leaf: Leaf, { codec, start, length }: Chunk) {
    this.file = file
    this.leaf = leaf
    this.codec = codec
    this.at = start
    this.end = start + length
  }

  next(): Cell | null {
    while (this.left === 0) this.startPage()
    this.left--
    return this.levels === undefined || this.levels.next() === this.leaf.levels ? this.values.next() : null
  }

  private startPage(): void {
    if (this.at >= this.end) throw new Broken('a column has fewer values than rows')
    const { head, length } = this.head()
    const packed = sizeIn(head, 3)
    const size = sizeIn(head, 2)
    if (packed > LARGEST_PAGE || size > LARGEST_PAGE) throw new Broken(`a page has more than ${LARGEST_PAGE} bytes by its own account`)
    const bytes = bytesAt(this.file, this.at + length, packed)
    this.at += length + packed
    const [data, data2, dictionary] = [fieldsIn(head, 5), fieldsIn(head, 8), fieldsIn(head, 7)]
    const type = numberIn(head, 1)
    if (type === PAGES.dictionary && dictionary !== undefined) this.readDictionary(unpacked(bytes, this.codec, size), sizeIn(dictionary, 1))
    else if (type === PAGES.data && data !== undefined) this.readPage(unpacked(bytes, this.codec, size), data)
    else if (type === PAGES.data2 && data2 !== undefined) this.readPage2(bytes, size, data2)
    else if (type !== PAGES.index) throw new Broken(`a page is of type ${type}, which is not read`)
  }

  /** What stands before a page, read in larger pieces until it is whole. */
  private head(): { readonly head: Fields; readonly length: number } {
    for (let bytes = HEAD_BYTES; ; bytes *= 16) {
      const available = Math.min(bytes, this.file.size - this.at)
      const reader = new ThriftReader(bytesAt(this.file, this.at, Math.max(0, available)))
      try {
        const head = reader.struct()
        return { head, length: reader.at }
      } catch (thrown) {
        if (!(thrown instanceof Broken) || available < bytes || bytes >= LARGEST_HEAD) throw thrown
      }
    }
  }

  private readDictionary(bytes: Uint8Array, count: number): void {
    if (count > bytes.length) throw new Broken('a dictionary has more values than bytes')
    const decoder = this.plain(bytes, 0)
    this.dictionary = []
    for (let index = 0; index < count; index++) this.dictionary.push(decoder.next())
  }

  private readPage(bytes: Uint8Array, head: Fields): void {
    this.left = sizeIn(head, 1)
    let at = 0
    this.levels = undefined
    if (this.leaf.levels > 0) {
      if (bytes.length < 4) throw new Broken('a page is cut short')
      const end = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
      this.levels = new HybridDecoder(bytes, 4, end, widthOf(this.leaf.levels))
      at = end
    }
    this.values = this.decoder(bytes, at, sizeIn(head, 2))
  }

  /** Version 2 of pages: levels stand before what is packed. */
  private readPage2(bytes: Uint8Array, size: number, head: Fields): void {
    this.left = sizeIn(head, 1)
    const end = sizeIn(head, 5)
    const isPacked = head.get(7) !== false
    if (end + sizeIn(head, 6) > bytes.length || sizeIn(head, 6) > 0) throw new Broken('a page has levels that a flat column has not')
    this.levels = this.leaf.levels > 0 ? new HybridDecoder(bytes, 0, end, widthOf(this.leaf.levels)) : undefined
    const packed = bytes.subarray(end)
    if (packed.length > 0 || size > end)
      this.values = this.decoder(isPacked ? unpacked(packed, this.codec, size - end) : packed, 0, sizeIn(head, 4))
    else this.values = NOTHING
  }

  private decoder(bytes: Uint8Array, at: number, encoding: number): Decoder<Cell> {
    if (encoding === ENCODINGS.plain) return this.plain(bytes, at)
    if (encoding === ENCODINGS.dictionary || encoding === ENCODINGS.plainDictionary) return this.places(bytes, at)
    if (this.leaf.type !== TYPES.bytes && encoding === ENCODINGS.deltaNumbers) return new DeltaNumbers(bytes, at)
    if (this.leaf.type === TYPES.bytes && encoding === ENCODINGS.deltaLengths) return new DeltaLengthBytes(bytes, at)
    if (this.leaf.type === TYPES.bytes && encoding === ENCODINGS.deltaBytes) return new DeltaBytes(bytes, at, LONGEST_RECORD)
    throw new Broken(`a page has encoding ${encoding}, which is not read`)
  }

  private plain(bytes: Uint8Array, at: number): Decoder<Cell> {
    if (this.leaf.type === TYPES.bytes) return new PlainBytes(bytes, at)
    return new PlainNumbers(bytes, at, this.leaf.type === TYPES.int32 ? 4 : 8)
  }

  private places(bytes: Uint8Array, at: number): Decoder<Cell> {
    const { dictionary } = this
    if (dictionary === undefined) throw new Broken('a page speaks of a dictionary that is not there')
    // A page of nulls alone has not even a width.
    if (at >= bytes.length) return NOTHING
    const places = new HybridDecoder(bytes, at + 1, bytes.length, bytes[at] ?? 0)
    return {
      next: () => {
        const cell = dictionary[places.next()]
        if (cell === undefined) throw new Broken('a value is not in its dictionary')
        return cell
      },
    }
  }
}

const NOTHING: Decoder<Cell> = {
  next: () => {
    throw new Broken('a page has fewer values than it says')
  },
}

/** Bits that a level up to `most` takes. */
const widthOf = (most: number): number => 32 - Math.clz32(most)

const unpacked = (bytes: Uint8Array, codec: number, size: number): Uint8Array => {
  if (codec === 0) return bytes
  const unpack = { 2: gunzipSync, 4: brotliDecompressSync, 6: zstdDecompressSync }[codec]
  if (codec === 1) return unsnappy(bytes, size)
  if (unpack === undefined) throw new Broken(`a page is packed with ${CODECS[codec] ?? `codec ${codec}`}, which is not read`)
  try {
    const page = unpack(bytes, { maxOutputLength: Math.max(1, size) })
    if (page.length === size) return page
  } catch {}
  throw new Broken(`a page is not whole as ${CODECS[codec]}`)
}
