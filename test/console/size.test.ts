// What a browser loads, measured on the built console: npm run build comes before.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'

const DIST = join(import.meta.dirname, '../../console/dist')
const KB = 1024
const read = (name: string): string => readFileSync(join(DIST, name), 'utf8')
const compressed = (name: string): number => brotliCompressSync(readFileSync(join(DIST, name))).length
const assets = globSync('assets/*.{js,css}', { cwd: DIST })

/** What one page may weigh beyond what every page loads, in KB. `index`: that, in one file, as a request for each small part costs more than its bytes. */
const CEILING = 60
const CEILINGS: Readonly<Record<string, number>> = { index: 105, frame: 105, editor: 130 }
test('no chunk is heavier than its page may be', () => {
  const heavy = assets
    .map((file) => ({ file, size: compressed(file), most: (CEILINGS[basename(file).split('-')[0] ?? ''] ?? CEILING) * KB }))
    .filter(({ size, most }) => size > most)
  assert.deepEqual(heavy, [])
})

test('nothing in it comes from elsewhere', () => {
  const outside = assets.flatMap((file) =>
    [...read(file).matchAll(/(?:url\(|src=|href=|fetch\(|import\(|@import\s*)["'(]*(https?:\/\/[\w.-]+)/g)].map(
      ([found]) => `${file}: ${found}`,
    ),
  )
  assert.deepEqual(outside, [])
})
