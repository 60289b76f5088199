import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlainServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import { epochMillis, millis } from '../../core/units.ts'
import { type AuthenticationSettings, type Authenticator, type Credentials, createAuthenticator } from './index.ts'
import type { Patience } from './token-cache.ts'
import type { TokenQuestion } from './token-request.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-token-'))
const cleanups: (() => unknown)[] = [() => rmSync(folder, { recursive: true })]
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

type Seen = { readonly headers: IncomingMessage['headers']; readonly body: string }
type Answer = (seen: Seen, response: ServerResponse, count: number) => void

const listener =
  (seen: Seen[], answer: Answer): RequestListener =>
  (request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      seen.push({ headers: request.headers, body })
      answer({ headers: request.headers, body }, response, seen.length)
    })
  }

/** An authority of its own and a server it vouches for, made by openssl; undefined where there is none. */
const certificate = (): { readonly key: string; readonly cert: string; readonly authorityFile: string } | undefined => {
  const at = (name: string) => join(folder, name)
  const openssl = (...given: string[]) => execFileSync('openssl', given, { stdio: 'ignore' })
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  try {
    openssl('req', '-x509', ...fresh, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=test authority', '-days', '2')
    openssl('req', ...fresh, '-keyout', at('key.pem'), '-out', at('csr.pem'), '-subj', '/CN=localhost')
    writeFileSync(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
    const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('ext'), '-days', '2']
    openssl('x509', '-req', '-in', at('csr.pem'), '-out', at('cert.pem'), ...signed)
  } catch {
    return undefined
  }
  return { key: readFileSync(at('key.pem'), 'utf8'), cert: readFileSync(at('cert.pem'), 'utf8'), authorityFile: at('ca.pem') }
}
const tls = certificate()

const serve = async (answer: Answer, secure = false): Promise<{ readonly url: string; readonly seen: Seen[] }> => {
  const seen: Seen[] = []
  const server = secure && tls !== undefined ? createServer(tls, listener(seen, answer)) : createPlainServer(listener(seen, answer))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http${secure ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}/oauth`, seen }
}
const json = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const SECRET = 'client-1:sehr-geheim'
const IMPATIENT: Patience = { tries: [millis(5), millis(10)], first: millis(1000), longest: millis(4000), youngest: millis(10_000) }
const question = (url: string, changes: Partial<TokenQuestion> = {}): TokenQuestion => ({
  url,
  credential: { kind: 'basic' },
  encoding: 'form',
  form: { scope: 'GIGACHAT_API_PERS' },
  uuidHeaders: ['RqUID'],
  tokenMember: 'access_token',
  lifetimeSeconds: 1800,
  ...changes,
})
type Settings = Extract<AuthenticationSettings, { kind: 'oauth' }>
const world = (settings: Omit<Settings, 'kind' | 'secret'> & { readonly secret?: Settings['secret'] }) => {
  const time = { now: 1_000_000 }
  let drawn = 0
  const made = createAuthenticator(
    { kind: 'oauth', secret: { environment: 'KEY' }, privateNetwork: true, ...settings },
    {
      clock: () => epochMillis(time.now),
      random: (length) => new Uint8Array(length).fill(++drawn),
      environment: { KEY: SECRET },
      patience: IMPATIENT,
    },
  )
  assert.ok(made.ok, made.ok ? '' : made.error.message)
  cleanups.push(() => made.value.close())
  return { authenticator: made.value, time }
}

const OUTGOING = { method: 'POST', url: 'https://api.example.org/v1', headers: [], body: new Uint8Array() } as const
/** What a call gets: `token …` or the sentence of the failure. */
const ask = async (authenticator: Authenticator): Promise<string> => {
  const credentials = await new Promise<Credentials>((resolve) => {
    const now = authenticator.authenticate(OUTGOING, resolve)
    if (now !== undefined) resolve(now)
  })
  if (!credentials.ok) return credentials.error.message
  assert.equal(credentials.value[0], 'authorization')
  return credentials.value[1] ?? ''
}

test('a token service with an authority of its own: asked as GigaChat wants it, once for all who wait', {
  skip: tls === undefined && 'there is no openssl',
}, async () => {
  const service = await serve(({ headers }, response, count) => {
    assert.equal(headers.authorization, `Basic ${Buffer.from(SECRET).toString('base64')}`)
    setTimeout(() => json(response, { access_token: `t${count}`, expires_at: 1_000_000 + 1_800_000 }), 20)
  }, true)
  const { authenticator, time } = world({ question: question(service.url), certificateAuthorityFile: tls?.authorityFile ?? '' })
  assert.equal(authenticator.fixed, undefined)
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(authenticator)))
  assert.deepEqual(new Set(answers), new Set(['Bearer t1']))
  assert.equal(service.seen.length, 1)
  assert.equal(service.seen[0]?.body, 'scope=GIGACHAT_API_PERS')
  assert.match(String(service.seen[0]?.headers.rquid), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

  // In the last fifth of its life the token still serves, and another is fetched beside.
  time.now += 1_500_000
  assert.equal(await ask(authenticator), 'Bearer t1')
  while ((await ask(authenticator)) === 'Bearer t1') await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(service.seen.length, 2)
  // Nobody asked for long: a token that has run out is never shown.
  time.now += 1_799_000
  assert.equal(await ask(authenticator), 'Bearer t3')
  assert.notEqual(service.seen[0]?.headers.rquid, service.seen[1]?.headers.rquid)
})

test('without its authority the service is not trusted, and the key is not sent', {
  skip: tls === undefined && 'there is no openssl',
}, async () => {
  const service = await serve((_, response) => json(response, { access_token: 't' }), true)
  const { authenticator } = world({ question: question(service.url) })
  assert.match(
    await ask(authenticator),
    /^no token could be had: its service has a certificate of no authority that is trusted for it \([A-Z_]+\)$/,
  )
  assert.equal(service.seen.length, 0)
})

test('failures: what may pass is tried again, what may not is not, and calls then fail at once for a while', async () => {
  const statuses = [500, 503, 200, 401, 401]
  const service = await serve(({ body, headers }, response, count) => {
    // A service that repeats what it was sent must not put it into our sentences.
    const status = statuses[count - 1] ?? 500
    json(
      response,
      status === 200 ? { access_token: 't', expires_in: '60' } : { error: 'invalid_client', text: body + headers.authorization },
      status,
    )
  })
  const { authenticator, time } = world({ question: question(service.url) })
  assert.equal(await ask(authenticator), 'Bearer t')
  assert.equal(service.seen.length, 3)
  time.now += 60_000
  const sentence = 'no token could be had: its service refused (401, invalid_client)'
  assert.equal(await ask(authenticator), sentence)
  assert.equal(service.seen.length, 4)
  const again = authenticator.authenticate(OUTGOING, () => assert.fail('it answers at once'))
  assert.ok(again !== undefined && !again.ok)
  assert.deepEqual(again.error, { kind: 'authentication-failed', message: sentence, retryAfter: 1000 })
  time.now += 1000
  assert.equal(await ask(authenticator), sentence)
  assert.equal(service.seen.length, 5)
  const longer = authenticator.authenticate(OUTGOING, () => assert.fail('it answers at once'))
  assert.ok(longer !== undefined && !longer.ok && longer.error.retryAfter === 2000, 'it waits twice as long the second time')
})

test('a token that its endpoint refuses is forgotten, but for one that has only just come', async () => {
  const service = await serve((_, response, count) => json(response, { access_token: `t${count}`, expires_in: 3600 }))
  const { authenticator, time } = world({ question: question(service.url) })
  assert.equal(await ask(authenticator), 'Bearer t1')
  authenticator.refused()
  assert.equal(await ask(authenticator), 'Bearer t1')
  time.now += 10_000
  authenticator.refused()
  assert.equal(await ask(authenticator), 'Bearer t2')
})

test('a key that is replaced is used at once, whatever was known of the one before', async () => {
  const file = join(folder, 'client')
  writeFileSync(file, 'id:old')
  const service = await serve(({ body }, response) =>
    body.includes('client_secret=new') ? json(response, { access_token: 't' }) : json(response, { error: 'invalid_client' }, 401),
  )
  const form = question(service.url, { credential: { kind: 'form' }, form: { grant_type: 'client_credentials' } })
  const { authenticator } = world({ question: form, secret: { file } })
  assert.match(await ask(authenticator), /invalid_client/)
  writeFileSync(file, 'id:new')
  assert.deepEqual(authenticator.refresh(), [])
  assert.equal(await ask(authenticator), 'Bearer t')
  assert.equal(service.seen.at(-1)?.body, 'grant_type=client_credentials&client_id=id&client_secret=new')
})

test('whoever waits while the key is replaced gets what the new key gives', async () => {
  const file = join(folder, 'rotated')
  writeFileSync(file, 'id:old')
  // With the old key the service never answers.
  const service = await serve(({ body }, response) => {
    if (body.includes('client_secret=new')) json(response, { access_token: 'new', expires_in: 60 })
  })
  const { authenticator } = world({ question: question(service.url, { credential: { kind: 'form' } }), secret: { file } })
  const waiting = ask(authenticator)
  while (service.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  writeFileSync(file, 'id:new')
  authenticator.refresh()
  assert.equal(await waiting, 'Bearer new')
  assert.equal(await ask(authenticator), 'Bearer new')
  assert.equal(service.seen.length, 2)
})

test('no redirect is followed, no rubbish taken for a token, and nothing is waited for that was let go', async () => {
  const elsewhere = await serve((_, response) => json(response, { access_token: 't' }))
  const redirecting = await serve((_, response) => response.writeHead(307, { location: elsewhere.url }).end())
  assert.match(
    await ask(world({ question: question(redirecting.url) }).authenticator),
    /answered with a redirect \(307\), which is not followed$/,
  )
  assert.equal(elsewhere.seen.length, 0)
  for (const body of ['', 'null', '[]', '{"access_token":7}', '{"access_token":"a\\nb"}', `{"access_token":"${'x'.repeat(200_000)}"}`]) {
    const rubbish = await serve((_, response) => response.end(body))
    assert.match(await ask(world({ question: question(rubbish.url) }).authenticator), /answered without a token$/)
  }
  // The discard port: nobody listens there.
  assert.match(await ask(world({ question: question('http://127.0.0.1:9/') }).authenticator), /could not be reached \(ECONNREFUSED\)$/)
  const silent = await serve(() => {})
  const { authenticator } = world({ question: question(silent.url) })
  const waiting = ask(authenticator)
  authenticator.close()
  assert.equal(await waiting, 'the endpoint is no longer configured')
})

test('an address inside is asked only where the configuration names it', async () => {
  const service = await serve((_, response) => json(response, { access_token: 't' }))
  const sentence = 'no token could be had: its service lies in a private network, which the configuration does not name'
  // As an address, and as a name that leads to one.
  for (const url of [service.url, service.url.replace('127.0.0.1', 'localhost')])
    assert.equal(await ask(world({ question: question(url), privateNetwork: false }).authenticator), sentence)
  assert.equal(service.seen.length, 0)
  const prepare = (url: string) =>
    createAuthenticator(
      { kind: 'oauth', question: question(url), secret: { environment: 'KEY' } },
      { clock: () => epochMillis(0), random: (length) => new Uint8Array(length), environment: { KEY: SECRET } },
    )
  const refused = (url: string) => {
    const made = prepare(url)
    return made.ok ? '' : made.error.message
  }
  assert.equal(refused('http://token.example.org/'), 'the address of the token service must be `https`')
  assert.equal(refused('https://{tenant}.example.org/'), 'the address of the token service is incomplete')
  assert.equal(refused('https://a:b@token.example.org/'), 'the address of the token service must hold no key')
})

const part = (text: string | undefined): JsonObject => {
  const parsed = parseJson(Buffer.from(text ?? '', 'base64url').toString())
  assert.ok(parsed.ok && isJsonObject(parsed.value))
  return parsed.value
}

test('a service account shows a signed assertion, as Google and as Yandex Cloud want it', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const google = {
    type: 'service_account',
    client_email: 'a@b',
    private_key: pem,
    private_key_id: 'k1',
    token_uri: 'https://evil.example/',
  }
  const yandex = { id: 'k2', service_account_id: 'sa', private_key: `PLEASE DO NOT REMOVE THIS LINE!\n${pem}` }
  const service = await serve((_, response) => json(response, { access_token: 'g', iamToken: 'y', expiresAt: '1970-01-01T12:00:00Z' }))
  const files = { google: join(folder, 'google.json'), yandex: join(folder, 'yandex.json') }
  writeFileSync(files.google, JSON.stringify(google))
  writeFileSync(files.yandex, JSON.stringify(yandex))

  const scope = 'https://www.googleapis.com/auth/cloud-platform'
  const credential = { kind: 'assertion', algorithm: 'RS256', member: 'assertion', claims: { scope } } as const
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' }
  const asGoogle = question(service.url, { credential, form })
  assert.equal(await ask(world({ question: asGoogle, secret: { file: files.google } }).authenticator), 'Bearer g')
  const sent = new URLSearchParams(service.seen[0]?.body)
  assert.equal(sent.get('grant_type'), form.grant_type)
  const [head, claims, signature] = sent.get('assertion')?.split('.') ?? []
  assert.deepEqual(part(head), { alg: 'RS256', typ: 'JWT', kid: 'k1' })
  assert.deepEqual(part(claims), { scope, iss: 'a@b', aud: service.url, iat: 1000, exp: 4600 })
  assert.ok(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature ?? '', 'base64url')))

  const asYandex = question(service.url, {
    credential: { kind: 'assertion', algorithm: 'PS256', member: 'jwt', claims: {} },
    encoding: 'json',
    form: {},
    tokenMember: 'iamToken',
  })
  assert.equal(await ask(world({ question: asYandex, secret: { file: files.yandex } }).authenticator), 'Bearer y')
  assert.equal(service.seen[1]?.headers['content-type'], 'application/json')
  const body = parseJson(service.seen[1]?.body ?? '')
  assert.ok(body.ok && isJsonObject(body.value))
  const [yandexHead, yandexClaims, yandexSignature] = String(body.value.jwt).split('.')
  assert.deepEqual(part(yandexHead), { alg: 'PS256', typ: 'JWT', kid: 'k2' })
  const pss = { key: publicKey, padding: 6, saltLength: 32 }
  assert.ok(verify('sha256', Buffer.from(`${yandexHead}.${yandexClaims}`), pss, Buffer.from(yandexSignature ?? '', 'base64url')))
})

test('neither key nor token is shown by anything that holds them', async () => {
  const service = await serve((_, response) => json(response, { access_token: 'token-geheim', expires_in: 3600 }))
  const { authenticator } = world({ question: question(service.url) })
  await ask(authenticator)
  for (const shown of [inspect(authenticator, { depth: 20, showHidden: true }), JSON.stringify(authenticator)])
    assert.ok(!shown.includes('geheim') && !shown.includes(Buffer.from(SECRET).toString('base64')), shown)
})
