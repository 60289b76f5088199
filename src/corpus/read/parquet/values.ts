// How values lie in a page (github.com/apache/parquet-format, "Encodings.md"). Each decoder gives one value after another and holds no list of
// them: a count that lies costs nothing.
import { Broken } from './thrift.ts'

/** One value after another; throws `Broken` after the last byte. */
export type Decoder<T> = { next(): T }

const cut = (): Broken => new Broken('a page is cut short')

/** RLE and bit packing in turns: definition levels, and places in a dictionary. */
export class HybridDecoder implements Decoder<number> {
  private readonly bytes: Uint8Array
  private readonly end: number
  private readonly width: number
  private at: number
  private repeats = 0
  private repeated = 0
  private packed = 0
  /** Bits of the packed run that were read. */
  private bit = 0

  constructor(bytes: Uint8Array, at: number, end: number, width: number) {
    if (width > 32 || end > bytes.length || at > end) throw cut()
    this.bytes = bytes
    this.at = at
    this.end = end
    this.width = width
  }

  next(): number {
    while (this.repeats === 0 && this.packed === 0) this.startRun()
    if (this.repeats > 0) {
      this.repeats--
      return this.repeated
    }
    this.packed--
    const value = this.bits()
    // The next run starts at the byte after this one's last.
    if (this.packed === 0) {
      this.at += Math.ceil(this.bit / 8)
      this.bit = 0
    }
    return value
  }

  private startRun(): void {
    let header = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte()
      header += (byte & 127) * shift
      if (byte < 128) break
      if (shift > 2 ** 35) throw cut()
    }
    if (header % 2 === 1) this.packed = ((header - 1) / 2) * 8
    else {
      this.repeats = header / 2
      this.repeated = 0
      for (let index = 0, scale = 1; index < this.width; index += 8, scale *= 256) this.repeated += this.byte() * scale
    }
  }

  private byte(): number {
    if (this.at >= this.end) throw cut()
    return this.bytes[this.at++] ?? 0
  }

  private bits(): number {
    const { bytes, width } = this
    let value = 0
    for (let got = 0; got < width; ) {
      const place = this.at + (this.bit >> 3)
      if (place >= this.end) throw cut()
      const offset = this.bit & 7
      const take = Math.min(8 - offset, width - got)
      value += (((bytes[place] ?? 0) >> offset) & ((1 << take) - 1)) * 2 ** got
      got += take
      this.bit += take
    }
    return value
  }
}

export class PlainBytes implements Decoder<Uint8Array> {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at: number

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  next(): Uint8Array {
    if (this.at + 4 > this.bytes.length) throw cut()
    const start = this.at + 4
    this.at = start + this.view.getUint32(this.at, true)
    if (this.at > this.bytes.length) throw cut()
    return this.bytes.subarray(start, this.at)
  }
}

export class PlainNumbers implements Decoder<number | bigint> {
  private readonly view: DataView
  private readonly width: 4 | 8
  private at: number

  constructor(bytes: Uint8Array, at: number, width: 4 | 8) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.width = width
    this.at = at
  }

  next(): number | bigint {
    const { at, width, view } = this
    this.at += width
    if (this.at > view.byteLength) throw cut()
    if (width === 4) return view.getInt32(at, true)
    const value = view.getBigInt64(at, true)
    return Number.isSafeInteger(Number(value)) ? Number(value) : value
  }
}

const MOST_MINIBLOCKS = 1024

