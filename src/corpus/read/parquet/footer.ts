// What the footer of a Parquet file says of its columns and row groups (github.com/apache/parquet-format, "parquet.thrift").
import type { SourceFile } from '../../ports.ts'
import { Broken, type Fields, fieldsIn, listIn, numberIn, sizeIn, ThriftReader, textIn, type Value } from './thrift.ts'

export const TYPES = { int32: 1, int64: 2, bytes: 6 } as const

/** A column of values, by the names on the way to it, joined by dots. */
export type Leaf = {
  readonly type: number
  /** How many of the things on the way to a value may be missing. */
  readonly levels: number
  /** It holds lists. */
  readonly isRepeated: boolean
  /** Days, milliseconds or microseconds since 1970, or the number itself. */
  readonly unit: 'day' | 'millisecond' | 'microsecond' | undefined
}
/** One column of one row group: where its pages lie. */
export type Chunk = { readonly codec: number; readonly start: number; readonly length: number }
export type Group = { readonly rows: number; readonly chunks: ReadonlyMap<string, Chunk> }
export type Footer = { readonly leaves: ReadonlyMap<string, Leaf>; readonly groups: readonly Group[] }

const MAGIC = 'PAR1'
const TAIL_BYTES = 8
const LARGEST_FOOTER = 64 * 1024 * 1024
const MOST_LEAVES = 10_000

export const bytesAt = (file: SourceFile, offset: number, length: number): Uint8Array => {
  if (offset + length > file.size) throw new Broken('a page lies beyond its end')
  const read = file.read(offset, length)
  if (!read.ok) throw new Broken(read.error.message)
  if (read.value.length !== length) throw new Broken('it became shorter while it was read')
  return read.value
}

export const readFooter = (file: SourceFile): Footer => {
  if (file.size < MAGIC.length + TAIL_BYTES) throw new Broken('it is shorter than any Parquet file')
  const tail = Buffer.from(bytesAt(file, file.size - TAIL_BYTES, TAIL_BYTES))
  if (tail.toString('latin1', 4) !== MAGIC) throw new Broken('it does not end as a Parquet file does: it is cut short, encrypted, or none')
  const length = tail.readUInt32LE(0)
  if (length > LARGEST_FOOTER || length + TAIL_BYTES > file.size) throw new Broken(`its footer has ${length} bytes by its own account`)
  const footer = new ThriftReader(bytesAt(file, file.size - TAIL_BYTES - length, length)).struct()
  return { leaves: leavesOf(listIn(footer, 2)), groups: listIn(footer, 4).map(groupOf) }
}

type Above = { readonly path: string; readonly levels: number; readonly isRepeated: boolean; left: number }

/** The schema lies flattened, each element before its children. */
const leavesOf = (schema: readonly Value[]): ReadonlyMap<string, Leaf> => {
  const leaves = new Map<string, Leaf>()
  const above: Above[] = []
  for (const [index, element] of schema.entries()) {
    if (!(element instanceof Map)) throw new Broken('its schema cannot be read')
    const fields: Fields = element
    const parent = above.at(-1)
    const name = textIn(fields.get(4))
    const path = index === 0 ? '' : parent?.path ? `${parent.path}.${name}` : name
    const repetition = numberIn(fields, 3)
    const levels = (parent?.levels ?? 0) + (index > 0 && repetition !== 0 ? 1 : 0)
    const isRepeated = parent?.isRepeated === true || repetition === 2
    if (parent !== undefined) parent.left--
    const children = numberIn(fields, 5) ?? 0
    if (children > 0) above.push({ path, levels, isRepeated, left: children })
    else leaves.set(path, { type: numberIn(fields, 1) ?? -1, levels, isRepeated, unit: unitOf(fields) })
    while (above.length > 0 && (above.at(-1)?.left ?? 0) <= 0) above.pop()
    if (leaves.size > MOST_LEAVES || above.length > MOST_LEAVES) throw new Broken(`it has more than ${MOST_LEAVES} columns`)
  }
  return leaves
}

/** By the converted type, or by the logical one that came after it. */
const unitOf = (fields: Fields): Leaf['unit'] => {
  const converted = numberIn(fields, 6)
  const logical = fieldsIn(fields, 10)
  if (converted === 6 || logical?.has(6) === true) return 'day'
  const unit = logical && fieldsIn(fieldsIn(logical, 8) ?? NONE, 2)
  if (converted === 9 || unit?.has(1) === true) return 'millisecond'
  return converted === 10 || unit?.has(2) === true ? 'microsecond' : undefined
}
const NONE: Fields = new Map()

const groupOf = (value: Value): Group => {
  if (!(value instanceof Map)) throw new Broken('its row groups cannot be read')
  const group: Fields = value
  const chunks = new Map<string, Chunk>()
  for (const column of listIn(group, 1)) {
    const meta = column instanceof Map ? fieldsIn(column, 3) : undefined
    // Encrypted, or in another file: whoever asks for it is told that it is not there.
    if (meta === undefined) continue
    const data = sizeIn(meta, 9)
    const dictionary = numberIn(meta, 11)
    const start = dictionary !== undefined && dictionary > 0 && dictionary < data ? dictionary : data
    chunks.set(listIn(meta, 3).map(textIn).join('.'), { codec: sizeIn(meta, 4), start, length: sizeIn(meta, 7) })
  }
  return { rows: sizeIn(group, 3), chunks }
}
