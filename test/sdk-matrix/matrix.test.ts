// The official SDKs against the exchange as its owner starts it, whatever the endpoint behind. Each cell is run; none is left out.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { partOfPage } from '../compatibility/page.ts'
import { VERBS } from './driver.ts'
import { ENDPOINTS, type Exchange, startExchange } from './exchange.ts'
import { markdown } from './markdown.ts'
import { DRIVERS, matrix, type Row, type VendorRow, vendorMatrix } from './matrix.ts'
import { askWithPython, PYTHON } from './python/python.ts'

describe('the official SDKs, whatever the endpoint behind', () => {
  let exchange: Exchange | undefined
  let rows: readonly Row[]
  let vendorRows: readonly VendorRow[]
  before(async () => {
    exchange = await startExchange()
    rows = await matrix(exchange.way)
    vendorRows = await vendorMatrix(exchange.way)
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

  test('the same of simulated vendors, as strict as those are', () => {
    const broken = vendorRows.flatMap(({ driver, cells }) =>
      cells.flatMap(({ vendor, verbs }) =>
        verbs.flatMap(([verb, cell]) =>
          cell.kind === 'broken' ? [`${driver.name}, ${verb}, ${vendor.name}: ${cell.messages.join('; ')}`] : [],
        ),
      ),
    )
    assert.deepEqual(broken, [])
  })

  const unnamed = PYTHON === undefined && 'ALLOD_PYTHON names no Python with the packages openai and anthropic'
  test('Python’s SDKs get what JavaScript’s of the same vendor get', { skip: unnamed }, async () => {
    const cells = await askWithPython(PYTHON as string, (exchange as Exchange).way)
    const tried = new Set(cells.map(({ sdk }) => sdk))
    assert.equal(cells.length, tried.size * VERBS.length * ENDPOINTS.length)
    const worse = cells.filter(({ sdk, verb, alias, problems }) => {
      const row = rows.find((one) => one.driver.name === sdk && one.verb === verb)
      return problems.length > 0 && row?.cells.find(({ endpoint }) => endpoint === alias)?.cell.kind === 'works'
    })
    assert.deepEqual(worse, [])
  })

  test('the page says what the SDKs got; `node test/compatibility/write.ts` writes it anew', () => {
    const { now, wanted } = partOfPage('sdks', markdown(rows, vendorRows))
    assert.equal(now, wanted)
  })
})
