import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { endpointOf, reach } from '../../../test/oracles/gateway.ts'
import { epochMillis } from '../../core/units.ts'
import type { UpstreamControl, UpstreamHandler } from '../../gateway/ports.ts'
import { createUpstream } from '../upstream.ts'
import { type AuthenticationSettings, type Authenticator, createAuthenticator } from './index.ts'
import { authenticatedUpstream } from './upstream.ts'

const wire = createUpstream()
const cleanups: (() => unknown)[] = [() => wire.close()]
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const prepared = (settings: AuthenticationSettings, now = () => 0): Authenticator => {
  const environment = { KEY: 'AKID:secret' }
  const made = createAuthenticator(settings, { clock: () => epochMillis(now()), random: (length) => new Uint8Array(length), environment })
  assert.ok(made.ok)
  cleanups.push(() => made.value.close())
  return made.value
}
const token = (url: string): AuthenticationSettings => ({
  kind: 'oauth',
  secret: { environment: 'KEY' },
  privateNetwork: true,
  question: {
    url,
    credential: { kind: 'basic' },
    encoding: 'form',
    form: {},
    uuidHeaders: [],
    tokenMember: 'access_token',
    lifetimeSeconds: 60,
  },
})

/** Sends one request; resolves with the status or the failure's sentence. `early` gets the control before anything can have happened. */
const send = (
  base: string,
  authenticator: Authenticator | undefined,
  early?: (control: UpstreamControl) => void,
  isCut: () => boolean = () => false,
): Promise<number | string> =>
  new Promise((resolve) => {
    let inside = true
    let status = 0
    const handler: UpstreamHandler = {
      head: (given) => {
        status = given
      },
      data: () => {},
      end: () => resolve(status),
      fail: ({ kind, message }) => {
        assert.equal(inside, false, 'a handler is never called from inside')
        resolve(`${kind}: ${message}`)
      },
    }
    const endpoint = endpointOf({ id: 'far', reach: reach('US'), baseUrl: `${base}/v1/` })
    const [model] = endpoint.models.values()
    assert.ok(model)
    const request = {
      endpoint,
      model,
      path: '/chat/completions',
      headers: ['content-type', 'application/json'],
      body: Buffer.from('{"a":1}'),
    }
    const control = authenticatedUpstream(wire, () => authenticator, isCut).send(request, handler)
    inside = false
    early?.(control)
  })

test('a token is fetched first, shown, and fetched anew when the endpoint refuses it', async () => {
  let now = 0
  let tokens = 0
  const issuer = await serve((_, response) => response.end(`{"access_token":"t${++tokens}","expires_in":3600}`))
  const seen: (string | undefined)[] = []
  const base = await serve(({ headers }, response) => {
    seen.push(headers.authorization)
    response.writeHead(headers.authorization === 'Bearer t1' && seen.length > 1 ? 401 : 200).end('{}')
  })
  const authenticator = prepared(token(`${issuer}/oauth`), () => now)
  assert.equal(await send(base, authenticator), 200)
  now = 20_000
  assert.equal(await send(base, authenticator), 401)
  assert.equal(await send(base, authenticator), 200)
  assert.deepEqual(seen, ['Bearer t1', 'Bearer t1', 'Bearer t2'])
})

test('what cannot be authenticated is not sent', async () => {
  let calls = 0
  const base = await serve((_, response) => {
    calls++
    response.end('{}')
  })
  const issuer = await serve((_, response) => response.writeHead(401).end('{"error":"invalid_client"}'))
  const sentence = 'unreachable: could not be authenticated to: no token could be had: its service refused (401, invalid_client)'
  const authenticator = prepared(token(`${issuer}/oauth`))
  // Once after waiting, once because it is known already.
  assert.equal(await send(base, authenticator), sentence)
  assert.equal(await send(base, authenticator), sentence)
  assert.equal(calls, 0)
})

test('a call that ends while its token is fetched is never sent; one that is paused is', async () => {
  let calls = 0
  const base = await serve((_, response) => {
    calls++
    response.end('{}')
  })
  const issuer = await serve((_, response) => setTimeout(() => response.end('{"access_token":"t"}'), 20))
  const authenticator = prepared(token(`${issuer}/oauth`))
  const aborted = send(base, authenticator, (control) => control.abort())
  const paused = send(base, authenticator, (control) => {
    control.pause()
    setTimeout(() => control.resume(), 40)
  })
  assert.equal(await paused, 200)
  assert.equal(calls, 1)
  assert.equal(await Promise.race([aborted, Promise.resolve('nothing')]), 'nothing')
})

test('an endpoint that is cut while the token is fetched gets not a byte of the call that waited', async () => {
  let calls = 0
  const base = await serve((_, response) => {
    calls++
    response.end('{}')
  })
  let cut = false
  const issuer = await serve((_, response) => {
    cut = true
    response.end('{"access_token":"t"}')
  })
  const authenticator = prepared(token(`${issuer}/oauth`))
  const cutIs = () => cut
  assert.equal(await send(base, authenticator, undefined, cutIs), 'unreachable: was cut off before it was asked')
  assert.equal(calls, 0)
  cut = false
  assert.equal(await send(base, authenticator, undefined, cutIs), 200)
})

test('a signature holds for the request as it arrives', async () => {
  const settings = { kind: 'sigv4', service: 'bedrock', region: 'eu-central-1', secret: { environment: 'KEY' } } as const
  let verdict: unknown
  const base = await serve((request, response) => {
    const made = prepared(settings).authenticate(
      {
        method: 'POST',
        url: `http://${request.headers.host}${request.url}`,
        headers: ['content-type', request.headers['content-type'] ?? ''],
        body: Buffer.from('{"a":1}'),
      },
      () => assert.fail('signing takes no waiting'),
    )
    verdict = made?.ok === true && made.value.at(-1) === request.headers.authorization
    response.end('{}')
  })
  assert.equal(await send(base, prepared(settings)), 200)
  assert.equal(verdict, true)
})

test('an endpoint without an authenticator is sent to as if nothing stood between', async () => {
  const base = await serve(({ headers }, response) => response.writeHead(headers.authorization === undefined ? 200 : 400).end('{}'))
  assert.equal(await send(base, undefined), 200)
})
