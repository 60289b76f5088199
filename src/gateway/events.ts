import type { AnswerStream } from './carriage.ts'
import { type CallFailure, failureEvent } from './failure.ts'
import { Gathered, join } from './gathered.ts'
import { QUOTE, spells } from './json-bytes.ts'
import { nothingObserved, type Observed, observe, skipByteOrderMark } from './observed.ts'

const LINE_FEED = 0x0a
const RETURN = 0x0d
/** 1 for the bytes that change nothing in the reading of a stream. */
const PASSING = new Uint8Array(256).fill(1)
PASSING[LINE_FEED] = 0
PASSING[RETURN] = 0
PASSING[QUOTE] = 0
const LINE = Uint8Array.of(LINE_FEED)
const NOTHING = new Uint8Array(0)
const encoder = new TextEncoder()

/**
 * Lets a server-sent event stream through in whole events, to the byte, and looks at each as it passes.
 *
 * Line ends are `\n`, `\r\n` or `\r` (HTML standard, section 9.2.6). An event whose blank line has not come is held; so is
 * everything from the `[DONE]` event on, or from one that tells an error, because the last byte may not leave before the record is durable.
 */
export class EventGate implements AnswerStream {
  readonly seen: Observed = nothingObserved()
  /** Whether `[DONE]` has come, or an error. */
  done = false
  /** Events with data that have come whole, `[DONE]` not counted. */
  dataEvents = 0
  private readonly held: Gathered
  /** Where the blank line of the event in progress would end a line that has no byte yet. */
  private lineIsEmpty = true
  private afterReturn = false
  /** The event in progress must be looked at: it may hold usage or an error, or it came in pieces. */
  private matters = false
  /** Where the data line of the event in progress stands in its chunk. */
  private dataAt = -1
  private readonly allocate: (length: number) => Uint8Array

  constructor(allocate: (length: number) => Uint8Array) {
    this.allocate = allocate
    this.held = new Gathered(allocate)
  }

  /** Takes the next bytes of the stream; returns what may leave now. */
  push(chunk: Uint8Array): Uint8Array {
    const end = chunk.length
    let eventFrom = 0
    let release = 0
    let i = 0
    while (i < end) {
      const byte = chunk[i] as number
      if (byte !== LINE_FEED && byte !== RETURN) {
        if (this.lineIsEmpty) this.beginLine(chunk, i)
        else if (byte === QUOTE) this.seeQuote(chunk, i)
        i++
        while (i < end && PASSING[chunk[i] as number] === 1) i++
        continue
      }
      i++
      if (byte === LINE_FEED && this.afterReturn) {
        this.afterReturn = false
        // The second half of a line end that already counted. Behind a complete event, it belongs to that event.
        if (i === eventFrom + 1 && eventFrom > 0) {
          eventFrom = i
          if (!this.done) release = i
        }
        continue
      }
      this.afterReturn = byte === RETURN
      if (this.lineIsEmpty) {
        this.endEvent(chunk, eventFrom, i)
        eventFrom = i
        if (!this.done) release = i
      }
      this.lineIsEmpty = true
    }
    // An event in two pieces is looked at as a whole.
    if (eventFrom < end) this.matters = true
    return this.pass(chunk, release)
  }

  /** A quote may open `"usage"`, `"error"` or a reason to finish; a false alarm only costs a closer look. */
  private seeQuote(chunk: Uint8Array, quote: number): void {
    const first = chunk[quote + 1]
    const second = chunk[quote + 2]
    if ((first === 0x75 && second === 0x73) || (first === 0x65 && second === 0x72)) this.matters = true
    else if (first === 0x66 && second === 0x69) {
      // In each event of a stream the reason stands there as `null`, but for the last.
      const value = quote + '"finish_reason":'.length
      if (chunk[value] === 0x6e || (chunk[value] === 0x20 && chunk[value + 1] === 0x6e)) this.seen.goesOn = true
      else this.matters = true
    }
  }

  private beginLine(chunk: Uint8Array, at: number): void {
    this.lineIsEmpty = false
    this.afterReturn = false
    if (chunk[at] === 0x65) this.matters ||= isError(chunk, at, Math.min(chunk.length, at + ERROR.length))
    if (!isData(chunk, at, chunk.length)) return
    // Data of several lines is rare, and looked at with care.
    if (this.dataAt >= 0) this.matters = true
    this.dataAt = at
  }

