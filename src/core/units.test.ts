import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callTime, newCallId, parseCallId } from './ids.ts'
import { epochMillis, micros, parseDay } from './units.ts'

test('a day must exist in the calendar', () => {
  assert.equal(parseDay('2024-02-29'), '2024-02-29')
  assert.equal(parseDay('2025-02-29'), undefined)
  assert.equal(parseDay('2025-2-9'), undefined)
})

test('money is whole millionths', () => {
  assert.throws(() => micros(0.5), /safe integer/)
})

test('call ids sort by time and parse back', () => {
  const chance = (length: number) => new Uint8Array(length).fill(7)
  const earlier = newCallId(epochMillis(1_700_000_000_000), chance)
  const later = newCallId(epochMillis(1_700_000_000_001), chance)
  assert.ok(earlier < later)
  assert.equal(parseCallId(earlier), earlier)
  assert.equal(parseCallId(`${earlier}0`), undefined)
  assert.equal(callTime(later), 1_700_000_000_001)
})
