import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { EpochMillis } from '../core/units.ts'
import type { CallFilter, FoundCall } from './call-scan.ts'
import { type CallSearch, openCallSearch } from './call-search.ts'
import { CHAT, callAt, firstKey, HOME, later, logOf, must, NOON, openAt, temporaryFolder } from './fixtures.test.ts'
import { fillOutcomes } from './outcome-filling.test.ts'

const CIRCLE = { home: ['FR'], allies: ['DE'] }
const SEEN: Readonly<Record<string, readonly string[]>> = {
  home: ['FR'],
  ally: ['DE', 'FR'],
  abroad: ['FR', 'US'],
  unknown: ['FR', 'unknown'],
}
const CLASSES = ['public', 'internal']
type Made = {
  readonly ended: EpochMillis
  readonly place: string | undefined
  readonly dataClass: string
  readonly took: number
  readonly cost: number
}

const searchAt = (t: TestContext, path: string): CallSearch => {
  const search = openCallSearch(path)
  t.after(() => search.close())
  return search
}

const project = async (t: TestContext, made: readonly Made[], piece: number) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const { store } = openAt(path)
  t.after(() => store.close())
  const log = logOf(firstKey(store))
  for (const { ended, place, dataClass, took, cost } of made) {
    const asked = {
      time: ended,
      call: callAt(ended),
      tenant: HOME,
      application: CHAT,
      alias: 'assistant',
      class: dataClass,
      purpose: 'general',
    }
    if (place === undefined) log.add('refusal', { ...asked, policy: 'p', facts: 'f', why: 'no-permitted-endpoint', considered: [] })
    else {
      const reach = { see: SEEN[place], stop: SEEN[place], change: [] }
      const answer = { endpoint: place, model: 'm', ...reach, attempts: [], border: [], request: '', response: '' }
      const usage = { input: 1, output: 2, estimated: false }
      log.add('call', { ...asked, policy: 'p', facts: 'f', ...answer, usage, cost, status: 200, end: 'complete', ms: took })
    }
  }
  for (let start = 0; start < log.entries.length; start += piece)
    must(await store.projection.project(log.entries.slice(start, start + piece)))
  return { path, entries: log.entries }
}

/** All pages of a filter, in the smallest steps. */
const all = async (search: CallSearch, filter: CallFilter, limit: number): Promise<readonly FoundCall[]> => {
  const rows: FoundCall[] = []
  let before: number | undefined
  do {
    const page = must(await search.page({ filter, circle: CIRCLE, limit, ...(before === undefined ? {} : { before }) }))
    rows.push(...page.rows)
    before = page.next
  } while (before !== undefined)
  return rows
}

const made = fc.record({
  place: fc.constantFrom('home', 'ally', 'abroad', 'unknown', undefined),
  dataClass: fc.constantFrom(...CLASSES),
  took: fc.nat(50),
  cost: fc.nat(50),
})
const filters = fc.record(
  {
    place: fc.subarray(['home', 'ally', 'abroad', 'unknown'], { minLength: 1 }),
    dataClass: fc.subarray(CLASSES, { minLength: 1 }),
    outcome: fc.subarray(['answered', 'refused', 'failed'], { minLength: 1 }),
    see: fc.subarray(['US', 'DE', 'unknown'], { minLength: 1 }),
    from: fc.nat(1500).map((by) => later(NOON, by)),
    to: fc.nat(1500).map((by) => later(NOON, by)),
    slower: fc.nat(50),
    dearer: fc.nat(50),
  },
  { requiredKeys: [] },
)

test('whatever is asked in whatever steps, what is found is what the records say, newest first, each once; and it is counted right', async (t) => {
  const calls = fc.sample(made, { numRuns: 1400, seed: 7 }).map((one, i) => ({ ...one, ended: later(NOON, i) }))
  const { path, entries } = await project(t, calls, 100)
  const search = searchAt(t, path)
  const expected = (filter: CallFilter): readonly number[] =>
    calls.flatMap(({ ended, place, dataClass, took, cost }, i) => {
      const see = place === undefined ? [] : (SEEN[place] ?? [])
      const [lasted, spent] = place === undefined ? [0, 0] : [took, cost]
      const passes =
        (filter.place === undefined || (place !== undefined && filter.place.includes(place))) &&
        (filter.dataClass === undefined || filter.dataClass.includes(dataClass)) &&
        (filter.outcome === undefined || filter.outcome.includes(place === undefined ? 'refused' : 'answered')) &&
        (filter.see === undefined || filter.see.some((each) => see.includes(each))) &&
        ended >= (filter.from ?? 0) &&
        ended < (filter.to ?? Number.MAX_SAFE_INTEGER) &&
        lasted > (filter.slower ?? -1) &&
        spent > (filter.dearer ?? -1)
      return passes ? [i] : []
    })
  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 1, max: 300 }), async (filter, limit) => {
      const wanted = expected(filter)
      assert.deepEqual(
        (await all(search, filter, limit)).map(({ entry }) => entry),
        wanted.toReversed(),
      )
      const { total, exact, buckets } = must(await search.histogram({ filter, circle: CIRCLE, buckets: 1 + (limit % 40) }))
      assert.deepEqual([total, exact], [wanted.length, true])
      const refused = wanted.filter((i) => calls[i]?.place === undefined).length
      assert.equal(
        buckets.reduce((sum, bucket) => sum + bucket.refused, 0),
        refused,
      )
    }),
    { numRuns: 150 },
  )
  const [newest] = await all(search, {}, 1)
  assert.equal(newest?.call, (JSON.parse(entries.at(-1)?.record ?? '') as { call: string }).call)
})

