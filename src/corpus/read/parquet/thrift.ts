// Thrift's compact protocol (github.com/apache/thrift, "thrift-compact-protocol.md"), as far as Parquet writes it. Nothing is larger than its bytes.

/** Thrown within the reader of Parquet for what cannot be read, and made a reason at its door. */
export class Broken extends Error {}

export type Value = number | boolean | Uint8Array | readonly Value[] | Fields
export type Fields = ReadonlyMap<number, Value>

const DEEPEST = 32
const STOP = 0
const [TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

export class ThriftReader {
  at: number
  private readonly bytes: Uint8Array
  private depth = 0

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  struct(): Fields {
    if (++this.depth > DEEPEST) throw new Broken('its structures are nested too deep')
    const fields = new Map<number, Value>()
    for (let id = 0; ; ) {
      const head = this.byte()
      if (head === STOP) break
      id = head >> 4 === 0 ? this.zigzag() : id + (head >> 4)
      fields.set(id, this.value(head & 15, false))
    }
    this.depth--
    return fields
  }

  /** Whole numbers without a sign, at most 63 bits; those beyond 53 lose digits, and are beyond any file. */
  varint(): number {
    let value = 0
    for (let shift = 1; shift < 2 ** 63; shift *= 128) {
      const byte = this.byte()
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
    throw new Broken('a number has too many digits')
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  private byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw new Broken('its structures are cut short')
    return byte
  }

  private value(type: number, isElement: boolean): Value {
    switch (type) {
      case TRUE:
      case FALSE:
        return isElement ? this.byte() === TRUE : type === TRUE
      case BYTE:
        return this.byte()
      case I16:
      case I32:
      case I64:
        return this.zigzag()
      case DOUBLE:
        return this.take(8).length
      case BINARY:
        return this.take(this.varint())
      case LIST:
      case SET:
        return this.list()
      case MAP:
        return this.map()
      case STRUCT:
        return this.struct()
      default:
        throw new Broken(`a structure has a field of type ${type}, which there is not`)
    }
  }

  private take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new Broken('its structures are cut short')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  private list(): readonly Value[] {
    const head = this.byte()
    return this.elements(head >> 4 === 15 ? this.varint() : head >> 4, [head & 15])
  }

  private map(): readonly Value[] {
    const size = this.varint()
    const types = size === 0 ? 0 : this.byte()
    return this.elements(size, [types >> 4, types & 15])
  }

  private elements(count: number, types: readonly number[]): readonly Value[] {
    // Each has a byte at least, so that a count that lies ends with the bytes.
    if (count > this.bytes.length - this.at) throw new Broken('a list is longer than its file')
    if (++this.depth > DEEPEST) throw new Broken('its structures are nested too deep')
    const values: Value[] = []
    for (let index = 0; index < count; index++) for (const type of types) values.push(this.value(type, true))
    this.depth--
    return values
  }
}

export const numberIn = (fields: Fields, id: number): number | undefined => {
  const value = fields.get(id)
  return typeof value === 'number' ? value : undefined
}
/** A place, a length or a count: what is none is a lie. */
export const sizeIn = (fields: Fields, id: number): number => {
  const value = numberIn(fields, id)
  if (value === undefined || !Number.isSafeInteger(value) || value < 0) throw new Broken('a place or a length is no number of bytes')
  return value
}
export const fieldsIn = (fields: Fields, id: number): Fields | undefined => {
  const value = fields.get(id)
  return value instanceof Map ? value : undefined
}
export const listIn = (fields: Fields, id: number): readonly Value[] => {
  const value = fields.get(id)
  return Array.isArray(value) ? value : []
}
const utf8 = new TextDecoder()
export const textIn = (value: Value | undefined): string => (value instanceof Uint8Array ? utf8.decode(value) : '')
