// The official SDKs against the exchange as its owner starts it, whatever the endpoint behind. Each cell is run; none is left out.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { partOfPage } from '../compatibility/page.ts'
import { VERBS } from './driver.ts'
import { ENDPOINTS, type Exchange, startExchange } from './exchange.ts'
import { markdown } from './markdown.ts'
import { DRIVERS, matrix, type Row } from './matrix.ts'

describe('the official SDKs, whatever the endpoint behind', () => {
  let exchange: Exchange | undefined
  let rows: readonly Row[]
  before(async () => {
    exchange = await startExchange()
    rows = await matrix(exchange.way)
  })
  after(async () => {
    // Undefined when it did not start; the error of that is told already.
    if (exchange !== undefined) assert.equal(await exchange.stop(), 0)
  })

  test('every cell has been tried', () => {
    assert.equal(rows.length, DRIVERS.length * VERBS.length)
    for (const { cells } of rows) assert.equal(cells.length, ENDPOINTS.length)
  })

  for (const driver of DRIVERS)
    test(`${driver.name}: what is asked for arrives, or the answer says what does not`, () => {
      const broken = rows
        .filter((row) => row.driver === driver)
        .flatMap(({ verb, cells }) =>
          cells.flatMap(({ endpoint, cell }) => (cell.kind === 'broken' ? [`${verb}, ${endpoint}: ${cell.messages.join('; ')}`] : [])),
        )
      assert.deepEqual(broken, [])
    })

  test('the page says what the SDKs got; `node test/compatibility/write.ts` writes it anew', () => {
    const { now, wanted } = partOfPage('sdks', markdown(rows))
    assert.equal(now, wanted)
  })
})
