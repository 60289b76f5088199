// Lines, or paragraphs between empty lines, cut out of a window; and slices of a file that share them out.
import { LONGEST_RECORD, MORE } from './reading.ts'
import type { Window } from './window.ts'

/** `bytes` is a view until the next record is asked for, and undefined where the record is too long to hold. */
export type Piece = { readonly bytes: Buffer | undefined; readonly offset: number; readonly length: number }
export type Pieces = Generator<Piece | typeof MORE, void, void>

const NEWLINE = 0x0a
const RETURN = 0x0d
const isBreak = (byte: number | undefined): boolean => byte === NEWLINE || byte === RETURN

/** How records end. Empty lines between them belong to none. */
export type Framing = {
  /** A slice must see so many bytes before its own, to know whether a record starts at its first. */
  readonly before: number
  /** Where the record at the front ends, searched from `start`; -1 where that is not yet to be seen. */
  endOf(window: Window, start: number): number
}

export const LINES: Framing = { before: 1, endOf: (window, start) => window.indexOf(NEWLINE, start) }

export const PARAGRAPHS: Framing = {
  before: 3,
  endOf: (window, start) => {
    for (let end = window.indexOf(NEWLINE, start); end >= 0; end = window.indexOf(NEWLINE, end + 1)) {
      const next = window.at(end + 1)
      if (next === NEWLINE || (next === RETURN && window.at(end + 2) === NEWLINE)) return end
    }
    return -1
  },
}

/** A byte order mark stands before the first record of a file, and is none of it. */
const LONGEST_MARK = 3
/** Where reading must start for a slice that starts at `from`. */
export const startOf = ({ before }: Framing, from: number): number => (from - before <= LONGEST_MARK ? 0 : from - before)

/**
 * The records that start at `from` or after it, and before `to`. Each record of a file is in one slice of it, however the file is sliced:
 * what is under way where the window of a slice starts is the slice's before.
 */
export function* records(window: Window, framing: Framing, { from, to }: { readonly from: number; readonly to: number }): Pieces {
  if (startOf(framing, from) > 0 && !(yield* passed(window, framing, to))) return
  for (;;) {
    while (isBreak(window.at(0)) || (window.length === 0 && !window.ended)) {
      if (window.length === 0) yield MORE
      else window.take(1)
    }
    if (window.length === 0 || window.offset >= to) return
    const record = yield* next(window, framing)
    if (record.offset >= from) yield record
  }
}

/** Takes the rest of the record that is under way. False where it goes on beyond `to`: then no other starts before, and nothing more is read. */
function* passed(window: Window, framing: Framing, to: number): Generator<typeof MORE, boolean, void> {
  for (;;) {
    const end = framing.endOf(window, 0)
    if (end >= 0) {
      window.take(end)
      return true
    }
    if (window.ended || window.offset + window.length > to + framing.before) return false
    window.take(Math.max(0, window.length - framing.before))
    yield MORE
  }
}

/** Takes what stands at the front up to its end. What is too long is let go as it comes; only where it ends is still of interest. */
function* next(window: Window, framing: Framing): Generator<typeof MORE, Piece, void> {
  const { offset } = window
  let searched = 0
  let isHeld = true
  for (;;) {
    const end = framing.endOf(window, searched)
    if (end >= 0 || window.ended) {
      const bytes = trimmed(window.take(end < 0 ? window.length : end))
      const length = window.offset - offset
      return { bytes: isHeld && bytes.length <= LONGEST_RECORD ? bytes : undefined, offset, length }
    }
    if (window.length > LONGEST_RECORD) {
      isHeld = false
      window.take(window.length - framing.before)
    }
    searched = Math.max(0, window.length - framing.before)
    yield MORE
  }
}

const trimmed = (bytes: Buffer): Buffer => {
  let end = bytes.length
  while (end > 0 && isBreak(bytes[end - 1])) end--
  return bytes.subarray(0, end)
}

/** The whole file at once, for formats that have no records; undefined where it is longer than a record may be. */
export function* whole(window: Window): Generator<typeof MORE, Buffer | undefined, void> {
  while (!window.ended && window.length <= LONGEST_RECORD) yield MORE
  return window.length > LONGEST_RECORD ? undefined : window.take(window.length)
}
