import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Document, idOf, rowsOf, search, settingsOf, worldOf } from './world.test.ts'

const PAIRS = 250
const SHARED = 60

test('of pairs of similarity J, 1-(1-J^8)^14 are found: FineWeb’s bands', async () => {
  const settings = settingsOf({ threshold: 0.01 })
  for (const own of [1, 3, 6, 9, 13, 20]) {
    // Two texts of SHARED common words and `own` of their own each.
    const similarity = SHARED / (SHARED + 2 * own)
    const pairs = Array.from({ length: PAIRS }, (_, pair): [Document, Document] => {
      const words = (who: string, count: number) => Array.from({ length: count }, (_, index) => `${own}-${pair}-${who}-${index}`)
      return [{ words: [...words('both', SHARED), ...words('left', own)] }, { words: [...words('both', SHARED), ...words('right', own)] }]
    })
    const { clusters } = await search(worldOf([pairs.flat()], settings), { settings })
    const componentOf = new Map(rowsOf(clusters).map(({ id, component }) => [id, component]))
    const found = pairs.filter(([left, right]) => {
      const component = componentOf.get(idOf(left))
      return component !== undefined && component === componentOf.get(idOf(right))
    }).length
    const chance = 1 - (1 - similarity ** settings.rows) ** settings.bands
    const deviation = Math.sqrt(PAIRS * chance * (1 - chance))
    assert.ok(Math.abs(found - PAIRS * chance) <= 3.5 * deviation + 1, `similarity ${similarity}: ${found} found of ${PAIRS * chance}`)
  }
})

test('at the threshold, nothing below it is dropped and everything at it may be', async () => {
  const shared = Array.from({ length: 70 }, (_, index) => `both-${index}`)
  const pair = (own: number): Document[] =>
    ['a', 'b'].map((who) => ({ words: [...shared, ...Array.from({ length: own }, (_, index) => `${who}-${index}`)] }))
  const settings = settingsOf({ bands: 60, rows: 2 })
  // 70 of 100 words is 0.7 exactly; 70 of 102 is below.
  const [at, below] = [await search(worldOf([pair(15)], settings), { settings }), await search(worldOf([pair(16)], settings), { settings })]
  assert.deepEqual([at.counts.kept, below.counts.kept], [1, 2])
  assert.equal(below.counts.verified, 1)
})
