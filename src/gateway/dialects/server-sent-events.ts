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
  private readonly decoder = new TextDecoder()
  private rest = ''
  private event: string | undefined
  private data: string[] = []
  private length = 0
  /** The last unit was a `\r`: a `\n` that follows belongs to it. */
  private afterReturn = false

  push(bytes: Uint8Array): ServerSentEvent[] {
    return this.overflowed ? [] : this.read(this.decoder.decode(bytes, { stream: true }))
  }

  private read(piece: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = []
    const text = this.rest + (this.afterReturn && piece.startsWith('\n') ? piece.slice(1) : piece)
    if (piece.length > 0) this.afterReturn = piece.endsWith('\r')
    let from = 0
    let feed = text.indexOf('\n', this.rest.length)
    let back = text.indexOf('\r', this.rest.length)
    while (feed >= 0 || back >= 0) {
      const end = feed < 0 || (back >= 0 && back < feed) ? back : feed
      this.line(text.slice(from, end), events)
      from = end === back && feed === end + 1 ? end + 2 : end + 1
      if (feed >= 0 && feed < from) feed = text.indexOf('\n', from)
      if (back >= 0 && back < from) back = text.indexOf('\r', from)
    }
    this.rest = text.slice(from)
    if (this.length + this.rest.length > MAX_EVENT_LENGTH) this.overflow()
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
      this.length += value.length
    } else if (field === 'event' && value !== '') this.event = value
  }

  private overflow(): void {
    this.overflowed = true
    this.rest = ''
    this.data = []
  }
}

const SPACE = 0x20

/** One event as text. `data` must hold no line break, as JSON text does not. */
export const formatEvent = (data: string, event?: string): string =>
  event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`
