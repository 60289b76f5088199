// Sign-in with a provider of OpenID Connect: a small real one, which can also lie.
import assert from 'node:assert/strict'
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import type { Json, JsonObject } from '../../src/core/json.ts'
import { newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { writeHybrid } from './estates.ts'

const CLIENT = 'allod-at-the-ministry'
const SECRET = 'a secret between two servers'
const [ours, foreign] = [generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('rsa', { modulusLength: 2048 })]
const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const signed = (claims: JsonObject, { key, alg = 'RS256' }: { readonly key: KeyObject; readonly alg?: string }): string => {
  const text = `${part({ alg, kid: 'one', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${alg === 'none' ? '' : createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
}

/** What the provider lies about. */
type Lies = {
  claims?: JsonObject
  key?: KeyObject
  alg?: string
  tokenRedirect?: string
}
class Provider {
  lies: Lies = {}
  person: JsonObject = { sub: 'anna-1', preferred_username: 'anna', groups: ['Operations'] }
  readonly asked: string[] = []
  #codes = new Map<string, { readonly challenge: string; readonly nonce: string; readonly returnTo: string }>()
  readonly server = createServer((request, response) => void this.#answer(request, response))
  url = ''

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    this.asked.push(url.pathname)
    const json = (value: Json, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (url.pathname === '/.well-known/openid-configuration') {
      const at = (path: string) => `${this.url}${path}`
      json({
        issuer: this.url,
        authorization_endpoint: at('/authorize'),
        token_endpoint: at('/token'),
        jwks_uri: at('/keys'),
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      })
    } else if (url.pathname === '/keys')
      json({ keys: [{ ...ours.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] as Json })
    else if (url.pathname === '/authorize') this.#authorize(url, response)
    else if (url.pathname === '/token') await this.#token(request, response, json)
    else json({}, 404)
  }

  #authorize({ searchParams: asked }: URL, response: ServerResponse): void {
    assert.equal(asked.get('response_type'), 'code')
    assert.equal(asked.get('client_id'), CLIENT)
    assert.equal(asked.get('code_challenge_method'), 'S256')
    const code = randomBytes(8).toString('hex')
    const returnTo = asked.get('redirect_uri') ?? ''
    this.#codes.set(code, { challenge: asked.get('code_challenge') ?? '', nonce: asked.get('nonce') ?? '', returnTo })
    const location = `${returnTo}?${new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString()}`
    response.writeHead(302, { location }).end()
  }

  async #token(request: IncomingMessage, response: ServerResponse, json: (value: Json, status?: number) => void): Promise<void> {
    let text = ''
    for await (const piece of request) text += String(piece)
    const form = new URLSearchParams(text)
    const known = this.#codes.get(form.get('code') ?? '')
    this.#codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (known?.challenge !== challenge || form.get('client_secret') !== SECRET) return json({ error: 'invalid_grant' }, 400)
    if (this.lies.tokenRedirect !== undefined) {
      response.writeHead(307, { location: this.lies.tokenRedirect }).end()
      return
    }
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: this.url, aud: CLIENT, iat: now, exp: now + 300, nonce: known.nonce, ...this.person, ...this.lies.claims }
    const { key = ours.privateKey, alg = 'RS256' } = this.lies
    json({ access_token: 'unused', token_type: 'Bearer', expires_in: 300, id_token: signed(claims, { key, alg }) })
  }
}

const provider = new Provider()
const elsewhere = new Provider()
const data = newData()
let exchange: Started
before(async () => {
  await provider.start()
  await elsewhere.start()
  writeFileSync(join(data, 'client.secret'), `${SECRET}\n`)
  const section = `
console:
  signIn:
    password: false
    openid:
      issuer: ${provider.url}
      title: Ministry account
      clientId: ${CLIENT}
      clientSecretFile: client.secret
      roles: {Operations: operator, Audit: auditor, Board: administrator}
`
  exchange = await startAllod(data, '--config', writeHybrid(data, section), '--sandbox')
})
after(async () => {
  await exchange.stop()
  provider.server.close()
  elsewhere.server.close()
  removeData(data)
})
beforeEach(() => {
  provider.lies = {}
  provider.person = { sub: 'anna-1', preferred_username: 'anna', groups: ['Operations'] }
})

const go = (url: string, cookie = '') => fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } })
const cookieIn = (answer: Response, name: string): string =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .find((pair) => pair.startsWith(`${name}=`) && pair !== `${name}=`) ?? ''
const at = (path: string): string => `${exchange.url}/admin/v1${path}`

/** A browser's way to the provider and back, up to where it would come back. */
const leave = async (): Promise<{ readonly back: string; readonly memory: string }> => {
  const left = await go(at('/session/openid'))
  assert.equal(left.status, 302)
  const line = left.headers.getSetCookie().find((each) => each.startsWith('allod-openid=')) ?? ''
  assert.match(line, /Path=\/admin\/v1\/session\/openid; HttpOnly; SameSite=Lax/)
  const there = await go(left.headers.get('location') ?? '')
  return { back: there.headers.get('location') ?? '', memory: cookieIn(left, 'allod-openid') }
}
/** Whom the exchange takes this browser for after the whole way; else where it sent it. */
const enter = async (): Promise<{ readonly name?: string; readonly role?: string; readonly sent: string }> => {
  const { back, memory } = await leave()
  return finish(back, memory)
}
const finish = async (back: string, memory: string) => {
  const came = await go(back, memory)
  const sent = came.headers.get('location') ?? ''
  const session = cookieIn(came, 'allod-session')
  if (session === '') return { sent }
  const { person } = (await (await go(at('/session'), session)).json()) as { person: { name: string; role: string } }
  return { name: person.name, role: person.role, sent }
}

test('whoever the provider vouches for comes in with the role it gives them, and with the next one when that changes', async () => {
  assert.deepEqual(await enter(), { name: 'anna', role: 'operator', sent: '/console/' })
  provider.person = { sub: 'anna-1', preferred_username: 'anna.married', groups: ['nothing', 'Audit'] }
  assert.deepEqual(await enter(), { name: 'anna', role: 'auditor', sent: '/console/' })
  const page = (await (await fetch(at('/sign-in'))).json()) as { ways: JsonObject }
  assert.deepEqual([page.ways.openid, page.ways.password], ['Ministry account', false])
  assert.equal((await fetch(at('/session'), { method: 'POST', body: '{"name":"anna","password":"x"}' })).status, 403)
})

test('a token that is not good opens nothing, whatever is wrong with it', async () => {
  const now = Math.floor(Date.now() / 1000)
  const lies: Readonly<Record<string, Lies>> = {
    'another nonce': { claims: { nonce: 'mallory' } },
    'no nonce': { claims: { nonce: null } },
    'another issuer': { claims: { iss: 'https://evil.example' } },
    'another audience': { claims: { aud: 'somebody-else' } },
    expired: { claims: { iat: now - 7200, exp: now - 3600 } },
    'no signature': { alg: 'none' },
    'another key': { key: foreign.privateKey },
    'an algorithm that is not offered': { alg: 'RS512' },
    'no role': { claims: { groups: ['Visitors'] } },
    'no name': { claims: { preferred_username: '../../etc' } },
    'a name with a line break': { claims: { preferred_username: 'x\r\nset-cookie: a=b' } },
    'somebody else’s name': { claims: { sub: 'mallory-1', preferred_username: 'anna', groups: ['Board'] } },
  }
  for (const [what, lie] of Object.entries(lies)) {
    provider.lies = lie
    assert.deepEqual(await enter(), { sent: '/console/?sign-in=not-allowed' }, what)
  }
})

test('what began in one browser ends in no other, ends once, and with its own state', async () => {
  const [one, other] = [await leave(), await leave()]
  const refused = { sent: '/console/?sign-in=not-allowed' }
  assert.deepEqual(await finish(one.back, other.memory), refused)
  assert.deepEqual(await finish(one.back, ''), refused)
  const { back, memory } = await leave()
  assert.deepEqual(await finish(back.replace(/state=[^&]+/, 'state=forged'), memory), refused)
  assert.deepEqual(await finish(back, memory), refused, 'a sign-in that failed is over')
  const again = await leave()
  assert.equal((await finish(again.back, again.memory)).name, 'anna')
  assert.deepEqual(await finish(again.back, again.memory), refused)
})

test('nobody is asked but whom the configuration names, and no redirect is followed', async () => {
  provider.lies = { tokenRedirect: `${elsewhere.url}/token` }
  assert.deepEqual(await enter(), { sent: '/console/?sign-in=not-allowed' })
  assert.deepEqual(elsewhere.asked, [])
})