test('calls that come one by one fill one row before they begin another, and are found as they come', async (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const { store } = openAt(path)
  t.after(() => store.close())
  const log = logOf(firstKey(store))
  const search = searchAt(t, path)
  for (let i = 0; i < 3; i++) {
    const call = callAt(later(NOON, i))
    log.add('refusal', { call, tenant: HOME, application: CHAT, alias: 'a', class: 'public', purpose: 'p', why: 'w' })
    must(await store.projection.project(log.entries.slice(-1)))
    const found = await all(search, {}, 10)
    assert.equal(found.length, i + 1)
    assert.equal(found[0]?.call, call)
    assert.deepEqual(
      (await all(search, { call: call.slice(0, 29) }, 10)).map((row) => row.call),
      [call],
    )
  }
  const reader = new DatabaseSync(path, { readOnly: true })
  t.after(() => reader.close())
  assert.equal(reader.prepare('SELECT count(*) AS rows FROM outcome_blocks').get()?.rows, 1)
})

test('what a drill asked is no call of anybody, and nothing of a person reaches the rows', async (t) => {
  const folder = temporaryFolder(t)
  const { store } = openAt(join(folder, 'store.sqlite'))
  t.after(() => store.close())
  const log = logOf({ ...firstKey(store), id: 'drill.1' as never })
  const asked = { tenant: HOME, application: CHAT, alias: 'a', class: 'public', purpose: 'p' }
  log.add('refusal', { call: callAt(), ...asked, why: 'w' })
  must(await store.projection.project(log.entries))
  assert.deepEqual(await all(searchAt(t, join(folder, 'store.sqlite')), {}, 10), [])
})

test('who leaves is not waited for, who comes too many is told so, and the next is answered', async (t) => {
  const { path } = await project(t, [{ ended: NOON, place: 'home', dataClass: 'public', took: 1, cost: 1 }], 1)
  const search = searchAt(t, path)
  const leaving = new AbortController()
  const asked = { filter: {}, circle: CIRCLE, limit: 1 }
  const left = search.page(asked, leaving.signal)
  leaving.abort()
  assert.equal((await left).ok, false)
  const crowd = await Promise.all(Array.from({ length: 60 }, () => search.page(asked)))
  assert.ok(crowd.some((one) => one.ok) && crowd.some((one) => !one.ok && one.error.kind === 'store-busy'))
  assert.equal(must(await search.page(asked)).rows.length, 1)
})

test('a store that cannot be read says so, and does not end the exchange', async (t) => {
  const search = searchAt(t, join(temporaryFolder(t), 'missing.sqlite'))
  const page = await search.page({ filter: {}, circle: CIRCLE, limit: 1 })
  assert.match(page.ok ? '' : page.error.message, /calls cannot be searched/)
})

/** A tenth of what bench/calls.ts measures; the bound is far above what it takes, and far below what reading row by row would. */
const MANY = 200_000
const BOUND = 100

test('over 200,000 calls every question is answered in less than a tenth of a second', async (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  openAt(path).store.close()
  fillOutcomes(path, MANY)
  const search = searchAt(t, path)
  const now = later(NOON, 0)
  must(await search.flows())
  const questions: readonly CallFilter[] = [
    {},
    { place: ['abroad'] },
    { slower: 29_000 },
    { dearer: 1e9 },
    { dataClass: ['secret'], from: later(now, -1e8) },
  ]
  for (const filter of questions) {
    const times: number[] = []
    for (let run = 0; run < 5; run++) {
      const start = performance.now()
      must(await search.page({ filter, circle: CIRCLE, limit: 200 }))
      must(await search.histogram({ filter, circle: CIRCLE, buckets: 120 }))
      times.push(performance.now() - start)
    }
    // The best of five: a machine that is busy elsewhere is no fault of a search.
    assert.ok(Math.min(...times) < BOUND, `${JSON.stringify(filter)}: ${times.map(Math.round).join(' ')} ms`)
  }
  assert.equal(must(await search.histogram({ filter: {}, circle: CIRCLE, buckets: 100 })).total, MANY)
})
