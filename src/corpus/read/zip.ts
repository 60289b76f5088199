// One member of a ZIP archive (APPNOTE.TXT 6.3.9), bounded: what is asked for is unpacked, and nothing within it is opened again.
import { crc32, inflateRawSync } from 'node:zlib'
import { err, ok, type Result } from '../../core/result.ts'
import { LONGEST_RECORD } from './reading.ts'

export type ZipMember = {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly at: number
}

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const LONGEST_COMMENT = 65_535
const ENCRYPTED = 1
const STORED = 0
const DEFLATED = 8

/** The members by name, as the directory at the end has them. */
export const zipMembers = (bytes: Buffer): Result<ReadonlyMap<string, ZipMember>, string> => {
  const end = endOf(bytes)
  if (end < 0) return err('it is no ZIP archive, or is cut short: it has no directory')
  const count = bytes.readUInt16LE(end + 10)
  const members = new Map<string, ZipMember>()
  let at = bytes.readUInt32LE(end + 16)
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > end || bytes.readUInt32LE(at) !== ENTRY) return err(`its ZIP directory is damaged at entry ${index + 1}`)
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength)
    if ((bytes.readUInt16LE(at + 8) & ENCRYPTED) === 0)
      members.set(name, {
        name,
        method: bytes.readUInt16LE(at + 10),
        crc: bytes.readUInt32LE(at + 16),
        packed: bytes.readUInt32LE(at + 20),
        size: bytes.readUInt32LE(at + 24),
        at: bytes.readUInt32LE(at + 42),
      })
    at += ENTRY_BYTES + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return ok(members)
}

export const unzip = (bytes: Buffer, { name, method, crc, packed, size, at }: ZipMember): Result<Buffer, string> => {
  if (at + LOCAL_BYTES > bytes.length || bytes.readUInt32LE(at) !== LOCAL)
    return err(`its member \`${name}\` is not where its directory says`)
  const start = at + LOCAL_BYTES + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
  if (start + packed > bytes.length) return err(`its member \`${name}\` is cut short`)
  const content = contentOf(bytes.subarray(start, start + packed), method)
  if (content === undefined) return err(`its member \`${name}\` cannot be unpacked, or is more than ${LONGEST_RECORD} bytes, as a bomb is`)
  if (content.length !== size || crc32(content) !== crc) return err(`its member \`${name}\` is damaged: its checksum differs`)
  return ok(content)
}

const contentOf = (packed: Buffer, method: number): Buffer | undefined => {
  if (method === STORED) return packed
  if (method !== DEFLATED) return undefined
  try {
    return inflateRawSync(packed, { maxOutputLength: LONGEST_RECORD })
  } catch {
    return undefined
  }
}

/** Where the end record stands; a comment may follow it. */
const endOf = (bytes: Buffer): number => {
  const first = Math.max(0, bytes.length - END_BYTES - LONGEST_COMMENT)
  for (let at = bytes.length - END_BYTES; at >= first; at--) if (bytes.readUInt32LE(at) === END) return at
  return -1
}
