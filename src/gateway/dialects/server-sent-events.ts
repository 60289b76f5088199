// Server-sent events, as the HTML standard (section 9.2) defines their parsing.

/** `event` is undefined where the stream names none. `data` holds the data lines, joined by line feeds. */
export type ServerSentEvent = { readonly event: string | undefined; readonly data: string }

/** Units of one event that are waited for; an endpoint that never ends a line must not fill the memory. */
const MAX_EVENT_LENGTH = 1 << 24

/**
 * Reads bytes in any pieces. Lines end in `\n`, `\r\n` or `\r`; comments, `id` and `retry` are skipped, and so is an unfinished
 * event at the end of the stream. Bytes that are no UTF-8 become U+FFFD, as the standard has it.
 */
export class EventReader {
  /** The stream sent an event longer than any endpoint's; nothing more is read. */
  overflowed = false
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  private begun = false
  private readonly unfinished = new Pieces()
  private event: string | undefined
  private data: string[] = []
  /** Units of the event so far, the unfinished line apart. */
  private length = 0
  /** The last unit was a `\r`: a `\n` that follows belongs to it. */
  private afterReturn = false

  push(bytes: Uint8Array): ServerSentEvent[] {
    return this.overflowed ? [] : this.read(this.decoder.decode(bytes, { stream: true }))
  }

  private read(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = []
    if (text === '') return events
    let from = (this.afterReturn && text.startsWith('\n')) || (!this.begun && text.startsWith(MARK)) ? 1 : 0
    this.begun = true
    this.afterReturn = text.endsWith('\r')
    let feed = text.indexOf('\n', from)
    let back = text.indexOf('\r', from)
    while (feed >= 0 || back >= 0) {
      const end = feed < 0 || (back >= 0 && back < feed) ? back : feed
      this.line(this.unfinished.take(text.slice(from, end)), events)
      from = end === back && feed === end + 1 ? end + 2 : end + 1
      if (feed >= 0 && feed < from) feed = text.indexOf('\n', from)
      if (back >= 0 && back < from) back = text.indexOf('\r', from)
    }
    this.unfinished.push(text.slice(from))
    if (this.length + this.unfinished.length > MAX_EVENT_LENGTH) this.overflow()
    return events
  }

  private line(line: string, events: ServerSentEvent[]): void {
    if (line === '') {
      if (this.data.length > 0)
        events.push({ event: this.event, data: this.data.length === 1 ? (this.data[0] ?? '') : this.data.join('\n') })
      this.event = undefined
      this.data = []
      this.length = 0
      return
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1)
    if (field === 'data') {
      this.data.push(value)
      this.length += value.length + 1
    } else if (field === 'event') this.event = value === '' ? undefined : value
  }

  private overflow(): void {
    this.overflowed = true
    this.unfinished.take('')
    this.data = []
  }
}

/** A text that comes in pieces, however small, and is copied twice at most. */
class Pieces {
  length = 0
  private large: string[] = []
  private small: string[] = []

  push(piece: string): void {
    if (piece === '') return
    this.length += piece.length
    this.small.push(piece)
    if (this.small.length === MAX_SMALL) this.gather()
  }

  /** All of it with the last piece; nothing is left. */
  take(last: string): string {
    if (this.length === 0) return last
    this.small.push(last)
    this.gather()
    const whole = this.large.join('')
    this.large = []
    this.length = 0
    return whole
  }

  private gather(): void {
    this.large.push(this.small.join(''))
    this.small = []
  }
}

const MAX_SMALL = 4096

const SPACE = 0x20
/** The byte order mark: one at the very beginning is no part of the stream. The decoder would take two, where the first is cut through. */
const MARK = '\ufeff'

/** One event as text. `data` must hold no line break, as JSON text does not. */
export const formatEvent = (data: string, event?: string): string =>
  event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`
