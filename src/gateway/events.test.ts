import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EventGate } from './events.ts'

const allocate = (length: number): Uint8Array => new Uint8Array(length).fill(0x58)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString()

const line = fc.constantFrom(
  'data: {"choices":[{"delta":{"content":"é"},"finish_reason":null}]}',
  'data:{"choices":[{"delta":{},"finish_reason":"stop"}]}',
  'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9}}',
  'data: {"error":{"message":"no"}}',
  ': comment',
  'event: x',
  'event: error',
  'data: {"a":',
  'data: 1}',
  '',
  '',
)
const end = fc.constantFrom('\n', '\r\n', '\r')
const stream = fc.array(fc.tuple(line, end), { maxLength: 12 }).map((lines) => lines.map(([a, b]) => a + b).join(''))

/** Feeds `whole` in pieces of the lengths given, and returns what left at each push and what was held at the end. */
const feed = (whole: Uint8Array, cuts: readonly number[]) => {
  const gate = new EventGate(allocate)
  const left: Uint8Array[] = []
  let at = 0
  for (const cut of [...cuts, whole.length]) {
    const to = Math.min(whole.length, at + cut)
    if (to > at) left.push(gate.push(whole.subarray(at, to)).slice())
    at = to
  }
  return { gate, left: text(left), rest: text(gate.rest()) }
}

test('every byte leaves once and in order, however the stream is cut', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), (whole, cuts) => {
      const { left, rest } = feed(bytes(whole), cuts)
      assert.equal(left + rest, whole)
    }),
  )
})

test('what is seen does not depend on the cuts', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), (whole, cuts) => {
      const once = feed(bytes(whole), []).gate
      const cut = feed(bytes(whole), cuts).gate
      assert.deepEqual([cut.dataEvents, cut.done], [once.dataEvents, once.done])
      assert.equal(cut.end(true), once.end(true))
      assert.deepEqual(cut.seen, once.seen)
    }),
  )
})

test('only whole events leave before the end', () => {
  fc.assert(
    fc.property(stream, fc.nat(), (whole, at) => {
      const cut = bytes(whole).subarray(0, at % (whole.length + 1))
      const { left } = feed(cut, [])
      assert.ok(left === '' || /(^|\n|\r)(\r\n|\n|\r)$/.test(left), JSON.stringify(left))
    }),
  )
})

test('nothing leaves from `[DONE]` on, whatever its line ends and cuts', () => {
  for (const ends of ['\n', '\r\n', '\r'])
    for (const byteWise of [false, true]) {
      const before = `data: {"choices":[]}${ends}${ends}`
      const whole = bytes(`${before}data: [DONE]${ends}${ends}: after${ends}${ends}`)
      const { gate, left, rest } = feed(whole, byteWise ? Array(whole.length).fill(1) : [])
      assert.ok(gate.done)
      // A lone `\n` behind a `\r` that already ended the event may wait for the next one.
      assert.ok(left === before || left === before.slice(0, -1), JSON.stringify(left))
      assert.equal(left + rest, Buffer.from(whole).toString())
      assert.equal(gate.dataEvents, 1)
    }
})

test('a byte order mark, data in several lines and usage among nulls are read', () => {
  const { gate } = feed(
    bytes(
      '\ufeffdata: {"usage":null}\n\ndata: {"choices":[],\ndata: "usage":{"input_tokens":3,"output_tokens":4,"x":{"prompt_tokens":9}}}\n\n',
    ),
    [],
  )
  assert.deepEqual(gate.seen, { input: 3, output: 4, finished: false, goesOn: false, failed: false })
  assert.equal(gate.dataEvents, 2)
})

test('a stream has its end where it says so: in `[DONE]`, in a reason to finish, or in an error, which is held', () => {
  const chunk = (reason: string): string => `data: {"choices":[{"delta":{"content":"x"},"finish_reason":${reason}}]}\n\n`
  assert.equal(feed(bytes(chunk('null')), []).gate.end(true), false)
  assert.equal(feed(bytes(chunk('null').replace(':null', ' : null')), []).gate.end(true), false)
  assert.equal(feed(bytes(chunk('null') + chunk('"stop"')), []).gate.end(true), true)
  assert.equal(feed(bytes(`${chunk('null')}data: [DONE]\n\n`), []).gate.end(true), true)
  const error = 'data: {"error":{"message":"no"}}\n\n'
  const { gate, left, rest } = feed(bytes(chunk('null') + error), [])
  assert.deepEqual([gate.end(true), left, rest], [true, chunk('null'), error])
})
