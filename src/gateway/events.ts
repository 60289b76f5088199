import { spells } from './json-bytes.ts'
import { nothingObserved, type Observed, observe, skipByteOrderMark } from './observed.ts'

const LINE_FEED = 0x0a
const RETURN = 0x0d
const NOTHING = new Uint8Array(0)

/**
 * Lets a server-sent event stream through in whole events, to the byte, and looks at each as it passes.
 *
 * Line ends are `\n`, `\r\n` or `\r` (HTML standard, section 9.2.6). An event whose blank line has not come is held; so is
 * everything from the `[DONE]` event on, because the last byte may not leave before the record is durable.
 */
export class EventGate {
  readonly seen: Observed = nothingObserved()
  /** Whether `[DONE]` has come. */
  done = false
  /** Events with data that have come whole, `[DONE]` not counted. */
  dataEvents = 0
  heldBytes = 0
  private held: Uint8Array[] = []
  /** Where the blank line of the event in progress would end a line that has no byte yet. */
  private lineIsEmpty = true
  private afterReturn = false

  /** Takes the next bytes of the stream; returns what may leave now. */
  push(chunk: Uint8Array): Uint8Array {
    let eventFrom = 0
    let release = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (byte !== LINE_FEED && byte !== RETURN) {
        this.lineIsEmpty = false
        this.afterReturn = false
        continue
      }
      if (byte === LINE_FEED && this.afterReturn) {
        this.afterReturn = false
        // The second half of a line end that already counted. Behind a complete event, it belongs to that event.
        if (i === eventFrom && eventFrom > 0) {
          eventFrom++
          if (!this.done) release = eventFrom
        }
        continue
      }
      this.afterReturn = byte === RETURN
      if (this.lineIsEmpty) {
        this.examine(chunk, eventFrom, i + 1)
        eventFrom = i + 1
        if (!this.done) release = eventFrom
      }
      this.lineIsEmpty = true
    }
    return this.pass(chunk, release)
  }

  /** What is still held, in order: the tail of the stream. */
  rest(): readonly Uint8Array[] {
    return this.held
  }

  private pass(chunk: Uint8Array, release: number): Uint8Array {
    if (release === 0) {
      this.held.push(chunk)
      this.heldBytes += chunk.length
      return NOTHING
    }
    const out = this.heldBytes === 0 ? chunk.subarray(0, release) : join([...this.held, chunk.subarray(0, release)])
    if (this.heldBytes > 0) this.held = []
    this.heldBytes = chunk.length - release
    if (this.heldBytes > 0) this.held.push(chunk.subarray(release))
    return out
  }

  /** One complete event: what is held, then `chunk` from `from` to `to`. Once `[DONE]` came, nothing is looked at any more. */
  private examine(chunk: Uint8Array, from: number, to: number): void {
    if (this.done) return
    if (this.heldBytes === 0 || from > 0) this.look(chunk, from, to)
    else {
      const whole = join([...this.held, chunk.subarray(0, to)])
      this.look(whole, 0, whole.length)
    }
  }

  private look(bytes: Uint8Array, from: number, to: number): void {
    let data: [from: number, to: number][] | undefined
    let i = skipByteOrderMark(bytes, from, to)
    while (i < to) {
      let lineTo = i
      while (lineTo < to && bytes[lineTo] !== LINE_FEED && bytes[lineTo] !== RETURN) lineTo++
      if (isData(bytes, i, lineTo)) {
        const valueFrom = bytes[i + 5] === 0x20 ? i + 6 : i + 5
        data ??= []
        data.push([valueFrom, lineTo])
      }
      i = lineTo + 1
    }
    if (data === undefined) return
    const [first] = data
    if (data.length === 1 && first !== undefined) this.lookAtData(bytes, first[0], first[1])
    else {
      const joined = join(data.flatMap(([a, b]) => [bytes.subarray(a, b), Uint8Array.of(LINE_FEED)]))
      this.lookAtData(joined, 0, joined.length - 1)
    }
  }

  private lookAtData(bytes: Uint8Array, from: number, to: number): void {
    // Official SDKs stop at data that begins with `[DONE]`.
    if (spells(bytes, from, Math.min(to, from + 6), '[DONE]')) {
      this.done = true
      return
    }
    this.dataEvents++
    observe(bytes, from, to, this.seen)
  }
}

const isData = (bytes: Uint8Array, from: number, to: number): boolean => to - from >= 5 && spells(bytes, from, from + 5, 'data:')

export const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
