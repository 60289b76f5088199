import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Gathered, join } from './gathered.ts'

const allocate = (length: number) => new Uint8Array(length)

test('bytes come out as they went in, whatever their pieces, and in no more pieces than their length is worth', () => {
  const size = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(1, 2, 3) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 5000 }) })
  fc.assert(
    fc.property(fc.array(size, { maxLength: 1500, size: 'max' }), (sizes) => {
      const gathered = new Gathered(allocate)
      const pieces = sizes.map((length, i) => new Uint8Array(length).fill(i))
      for (const piece of pieces) gathered.push(piece)
      const bytes = join(pieces, allocate)
      assert.equal(gathered.bytes, bytes.length)
      assert.ok(gathered.pieces.length <= 64 + bytes.length / 500, `${gathered.pieces.length} pieces of ${bytes.length} bytes`)
      assert.deepEqual(join(gathered.take(), allocate), bytes)
      assert.deepEqual([gathered.bytes, gathered.pieces], [0, []])
    }),
    { numRuns: 50 },
  )
})

test('two million bytes one at a time are copied a few dozen times at most', () => {
  let copied = 0
  const gathered = new Gathered((length) => {
    copied += length
    return new Uint8Array(length)
  })
  const piece = Uint8Array.of(1)
  for (let i = 0; i < 2_000_000; i++) gathered.push(piece)
  assert.ok(gathered.pieces.length < 1000, String(gathered.pieces.length))
  assert.ok(copied < 50 * 2_000_000, String(copied))
})
