import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { neutralResponse } from '../../../test/dialects/arbitraries.ts'
import { interleaved, orderProblem } from '../../../test/dialects/streams.ts'
import { collect } from './collect.ts'
import type { NeutralEvent } from './neutral.ts'
import { Sequential } from './sequential.ts'

test('parts that were open together come one after the other, and say the same', () => {
  fc.assert(
    fc.property(neutralResponse.chain(interleaved), (events) => {
      const order = new Sequential()
      const ordered = events.flatMap((event) => order.push(event))
      assert.equal(orderProblem(ordered), undefined)
      assert.deepEqual(collect(ordered), collect(events))
      const open = new Map<number, number>()
      for (const event of ordered) {
        if (event.kind === 'part-start') {
          assert.equal(open.get(event.choice), undefined, 'a part begins when the one before has ended')
          open.set(event.choice, event.part)
        } else if (event.kind === 'part-end') open.delete(event.choice)
      }
    }),
  )
})

test('a part that stands first is handed on at once', () => {
  const order = new Sequential()
  const start: NeutralEvent = { kind: 'part-start', choice: 0, part: 0, of: { kind: 'text' } }
  const piece: NeutralEvent = { kind: 'part-delta', choice: 0, part: 0, text: 'a' }
  assert.deepEqual([order.push(start), order.push(piece)], [[start], [piece]])
  assert.deepEqual(order.push({ ...start, part: 1 }), [])
})