/** DELTA_BINARY_PACKED: differences, bit-packed in blocks. */
export class DeltaNumbers implements Decoder<number> {
  /** How many values there are, as it says itself. */
  readonly count: number
  private readonly bytes: Uint8Array
  private at: number
  private readonly perMiniblock: number
  private readonly miniblocks: number
  private value: number
  private read = 0
  private least = 0
  private widths: Uint8Array = new Uint8Array(0)
  private miniblock = 0
  private left = 0
  private bit = 0

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.at = at
    const block = this.varint()
    this.miniblocks = this.varint()
    this.count = this.varint()
    this.value = this.zigzag()
    this.perMiniblock = block / this.miniblocks
    if (this.miniblocks < 1 || this.miniblocks > MOST_MINIBLOCKS || this.perMiniblock < 8 || this.perMiniblock % 8 !== 0)
      throw new Broken('a page has blocks of numbers that there are not')
    this.miniblock = this.miniblocks
  }

  next(): number {
    if (this.read++ === 0) return this.value
    if (this.read > this.count) throw cut()
    if (this.left === 0) this.startMiniblock()
    this.left--
    this.value += this.least + this.bits(this.widths[this.miniblock] ?? 0)
    if (!Number.isSafeInteger(this.value)) throw new Broken('a number has more digits than are read')
    return this.value
  }

  /** Where the bytes after the numbers begin: all of the last miniblock that has any is written. */
  end(): number {
    if (this.bit > 0 || this.left > 0) {
      this.bit += this.left * (this.widths[this.miniblock] ?? 0)
      this.at += this.bit / 8
      this.bit = 0
      this.left = 0
    }
    return Math.ceil(this.at)
  }

  private startMiniblock(): void {
    this.end()
    if (++this.miniblock >= this.miniblocks) {
      this.least = this.zigzag()
      this.widths = this.bytes.subarray(this.at, this.at + this.miniblocks)
      if (this.widths.length < this.miniblocks) throw cut()
      this.at += this.miniblocks
      this.miniblock = 0
    }
    this.left = this.perMiniblock
  }

  private bits(width: number): number {
    let value = 0
    for (let got = 0; got < width; ) {
      const byte = this.bytes[this.at + (this.bit >> 3)]
      if (byte === undefined) throw cut()
      const offset = this.bit & 7
      const take = Math.min(8 - offset, width - got)
      value += ((byte >> offset) & ((1 << take) - 1)) * 2 ** got
      got += take
      this.bit += take
    }
    return value
  }

  private varint(): number {
    let value = 0
    for (let shift = 1; shift < 2 ** 63; shift *= 128) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw cut()
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
    throw cut()
  }

  private zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
}

/** So many values of one page are held as lengths; a page has some thousand. */
const MOST_LENGTHS = 1 << 24

const lengthsOf = (bytes: Uint8Array, at: number): { readonly lengths: Float64Array; readonly end: number } => {
  const numbers = new DeltaNumbers(bytes, at)
  if (numbers.count > MOST_LENGTHS) throw new Broken(`a page has more than ${MOST_LENGTHS} values`)
  const lengths = new Float64Array(numbers.count)
  for (let index = 0; index < lengths.length; index++) {
    lengths[index] = numbers.next()
    if ((lengths[index] ?? -1) < 0) throw new Broken('a value has a length below zero')
  }
  return { lengths, end: numbers.end() }
}

/** DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. */
export class DeltaLengthBytes implements Decoder<Uint8Array> {
  private readonly bytes: Uint8Array
  private readonly lengths: Float64Array
  private at: number
  private index = 0

  constructor(bytes: Uint8Array, at: number) {
    const { lengths, end } = lengthsOf(bytes, at)
    this.bytes = bytes
    this.lengths = lengths
    this.at = end
  }

  next(): Uint8Array {
    const length = this.lengths[this.index++]
    if (length === undefined || this.at + length > this.bytes.length) throw cut()
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}

/** DELTA_BYTE_ARRAY: how much of the value before begins each, and what follows. `longest` bounds what grows so. */
export class DeltaBytes implements Decoder<Uint8Array> {
  private readonly prefixes: Float64Array
  private readonly suffixes: DeltaLengthBytes
  private readonly longest: number
  private last: Uint8Array = new Uint8Array(0)
  private index = 0

  constructor(bytes: Uint8Array, at: number, longest: number) {
    const { lengths, end } = lengthsOf(bytes, at)
    this.prefixes = lengths
    this.suffixes = new DeltaLengthBytes(bytes, end)
    this.longest = longest
  }

  next(): Uint8Array {
    const prefix = this.prefixes[this.index++]
    const suffix = this.suffixes.next()
    if (prefix === undefined || prefix > this.last.length || prefix + suffix.length > this.longest) throw cut()
    const value = new Uint8Array(prefix + suffix.length)
    value.set(this.last.subarray(0, prefix))
    value.set(suffix, prefix)
    this.last = value
    return value
  }
}
