// The official SDKs against the exchange as its owner starts it, whatever the endpoint behind. Each cell is run in a thorough run; in a
// quick one a third, in which each two of SDK, verb and endpoint meet.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { partOfPage } from '../compatibility/page.ts'
import { THOROUGH } from '../thorough.ts'
import { VERBS } from './driver.ts'
import { ENDPOINTS, type Exchange, startExchange } from './exchange.ts'
import { markdown, readMarkdown, sentenceOf, vendorTitle } from './markdown.ts'
import { DRIVERS, EVERY, matrix, type Row, THIRD, type VendorRow, vendorMatrix } from './matrix.ts'
import { askWithPython, PYTHON } from './python/python.ts'

const CHOSEN = THOROUGH ? EVERY : THIRD
const said = readMarkdown(partOfPage('sdks', '').part)

describe('the official SDKs, whatever the endpoint behind', () => {
  let exchange: Exchange | undefined
  let rows: readonly Row[]
  let vendorRows: readonly VendorRow[]
  before(async () => {
    exchange = await startExchange()
    rows = await matrix(exchange.way, CHOSEN)
    vendorRows = await vendorMatrix(exchange.way, CHOSEN)
  })
  after(async () => {
    // Undefined when it did not start; the error of that is told already.
    if (exchange !== undefined) assert.equal(await exchange.stop(), 0)
  })

  test('every cell that was chosen has been tried, and every two of SDK, verb and endpoint have met', () => {
    assert.equal(rows.length, DRIVERS.length * VERBS.length)
    const tried = rows.flatMap(({ driver, verb, cells }) => cells.map(({ endpoint }) => [driver.name, verb, endpoint] as const))
    const most = rows.length * ENDPOINTS.length
    assert.ok(tried.length >= (THOROUGH ? most : Math.floor(most / 3)), `${tried.length} of ${most}`)
    const met = new Set(
      tried.flatMap(([driver, verb, endpoint]) => [`${driver}, ${verb}`, `${driver}, ${endpoint}`, `${verb}, ${endpoint}`]),
    )
    assert.equal(met.size, DRIVERS.length * VERBS.length + DRIVERS.length * ENDPOINTS.length + VERBS.length * ENDPOINTS.length)
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
    const worse = cells.filter(
      ({ sdk, verb, alias, problems }) => problems.length > 0 && said.get(`${sdk} / ${verb} / \`${alias}\``) === 'yes',
    )
    assert.deepEqual(worse, [])
  })

  test('the page says what the SDKs got; `node test/compatibility/write.ts` writes it anew', () => {
    if (THOROUGH) {
      const { now, wanted } = partOfPage('sdks', markdown(rows, vendorRows))
      assert.equal(now, wanted)
    }
    for (const { driver, verb, cells } of rows)
      for (const { endpoint, cell } of cells)
        assert.equal(said.get(`${driver.name} / ${verb} / \`${endpoint}\``), sentenceOf(cell), driver.name)
    for (const { driver, cells } of vendorRows)
      for (const { vendor, verbs } of cells) {
        const told = said.get(`Every SDK and simulated vendors / ${driver.name} / ${vendorTitle(vendor)}`) ?? 'nothing'
        for (const [verb, cell] of verbs)
          if (cell.kind === 'works') assert.ok(told !== 'nothing' && !told.includes(`${verb}: `), told)
          else assert.ok(told.includes(`${verb}: ${sentenceOf(cell)}`), told)
      }
  })
})
