// The doors of every dialect: paths, keys and what a caller hears when something is wrong before its call begins.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { endpointOf, reach, SECRET, snapshotOf } from '../../test/oracles/gateway.ts'
import { type Serving, serve } from '../../test/oracles/serving.ts'
import { isJsonObject, type JsonObject, parseJson } from '../core/json.ts'
import { routeOf } from './routes.ts'

let serving: Serving
before(async () => {
  serving = await serve(snapshotOf([endpointOf({ id: 'home', reach: reach('FR') })]), { now: () => Date.now() })
})
after(() => serving.stop())

type Heard = { readonly status: number; readonly body: JsonObject }
const send = async (path: string, headers: Record<string, string>, body: string | undefined): Promise<Heard> => {
  const method = body === undefined ? 'GET' : 'POST'
  const response = await fetch(`${serving.base}${path}`, { method, headers, ...(body !== undefined && { body }) })
  const parsed = parseJson(await response.text())
  assert.ok(parsed.ok && isJsonObject(parsed.value))
  return { status: response.status, body: parsed.value }
}
const JSON_TYPE = { 'content-type': 'application/json' }

const ROUTES: readonly [path: string, route: string, model?: string, stream?: boolean][] = [
  ['/v1/chat/completions', 'chat'],
  ['/v1/responses', 'responses'],
  ['/v1/messages', 'messages'],
  ['/v1/messages/count_tokens', 'count-tokens'],
  ['/v2/chat', 'cohere-chat'],
  ['/v2/embed', 'cohere-embeddings'],
  ['/v2/rerank', 'cohere-rerank'],
  ['/v1/rerank', 'rerank'],
  ['/v1beta/models/assistant:generateContent', 'gemini', 'assistant', false],
  ['/v1/models/assistant:streamGenerateContent?alt=sse', 'gemini', 'assistant', true],
  ['/v1beta/models/a%2Fb%3Ac:countTokens', 'gemini-count', 'a/b:c', false],
  ['/v1beta/models/assistant:embedContent', 'gemini-embedding', 'assistant', false],
  ['/v1beta/models/assistant:batchEmbedContents', 'gemini-embeddings', 'assistant', false],
  ['/model/eu.some%3A0/converse', 'converse', 'eu.some:0', false],
  ['/model/assistant/converse-stream', 'converse', 'assistant', true],
]
for (const [path, route, model, stream] of ROUTES)
  test(`${path} is ${route}`, () => {
    const routed = routeOf('POST', path)
    assert.deepEqual(routed, { kind: 'inference', route, ...(model !== undefined && { path: { model, stream } }) })
    assert.equal(routeOf('GET', path).kind, 'failure')
  })

test('what only looks like a path of a dialect leads nowhere', () => {
  for (const path of [
    '/v1beta/models/assistant:fetch',
    '/v1beta/models/a/b:generateContent',
    '/model/a/b/converse',
    '/model//converse',
    '/v1beta/models/%ff:generateContent',
  ])
    assert.equal(routeOf('POST', path).kind, 'failure', path)
  const unframed = routeOf('POST', '/v1beta/models/assistant:streamGenerateContent')
  assert.ok(unframed.kind === 'failure' && unframed.route === 'gemini')
})

test('each dialect’s callers bring their key as they are used to, and never twice', async () => {
  const question = '{"model":"nobody","max_tokens":1,"messages":[{"role":"user","content":"Salut"}]}'
  const unknown = async (path: string, headers: Record<string, string>) => (await send(path, { ...JSON_TYPE, ...headers }, question)).status
  assert.equal(await unknown('/v1/messages', { 'x-api-key': SECRET }), 404)
  assert.equal(await unknown('/v1/messages', { authorization: `Bearer ${SECRET}` }), 404)
  assert.equal(await unknown('/v1/chat/completions', { 'x-goog-api-key': SECRET }), 404)
  assert.equal(await unknown('/v1/messages', {}), 401)
  assert.equal(await unknown('/v1/messages', { 'x-api-key': 'another' }), 401)
  assert.equal(await unknown('/v1/messages', { 'x-api-key': SECRET, authorization: `Bearer ${SECRET}` }), 400)
  assert.equal(await unknown(`/v1beta/models/nobody:generateContent?key=${SECRET}`, {}), 401)
})

test('what is wrong with a request is said in the words of its dialect', async () => {
  const cases: readonly [path: string, headers: Record<string, string>, status: number][] = [
    ['/v1/messages', JSON_TYPE, 401],
    ['/v1/messages', { 'x-api-key': SECRET, 'content-type': 'text/plain' }, 415],
    ['/v1/messages', { ...JSON_TYPE, 'x-api-key': SECRET, 'allod-purpose': 'none such' }, 400],
  ]
  for (const [path, headers, status] of cases) {
    const heard = await send(path, headers, '{"model":"assistant","max_tokens":1,"messages":[{"role":"user","content":"Salut"}]}')
    assert.equal(heard.status, status)
    assert.equal(heard.body.type, 'error')
    assert.equal(typeof (heard.body.error as JsonObject).message, 'string')
  }
  const gemini = await send('/v1beta/models/assistant:generateContent', { ...JSON_TYPE, 'x-goog-api-key': SECRET }, '{"contents":7}')
  assert.equal(gemini.status, 400)
  assert.deepEqual(
    { code: (gemini.body.error as JsonObject).code, status: (gemini.body.error as JsonObject).status },
    { code: 400, status: 'INVALID_ARGUMENT' },
  )
  const method = await send('/v1/messages', { 'x-api-key': SECRET }, undefined)
  assert.deepEqual([method.status, method.body.type], [405, 'error'])
})

test('the list of models comes in the shape of whoever asks', async () => {
  const openai = await send('/v1/models', { authorization: `Bearer ${SECRET}` }, undefined)
  assert.equal(openai.body.object, 'list')
  const anthropic = await send('/v1/models', { 'x-api-key': SECRET, 'anthropic-version': '2023-06-01' }, undefined)
  assert.deepEqual([anthropic.body.first_id, anthropic.body.has_more], ['assistant', false])
  const gemini = await send('/v1beta/models', { 'x-goog-api-key': SECRET }, undefined)
  const models = gemini.body.models as readonly { readonly name: string; readonly allod: { readonly targets: readonly JsonObject[] } }[]
  assert.deepEqual(
    models.map(({ name, allod }) => [name, allod.targets.map(({ endpoint }) => endpoint)]),
    [['models/assistant', ['home']]],
  )
  assert.equal((await send('/v1beta/models/assistant', { 'x-goog-api-key': SECRET }, undefined)).body.name, 'models/assistant')
  const nobody = await send('/v1beta/models', {}, undefined)
  assert.deepEqual([nobody.status, (nobody.body.error as JsonObject).status], [401, 'UNAUTHENTICATED'])
})
