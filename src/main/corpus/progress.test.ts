import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amount, count, duration, fractionOf, newTally, progressLine, size } from './progress.ts'

test('amounts, sizes and durations are written as people read them', () => {
  assert.deepEqual([0, 999, 1000, 12_345_678].map(amount), ['0', '999', '1,000', '12,345,678'])
  assert.deepEqual([0, 999, 1000, 12_345, 678_900_000, 2e12].map(size), ['0 B', '999 B', '1.00 kB', '12.3 kB', '679 MB', '2.00 TB'])
  assert.deepEqual([1, 59_000, 61_000, 3_720_000].map(duration), ['1 s', '59 s', '1 min 01 s', '1 h 02 min'])
})

test('the line says how far, how fast, how long, and why documents were dropped, the most frequent reason first', () => {
  const tally = newTally()
  count(tally, { kind: 'listed', source: 'laws', files: 2, bytes: 4e6 })
  assert.equal(fractionOf(tally), 0)
  count(tally, { kind: 'made', bytes: 1e6 })
  count(tally, { kind: 'examined', documents: 100, bytes: 1e6, dropped: { short: 3, odd: 20 }, ran: ['judge'] })
  assert.equal(fractionOf(tally), 0.25, 'no slice is read to its end, and of the text a quarter is examined')
  count(tally, { kind: 'made', bytes: 1e6 })
  count(tally, { kind: 'read', bytes: 4e6, documents: 200, refused: 1, isNew: true })
  assert.equal(fractionOf(tally), 0.5)
  const line = progressLine(tally, 2000, 200)
  assert.match(line, /^█{12}░{12} {2}50 % {2}100 documents {2}500 kB\/s {2}2 s left {2}1 unreadable {2}odd 20 {2}short 3$/)
  assert.equal(progressLine(tally, 2000, 40).length, 40)
  count(tally, { kind: 'examined', documents: 100, bytes: 1e6, dropped: { short: 30 }, ran: [] })
  assert.match(progressLine(tally, 4000, 200), /100 % .* short 33 {2}odd 20$/)
})
