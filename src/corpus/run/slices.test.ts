import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLarge, type ListedFile, type Slice, slicesOf } from './slices.ts'

const MEGABYTE = 1024 ** 2
const files = fc
  .uniqueArray(fc.stringMatching(/^[a-zé0-9]{1,6}(\/[a-z0-9😀]{1,6})?$/u), { maxLength: 200 })
  .chain((paths) =>
    fc.tuple(...paths.map((path) => fc.integer({ min: 0, max: 30 * MEGABYTE }).map((size): ListedFile => ({ path, size, time: 1 })))),
  )

const pathsOf = (slices: readonly Slice[]): readonly string[] => slices.flatMap((slice) => slice.files.map(({ path }) => path))
const sizeOf = ({ files: own }: Slice): number => own.reduce((sum, { size }) => sum + size, 0)

test('every file is in one slice, in the order of its path’s bytes, whatever the order in which they were listed', () => {
  fc.assert(
    fc.property(files, fc.infiniteStream(fc.nat()), (listed, numbers) => {
      const shuffled = listed.map((file) => ({ file, at: numbers.next().value })).sort((a, b) => a.at - b.at)
      const slices = slicesOf('laws', listed)
      const sorted = listed.map(({ path }) => path).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      assert.deepEqual(pathsOf(slices), sorted)
      assert.deepEqual(
        slicesOf(
          'laws',
          shuffled.map(({ file }) => file),
        ),
        slices,
      )
      for (const slice of slices) assert.ok(sizeOf(slice) <= 64 * MEGABYTE || slice.files.length === 1)
    }),
    { numRuns: 50 },
  )
})

test('a file that comes leaves nearly all slices of many small files as they were', () => {
  const listed = Array.from({ length: 20_000 }, (_, index): ListedFile => ({ path: `page-${index}.html`, size: 20_000, time: 1 }))
  const before = new Set(slicesOf('pages', listed).map((slice) => JSON.stringify(slice)))
  for (const path of ['page-1000.5.html', 'a.html', 'zzz.html']) {
    const after = slicesOf('pages', [...listed, { path, size: 20_000, time: 1 }])
    const fresh = after.filter((slice) => !before.has(JSON.stringify(slice)))
    assert.ok(before.size > 20 && fresh.length <= 4, `${path}: ${fresh.length} of ${after.length} slices are others`)
  }
})

test('a file that is larger than a slice is one by itself, and may be shared out', () => {
  const large = { path: 'b.jsonl', size: 65 * MEGABYTE, time: 1 }
  const slices = slicesOf('laws', [{ path: 'a', size: 1, time: 1 }, large, { path: 'c', size: 1, time: 1 }])
  assert.deepEqual(slices.map(isLarge), [false, true, false])
})
