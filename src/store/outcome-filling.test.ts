// Fills a store with outcomes of calls that never were, straight into its rows: two million in seconds.
import { DatabaseSync } from 'node:sqlite'
import { newCallId } from '../core/ids.ts'
import { epochMillis } from '../core/units.ts'
import { NOON, seededRandom } from './fixtures.test.ts'
import { BLOCK, countFlows, encodeCold, encodeHot, type OutcomeRow } from './outcome-blocks.ts'

const CLASSES = ['public', 'internal', 'confidential', 'secret']
const ENDPOINTS: readonly (readonly [name: string | null, see: string])[] = [
  ['paris', '"FR"'],
  ['lyon', '"FR"'],
  ['frankfurt', '"DE","FR"'],
  ['ashburn', '"FR","US"'],
  ['somewhere', '"FR","unknown"'],
  [null, ''],
]
/** Every 500 milliseconds one, the last at noon: two million are eleven days. */
const APART = 500

/** Combinations that are one call in a thousand stand beside those that are one in three. */
const flows = (): string[] =>
  Array.from({ length: 60 }, (_, i) => {
    const [endpoint, see] = ENDPOINTS[i % ENDPOINTS.length] as (typeof ENDPOINTS)[number]
    const outcome = endpoint === null ? 'refused' : i % 11 === 0 ? 'failed' : 'answered'
    const asked = `"key":"key_${i % 12}","tenant":"t${i % 4}","application":"a${i % 12}","alias":"alias${i % 5}","class":"${CLASSES[i % 4]}","purpose":"p${i % 2}"`
    const by = `"endpoint":${JSON.stringify(endpoint)},"model":${endpoint === null ? null : '"m"'}`
    return `${asked},${by},"see":[${see}],"stop":[${see}],"change":[],"outcome":"${outcome}"`
  })

export const fillOutcomes = (path: string, count: number): void => {
  const database = new DatabaseSync(path)
  const random = seededRandom(count)
  const chance = random(4096)
  const words = flows()
  database.exec('BEGIN')
  const addFlow = database.prepare('INSERT INTO outcome_flows (id, members) VALUES (?, ?)')
  for (const [i, members] of words.entries()) addFlow.run(i + 1, members)
  const add = database.prepare('INSERT INTO outcome_blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const id = newCallId(epochMillis(NOON), random)
  for (let first = 0; first < count; first += BLOCK) {
    const rows = Array.from({ length: Math.min(BLOCK, count - first) }, (_, i): OutcomeRow => {
      const [one = 0, two = 0, three = 0] = chance.subarray((first + i * 7) % 4000)
      // The square draws small numbers often and large ones rarely.
      const flow = 1 + Math.floor(((one * 256 + two) / 65_536) ** 2 * words.length)
      const took = 40 + three * three
      const ended = NOON - (count - first - i) * APART
      return {
        entry: first + i,
        call: id,
        ended,
        flow,
        took: took > 65_000 ? took : took % 30_000,
        cost: one * 40,
        input: one,
        output: two,
        status: 200,
      }
    })
    const ended = rows.map((row) => row.ended)
    const slowest = Math.max(...rows.map(({ took }) => took))
    const dearest = Math.max(...rows.map(({ cost }) => cost))
    add.run(
      first,
      rows.length,
      Math.min(...ended),
      Math.max(...ended),
      slowest,
      dearest,
      countFlows(rows),
      encodeHot(rows),
      encodeCold(rows),
    )
  }
  database.exec('COMMIT')
  database.close()
}
