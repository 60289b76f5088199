// What looking through calls costs, over a store of two million, and what keeping them for it costs beside the rest of a projection.
//   node bench/calls.ts [calls, default 2000000]
// Writes bench/results/<day>-<commit>-calls.json. Server side: from the question to the answer of the thread that searches, through its queue.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallFilter } from '../src/store/call-scan.ts'
import { openCallSearch } from '../src/store/call-search.ts'
import { must, NOON, openAt } from '../src/store/fixtures.test.ts'
import { fillOutcomes } from '../src/store/outcome-filling.test.ts'

const CIRCLE = { home: ['FR'], allies: ['DE'] }
const RUNS = 25
const DAY = 86_400_000
/** Each interaction of the page, and combinations that pass over nearly everything or find next to nothing. */
const FILTERS: Readonly<Record<string, CallFilter>> = {
  everything: {},
  'one day': { from: NOON - 4 * DAY, to: NOON - 3 * DAY },
  'left the alliance': { place: ['abroad'] },
  'refused, secret': { outcome: ['refused'], dataClass: ['secret'] },
  'a rare combination': { key: ['key_11'], tenant: ['t3'], alias: ['alias4'], endpoint: ['somewhere'] },
  'slower than 29.9 s': { slower: 29_900 },
  'slower than anything there is, by class': { slower: 64_000, dataClass: ['internal'] },
  'dearer than most, abroad, one day': { dearer: 10_000, place: ['abroad'], from: NOON - 4 * DAY, to: NOON - 3 * DAY },
  'dearer than anything': { dearer: 1e12 },
  'an id that is not there': { call: 'call_00000000000000000000000000' },
}

type Times = { readonly median: number; readonly p95: number; readonly longest: number }
const timesOf = async (ask: () => Promise<unknown>): Promise<Times> => {
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now()
    await ask()
    times.push(performance.now() - start)
  }
  const sorted = times.sort((one, other) => one - other)
  const at = (share: number): number => Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1))
  return { median: at(0.5), p95: at(0.95), longest: at(1) }
}

const folder = mkdtempSync(join(tmpdir(), 'allod-bench-'))
try {
  const calls = Number(process.argv[2] ?? 2_000_000)
  const path = join(folder, 'store.sqlite')
  openAt(path).store.close()
  const started = performance.now()
  fillOutcomes(path, calls)
  const filled = performance.now() - started
  const search = openCallSearch(path)
  const cold = performance.now()
  must(await search.page({ filter: {}, circle: CIRCLE, limit: 200 }))
  const first = performance.now() - cold
  const interactions: Record<string, Record<string, Times & { readonly note?: string }>> = {}
  for (const [name, filter] of Object.entries(FILTERS)) {
    const page = must(await search.page({ filter, circle: CIRCLE, limit: 200 }))
    const before = page.next ?? 0
    const histogram = must(await search.histogram({ filter, circle: CIRCLE, buckets: 120 }))
    interactions[name] = {
      'first page': await timesOf(() => search.page({ filter, circle: CIRCLE, limit: 200 })),
      'next page': await timesOf(() => search.page({ filter, circle: CIRCLE, limit: 200, before })),
      'histogram and count': {
        ...(await timesOf(() => search.histogram({ filter, circle: CIRCLE, buckets: 120 }))),
        note: `${histogram.total}${histogram.exact ? '' : ', about'}`,
      },
    }
  }
  await search.close()
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const result = {
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, node ${process.version}`,
    calls,
    bytesPerCall: Number((statSync(path).size / calls).toFixed(1)),
    filledInSeconds: Number((filled / 1000).toFixed(1)),
    firstQuestionOfAll: Number(first.toFixed(1)),
    milliseconds: interactions,
  }
  const day = new Date().toISOString().slice(0, 10)
  writeFileSync(join(import.meta.dirname, 'results', `${day}-${commit}-calls.json`), `${JSON.stringify(result, null, 2)}\n`)
  console.log(JSON.stringify(result, null, 2))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
