// How the events of a stream lie on the wire. Dialects speak of events only; who touches the bytes asks here.
import { FrameReader, formatFrame } from './aws-event-stream.ts'
import type { Dialect } from './dialect.ts'
import { EventReader, type ServerSentEvent } from './server-sent-events.ts'

export type Framing = {
  readonly contentType: string
  /** For one stream from an endpoint. */
  readonly reader: () => { push(bytes: Uint8Array): ServerSentEvent[]; readonly overflowed: boolean }
  /** The bytes of what a `StreamEncoder` gave: whole events as `formatEvent` writes them, or nothing. */
  readonly bytes: (text: string) => Uint8Array
}

const encoder = new TextEncoder()

const framesOf = (text: string): Uint8Array => {
  const frames: Uint8Array[] = []
  for (const event of text.split('\n\n')) {
    const data = event.indexOf('data: ')
    if (data >= 0) frames.push(formatFrame(event.slice(data + 6), event.slice('event: '.length, data - 1)))
  }
  return concatenated(frames)
}

const concatenated = (pieces: readonly Uint8Array[]): Uint8Array => {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) return only
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

export const FRAMINGS: { readonly [name in NonNullable<Dialect['framing']>]: Framing } = {
  'server-sent-events': {
    contentType: 'text/event-stream',
    reader: () => new EventReader(),
    bytes: (text) => encoder.encode(text),
  },
  'aws-event-stream': {
    contentType: 'application/vnd.amazon.eventstream',
    reader: () => new FrameReader(),
    bytes: framesOf,
  },
}

export const framingOf = (dialect: Pick<Dialect, 'framing'>): Framing => FRAMINGS[dialect.framing ?? 'server-sent-events']
