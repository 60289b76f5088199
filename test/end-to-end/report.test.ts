// `allod report` as its users run it, beside an exchange that has answered calls and held a drill.
import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { allod, example, newData, removeData, type Started, startAllod } from './allod.ts'

type Finding = {
  readonly says?: string
  readonly cites: readonly { readonly kind: string; readonly id: string; readonly ageDays?: number }[]
}
type Printed = {
  readonly objectives: readonly { readonly criteria: readonly { readonly id: string; readonly findings: readonly Finding[] }[] }[]
}
const firstFinding = ({ objectives }: Printed, id: string): Finding | undefined =>
  objectives.flatMap(({ criteria }) => criteria).find((each) => each.id === id)?.findings[0]

describe('beside an exchange', () => {
  let exchange: Started
  let file: string
  before(async () => {
    const own = newData()
    file = join(own, 'allod.yaml')
    copyFileSync(example('hybrid'), file)
    exchange = await startAllod(own, '--config', file, '--sandbox')
  })
  after(async () => {
    await exchange.kill()
    removeData(exchange.data)
  })

  test('calls of the log and drills that the log’s key signed are cited; a changed report counts for nothing', async () => {
    const called = await fetch(`${exchange.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json', 'allod-data-class': 'secret' },
      body: JSON.stringify({ model: 'assistant', messages: [{ role: 'user', content: 'All human beings' }], max_tokens: 4 }),
    })
    await called.text()
    assert.equal(called.status, 200)
    assert.ok((await allod('drill', 'disconnect', '--config', file, '--data', exchange.data)).code !== 2)
    const ask = async () => {
      const ran = await allod('report', 'c3a', '--config', file, '--data', exchange.data, '--json')
      assert.equal(ran.code, 0, ran.error)
      const printed: Printed = JSON.parse(ran.out)
      return { error: ran.error, log: firstFinding(printed, 'SOV-4-07-C'), drill: firstFinding(printed, 'SOV-4-09-C') }
    }
    const { log, drill, error } = await ask()
    assert.equal(error, '')
    assert.match(log?.says ?? '', /^\d of 1 calls were answered/)
    assert.deepEqual([log?.cites[0]?.kind, log?.cites[0]?.ageDays], ['records', 0])
    assert.match(drill?.cites[0]?.id ?? '', /^disconnect@\d+ sha256:[0-9a-f]{64}$/)
    assert.match(drill?.says ?? '', /^disconnect, planned: \d+ of 12 demands keep a route$/)
    const folder = join(exchange.data, 'drills/disconnect')
    const [kept = ''] = readdirSync(folder).filter((name) => name.endsWith('.json'))
    const path = join(folder, kept)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"demandsAnswered":', '"demandsAnswered":1'))
    const later = await ask()
    assert.match(later.error, /counts for nothing/)
    assert.equal(later.drill?.cites.length, 0)
  })
})
