import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { patience } from '../../../test/patience.ts'
import { DAMAGED, FrameReader, formatFrame } from './aws-event-stream.ts'
import { FRAMINGS, framingOf } from './framing.ts'
import { formatEvent, type ServerSentEvent } from './server-sent-events.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const joined = (frames: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(frames))
const read = (pieces: readonly Uint8Array[]): ServerSentEvent[] => {
  const reader = new FrameReader()
  return pieces.flatMap((piece) => reader.push(piece))
}

// Written by the codec of the vendor's own SDK (@smithy/core 3.41.0).
const STOP =
  '0000007a00000051ca2c46650b3a6576656e742d7479706507000b6d65737361676553746f700d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b2273746f70526561736f6e223a22656e645f7475726e227d5fbf09fc'
/** A header of each type before the event's name. */
const EVERY_TYPE =
  '0000005800000048154692c1016100016202fd016303000501640400000007016606000201020167080000000000000000016809000000000000000000000000000000010b3a6576656e742d7479706507000178da4f4076'

test('frames are the vendor’s own to the byte, and its headers of every type are read', () => {
  const event = { event: 'messageStop', data: '{"stopReason":"end_turn"}' }
  assert.equal(Buffer.from(formatFrame(event.data, event.event)).toString('hex'), STOP)
  assert.deepEqual(read([bytes(STOP), bytes(EVERY_TYPE)]), [event, { event: 'x', data: '' }])
})

const eventGenerator = fc.record(
  {
    event: fc.constantFrom('messageStart', 'contentBlockDelta', 'throttlingException'),
    data: fc.string({ unit: 'binary', maxLength: 80 }).map((text) => JSON.stringify({ text })),
  },
  { noNullPrototype: true },
)

test('what was written is read, wherever the bytes are split', () => {
  fc.assert(
    fc.property(fc.array(eventGenerator, { maxLength: 6 }), fc.array(fc.nat(900), { maxLength: 12 }), (events, cuts) => {
      const stream = joined(events.map(({ data, event }) => formatFrame(data, event)))
      const ends = [...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length]
      const pieces = ends.map((end, index) => stream.subarray(index === 0 ? 0 : ends[index - 1], end))
      assert.deepEqual(read(pieces), events)
    }),
  )
  const single = Array.from(joined([bytes(STOP), bytes(STOP)]), (byte) => Uint8Array.of(byte))
  assert.equal(read(single).length, 2)
})

test('any damaged byte ends the stream in a failure after the frames before it, and never throws', () => {
  const before = formatFrame('{}', 'messageStart')
  const good = joined([before, bytes(STOP), bytes(STOP)])
  fc.assert(
    fc.property(
      fc.integer({ min: before.length, max: before.length + STOP.length / 2 - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (at, flip) => {
        const stream = Uint8Array.from(good)
        stream[at] = (stream[at] ?? 0) ^ flip
        const [first, last, ...more] = read([stream.subarray(0, 50), stream.subarray(50)])
        assert.deepEqual(first, { event: 'messageStart', data: '{}' })
        assert.equal(last?.event, DAMAGED)
        assert.deepEqual(more, [])
      },
    ),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => read([noise]).every(({ event }) => event === DAMAGED)))
})

/** A frame whose checksums hold, whatever its head claims. */
const forged = (length: number, headersLength: number, rest: string): Uint8Array => {
  const frame = joined([new Uint8Array(12), bytes(rest), new Uint8Array(4)])
  const view = new DataView(frame.buffer)
  view.setUint32(0, length)
  view.setUint32(4, headersLength)
  for (const end of [8, frame.length - 4]) view.setUint32(end, crcOf(frame.subarray(0, end)))
  return frame
}
const crcOf = (data: Uint8Array): number => {
  let value = ~0
  for (const byte of data) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (0xedb88320 & -(value & 1))
  }
  return ~value >>> 0
}

test('lengths that lie are failures, and too long a frame is not waited for', () => {
  const reader = new FrameReader()
  assert.equal(reader.push(forged(0x7fffffff, 0, ''))[0]?.event, DAMAGED)
  assert.equal(reader.overflowed, true)
  assert.deepEqual(reader.push(bytes(STOP)), [])
  assert.equal(read([forged(16, 60, '')])[0]?.event, DAMAGED)
  assert.equal(read([forged(0, 0, '')])[0]?.event, DAMAGED)
  for (const headers of ['ff', '0161', '01610a', '0161070005ff', '016107ffff', '016109'])
    assert.equal(read([forged(16 + headers.length / 2, headers.length / 2, headers)])[0]?.event, DAMAGED, headers)
  assert.deepEqual(read([forged(16, 0, '')]), [])
})

test('an error frame without a type is an exception with its message', () => {
  const text = (name: string, value: string) => {
    const hex = (piece: string) => Buffer.from(piece).toString('hex')
    return `${name.length.toString(16).padStart(2, '0')}${hex(name)}07${value.length.toString(16).padStart(4, '0')}${hex(value)}`
  }
  const headers = text(':message-type', 'error') + text(':error-code', 'InternalError') + text(':error-message', 'gone')
  const events = read([forged(16 + headers.length / 2, headers.length / 2, headers)])
  assert.deepEqual(events, [{ event: 'internalServerException', data: '{"message":"gone"}' }])
})

test('a framing makes the bytes of what an encoder wrote, and reads them back', () => {
  const events = [
    { event: 'messageStart', data: '{"role":"assistant"}' },
    { event: 'throttlingException', data: '{"message":"„ü 🙂"}' },
  ]
  const text = events.map(({ data, event }) => formatEvent(data, event)).join('')
  for (const framing of Object.values(FRAMINGS)) {
    assert.deepEqual(framing.reader().push(framing.bytes(text)), events)
    assert.equal(framing.bytes('').length, 0)
  }
  assert.equal(framingOf({}).contentType, 'text/event-stream')
})

test('a megabyte sent byte by byte is read in linear time', () => {
  const frame = formatFrame(JSON.stringify('x'.repeat(1 << 19)), 'contentBlockDelta')
  const started = performance.now()
  assert.equal(read(Array.from(frame, (byte) => Uint8Array.of(byte))).length, 1)
  assert.ok(performance.now() - started < patience(3000))
})
