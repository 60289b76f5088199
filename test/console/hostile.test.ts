// What whoever means ill may try against the console’s API: every route in every role, forged and stolen sessions, other sites, floods.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../src/core/json.ts'
import { contract } from '../../src/http/console/contract/index.ts'
import type { Route } from '../../src/http/console/contract/route.ts'
import { capabilitiesOf, type Role } from '../../src/http/console/roles.ts'
import { askRunning } from '../../src/main/admin.ts'
import { dataPaths } from '../../src/main/paths.ts'
import { newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { writeHybrid } from './estates.ts'

const ROLES: readonly Role[] = ['viewer', 'operator', 'policy-officer', 'approver', 'auditor', 'administrator']
const keys = new Map<Role, string>()
const data = newData()
let exchange: Started
const order = async (name: string, input: JsonObject): Promise<JsonObject> => {
  const answer = await askRunning(dataPaths(data).adminSocket, name, input)
  assert.ok(answer?.ok, JSON.stringify(answer))
  return answer.value as JsonObject
}
before(async () => {
  exchange = await startAllod(data, '--config', writeHybrid(data), '--sandbox')
  for (const role of ROLES) keys.set(role, String((await order('administrator/add', { name: `the-${role}`, role })).secret))
})
after(async () => {
  await exchange.stop()
  removeData(data)
})

type Answered = { readonly status: number; readonly headers: Headers; readonly body: JsonObject }
type Asked = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
const ask = async (route: string, { body, headers = {} }: Asked = {}): Promise<Answered> => {
  const [method = '', path = ''] = route.split(' ')
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(`${exchange.url}/admin/v1${path}`, { method, headers, body: text, redirect: 'manual' })
  return { status: answer.status, headers: answer.headers, body: (await answer.json().catch(() => ({}))) as JsonObject }
}
type SignedIn = { readonly cookie: string; readonly csrf: string }
const signIn = async (role: Role): Promise<SignedIn> => {
  const { headers, body } = await ask('POST /session', { body: { key: keys.get(role) } })
  return { cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '', csrf: String(body.csrf) }
}
const as = ({ cookie, csrf }: SignedIn): Readonly<Record<string, string>> => ({ cookie, 'allod-csrf': csrf })

/** Asks for a route without harm: what would pass is stopped by a body or a query that no route takes. */
const harmless = (name: string, headers: Readonly<Record<string, string>>): Promise<Answered> => {
  const at = name.replaceAll(/\{\w+\}/g, 'nothing')
  return name.startsWith('GET ') ? ask(`${at}?unheard=of`, { headers }) : ask(at, { headers, body: 'neither JSON nor empty' })
}

test('every route answers each role as the table says, and nobody without one', async () => {
  for (const [name, { may }] of Object.entries(contract) as [string, Route][]) {
    const { status } = await harmless(name, {})
    assert.equal(status, may === 'anyone' ? 400 : 401, `${name} to nobody`)
    for (const role of ROLES) {
      const isAllowed = may === 'anyone' || may === 'person' || capabilitiesOf(role).includes(may)
      const answered = await harmless(name, { authorization: `Bearer ${keys.get(role)}` })
      assert.equal(answered.status, isAllowed ? 400 : 403, `${name} to ${role}: ${JSON.stringify(answered.body)}`)
    }
  }
})

test('an auditor sees everything and changes nothing', () => {
  const auditor = capabilitiesOf('auditor')
  for (const [name, { may }] of Object.entries(contract) as [string, Route][]) {
    if (name.startsWith('GET ') && may === 'audit') assert.ok(auditor.includes(may))
    const changes = !name.startsWith('GET ') && !/\/(preview|try|rules)$/.test(name)
    if (changes && may !== 'anyone' && may !== 'person') assert.ok(!auditor.includes(may), `${name} lets an auditor in`)
  }
})

test('forged, altered and ended sessions open nothing', async () => {
  const anna = await signIn('operator')
  assert.equal((await ask('GET /session', { headers: as(anna) })).status, 200)
  const flipped = anna.cookie.slice(0, -2) + (anna.cookie.endsWith('AA') ? 'BB' : 'AA')
  for (const cookie of ['allod-session=forged', flipped, `${anna.cookie}x`, 'allod-session=', `allod-session=${'x'.repeat(5000)}`])
    assert.equal((await ask('GET /session', { headers: { cookie } })).status, 401, cookie.slice(0, 60))
  assert.equal((await ask('DELETE /session', { headers: as(anna) })).status, 200)
  assert.equal((await ask('GET /session', { headers: as(anna) })).status, 401)
})

test('whoever is removed, or gets another role, is out of every browser at once, and of the stream of events', async () => {
  const { secret } = await order('administrator/add', { name: 'dora', role: 'operator' })
  const entered = async () => {
    const { headers, body } = await ask('POST /session', { body: { key: secret } })
    return { cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '', csrf: String(body.csrf) }
  }
  const [one, two] = [await entered(), await entered()]
  const stream = await fetch(`${exchange.url}/admin/v1/events`, { headers: { cookie: one.cookie } })
  await order('administrator/role', { name: 'dora', role: 'viewer' })
  for (const session of [one, two]) assert.equal((await ask('GET /session', { headers: as(session) })).status, 401)
  // Something new ends a stream that nobody may hear any more.
  const admin = await signIn('administrator')
  assert.equal((await ask('POST /people', { headers: as(admin), body: { name: 'emil', role: 'viewer' } })).status, 200)
  const heard = await stream.text()
  assert.ok(!heard.includes('event: people'), heard)
  const three = await entered()
  assert.equal((await ask('DELETE /people/dora', { headers: as(admin) })).status, 200)
  assert.equal((await ask('GET /session', { headers: as(three) })).status, 401)
  assert.equal((await ask('GET /session', { headers: { authorization: `Bearer ${String(secret)}` } })).status, 401)
})

test('another session’s token, or none, changes nothing; nor does another site', async () => {
  const [mine, other] = [await signIn('administrator'), await signIn('administrator')]
  const invite = { name: 'never', role: 'viewer' }
  const cases: readonly Readonly<Record<string, string>>[] = [
    { cookie: mine.cookie },
    { cookie: mine.cookie, 'allod-csrf': other.csrf },
    { cookie: mine.cookie, 'allod-csrf': '' },
    { ...as(mine), origin: 'https://evil.example' },
    { ...as(mine), origin: 'null' },
    { ...as(mine), origin: exchange.url.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) },
    { ...as(mine), 'sec-fetch-site': 'cross-site' },
    { ...as(mine), 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of cases)
    assert.equal((await ask('POST /people', { headers, body: invite })).status, 403, JSON.stringify(Object.keys(headers)))
  // Nor may another site sign this browser in as somebody of its own choice.
  const login = { body: { key: keys.get('viewer') }, headers: { origin: 'https://evil.example' } }
  assert.equal((await ask('POST /session', login)).status, 403)
  const { body } = await ask('GET /people', { headers: as(mine) })
  assert.ok(!JSON.stringify(body).includes('never'))
})

const raw = (options: Parameters<typeof request>[1], body?: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const asked = request(exchange.url, options, resolve).on('error', reject)
    asked.end(body)
  })

