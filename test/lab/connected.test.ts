// From a probe to a call that is adapted by it: a real exchange, an endpoint of which nothing is documented, and its owner.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Command } from '../../src/main/command.ts'
import { endpoint } from '../../src/main/endpoint.ts'
import { probe } from '../../src/main/probe.ts'
import { status } from '../../src/main/status.ts'
import { eventually, newData, type Ran, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { here } from './here.ts'
import { startPlain } from './plain-server.ts'

const server = await startPlain({ seed: 'rejects', strange: 'rejects', max_completion_tokens: 'rejects' })
const data = newData()
const config = join(data, 'allod.yaml')
const common = ['--config', config, '--data', data]
let exchange: Started

const configure = ({ url = server.url, staleAfterDays = 90 } = {}): void =>
  writeFileSync(
    config,
    `exchange: { name: lab.test, seat: FR, operator: a test }
home: [FR]
currency: EUR
policy: { files: [law.cedar] }
endpoints: { plain: { kind: openai-chat, baseUrl: '${url}', models: { plain: {} } } }
aliases: { plain: { targets: [plain/plain], unsupported: warn } }
tenants: { t: { applications: { app: {} } } }
lab: { staleAfterDays: ${staleAfterDays} }
`,
  )
before(async () => {
  writeFileSync(join(data, 'law.cedar'), '@id("all")\n@reason("a test permits everything")\npermit (principal, action, resource);\n')
  configure()
  exchange = await startAllod(data, '--config', config)
})
after(async () => {
  // Undefined when it did not start; the error of that is told already.
  await exchange?.stop()
  await server.stop()
  removeData(data)
})

type Warned = { readonly allod?: { readonly warnings: readonly { readonly kind: string; readonly path: string }[] } }
const ask = async (): Promise<{ readonly status: number; readonly warnings: readonly string[] }> => {
  const response = await fetch(`${exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'plain', messages: [{ role: 'user', content: 'Bonjour' }], seed: 7, max_completion_tokens: 9 }),
  })
  const { allod: told } = (await response.json()) as Warned
  return { status: response.status, warnings: (told?.warnings ?? []).map(({ kind, path }) => `${kind} ${path}`) }
}
const untilAsked = (wanted: Awaited<ReturnType<typeof ask>>): Promise<void> => eventually(async () => assert.deepEqual(await ask(), wanted))
const command = async (...[run, ...argv]: readonly [Command, ...string[]]): Promise<Ran> => {
  const ran = await here(run, ...argv, ...common)
  assert.equal(ran.code, 0, ran.error)
  return ran
}
const shownIn = (form: string): Promise<Response> => fetch(`${exchange.url}${form}`)
const ADAPTED = { status: 200, warnings: ['dropped /sampling/seed'] }
const AS_ASKED = { status: 422, warnings: [] }
const sentence = /what was measured of `plain\/plain`.*is not used/g

test('what was measured adapts calls from the next reload on, and is shown', { timeout: 120_000 }, async () => {
  assert.deepEqual(await ask(), AS_ASKED)
  assert.doesNotMatch(await (await shownIn('/lab')).text(), /plain/)
  const probed = await command(probe, 'plain', '--only', 'seed,token-limit', '--yes')
  assert.match(probed.out, /in force once the exchange is reloaded/)
  assert.deepEqual(await ask(), AS_ASKED)

  exchange.process.kill('SIGHUP')
  await untilAsked(ADAPTED)
  assert.match((await command(endpoint, 'list')).out, /plain: measured on \d{4}-\d\d-\d\d: seed.*tokenLimit/)
  const [listed] = JSON.parse((await command(endpoint, 'list', '--json')).out)
  assert.deepEqual([listed.measured[0].model, listed.measured[0].classes.includes('seed')], ['plain', true])
  assert.match((await command(status)).out, /plain\/plain.*measured on \d{4}-\d\d-\d\d, \d classes in force/)
})

test('/lab shows it to anybody, as a page that can do nothing or as JSON', async () => {
  const page = await shownIn('/lab')
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-/)
  const html = await page.text()
  assert.match(html, /plain<br><code>plain<\/code>/)
  assert.match(html, /<td class="rejects"/)
  assert.doesNotMatch(html, /<script/)
  const json = await shownIn('/lab.json')
  assert.equal(json.headers.get('content-type'), 'application/json')
  const text = await json.text()
  assert.equal(JSON.parse(text).reports[0].endpoint, 'plain')
  assert.ok(!text.includes(server.url), 'where an endpoint stands is its owner’s affair')
  const accepting = await fetch(`${exchange.url}/lab`, { headers: { accept: 'application/json' } })
  assert.equal(await accepting.text(), text)
  assert.equal((await fetch(`${exchange.url}/lab`, { method: 'POST' })).status, 405)
})

test('a restarted exchange acts on it at once', async () => {
  await exchange.stop()
  exchange = await startAllod(data, '--config', config)
  assert.deepEqual(await ask(), ADAPTED)
})

test('what was measured of another endpoint is not used, and that is said once', async () => {
  configure({ url: server.url.replace('127.0.0.1', 'localhost') })
  exchange.process.kill('SIGHUP')
  await untilAsked(AS_ASKED)
  exchange.process.kill('SIGHUP')
  await exchange.prints(/(?:read anew[\s\S]*){2}/)
  assert.equal([...exchange.printed().matchAll(sentence)].length, 1, exchange.printed())
  assert.match(exchange.printed(), /its address was `http:\/\/127\S+` then and is `http:\/\/localhost/)
  const listed = await here(endpoint, 'list', ...common)
  assert.match(listed.error, /is not used: its address was/)
  configure()
  exchange.process.kill('SIGHUP')
  await untilAsked(ADAPTED)
})

test('a report that somebody touched counts for nothing', async () => {
  const folder = join(data, 'lab/plain')
  const file = join(folder, readdirSync(folder)[0] ?? '')
  const kept = readFileSync(file, 'utf8')
  writeFileSync(file, kept.replace('"model":"plain"', '"model":"plane"'))
  exchange.process.kill('SIGHUP')
  await untilAsked(AS_ASKED)
  assert.match(exchange.printed(), /counts for nothing: the note is signed, but speaks of another report/)
  writeFileSync(file, kept)
  exchange.process.kill('SIGHUP')
  await untilAsked(ADAPTED)
})
