// The main job, as a stranger does it: start, ask with the official SDK, fetch the receipt, verify it offline, damage it.
import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import OpenAI from 'openai'
import { allod, eventually, newData, removeData, type Started, startAllod } from './allod.ts'

let exchange: Started
let client: OpenAI
before(async () => {
  exchange = await startAllod(newData())
  client = new OpenAI({ baseURL: `${exchange.url}/v1`, apiKey: exchange.key, maxRetries: 0 })
})
after(async () => {
  await exchange.kill()
  removeData(exchange.data)
})

const messages = [{ role: 'user' as const, content: 'What is everyone entitled to?' }]
const streamed = async (): Promise<{ text: string; call: string; served: string | null }> => {
  const { data, response } = await client.chat.completions
    .create({ model: 'assistant', messages, stream: true, max_tokens: 24 })
    .withResponse()
  let text = ''
  for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? ''
  return { text, call: response.headers.get('allod-call') ?? '', served: response.headers.get('jurisdiction-served') }
}
const path = (name: string): string => join(exchange.data, name)

test('the first start leaves one key, readable by its owner alone, and prints how to use it', () => {
  assert.equal(statSync(path('first.key')).mode & 0o777, 0o600)
  assert.match(readFileSync(path('first.key'), 'utf8'), /^allod_\S+\n$/)
  assert.match(exchange.printed(), /curl http/)
  assert.match(exchange.printed(), /allod ask/)
  assert.match(exchange.printed(), /\nready http:\/\/127\.0\.0\.1:\d+\n$/)
})

test('the official SDK gets a streamed answer from the model at home, and its receipt verifies offline', async () => {
  const answer = await streamed()
  assert.ok(answer.text.trim().length > 0)
  assert.equal(answer.served, 'see=(FR), stop=(FR), change=(FR)')
  const receipt = path('answer.receipt')
  await eventually(async () => {
    assert.equal((await allod('receipt', answer.call, '--out', receipt, '--data', exchange.data)).code, 0)
    assert.match(readFileSync(receipt, 'utf8'), /^c2sp\.org\/tlog-proof@v1\n/)
  })
  const verdict = await allod('verify', receipt, '--key', path('log.vkey'))
  assert.equal(verdict.code, 0, verdict.out)
  const log = (await (await fetch(`${exchange.url}/.well-known/allod.json`)).json()).log
  assert.equal((await allod('verify', receipt, '--key', log.vkey)).code, 0)
  const bytes = readFileSync(receipt)
  for (const at of [3, Math.floor(bytes.length / 3), bytes.length - 2]) {
    const damaged = Buffer.from(bytes)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    writeFileSync(path('damaged'), damaged)
    const refused = await allod('verify', path('damaged'), '--key', path('log.vkey'))
    assert.equal(refused.code, 1, `byte ${at}: ${refused.out}`)
    assert.match(refused.out, /^invalid\n[\s\S]*✗ /)
  }
})

test('the bytes a caller kept are shown to be the ones recorded, until the call is erased', async () => {
  const body = JSON.stringify({ model: 'assistant', messages, max_tokens: 5, user: 'person 7' })
  const response = await fetch(`${exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
    body,
  })
  const call = response.headers.get('allod-call') ?? ''
  writeFileSync(path('request'), body)
  writeFileSync(path('response'), Buffer.from(await response.arrayBuffer()))
  const opened = ['--request', path('request'), '--response', path('response'), '--subject', 'person 7']
  const fetchReceipt = () => allod('receipt', call, '--out', path('kept.receipt'), '--data', exchange.data)
  assert.equal((await fetchReceipt()).code, 0)
  const kept = await allod('verify', path('kept.receipt'), '--key', path('log.vkey'), ...opened)
  assert.equal(kept.code, 0, kept.out)
  writeFileSync(path('request'), `${body} `)
  assert.equal((await allod('verify', path('kept.receipt'), '--key', path('log.vkey'), ...opened)).code, 1)

  const erased = await allod('erase', '--subject', 'person 7', '--data', exchange.data)
  assert.match(erased.out, /erased the salt of 1 call/)
  assert.equal((await fetchReceipt()).code, 0)
  assert.equal((await allod('verify', path('kept.receipt'), '--key', path('log.vkey'))).code, 0, 'the proof outlives the salt (G8)')
  assert.equal((await allod('verify', path('kept.receipt'), '--key', path('log.vkey'), '--response', path('response'))).code, 1)
})

test('a revoked key stops working at once', async () => {
  const created = await allod('key', 'create', 'first/app', '--data', exchange.data)
  const secret = created.out.trim()
  const models = () => fetch(`${exchange.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
  assert.equal((await models()).status, 200)
  const id = /key (key_\S+) for/.exec(created.error)?.[1] ?? ''
  assert.equal((await allod('key', 'revoke', id, '--data', exchange.data)).code, 0)
  assert.equal((await models()).status, 401)
})

test('a receipt is read only by the application whose call it is', async () => {
  const { call } = await streamed()
  const read = (key: string) => fetch(`${exchange.url}/v1/receipts/${call}`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal((await read(exchange.key)).status, 200)
  assert.equal((await read('allod_wrong')).status, 401)
})

test('the engine is killed: the call in it fails clearly, the log tells of it, and the next call is answered', async () => {
  const status = JSON.parse((await allod('status', '--json', '--data', exchange.data)).out)
  assert.equal(status.endpoints[0].state, 'ready')
  const engine = await engineProcess(exchange.process.pid ?? 0)
  process.kill(engine, 'SIGKILL')
  await exchange.prints(/the engine ended \(SIGKILL\)/)
  await eventually(async () => {
    const { out } = await allod('status', '--json', '--data', exchange.data)
    assert.equal(JSON.parse(out).endpoints[0].state, 'ready')
  })
  const again = await eventually(streamed)
  assert.ok(again.text.length > 0)
  const after = JSON.parse((await allod('status', '--json', '--data', exchange.data)).out)
  assert.ok(after.log.records > status.log.records + 1)
})

/** The child that holds the model. */
const engineProcess = async (parent: number): Promise<number> => {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').map(Number)
  const engine = children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('engines/worker'))
  return engine ?? assert.fail('no engine process')
}