test('a name that somebody else points here is not answered, and no line break reaches a header', async () => {
  const strange = await raw({ path: '/admin/v1/sign-in', headers: { host: 'evil.example' } })
  assert.equal(strange.resume().statusCode, 403)
  const admin = await signIn('administrator')
  for (const name of ['x\r\nset-cookie: a=b', 'x\u202ey', '../../etc', 'owner', 'a'.repeat(64)]) {
    const answered = await ask('POST /people', { headers: as(admin), body: { name, role: 'viewer' } })
    assert.ok([400, 409].includes(answered.status), `${answered.status} ${name}`)
    assert.equal(answered.headers.get('set-cookie'), null)
  }
  const odd = await raw({ path: '/admin/v1/people/%0d%0aset-cookie:%20a=b', method: 'DELETE', headers: { ...as(admin) } })
  assert.ok([400, 409].includes(odd.resume().statusCode ?? 0))
  assert.equal(odd.headers['set-cookie'], undefined)
})

test('ten megabytes are refused, the connection lives on, and memory stays', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { cookie, csrf } = await signIn('administrator')
  const memory = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${exchange.process.pid ?? 0}/status`, 'utf8'))?.[1] ?? 0) / 1024
  const body = 'x'.repeat(10 << 20)
  const before = memory()
  const sockets = new Set<unknown>()
  for (let round = 0; round < 8; round++) {
    const headers = { cookie, 'allod-csrf': csrf, ...(round % 2 === 0 ? {} : { 'transfer-encoding': 'chunked' }) }
    const answer = await raw({ path: '/admin/v1/people', method: 'POST', agent, headers }, body)
    assert.equal(answer.statusCode, 413)
    sockets.add(answer.socket)
    for await (const _ of answer);
  }
  assert.equal(sockets.size, 1, 'one connection for all of them')
  assert.ok(memory() - before < 80, `${memory() - before} MB more`)
  const next = await raw({ path: '/admin/v1/session', agent, headers: { cookie } })
  assert.equal(next.resume().statusCode, 200)
  agent.destroy()
})

test('whoever guesses waits longer and longer, whoever has the right password too', async () => {
  const invited = await order('administrator/invite', { name: 'gina', role: 'viewer' })
  const password = 'a sentence that gina knows'
  assert.equal((await ask('POST /session/code', { body: { code: invited.code, password } })).status, 200)
  const guess = (secret: string) => ask('POST /session', { body: { name: 'gina', password: secret } })
  const statuses: number[] = []
  let last: Answered | undefined
  for (let round = 0; round < 8 && last?.status !== 429; round++) {
    last = await guess('a sentence that nobody knows')
    statuses.push(last.status)
  }
  assert.deepEqual(statuses.slice(0, 4), [401, 401, 401, 401])
  assert.equal(last?.status, 429)
  assert.ok(Number(last.headers.get('retry-after')) >= 1)
  assert.equal((await guess(password)).status, 429)
})

test('what is sent with every page keeps others out of it', async () => {
  const page = await fetch(`${exchange.url}/console/`)
  const policy = page.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /script-src 'self';/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.ok(!/unsafe-inline|unsafe-eval|\*/.test(policy))
  assert.equal(page.headers.get('x-frame-options'), 'DENY')
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
  assert.ok(!/<script(?![^>]*src=)|\son\w+=|style=/.test(await page.text()), 'no script and no style in the page itself')
  const { headers } = await ask('POST /session', { body: { key: keys.get('viewer') } })
  assert.match(headers.get('set-cookie') ?? '', /^allod-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  assert.equal(headers.get('cache-control'), 'no-store')
})

type Schema = { readonly [member: string]: unknown }
test('the description of the API is OpenAPI 3.1 of exactly this contract', async () => {
  const { body } = await ask('GET /openapi.json')
  assert.match(String(body.openapi), /^3\.1\.\d$/)
  const paths = body.paths as unknown as Record<string, Record<string, Schema>>
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  assert.deepEqual(described.sort(), Object.keys(contract).sort())
  const resolve = (reference: string): unknown =>
    reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((value, part) => (value as Schema | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], body)
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return
    const { $ref } = value as Schema
    if (typeof $ref === 'string') assert.notEqual(resolve($ref), undefined, `${$ref} leads nowhere`)
    for (const each of Object.values(value)) walk(each)
  }
  walk(body)
  for (const [name, route] of Object.entries(contract) as [string, Route][]) {
    const [method = '', path = ''] = name.split(' ')
    const operation = paths[path]?.[method.toLowerCase()] as Schema
    const parameters = (operation.parameters as readonly Schema[]).filter((each) => each.in === 'path').map((each) => each.name)
    assert.deepEqual(
      parameters,
      [...path.matchAll(/\{(\w+)\}/g)].map(([, each]) => each),
      name,
    )
    assert.equal(operation['x-allod-may'], route.may)
    assert.equal('requestBody' in operation, route.body !== undefined, name)
    assert.ok((operation.responses as Schema)['200'] !== undefined)
  }
})

test('a session lasts over a crash; the log has who came in, and no secret', async () => {
  const session = await signIn('auditor')
  await exchange.kill()
  exchange = await startAllod(data, '--config', writeHybrid(data), '--sandbox', '--listen', `127.0.0.1:${new URL(exchange.url).port}`)
  assert.equal((await ask('GET /session', { headers: as(session) })).status, 200)
  const log = await fetch(`${exchange.url}/log/tile/entries/000.p/${await records()}`).then((answer) => answer.text())
  assert.match(log, /"kind":"sign-in","what":"in","administrator":"the-auditor","role":"auditor","way":"key"/)
  assert.match(log, /"kind":"sign-in","what":"refused","way":"password","administrator":"gina"/)
  assert.match(log, /"kind":"key","change":"role","administrator":"dora","role":"viewer","before":"operator"/)
  for (const secret of [...keys.values(), session.csrf, session.cookie.split('=')[1] ?? '-', 'a sentence that'])
    assert.ok(!log.includes(secret))
})
/** How many records the last signed checkpoint covers. */
const records = async (): Promise<number> => {
  const checkpoint = await fetch(`${exchange.url}/log/checkpoint`).then((answer) => answer.text())
  return Number(checkpoint.split('\n')[1]) % 256
}
