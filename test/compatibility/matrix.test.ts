import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import { FEATURES } from './features.ts'
import { page } from './markdown.ts'
import { matrix } from './matrix.ts'

const rows = matrix()
const count = Object.keys(DIALECTS).length

test('every feature is tried between every two dialects, and none is altered in silence', () => {
  assert.equal(rows.length, count * FEATURES.length)
  const lost = rows.flatMap((row) => {
    assert.equal(row.cells.length, count)
    return row.cells.flatMap(({ endpoint, cell }) =>
      cell.kind === 'lost' ? [`${row.feature}, ${row.caller} to ${endpoint}: ${cell.messages.join('; ')}`] : [],
    )
  })
  assert.deepEqual(lost, [])
})

test('a dialect carries to itself whatever it can say', () => {
  const own = rows.flatMap((row) =>
    row.cells.flatMap(({ endpoint, cell }) =>
      endpoint === row.caller && cell.kind !== 'carried' && cell.kind !== 'unsaid' ? [`${row.caller}: ${row.feature}`] : [],
    ),
  )
  assert.deepEqual(own, [])
})

test('every feature can be said by some dialect', () => {
  for (const { name } of FEATURES)
    assert.ok(
      rows.some((row) => row.feature === name && row.cells.some(({ cell }) => cell.kind === 'carried')),
      name,
    )
})

test('the page says what the dialects do; `node test/compatibility/write.ts` writes it anew', () => {
  const { now, wanted } = page()
  assert.equal(now, wanted)
})
