// The frames of `application/vnd.amazon.eventstream`, as the Smithy specification "Amazon Event Stream" defines them:
// total length, length of headers, checksum of both, headers, payload, checksum of everything; numbers are big-endian.
import type { ServerSentEvent } from './server-sent-events.ts'

/** Bytes of one frame that are waited for; as much as an event of the other framing may hold. */
const MAX_FRAME_LENGTH = 1 << 24
const PRELUDE_LENGTH = 12
const CHECKSUM_LENGTH = 4
/** A buffer that grew beyond this is let go as soon as it is empty. */
const KEPT_CAPACITY = 1 << 16

/** The name under which a damaged stream appears as its last event; the payload has a `message`, as every exception's. */
export const DAMAGED = 'damagedStreamException'
export const isException = (event: string | undefined): event is string => event?.endsWith('Exception') === true

/**
 * Reads bytes in any pieces into the events of their frames: the name is the event's or the exception's type, the data its JSON text.
 * Frames are delivered only after both their checksums held; after one that did not, a `DAMAGED` event is the last that comes.
 */
export class FrameReader {
  /** The stream announced a frame longer than any endpoint's; nothing more is read. */
  overflowed = false
  private damaged = false
  private buffer = new Uint8Array(0)
  private filled = 0

  push(bytes: Uint8Array): ServerSentEvent[] {
    if (this.damaged) return []
    this.append(bytes)
    const events: ServerSentEvent[] = []
    let from = 0
    for (;;) {
      const step = readFrame(this.buffer.subarray(from, this.filled))
      if (step.kind === 'unfinished') break
      if (step.kind === 'damaged') {
        this.stop(step.overflow)
        events.push({ event: DAMAGED, data: JSON.stringify({ message: step.message }) })
        return events
      }
      if (step.event !== undefined) events.push(step.event)
      from += step.length
    }
    this.drop(from)
    return events
  }

  /** Doubles what it outgrows, so that bytes sent one at a time cost no more than a constant for each. */
  private append(bytes: Uint8Array): void {
    const needed = this.filled + bytes.length
    if (needed > this.buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2))
      grown.set(this.buffer.subarray(0, this.filled))
      this.buffer = grown
    }
    this.buffer.set(bytes, this.filled)
    this.filled = needed
  }

  private drop(length: number): void {
    if (length === 0) return
    this.buffer.copyWithin(0, length, this.filled)
    this.filled -= length
    if (this.filled === 0 && this.buffer.length > KEPT_CAPACITY) this.buffer = new Uint8Array(0)
  }

  private stop(overflow: boolean): void {
    this.damaged = true
    this.overflowed = overflow
    this.buffer = new Uint8Array(0)
    this.filled = 0
  }
}

type Step =
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'damaged'; readonly message: string; readonly overflow: boolean }
  | { readonly kind: 'frame'; readonly length: number; readonly event: ServerSentEvent | undefined }

const UNFINISHED: Step = { kind: 'unfinished' }
const damaged = (message: string, overflow = false): Step => ({ kind: 'damaged', message, overflow })

/** Reads the frame at the start of these bytes. The prelude is checked before its lengths are believed. */
const readFrame = (bytes: Uint8Array): Step => {
  if (bytes.length < PRELUDE_LENGTH) return UNFINISHED
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (crc32(bytes.subarray(0, PRELUDE_LENGTH - CHECKSUM_LENGTH)) !== view.getUint32(8))
    return damaged('the checksum of a frame head in the event stream is wrong')
  const length = view.getUint32(0)
  const headersLength = view.getUint32(4)
  if (length > MAX_FRAME_LENGTH) return damaged(`a frame of the event stream is longer than ${MAX_FRAME_LENGTH} bytes`, true)
  if (length < PRELUDE_LENGTH + headersLength + CHECKSUM_LENGTH) return damaged('a frame of the event stream is shorter than its headers')
  if (bytes.length < length) return UNFINISHED
  const end = length - CHECKSUM_LENGTH
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end)) return damaged('the checksum of a frame in the event stream is wrong')
  const headers = readHeaders(bytes.subarray(PRELUDE_LENGTH, PRELUDE_LENGTH + headersLength))
  if (headers === undefined) return damaged('the headers of a frame in the event stream cannot be read')
  return { kind: 'frame', length, event: eventOf(headers, bytes.subarray(PRELUDE_LENGTH + headersLength, end)) }
}

/** A frame that names neither an event nor a failure is no message of a conversation, and skipped. */
const eventOf = (headers: ReadonlyMap<string, string>, payload: Uint8Array): ServerSentEvent | undefined => {
  if (headers.get(':message-type') === 'error') {
    const message = headers.get(':error-message') ?? headers.get(':error-code') ?? 'the endpoint broke its stream off'
    return { event: 'internalServerException', data: JSON.stringify({ message }) }
  }
  const event = headers.get(':exception-type') ?? headers.get(':event-type')
  return event === undefined ? undefined : { event, data: utf8.decode(payload) }
}

const TEXT_HEADER = 7
const BYTES_HEADER = 6
/** Bytes of a header's value by its type; texts and byte strings say their own length. */
const FIXED_LENGTHS: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]

/** The headers that are texts, by name; undefined where the bytes are no headers. */
const readHeaders = (bytes: Uint8Array): ReadonlyMap<string, string> | undefined => {
  const headers = new Map<string, string>()
  let at = 0
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0)
    const type = bytes[nameEnd] ?? FIXED_LENGTHS.length
    const sized = type === TEXT_HEADER || type === BYTES_HEADER
    const start = nameEnd + (sized ? 3 : 1)
    const length = sized ? ((bytes[nameEnd + 1] ?? 0) << 8) | (bytes[nameEnd + 2] ?? 0) : FIXED_LENGTHS[type]
    if (length === undefined || start + length > bytes.length) return undefined
    if (type === TEXT_HEADER) headers.set(utf8.decode(bytes.subarray(at + 1, nameEnd)), utf8.decode(bytes.subarray(start, start + length)))
    at = start + length
  }
  return headers
}

/** One event as a frame. A name that ends in `Exception` makes it an exception, which the vendor's SDK raises. */
export const formatFrame = (data: string, event: string): Uint8Array => {
  const [type, message] = isException(event) ? [':exception-type', 'exception'] : [':event-type', 'event']
  const headers = [...header(type, event), ...header(':content-type', 'application/json'), ...header(':message-type', message)]
  const payload = encoder.encode(data)
  const length = PRELUDE_LENGTH + headers.length + payload.length + CHECKSUM_LENGTH
  const frame = new Uint8Array(length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, length)
  view.setUint32(4, headers.length)
  view.setUint32(8, crc32(frame.subarray(0, 8)))
  frame.set(headers, PRELUDE_LENGTH)
  frame.set(payload, PRELUDE_LENGTH + headers.length)
  view.setUint32(length - CHECKSUM_LENGTH, crc32(frame.subarray(0, length - CHECKSUM_LENGTH)))
  return frame
}

const header = (name: string, value: string): number[] => {
  const bytes = encoder.encode(value)
  return [name.length, ...encoder.encode(name), TEXT_HEADER, bytes.length >> 8, bytes.length & 0xff, ...bytes]
}

const encoder = new TextEncoder()
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** What each byte does to the checksum (ISO 3309, reflected). */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

const crc32 = (bytes: Uint8Array): number => {
  let value = 0xffffffff
  for (const byte of bytes) value = (value >>> 8) ^ (CRC_TABLE[(value ^ byte) & 0xff] ?? 0)
  return ~value >>> 0
}
