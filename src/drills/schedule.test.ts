import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import { dueNow, latestDate, nextRun, RETRY, type Rhythm } from './schedule.ts'

const DAY = 86_400_000
const at = (text: string): EpochMillis => epochMillis(Date.parse(text))
const text = (time: EpochMillis | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString().slice(0, 16)
const yearly: Rhythm = { from: '2026-12-01', at: '03:00', every: 'P1Y' }

test('the date is that of the calendar, and none comes before the first', () => {
  assert.equal(latestDate(yearly, at('2026-12-01T02:59:59Z')), undefined)
  for (const [now, latest] of [
    ['2026-12-01T03:00:00Z', '2026-12-01T03:00'],
    ['2027-12-01T02:59:59Z', '2026-12-01T03:00'],
    ['2028-12-01T03:00:00Z', '2028-12-01T03:00'],
  ] as const)
    assert.equal(text(latestDate(yearly, at(now))), latest)
})

test('where a month is too short its last day stands for it, and the day comes back', () => {
  const monthly: Rhythm = { from: '2027-01-31', at: '23:30', every: 'P1M' }
  for (const [now, latest] of [
    ['2027-03-01T00:00:00Z', '2027-02-28T23:30'],
    ['2027-04-01T00:00:00Z', '2027-03-31T23:30'],
    ['2028-02-29T23:30:00Z', '2028-02-29T23:30'],
  ] as const)
    assert.equal(text(latestDate(monthly, at(now))), latest)
  const leap: Rhythm = { from: '2028-02-29', at: '00:00', every: 'P1Y' }
  assert.equal(text(latestDate(leap, at('2029-03-01T00:00:00Z'))), '2029-02-28T00:00')
  assert.equal(text(latestDate(leap, at('2032-03-01T00:00:00Z'))), '2032-02-29T00:00')
})

test('days and weeks are those of the clock', () => {
  assert.equal(text(latestDate({ from: '2026-01-01', at: '12:00', every: 'P90D' }, at('2026-04-01T12:00:00Z'))), '2026-04-01T12:00')
  assert.equal(text(latestDate({ from: '2026-01-01', at: '12:00', every: 'P2W' }, at('2026-01-29T11:59:00Z'))), '2026-01-15T12:00')
})

/** Dates by walking from one to the next, month by month, day by day, with nothing of the code under test. */
const walked = ({ from, at: hour, every }: Rhythm, until: EpochMillis): readonly number[] => {
  const [, count, unit] = /^P(\d+)([YMWD])$/.exec(every) ?? []
  const [year = 0, month = 0, day = 0] = from.split('-').map(Number)
  const dates: number[] = []
  for (let step = 0; ; step += Number(count)) {
    let [y, m, d] = [year, month, day]
    if (unit === 'Y') y += step
    if (unit === 'M') [y, m] = [year + Math.floor((month - 1 + step) / 12), ((month - 1 + step) % 12) + 1]
    while (unit !== 'D' && unit !== 'W' && new Date(Date.UTC(y, m - 1, d)).getUTCMonth() !== m - 1) d--
    const days = unit === 'D' ? step : unit === 'W' ? 7 * step : 0
    const moment = Date.parse(`${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}T${hour}:00Z`) + days * DAY
    if (moment > until) return dates
    dates.push(moment)
  }
}

const rhythms = fc.record({
  from: fc.date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10)),
  at: fc.constantFrom('00:00', '03:00', '23:59'),
  every: fc.constantFrom('P1Y', 'P4Y', 'P1M', 'P5M', 'P1W', 'P1D', 'P90D'),
})
const moments = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2034, 0, 1) }).map(epochMillis)

test('the latest date is the last that walking comes to, and the next run the one after it', () => {
  fc.assert(
    fc.property(rhythms, moments, (rhythm, now) => {
      const dates = walked(rhythm, now)
      const latest = latestDate(rhythm, now)
      assert.equal(latest, dates.at(-1))
      const next = nextRun(rhythm, latest === undefined ? {} : { done: latest }, now)
      assert.ok(next > now)
      assert.deepEqual(walked(rhythm, next), [...dates, next])
    }),
    { numRuns: 300 },
  )
})

test('what was done is not due; what failed rests a day, or until the next date', () => {
  const due = at('2026-12-01T03:00:00Z')
  const tried = epochMillis(due + 1000)
  const after = (time: number) => dueNow(yearly, { failed: { due, tried } }, epochMillis(time))
  assert.equal(dueNow(yearly, {}, due), due)
  assert.equal(dueNow(yearly, { done: due }, epochMillis(due + 300 * DAY)), undefined)
  assert.equal(after(tried + RETRY - 1), undefined)
  assert.equal(after(tried + RETRY), due)
  assert.equal(nextRun(yearly, { failed: { due, tried } }, tried), tried + RETRY)
  const daily = { ...yearly, every: 'P1D' }
  assert.equal(dueNow(daily, { failed: { due, tried: epochMillis(due + DAY - 1000) } }, epochMillis(due + DAY)), due + DAY)
  assert.equal(nextRun(daily, { failed: { due, tried: epochMillis(due + DAY - 1000) } }, epochMillis(due + DAY - 500)), due + DAY)
})

test('a clock that is set back repeats nothing, and holds no failure up for longer', () => {
  const due = at('2026-12-01T03:00:00Z')
  const back = epochMillis(due - 60_000)
  assert.equal(dueNow({ ...yearly, from: '2025-12-01' }, { done: due }, back), undefined)
  assert.equal(dueNow(yearly, { failed: { due, tried: epochMillis(due + 400 * DAY) } }, epochMillis(due + 1)), due)
})
