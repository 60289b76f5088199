import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDay } from '../../core/units.ts'
import { dueDay, erasureRequest } from './request.ts'

const dayOf = (text: string) => parseDay(text) ?? assert.fail(text)

test('one month: the same day of the next, or its last', () => {
  for (const [received, due] of [
    ['2026-11-22', '2026-12-22'],
    ['2026-12-05', '2027-01-05'],
    ['2026-01-31', '2026-02-28'],
    ['2028-01-30', '2028-02-29'],
    ['2026-05-31', '2026-06-30'],
  ])
    assert.equal(dueDay(dayOf(received!)), due)
})

test('the clock never stands, and is never longer than 31 days', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
      const received = dayOf(date.toISOString().slice(0, 10))
      const days = (Date.parse(dueDay(received)) - Date.parse(received)) / 86_400_000
      assert.ok(days >= 28 && days <= 31)
    }),
  )
})

test('a request names somebody: not nobody, and not half of everybody', () => {
  const parse = (fields: object) => erasureRequest.safeParse({ received: '2026-11-22', ...fields })
  assert.ok(!parse({}).success)
  assert.ok(!parse({ names: ['Tamm'] }).success)
  assert.ok(!parse({ identifiers: ['12-3'] }).success)
  assert.ok(!parse({ documents: ['abc'] }).success)
  assert.ok(parse({ names: ['Mari Tamm'] }).success)
  assert.ok(parse({ origins: [{ source: 'laws' }] }).success)
})