  /**
   * A killed process ends its answer like a finished one, and a proxy before it frames that well; only the stream itself can tell them
   * apart. One that never spoke of finishing is taken at its framing's word.
   */
  end(framed: boolean): boolean {
    // Official SDKs read a last event without its blank line too.
    if (!this.done && this.held.bytes > 0) {
      const last = join(this.held.pieces, this.allocate)
      this.look(last, 0, last.length)
    }
    return this.done || this.seen.finished || (framed && !this.seen.goesOn)
  }

  fail(failure: CallFailure): Uint8Array {
    return encoder.encode(failureEvent(failure))
  }

  /** What is still held, in order: the tail of the stream. */
  rest(): readonly Uint8Array[] {
    return this.held.pieces
  }

  private pass(chunk: Uint8Array, release: number): Uint8Array {
    if (release === 0) {
      this.held.push(chunk)
      return NOTHING
    }
    const { held } = this
    const out = held.bytes === 0 ? chunk.subarray(0, release) : join([...held.take(), chunk.subarray(0, release)], this.allocate)
    if (release < chunk.length) held.push(chunk.subarray(release))
    return out
  }

  /** One complete event: what is held, then `chunk` from `from` to `to`. Once `[DONE]` came, nothing is looked at any more. */
  private endEvent(chunk: Uint8Array, from: number, to: number): void {
    const { matters, dataAt } = this
    this.matters = false
    this.dataAt = -1
    if (this.done) return
    if (this.held.bytes > 0 && from === 0) {
      const whole = join([...this.held.pieces, chunk.subarray(0, to)], this.allocate)
      this.look(whole, 0, whole.length)
    } else if (matters) this.look(chunk, from, to)
    else if (dataAt >= 0) {
      if (isDone(chunk, afterColon(chunk, dataAt), to)) this.done = true
      else this.dataEvents++
    }
  }

  private look(bytes: Uint8Array, from: number, to: number): void {
    let dataFrom = -1
    let dataTo = -1
    let more: Uint8Array[] | undefined
    let i = skipByteOrderMark(bytes, from, to)
    while (i < to) {
      let lineTo = i
      while (lineTo < to && bytes[lineTo] !== LINE_FEED && bytes[lineTo] !== RETURN) lineTo++
      if (bytes[i] === 0x65 && isError(bytes, i, lineTo)) this.seen.failed = true
      if (isData(bytes, i, lineTo)) {
        const valueFrom = afterColon(bytes, i)
        // Data of several lines is rare; it is joined with line feeds.
        if (dataFrom >= 0) {
          more ??= [bytes.subarray(dataFrom, dataTo)]
          more.push(LINE, bytes.subarray(valueFrom, lineTo))
        }
        dataFrom = valueFrom
        dataTo = lineTo
      }
      i = lineTo + 1
    }
    if (more !== undefined) {
      const joined = join(more, this.allocate)
      this.lookAtData(joined, 0, joined.length)
    } else if (dataFrom >= 0) this.lookAtData(bytes, dataFrom, dataTo)
    if (this.seen.failed) this.done = true
  }

  private lookAtData(bytes: Uint8Array, from: number, to: number): void {
    if (isDone(bytes, from, to)) {
      this.done = true
      return
    }
    this.dataEvents++
    observe(bytes, from, to, this.seen)
  }
}

/** Official SDKs stop at data that begins with `[DONE]`. */
const isDone = (bytes: Uint8Array, from: number, to: number): boolean => spells(bytes, from, Math.min(to, from + 6), '[DONE]')
const afterColon = (bytes: Uint8Array, dataAt: number): number => (bytes[dataAt + 5] === 0x20 ? dataAt + 6 : dataAt + 5)
/** Official SDKs raise what comes under this name. */
const ERROR = 'event: error'
const isError = (bytes: Uint8Array, from: number, to: number): boolean =>
  spells(bytes, from, to, ERROR) || spells(bytes, from, to, 'event:error')
const isData = (bytes: Uint8Array, from: number, to: number): boolean => to - from >= 5 && spells(bytes, from, from + 5, 'data:')
