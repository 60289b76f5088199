import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EventReader, formatEvent, type ServerSentEvent } from './server-sent-events.ts'

/** The standard's own steps, one after the other, on the whole of a stream. */
const reference = (bytes: Uint8Array): ServerSentEvent[] => {
  const text = new TextDecoder().decode(bytes)
  const lines = text.split(/\r\n|\n|\r/)
  lines.pop()
  const events: ServerSentEvent[] = []
  let data = ''
  let type = ''
  for (const line of lines) {
    if (line === '') {
      if (data !== '') events.push({ event: type === '' ? undefined : type, data: data.slice(0, -1) })
      data = ''
      type = ''
    } else if (!line.startsWith(':')) {
      const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
      if (field === 'data') data += `${value}\n`
      if (field === 'event') type = value
    }
  }
  return events
}

const read = (bytes: Uint8Array, cuts: readonly number[]): ServerSentEvent[] => {
  const reader = new EventReader()
  const bounds = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return bounds.slice(1).flatMap((to, index) => reader.push(bytes.subarray(bounds[index], to)))
}

const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('data: ', 'data:', 'data:  ', 'event: ', 'event:'), fc.string({ unit: 'binary', maxLength: 8 }))
      .map((pair) => pair.join('')),
  },
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ': comment',
      ':',
      'data',
      'event',
      'id: 7',
      'retry: 10',
      'data : x',
      ' data: x',
      'Data: x',
      'datax: y',
      '\ufeffdata: late mark',
      'data: {"a":"é😀"}',
      'data: [DONE]',
      'unknown',
      'event: a:b',
      'data: : ',
    ),
  },
)
const stream = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 24 }), fc.string({ maxLength: 6 }))
  .map(([mark, lines, rest]) =>
    Buffer.from(
      `${mark ? '\ufeff' : ''}${lines.map(([words, end]) => words.replace(/[\r\n]/g, '') + end).join('')}${rest.replace(/[\r\n]/g, '')}`,
    ),
  )

test('events are what the standard makes of the bytes, however they are cut', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (bytes, cuts) => {
      const expected = reference(bytes)
      assert.deepEqual(read(bytes, cuts), expected)
      assert.deepEqual(read(bytes, Array.from(bytes.keys())), expected)
    }),
    { numRuns: 500 },
  )
})

test('bytes that are no text are read as the standard reads them', () => {
  const noise = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 5 }),
      fc.constantFrom('data: ', '\n', '\r', '\n\n').map((text) => Buffer.from(text)),
    ),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(noise, fc.array(fc.nat(), { maxLength: 8 }), (pieces, cuts) => {
      const bytes = Buffer.concat(pieces)
      assert.deepEqual(read(bytes, cuts), reference(bytes))
    }),
    { numRuns: 300 },
  )
})

test('what is formatted is read again', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.option(fc.stringMatching(/^[a-z_.]{1,12}$/), { nil: undefined }), (value, event) => {
      const data = JSON.stringify(value)
      assert.deepEqual(read(Buffer.from(formatEvent(data, event)), [3, 9]), [{ event, data }])
    }),
  )
})

test('an event that never ends is given up, and nothing more is read', () => {
  for (const endless of ['a'.repeat(1 << 20), `data: ${'a'.repeat(1 << 20)}\n`]) {
    const reader = new EventReader()
    const piece = Buffer.from(endless)
    reader.push(Buffer.from('data: '))
    for (let i = 0; i < 20 && !reader.overflowed; i++) assert.deepEqual(reader.push(piece), [])
    assert.ok(reader.overflowed)
    assert.deepEqual(reader.push(Buffer.from('\n\ndata: more\n\n')), [])
  }
})

test('a long line in small pieces, many short lines and many events take time in proportion', () => {
  const shapes: readonly [name: string, piece: string, pieces: number, ending: string][] = [
    ['one line in small pieces', 'abcdefgh', 64_000, '\n\n'],
    ['one event of many lines', 'data: ab\n', 64_000, '\n'],
    ['many events', 'data: ab\n\n', 64_000, ''],
    ['returns alone', 'data: ab\r\r', 64_000, ''],
  ]
  for (const [name, piece, pieces, ending] of shapes) {
    const time = (count: number): number => {
      const reader = new EventReader()
      const bytes = Buffer.from(piece)
      const began = process.cpuUsage()
      reader.push(Buffer.from('data: '))
      for (let i = 0; i < count; i++) reader.push(bytes)
      reader.push(Buffer.from(ending))
      const { user, system } = process.cpuUsage(began)
      return (user + system) / 1000
    }
    time(pieces / 8)
    const small = Math.max(2, time(pieces / 8))
    assert.ok(time(pieces) < 40 * small, name)
  }
})
