// The write-ahead format: a segment is a sequence of groups, a group is what one `fdatasync` made durable.
//
//   #<SHA-256 of the rest, hex> <first index, 16 digits> <records, 6 digits> <payload bytes, 9 digits>\n
//   <leaf>\n<secret or nothing>\n   for each record
//
// It is text without line breaks inside a line, so that one encoding serves a whole group and a person can read it.
import { fromUtf8, type Hash, hex, utf8 } from '#verifier'

const HEADER_BYTES = 100
const HASH_END = 65
const HEADER = /^#([0-9a-f]{64}) (\d{16}) (\d{6}) (\d{9})\n$/
const NEWLINE = 0x0a
const HASHMARK = 0x23

/** A group that was read back whole: records `first` to `first + count`; the payload lies at `start` to `end` of the segment. */
export type Group = { readonly first: number; readonly count: number; readonly start: number; readonly end: number }

/** One record of a group; `record` is the text of its leaf. */
export type SegmentEntry = { readonly index: number; readonly record: string; readonly secret?: string }

export type GroupEncoder = (first: number, count: number, lines: string) => Uint8Array

/** Encodes groups into one buffer that grows to the largest; what it returns is valid until the next call. */
export const groupEncoder = (hash: Hash): GroupEncoder => {
  const encoder = new TextEncoder()
  let buffer = new Uint8Array(1 << 16)
  return (first, count, lines) => {
    // Three bytes of UTF-8 per UTF-16 unit is the most there can be.
    if (buffer.length < HEADER_BYTES + 3 * lines.length) buffer = new Uint8Array(2 * (HEADER_BYTES + 3 * lines.length))
    const { written } = encoder.encodeInto(lines, buffer.subarray(HEADER_BYTES))
    const fields = ` ${digits(first, 16)} ${digits(count, 6)} ${digits(written, 9)}\n`
    encoder.encodeInto(fields, buffer.subarray(HASH_END))
    const whole = buffer.subarray(0, HEADER_BYTES + written)
    encoder.encodeInto(`#${hex(hash(whole.subarray(HASH_END)))}`, buffer)
    return whole
  }
}

/** What a segment holds: groups one after the other from its start, and whether the rest is only a torn tail. */
export type Scan = {
  readonly groups: readonly Group[]
  /** The index after the last whole group; undefined for a segment without one. */
  readonly next: number | undefined
  /** Bytes up to the end of the last whole group. */
  readonly length: number
  /** A whole group stands after bytes that are none: what was durable has been damaged since. A torn write cannot look like this. */
  readonly damaged: boolean
}

/** Reads the groups of a segment up to the first that is torn or does not follow. */
export const scanSegment = (bytes: Uint8Array, hash: Hash): Scan => {
  const groups: Group[] = []
  let at = 0
  let next: number | undefined
  for (let group = groupAt(bytes, at, hash); group && (next === undefined || group.first === next); group = groupAt(bytes, at, hash)) {
    groups.push(group)
    at = group.end
    next = group.first + group.count
  }
  return { groups, next, length: at, damaged: hasGroupFrom(bytes, at, hash) }
}

/** The leaves of a group's records, in order, as views of the segment's bytes. */
export const leavesOf = (bytes: Uint8Array, group: Group): Uint8Array[] => {
  const leaves: Uint8Array[] = []
  for (let at = group.start; at < group.end; at = bytes.indexOf(NEWLINE, bytes.indexOf(NEWLINE, at) + 1) + 1)
    leaves.push(bytes.subarray(at, bytes.indexOf(NEWLINE, at)))
  return leaves
}

/** The records of a group as text, with their secrets. */
export const entriesOf = (bytes: Uint8Array, group: Group): SegmentEntry[] => {
  const lines = (fromUtf8(bytes.subarray(group.start, group.end)) ?? '').split('\n')
  return Array.from({ length: group.count }, (_, i) => {
    const entry = { index: group.first + i, record: lines[2 * i] ?? '' }
    const secret = lines[2 * i + 1] ?? ''
    return secret === '' ? entry : { ...entry, secret }
  })
}

const groupAt = (bytes: Uint8Array, at: number, hash: Hash): Group | undefined => {
  if (bytes[at] !== HASHMARK || at + HEADER_BYTES > bytes.length) return undefined
  const header = HEADER.exec(fromUtf8(bytes.subarray(at, at + HEADER_BYTES)) ?? '')
  if (header === null) return undefined
  const [, digest, first, count, length] = header
  const start = at + HEADER_BYTES
  const end = start + Number(length)
  if (end > bytes.length || hex(hash(bytes.subarray(at + HASH_END, end))) !== digest) return undefined
  return { first: Number(first), count: Number(count), start, end }
}

const hasGroupFrom = (bytes: Uint8Array, from: number, hash: Hash): boolean => {
  for (let at = bytes.indexOf(HASHMARK, from); at >= 0; at = bytes.indexOf(HASHMARK, at + 1))
    if (groupAt(bytes, at, hash) !== undefined) return true
  return false
}

const digits = (value: number, width: number): string => value.toString().padStart(width, '0')

/** Segments sort by their first record, then by when they were made. */
export const segmentName = (first: number, generation: number): string => `${digits(first, 16)}-${digits(generation, 8)}`
export const parseSegmentName = (name: string): { readonly first: number; readonly generation: number } | undefined => {
  const [, first, generation] = /^(\d{16})-(\d{8})$/.exec(name) ?? []
  return first === undefined ? undefined : { first: Number(first), generation: Number(generation) }
}

const LEAF = /^\{"v":1,"stream":"([^"\\]+)","n":(0|[1-9]\d{0,15}),/
/** The record's JSON text before its members. */
export const leafHead = (stream: string, n: number): string => `{"v":1,"stream":"${stream}","n":${n},`
/** Stream and number of a record's JSON text. */
export const parseLeafHead = (record: string): { readonly stream: string; readonly n: number } | undefined => {
  const [, stream, n] = LEAF.exec(record) ?? []
  return stream === undefined ? undefined : { stream, n: Number(n) }
}
export const byteLength = (text: string): number => utf8(text).length
