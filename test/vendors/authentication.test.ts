// Keys, signatures and tokens of our own making, shown to the simulated vendors that look at them most closely.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { epochMillis } from '../../src/core/units.ts'
import { type AuthenticationSettings, type Credentials, createAuthenticator, type Outgoing } from '../../src/http/authentication/index.ts'
import { startVendor } from './index.ts'
import type { Simulated, VendorOptions } from './simulator/server.ts'
import { SIMULATED_ACCESS_KEY } from './simulator/signature.ts'

const authenticated = async (settings: AuthenticationSettings, secret: string, request: Outgoing): Promise<Credentials> => {
  const made = createAuthenticator(settings, {
    environment: { KEY: secret },
    clock: () => epochMillis(Date.now()),
    random: (length) => new Uint8Array(randomBytes(length)),
  })
  assert.ok(made.ok, made.ok ? '' : made.error.message)
  try {
    return await new Promise((resolve) => {
      const now = made.value.authenticate(request, resolve)
      if (now !== undefined) resolve(now)
    })
  } finally {
    made.value.close()
  }
}

const ask = async (request: Outgoing, credentials: Credentials): Promise<number> => {
  assert.ok(credentials.ok, credentials.ok ? '' : credentials.error.message)
  const flat = [...request.headers, ...credentials.value]
  const headers = flat.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []))
  const response = await fetch(request.url, { method: request.method, headers, body: new Uint8Array(request.body) })
  await response.arrayBuffer()
  return response.status
}
const posting = (url: string, body: object): Outgoing => ({
  method: 'POST',
  url,
  headers: ['content-type', 'application/json'],
  body: new TextEncoder().encode(JSON.stringify(body)),
})
const withVendor = async (name: string, use: (simulated: Simulated) => Promise<void>, options: VendorOptions = {}): Promise<void> => {
  const simulated = await startVendor(name, options)
  try {
    await use(simulated)
  } finally {
    await simulated.stop()
  }
}

test('Amazon takes a request that was signed, and not one that was changed after', async () => {
  await withVendor('aws-bedrock', async ({ origin, key }) => {
    const settings: AuthenticationSettings = { kind: 'sigv4', service: 'bedrock', region: 'eu-central-1', secret: { environment: 'KEY' } }
    const url = `${origin}/model/${encodeURIComponent('eu.anthropic.claude-sonnet-4-5-20250929-v1:0')}/converse`
    const request = posting(url, { messages: [{ role: 'user', content: [{ text: 'Grüße.' }] }] })
    const credentials = await authenticated(settings, `${SIMULATED_ACCESS_KEY}:${key}`, request)
    assert.equal(await ask(request, credentials), 200)
    const changed = posting(url, { messages: [{ role: 'user', content: [{ text: 'Grüsse.' }] }] })
    assert.equal(await ask(changed, credentials), 403)
    assert.equal(await ask(request, await authenticated(settings, `${SIMULATED_ACCESS_KEY}:wrong`, request)), 403)
  })
})

test('GigaChat gives a token for the key, and answers whoever has one', async () => {
  await withVendor('gigachat', async ({ origin, url, key, requests }) => {
    const settings: AuthenticationSettings = {
      kind: 'oauth',
      secret: { environment: 'KEY' },
      privateNetwork: true,
      question: {
        url: `${origin}/api/v2/oauth`,
        credential: { kind: 'basic' },
        encoding: 'form',
        form: { scope: 'GIGACHAT_API_PERS' },
        uuidHeaders: ['RqUID'],
        tokenMember: 'access_token',
        lifetimeSeconds: 1800,
      },
    }
    const request = posting(`${url}/chat/completions`, { model: 'GigaChat-2-Max', messages: [{ role: 'user', content: 'Привет' }] })
    const credentials = await authenticated(settings, key, request)
    assert.equal(await ask(request, credentials), 200)
    assert.deepEqual(
      requests.map(({ path, status }) => [path, status]),
      [
        ['/api/v2/oauth', 200],
        ['/api/v1/chat/completions', 200],
      ],
    )
    const wrong = await authenticated(settings, Buffer.from('somebody:else').toString('base64'), request)
    assert.ok(!wrong.ok)
  })
})
