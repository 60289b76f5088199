/** How many bytes of the file stood for these bytes of UTF-8; undefined: as many. */
export type Measure = ((bytes: Uint8Array) => number) | undefined

const FIRST_ROOM = (1 << 20) + (1 << 16)
const LITTLE = 1 << 16

/**
 * The bytes that came and were not yet used. Readers take from its front; the driver feeds its back when they ask for more, from a file in
 * step or from an unpacking stream that must be waited for: readers need not know.
 */
export class Window {
  /** Where the first byte stands in the unpacked file. */
  offset: number
  /** Nothing more will come. */
  ended = false
  private buffer: Buffer
  /** From the front of the buffer to the last byte that came. */
  private live: Buffer
  private from = 0
  private readonly measure: Measure

  constructor(offset = 0, measure?: Measure, room = FIRST_ROOM) {
    this.offset = offset
    this.measure = measure
    this.buffer = Buffer.allocUnsafeSlow(room)
    this.live = this.buffer.subarray(0, 0)
  }

  get length(): number {
    return this.live.length - this.from
  }

  /** Copies a chunk to the back. What was taken before may be overwritten. */
  feed(chunk: Uint8Array): void {
    const { length } = this
    const needed = length + chunk.length
    // Little that is left moves to the front at once, so that the same memory is written again and again.
    if (length <= LITTLE || this.live.length + chunk.length > this.buffer.length) {
      const target = needed > this.buffer.length ? Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2)) : this.buffer
      target.set(this.live.subarray(this.from))
      this.buffer = target
      this.from = 0
    }
    this.buffer.set(chunk, this.from + length)
    this.live = this.buffer.subarray(0, this.from + needed)
  }

  /** Where a byte, or bytes, next stand, counted from the front; -1 where they do not yet. */
  indexOf(what: number | Uint8Array, start: number): number {
    const found = this.live.indexOf(what, this.from + start)
    return found < 0 ? -1 : found - this.from
  }

  at(index: number): number | undefined {
    return this.live[this.from + index]
  }

  /** A view that holds until the next feed. */
  view(start: number, end: number): Buffer {
    return this.live.subarray(this.from + start, Math.min(this.live.length, this.from + end))
  }

  /** Takes bytes from the front, as a view that holds until the next feed. */
  take(length: number): Buffer {
    const taken = this.view(0, length)
    this.from += taken.length
    this.offset += this.measure === undefined ? taken.length : this.measure(taken)
    return taken
  }
}
