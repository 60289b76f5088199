// INVARIANT(G6): after kill -9 at any moment under load, whatever was acknowledged is there, receipts handed out verify, budgets add up.
// `npm run test:kill` kills it 200 times.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { verify } from '#verifier'
import { allod, newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { times } from '../thorough.ts'
import { checkLog, type PublicRecord } from './public-log.ts'
import { startUpstream, type TestUpstream } from './upstream.ts'

const KILLS = times(3, 10)
const CALLERS = 12
/** 10 tokens in and 5 out at these prices cost 2 units. */
const PRICE = '{ input: 100000, output: 200000 }'

let upstream: TestUpstream
let data: string
before(async () => {
  upstream = await startUpstream()
  data = newData()
  writeFileSync(
    join(data, 'permit.cedar'),
    '@id("permit-all")\n@reason("a test permits everything")\npermit (principal, action, resource);\n',
  )
  writeFileSync(join(data, 'allod.yaml'), configuration(upstream.baseUrl))
})
after(async () => {
  await upstream.close()
  removeData(data)
})

const configuration = (baseUrl: string): string => `
exchange: { name: kill.test, seat: FR, operator: a test }
home: [FR]
currency: EUR
policy: { files: [permit.cedar] }
facts:
  rows:
${[
  'located-in country:FR',
  'operated-by entity:operator',
  'hosted-on self',
  'fronted-by nobody',
  'identity-by self',
  'dns-by self',
  'custody entity:operator',
]
  .map((row, index) => {
    const [predicate, object] = row.split(' ')
    return `    - { id: o${index}, subject: 'endpoint:near', predicate: ${predicate}, object: '${object}', source: the test, sourceKind: owner, asOf: '2026-11-01', evidence: attested }`
  })
  .join('\n')}
endpoints:
  near: { kind: openai-chat, baseUrl: '${baseUrl}', models: { m: { price: ${PRICE}, maxOutputTokens: 50 } } }
  far: { kind: openai-chat, baseUrl: '${baseUrl}', models: { m: { price: ${PRICE}, maxOutputTokens: 50 } } }
aliases: { near: { targets: [near/m] }, far: { targets: [far/m] } }
tenants:
  t:
    budget: { limit: 1000000, period: total }
    applications: { app: {} }
`

type Acknowledged = { readonly call: string; readonly border: boolean }

/** One call over a kept connection; undefined when its answer was cut off. */
const ask = (exchange: Started, agent: Agent, alias: 'near' | 'far', stream: boolean): Promise<Acknowledged | undefined> =>
  new Promise((resolve) => {
    const body = JSON.stringify({ model: alias, messages: [{ role: 'user', content: 'x' }], stream, max_tokens: 20 })
    const options = { agent, method: 'POST', headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' } }
    const call = request(`${exchange.url}/v1/chat/completions`, options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('error', () => resolve(undefined))
      response.on('close', () => {
        const whole = response.complete && (stream ? text.includes('data: [DONE]') : text.endsWith('}'))
        resolve(
          whole && response.statusCode === 200 ? { call: String(response.headers['allod-call']), border: alias === 'far' } : undefined,
        )
      })
    })
    call.on('error', () => resolve(undefined))
    call.end(body)
  })

type Receipt = { readonly call: string; readonly text: string }
const readReceipt = async (exchange: Started, call: string): Promise<Receipt | undefined> => {
  try {
    const response = await fetch(`${exchange.url}/v1/receipts/${call}`, { headers: { authorization: `Bearer ${exchange.key}` } })
    return response.ok ? { call, text: await response.text() } : undefined
  } catch {
    return undefined
  }
}

/** Keeps calling until the exchange is gone, reading a receipt now and then. */
const caller = async (exchange: Started, index: number, seen: { acknowledged: Acknowledged[]; receipts: Receipt[] }): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let turn = index; exchange.process.exitCode === null && exchange.process.signalCode === null; turn++) {
    const acknowledged = await ask(exchange, agent, turn % 2 === 0 ? 'near' : 'far', turn % 3 === 0)
    if (acknowledged === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
    else seen.acknowledged.push(acknowledged)
    if (acknowledged !== undefined && turn % 40 === 7) {
      const receipt = await readReceipt(exchange, acknowledged.call)
      if (receipt !== undefined) seen.receipts.push(receipt)
    }
  }
  agent.destroy()
}

test(`killed ${KILLS} times under load, nothing acknowledged is lost`, async (context) => {
  const seen = { acknowledged: [] as Acknowledged[], receipts: [] as Receipt[] }
  const checkpoints: string[] = []
  let keys = ''
  for (let kill = 0; kill < KILLS; kill++) {
    const exchange = await startAllod(data)
    const callers = Array.from({ length: CALLERS }, (_, index) => caller(exchange, index + kill, seen))
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 1200))
    await exchange.kill()
    await Promise.all(callers)
  }
  const exchange = await startAllod(data)
  const known = await (await fetch(`${exchange.url}/.well-known/allod.json`)).json()
  keys = `${known.log.vkey}\n${known.log.cosigner}`
  const log = await checkLog(async (path) => {
    const response = await fetch(`${exchange.url}/log/${path}`)
    assert.equal(response.status, 200, `/log/${path}`)
    return new Uint8Array(await response.arrayBuffer())
  })
  const outcomes = recordsByCall(log.records, 'call')
  const borders = recordsByCall(log.records, 'border')
  for (const { call, border } of seen.acknowledged) {
    assert.equal(outcomes.get(call)?.length, 1, `call ${call} was answered and has ${outcomes.get(call)?.length ?? 0} outcomes in the log`)
    if (border)
      assert.ok(
        (borders.get(call)?.[0]?.index ?? Number.POSITIVE_INFINITY) < (outcomes.get(call)?.[0]?.index ?? -1),
        `call ${call} crossed unrecorded`,
      )
  }
  for (const call of borders.keys()) assert.equal(outcomes.get(call)?.length, 1, `call ${call} crossed a border and has no outcome`)
  for (const { call, text } of seen.receipts) {
    const verdict = await verify(text, [keys])
    assert.ok(verdict.valid, `the receipt of ${call}: ${JSON.stringify(verdict.reasons)}`)
    if (verdict.kind === 'receipt') assert.ok(log.holds(text.slice(text.indexOf('\n\n') + 2)), 'its checkpoint is no prefix of the log')
    else checkpoints.push(call)
  }
  const spent = log.records.filter(({ kind }) => kind === 'call').reduce((sum, { cost }) => sum + Number(cost), 0)
  await assertBudget(spent)
  await exchange.stop()
  context.diagnostic(
    `${KILLS} kills, ${seen.acknowledged.length} calls acknowledged, ${log.size} records, ${seen.receipts.length} receipts and promises (${checkpoints.length} promises)`,
  )
})

const recordsByCall = (records: readonly PublicRecord[], kind: string): ReadonlyMap<unknown, readonly PublicRecord[]> =>
  Map.groupBy(
    records.filter((record) => record.kind === kind),
    ({ call }) => call,
  )

/** What the store says is spent is what the log's records cost, once nothing runs any more. */
const assertBudget = async (spent: number): Promise<void> => {
  const status = JSON.parse((await allod('status', '--json', '--data', data)).out)
  const [budget] = status.budgets
  assert.equal(budget.spent, spent)
}
