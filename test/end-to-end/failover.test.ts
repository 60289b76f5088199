// Three endpoints on real sockets behind one alias: one fails, one says nothing, one refuses in the end. The caller is to notice nothing.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { allod, eventually, newData, removeData, type Started, startAllod } from './allod.ts'

const ANSWER = JSON.stringify({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Bonjour' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
})
type Behaviour = (response: ServerResponse) => void
const says =
  (status: number, text: string): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(text)
  }
const answers = says(200, ANSWER)

type Standing = { readonly server: Server; readonly url: string; asked: number; does: Behaviour }
const stand = async (does: Behaviour): Promise<Standing> => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      standing.asked++
      standing.does(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const standing = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked: 0, does }
  return standing
}

const data = newData()
let exchange: Started
let [failing, silent, last, vanishing] = [] as unknown as [Standing, Standing, Standing, Standing]
before(async () => {
  ;[failing, silent, last, vanishing] = await Promise.all([stand(says(500, '{}')), stand(() => {}), stand(answers), stand(() => {})])
  writeFileSync(join(data, 'all.cedar'), '@id("all")\n@reason("only failures are looked at")\npermit (principal, action, resource);\n')
  const endpoint = ({ url }: Standing) => `{kind: openai-chat, baseUrl: '${url}', timeouts: {firstByteSeconds: 0.4}, models: {m: {}}}`
  writeFileSync(
    join(data, 'failover.yaml'),
    `exchange: {name: failover.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
endpoints:
  failing: ${endpoint(failing)}
  silent: ${endpoint(silent)}
  last: ${endpoint(last)}
  vanishing: ${endpoint(vanishing).replace('0.4', '30')}
aliases: {assistant: {targets: [failing/m, silent/m, last/m]}, other: {targets: [vanishing/m, last/m]}}
tenants: {test: {applications: {test: {}}}}
`,
  )
  exchange = await startAllod(data, '--config', join(data, 'failover.yaml'))
})
after(async () => {
  for (const { server } of [failing, silent, last, vanishing]) {
    server.closeAllConnections()
    server.close()
  }
  await exchange.stop()
  removeData(data)
})

const ask = async (model = 'assistant'): Promise<{ readonly status: number; readonly from: string | null; readonly text: string }> => {
  const response = await fetch(`${exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, max_tokens: 20, messages: [{ role: 'user', content: 'Salut' }] }),
  })
  return { status: response.status, from: response.headers.get('allod-endpoint'), text: await response.text() }
}

test('what fails and what says nothing is left alone after five calls, of which each was answered', async () => {
  const first = await Promise.all(Array.from({ length: 5 }, () => ask()))
  assert.deepEqual([...new Set(first.map(({ status, from }) => `${status} ${from}`))], ['200 last'])
  assert.deepEqual([failing.asked, silent.asked], [5, 5])
  assert.equal((await ask()).from, 'last')
  assert.equal(silent.asked, 5, 'it was not asked again')
  const { out } = await allod('status', '--data', data, '--config', join(data, 'failover.yaml'))
  assert.match(out, /silent\/m .*left alone.*100 % failed/)
  assert.match(out, /last\/m .* {2}well, answer \d+ ms/)
})

test('one call tries it again, and once that is answered the others follow', async () => {
  failing.does = answers
  await eventually(async () => assert.equal((await ask()).from, 'failing'))
  const before = failing.asked
  for (let i = 0; i < 3; i++) assert.equal((await ask()).from, 'failing')
  assert.equal(failing.asked, before + 3)
})

test('a refusal of service is told as a cut after three calls, which another answers', async () => {
  failing.does = says(403, '{"error":{"code":"unsupported_country_region_territory","message":"Country not supported"}}')
  const before = failing.asked
  for (let i = 0; i < 6; i++) assert.equal((await ask()).status, 200)
  assert.equal(failing.asked, before + 3)
  await exchange.prints(/`failing\/m` is cut off \(country unsupported, 3 attempts in \d+ ms\): `(silent|last)\/m` answers in its place/)
  const { out } = await allod('status', '--data', data, '--config', join(data, 'failover.yaml'))
  assert.match(out, /failing\/m .*cut off: country unsupported, tried again in \d+ s/)
})

test('an endpoint that vanishes under a hundred calls costs none of them its answer, and is told as a cut', async () => {
  const calls = Array.from({ length: 100 }, () => ask('other'))
  // As many as it has connections for are with it; the others wait for one.
  await eventually(async () => assert.equal(vanishing.asked, 64))
  vanishing.server.close()
  vanishing.server.closeAllConnections()
  const answered = await Promise.all(calls)
  assert.deepEqual([...new Set(answered.map(({ status, from }) => `${status} ${from}`))], ['200 last'])
  await exchange.prints(
    /`vanishing\/m` is cut off \(connection (lost|refused), (\d|10) attempts in \d+ ms\): `last\/m` answers in its place/,
  )
})
