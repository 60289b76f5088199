import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMillis, micros } from '../../core/units.ts'
import { endOf } from './budgets.ts'

const at = (text: string) => epochMillis(Date.parse(text))
const budget = (spent: number, limit: number, period: 'day' | 'month' | 'total' = 'month', reserved = 0) => ({
  period,
  window: { day: '2026-11-22', month: '2026-11', total: 'total' }[period],
  limit: micros(limit),
  spent: micros(spent),
  reserved: micros(reserved),
})

test('a budget ends when what is left is spent as what was', () => {
  // Half of it in ten days: the other half in ten more.
  assert.equal(endOf(budget(500, 1000), at('2026-11-11T00:00:00Z')), Date.parse('2026-11-21T00:00:00Z'))
  assert.equal(endOf(budget(400, 1000, 'month', 200), at('2026-11-11T00:00:00Z')), Date.parse('2026-11-21T00:00:00Z'))
  assert.equal(endOf(budget(500, 1000, 'day'), at('2026-11-22T06:00:00Z')), Date.parse('2026-11-22T12:00:00Z'))
})

test('nothing is said where the window ends first, or too little is known', () => {
  assert.equal(endOf(budget(100, 1000), at('2026-11-11T00:00:00Z')), undefined)
  assert.equal(endOf(budget(0, 1000), at('2026-11-11T00:00:00Z')), undefined)
  assert.equal(endOf(budget(500, 1000), at('2026-11-01T23:00:00Z')), undefined)
  assert.equal(endOf(budget(500, 1000, 'total'), at('2026-11-11T00:00:00Z')), undefined)
})

test('what is used up has ended now', () => {
  const now = at('2026-11-11T00:00:00Z')
  assert.equal(endOf(budget(900, 1000, 'total', 100), now), now)
  assert.equal(endOf(budget(0, 0), now), now)
})
