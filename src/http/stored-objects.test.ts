import assert from 'node:assert/strict'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import OpenAI from 'openai'
import { LIMITS, SECRET, testKey } from '../../test/oracles/gateway.ts'
import type { ApplicationId, EndpointId } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import { epochMillis, millis } from '../core/units.ts'
import { Bag } from '../gateway/bag.ts'
import { encodeFailure, responseId } from '../gateway/conversations.ts'
import type { AssistantPart, NeutralRequest } from '../gateway/dialects/neutral.ts'
import { openaiResponses } from '../gateway/dialects/openai-responses/index.ts'
import { keepAnswer, resume } from '../gateway/keeping.ts'
import type { KeepingRules } from '../gateway/kept.ts'
import type { Desk } from '../gateway/object-answers.ts'
import { warningsMember } from '../gateway/warnings.ts'
import { callAt, later, must, openAt, temporaryFolder } from '../store/fixtures.test.ts'
import type { BodyReader } from './body.ts'
import { type StoredObjectsOptions, serveStoredObject } from './stored-objects.ts'

const RULES: KeepingRules = { keep: 'unless-refused', retention: millis(60_000), maxBytesPerTurn: 100_000, maxBytesPerApplication: 50_000 }
const OTHER = 'allod_other'
const KEYS = new Map([
  [SECRET, testKey({ purposes: ['service', 'research'] })],
  [OTHER, testKey({ application: 'other' as ApplicationId })],
])

const shown = (part: NeutralRequest['messages'][number]['parts'][number]): string => {
  if ('text' in part) return part.text
  if (!('source' in part) || part.source.kind !== 'data' || part.source.data === 'AA==') return part.kind
  return part.kind === 'file' ? `${part.name}=${part.source.data}` : part.source.data
}
/** What was asked in full, as the model would see it. */
const spoken = ({ messages }: NeutralRequest): string =>
  messages.map(({ role, parts }) => `${role}: ${parts.map(shown).join(' ')}`).join('\n')

/** A server with the store behind it, whose model repeats all that it was told. */
const serving = async (t: TestContext, rules: KeepingRules = RULES) => {
  const { store, time } = openAt(join(temporaryFolder(t), 'store.sqlite'))
  t.after(() => store.close())
  let random = 0
  const desk: Desk = {
    conversations: store.conversations,
    files: store.files,
    rules,
    clock: () => time.now,
    random: (length) => new Uint8Array(length).fill(random++ & 31),
  }
  const options: StoredObjectsOptions = {
    gateway: {
      identify: (authorization) => {
        const key = KEYS.get(authorization?.slice('Bearer '.length) ?? '')
        return key === undefined ? { ok: false, error: { kind: 'key-invalid', message: 'no such key' } } : { ok: true, value: key }
      },
    },
    snapshot: () => ({ dataClasses: ['public', 'confidential'], limits: { ...LIMITS, maxBodyBytes: 20_000 } }),
    desk: () => desk,
    bodyPatience: millis(1000),
    bodies: new Bag<BodyReader>(),
    full: () => undefined,
    onFault: (fault) => assert.fail(String(fault)),
  }
  const asked: string[] = []
  const respond = (body: JsonObject, secret: string) => {
    const { tenant, application } = KEYS.get(secret) ?? assert.fail('who asks?')
    const owner = { tenant, application }
    const law = { dataClass: 'public', purpose: 'service' }
    const resumed = resume(store, { owner, purpose: law.purpose, classes: ['public', 'confidential'] }, body, time.now)
    if (!resumed.ok) return encodeFailure({ status: 404, kind: 'not-found', message: resumed.error.message })
    const call = callAt()
    asked.push(spoken(resumed.value.request))
    const parts: AssistantPart[] = [
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'text', text: `I heard ${asked.length}.` },
    ]
    const answer = {
      id: '',
      model: 'seed',
      choices: [{ index: 0, parts, stop: { kind: 'stop' } as const }],
      usage: { input: 3, output: 2 },
    }
    const told = openaiResponses.encodeResponse(answer, { request: resumed.value.own, call, now: 1, warnings: [] }).body
    const endpoint = 'here' as EndpointId
    const kept = { id: responseId(call), call, endpoint, told, ...law, keptUntil: later(time.now, rules.retention), owner, rules }
    const { members, warnings } = keepAnswer(store.conversations, resumed.value, answer, kept)
    return { status: 200, body: { ...told, ...members, ...warningsMember(warnings) } }
  }
  const server = createServer((request, response) => {
    if (serveStoredObject(request, response, options)) return
    let text = ''
    request.on('data', (piece) => {
      text += piece
    })
    request.on('end', () => {
      const { status, body } = respond(JSON.parse(text), request.headers.authorization?.slice('Bearer '.length) ?? '')
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  server.on('checkContinue', (request, response) => void serveStoredObject(request, response, options, true))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  t.after(() => server.closeAllConnections())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const client = (apiKey: string) => new OpenAI({ apiKey, baseURL: base, maxRetries: 0 })
  return { client: client(SECRET), other: client(OTHER), base, asked, time, desk, store }
}
const all = async <T>(list: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = []
  for await (const item of list) items.push(item)
  return items
}
const formOf = (members: Readonly<Record<string, string | File>>): FormData => {
  const form = new FormData()
  for (const [name, value] of Object.entries(members)) form.append(name, value)
  return form
}
const headers = { authorization: `Bearer ${SECRET}` }

test('the official SDK reads, lists and deletes an answer that is kept', async (t) => {
  const { client, other, asked } = await serving(t)
  const first = await client.responses.create({ model: 'assistant', instructions: 'Be brief.', input: 'One?', metadata: { a: 'b' } })
  const call = { type: 'function_call' as const, call_id: 'c1', name: 'look', arguments: '{"at":"x"}' }
  const second = await client.responses.create({
    model: 'assistant',
    previous_response_id: first.id,
    input: [call, { type: 'function_call_output', call_id: 'c1', output: 'Nothing.' }, { role: 'user', content: 'Two?' }],
  })
  assert.equal(asked[1], 'user: One?\nassistant: Hm. I heard 1.\nassistant: tool-call\ntool: tool-result\nuser: Two?')
  assert.deepEqual(await client.responses.retrieve(first.id), first)
  assert.deepEqual(await client.responses.retrieve(second.id), second)
  assert.deepEqual([second.previous_response_id, second.output_text], [first.id, 'I heard 2.'])
  assert.equal('store' in second && second.store, true)
  const items = await all(client.responses.inputItems.list(second.id, { order: 'asc', limit: 2 }))
  assert.deepEqual(
    items.map((item) => [item.type, item.id?.replace(/_call_\w{26}/, '')]),
    [
      ['message', 'msg_in_0'],
      ['reasoning', 'rs_0'],
      ['message', 'msg_1'],
      ['function_call', 'fc_in_0'],
      ['function_call_output', 'fco_in_1'],
      ['message', 'msg_in_2'],
    ],
  )
  const newest = await client.responses.inputItems.list(second.id, { limit: 1 })
  assert.deepEqual([newest.data.length, newest.has_more, newest.data[0]?.id], [1, true, items[5]?.id])
  // Any of these may be referred to, and is then put in.
  const refer = items.map(({ id }) => ({ type: 'item_reference' as const, id: id ?? '' }))
  await client.responses.create({ model: 'assistant', input: [...refer, { role: 'user', content: 'Well?' }] })
  assert.equal(asked[2], 'user: One?\nassistant: Hm. I heard 1. tool-call\ntool: tool-result\nuser: Two?\nuser: Well?')

  await assert.rejects(client.responses.cancel(first.id), { status: 400, message: /only an answer made in the background/ })
  for (const strange of ['retrieve', 'delete', 'cancel'] as const) await assert.rejects(other.responses[strange](first.id), { status: 404 })
  await client.responses.delete(first.id)
  await assert.rejects(client.responses.retrieve(first.id), { status: 404, message: /response `resp_call_\w+` is not kept here/ })
  await assert.rejects(client.responses.delete(first.id), { status: 404 })
  assert.equal((await client.responses.retrieve(second.id)).id, second.id)
  await assert.rejects(async () => all(client.responses.inputItems.list(second.id)), { status: 404 })
  const on = client.responses.create({ model: 'assistant', previous_response_id: second.id, input: 'Three?' })
  await assert.rejects(on, { status: 404 })
})

test('the official SDK keeps a conversation: made, filled, read, changed, emptied, deleted', async (t) => {
  const { client, other, asked, time } = await serving(t)
  const made = await client.conversations.create({
    metadata: { topic: 'law' },
    items: [
      { type: 'message', role: 'developer', content: 'Be kind.' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look.' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' },
        ],
      },
    ],
  })
  assert.deepEqual(made, { id: made.id, object: 'conversation', created_at: Math.floor(time.now / 1000), metadata: { topic: 'law' } })
  assert.match(made.id, /^conv_\w{26}$/)
  assert.deepEqual(await client.conversations.retrieve(made.id), made)
  const added = await client.conversations.items.create(made.id, { items: [{ type: 'message', role: 'user', content: 'And?' }] })
  assert.deepEqual([added.data.length, added.first_id, added.has_more], [1, added.data[0]?.id, false])
  const answer = await client.responses.create({ model: 'assistant', conversation: made.id, input: 'Well?' })
  assert.deepEqual(answer.conversation, { id: made.id })
  assert.equal(asked[0], 'developer: Be kind.\nuser: Look. image\nuser: And?\nuser: Well?')
  const items = await all(client.conversations.items.list(made.id, { order: 'asc', limit: 2 }))
  assert.deepEqual(
    items.map((item) => (item.type === 'message' ? [item.role, item.status, item.content.map((part) => part.type)] : item.type)),
    [
      ['developer', 'completed', ['input_text']],
      ['user', 'completed', ['input_text', 'input_image']],
      ['user', 'completed', ['input_text']],
      ['user', 'completed', ['input_text']],
      'reasoning',
      ['assistant', 'completed', ['output_text']],
    ],
  )
  assert.deepEqual(items.slice(4), answer.output)
  const [, image] = items
  assert.deepEqual(await client.conversations.items.retrieve(image?.id ?? '', { conversation_id: made.id }), image)
  assert.deepEqual(await client.conversations.items.delete(image?.id ?? '', { conversation_id: made.id }), made)
  await assert.rejects(client.conversations.items.retrieve(image?.id ?? '', { conversation_id: made.id }), { status: 404 })
  assert.deepEqual(await client.conversations.update(made.id, { metadata: { topic: 'trade' } }), { ...made, metadata: { topic: 'trade' } })
  await client.responses.create({ model: 'assistant', conversation: { id: made.id }, input: 'So?' })
  assert.equal(asked[1], 'developer: Be kind.\nuser: And?\nuser: Well?\nassistant: Hm. I heard 1.\nuser: So?')

  const strangers = [
    () => other.conversations.retrieve(made.id),
    () => other.conversations.delete(made.id),
    () => other.conversations.items.create(made.id, { items: [{ type: 'message', role: 'user', content: 'x' }] }),
    () => other.conversations.items.delete(items[0]?.id ?? '', { conversation_id: made.id }),
  ]
  for (const strange of strangers) await assert.rejects(strange, { status: 404 })
  assert.deepEqual(await client.conversations.delete(made.id), { id: made.id, object: 'conversation.deleted', deleted: true })
  await assert.rejects(client.conversations.retrieve(made.id), { status: 404 })
  await assert.rejects(client.responses.retrieve(answer.id), { status: 404 }, 'what was said in it is gone with it')
})

test('the official SDK leaves a file here, which any question may then name', async (t) => {
  const { client, other, asked, time } = await serving(t)
  const content = Buffer.from('%PDF-1.7 ünïcödé \u0000\r\n--x')
  const made = await client.files.create({ file: new File([content], 'a.pdf', { type: 'application/pdf' }), purpose: 'user_data' })
  const expires = Math.floor((time.now + RULES.retention) / 1000)
  assert.deepEqual(made, {
    id: made.id,
    object: 'file',
    bytes: content.length,
    created_at: Math.floor(time.now / 1000),
    expires_at: expires,
    filename: 'a.pdf',
    purpose: 'user_data',
    status: 'processed',
  })
  assert.deepEqual(await client.files.retrieve(made.id), made)
  assert.deepEqual(Buffer.from(await (await client.files.content(made.id)).arrayBuffer()), content)
  const picture = await client.files.create({ file: new File(['x'], 'b.png'), purpose: 'vision' })
  assert.deepEqual(
    (await all(client.files.list({ order: 'asc' }))).map(({ id }) => id),
    [made.id, picture.id],
  )
  assert.deepEqual(
    (await all(client.files.list({ purpose: 'vision' }))).map(({ id }) => id),
    [picture.id],
  )
  const input = [
    { type: 'input_file' as const, file_id: made.id },
    { type: 'input_image' as const, file_id: picture.id, detail: 'auto' as const },
  ]
  const first = await client.responses.create({ model: 'assistant', input: [{ role: 'user', content: input }] })
  assert.equal(asked[0], `user: a.pdf=${content.toString('base64')} ${Buffer.from('x').toString('base64')}`)
  await client.responses.create({ model: 'assistant', previous_response_id: first.id, input: 'And?' })
  assert.match(asked[1] ?? '', /^user: a\.pdf=/)
  const [kept] = await all(client.responses.inputItems.list(first.id))
  assert.deepEqual(kept?.type === 'message' && kept.content, input, 'the conversation itself keeps the name of the file alone')

  for (const strange of ['retrieve', 'content', 'delete'] as const) await assert.rejects(other.files[strange](made.id), { status: 404 })
  assert.deepEqual(await all(other.files.list()), [])
  const theirs = other.responses.create({ model: 'assistant', input: [{ role: 'user', content: input }] })
  await assert.rejects(theirs, { status: 404, message: new RegExp(`\`file_id\` names \`${made.id}\`, which is not kept here`) })
  assert.deepEqual(await client.files.delete(made.id), { id: made.id, object: 'file', deleted: true })
  await assert.rejects(client.files.retrieve(made.id), { status: 404 })
  const on = client.responses.create({ model: 'assistant', previous_response_id: first.id, input: 'And now?' })
  await assert.rejects(on, { status: 404, message: /`file_id` names/ })
  const batch = client.files.create({ file: new File(['x'], 'b.jsonl'), purpose: 'batch' })
  await assert.rejects(batch, { status: 400, param: 'purpose' })
})

test('what has expired looks like what never was', async (t) => {
  const { client, time } = await serving(t)
  const { id } = await client.conversations.create()
  const answer = await client.responses.create({ model: 'assistant', input: 'x' })
  time.now = epochMillis(time.now + RULES.retention)
  await assert.rejects(client.conversations.retrieve(id), { status: 404 })
  await assert.rejects(client.responses.retrieve(answer.id), { status: 404 })
})

test('what cannot be done is refused in so many words', async (t) => {
  const { client, base } = await serving(t)
  const { id } = await client.conversations.create()
  const answer = await client.responses.create({ model: 'assistant', input: 'x' })
  const said = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${base}${path}`, { headers: { ...headers, 'content-type': 'application/json' }, ...init })
    const { error } = (await response.json()) as { error: { message: string; param: string | null } }
    return [response.status, error.param, error.message]
  }
  const post = (body: unknown): RequestInit => ({ method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })
  const items = `/conversations/${id}/items`
  const user = { role: 'user', content: 'x' }
  const wanted: readonly (readonly [() => Promise<unknown>, number, string | null, RegExp])[] = [
    [() => said(`/responses/${answer.id}?stream=true`), 400, 'stream', /cannot be streamed once more/],
    [() => said(`/responses/${answer.id}?include[]=message.output_text.logprobs`), 400, 'include', /log probabilities are not kept/],
    [() => said(`/responses/${answer.id}?colour=red`), 400, 'colour', /is no parameter here/],
    [() => said(`/responses/${answer.id}/input_items?limit=0`), 400, 'limit', /from 1 to 100/],
    [() => said(`/responses/${answer.id}/input_items?order=up`), 400, 'order', /`asc` or `desc`/],
    [() => said(`/responses/${answer.id}/input_items?after=msg_1`), 400, 'after', /names nothing of this list/],
    [() => said(`/responses/${answer.id}`, post({})), 405, null, /takes GET, DELETE/],
    [() => said(items, post({})), 400, 'items', /must be a list/],
    [() => said(items, post({ items: Array(21).fill(user) })), 400, 'items', /20 items at once/],
    [() => said(items, post({ items: [user, { role: 'nobody', content: 'x' }] })), 400, 'items.1.role', /`items.1.role` must be one of/],
    [() => said(items, post({ items: [{ type: 'web_search_call', id: 'ws_1', status: 'completed' }] })), 400, 'items.0', /cannot be kept/],
    [
      () => said(items, post({ items: [{ type: 'message', role: 'user', content: [{ type: 'x' }] }] })),
      400,
      'items.0.content.0',
      /cannot be kept/,
    ],
    [() => said(items, post({ items: [{ type: 'item_reference', id: 'msg_1_0' }] })), 400, 'items.0.id', /not kept here/],
    [() => said(items, post('{"items"')), 400, null, /not JSON/],
    [() => said(items, post('[1]')), 400, null, /one JSON object/],
    [() => said(items, post({ items: [{ role: 'user', content: 'x'.repeat(20_000) }] })), 413, null, /larger than 20000 bytes/],
    [() => said('/files', post({})), 415, null, /multipart\/form-data/],
    [() => said('/files', { method: 'POST', headers, body: formOf({ purpose: 'vision' }) }), 400, 'file', /`file` is missing/],
    [() => said('/files', { method: 'POST', headers, body: formOf({ file: new File(['x'], 'x') }) }), 400, 'purpose', /must be one of/],
    [() => said('/files', { method: 'POST', headers, body: formOf({ other: new File(['x'], 'x') }) }), 400, null, /one file, under `file`/],
    [
      () => said('/files', { ...post('--x'), headers: { ...headers, 'content-type': 'multipart/form-data; boundary=y' } }),
      400,
      null,
      /not a form/,
    ],
    [() => said('/conversations', post({ metadata: { a: 1 } })), 400, 'metadata.a', /must be a text/],
    [() => said('/conversations', post({ metadata: { a: 'b'.repeat(513) } })), 400, 'metadata.a', /at most 512/],
    [() => said(`/conversations/${id}`, post({})), 400, 'metadata', /is missing/],
    [() => said(`/conversations/${id}`, { headers: { authorization: 'Bearer nobody' } }), 401, null, /no such key/],
    [
      () => said('/conversations', { ...post({}), headers: { ...headers, 'allod-purpose': 'sales' } }),
      400,
      'allod-purpose',
      /service, research/,
    ],
    [
      () => said('/conversations', { ...post({}), headers: { ...headers, 'allod-data-class': 'odd' } }),
      400,
      'allod-data-class',
      /none of public/,
    ],
    [
      () => said('/conversations', { ...post('{}'), headers: { ...headers, 'content-type': 'text/plain' } }),
      415,
      null,
      /application\/json/,
    ],
  ]
  for (const [answered, status, param, message] of wanted) {
    const [gotStatus, gotParam, text] = (await answered()) as [number, string | null, string]
    assert.match(text, message)
    assert.deepEqual([gotStatus, gotParam], [status, param], text)
  }
})

test('whoever asks whether it may send its body is told so, or why not', async (t) => {
  const { base } = await serving(t)
  const asked = (length: number) =>
    new Promise<readonly [continued: boolean, status: number | undefined]>((resolve, reject) => {
      let continued = false
      const more = { 'content-type': 'application/json', expect: '100-continue', 'content-length': length }
      const outgoing = send(`${base}/conversations`, { method: 'POST', headers: { ...headers, ...more } }, (incoming) => {
        incoming.resume()
        outgoing.destroy()
        resolve([continued, incoming.statusCode])
      })
      outgoing.on('continue', () => {
        continued = true
        outgoing.end('{}')
      })
      outgoing.on('error', reject)
      outgoing.flushHeaders()
    })
  assert.deepEqual(await asked(2), [true, 200])
  assert.deepEqual(await asked(30_000), [false, 413])
})

test('what is put in has the class and purpose of its request; bounds are told', async (t) => {
  const { client, base, store } = await serving(t)
  const { id } = await client.conversations.create()
  const add = (text: string, more: Record<string, string> = {}) =>
    client.conversations.items.create(id, { items: [{ type: 'message', role: 'user', content: text }] }, { headers: more })
  await add('x', { 'allod-data-class': 'confidential', 'allod-purpose': 'research' })
  const owner = { tenant: testKey().tenant, application: testKey().application }
  const [turn] = must(store.conversations.load(owner, { kind: 'conversation', id })) ?? []
  assert.deepEqual([turn?.dataClass, turn?.purpose], ['confidential', 'research'])
  for (let i = 0; i < 3; i++) await add('x'.repeat(14_000))
  await assert.rejects(add('x'.repeat(14_000)), { status: 429, code: 'insufficient_quota', message: /may keep 50000 bytes/ })
  const response = await fetch(`${base}/conversations/${id}`, { headers })
  assert.equal(response.headers.get('cache-control'), 'no-store')
})

test('INVARIANT(G4): an answer that was to be kept and is not, is given and says so', async (t) => {
  const { client } = await serving(t, { ...RULES, maxBytesPerTurn: 2000 })
  const kept = await client.responses.create({ model: 'assistant', input: 'x' })
  const told = async (members: object) => {
    const answer = await client.responses.create({ model: 'assistant', input: 'x'.repeat(2000), ...members })
    const {
      allod,
      store,
      previous_response_id: previous,
    } = answer as unknown as { allod?: { warnings: { path: string; message: string }[] }; store: boolean; previous_response_id: string }
    assert.equal(answer.output_text.startsWith('I heard'), true)
    await assert.rejects(client.responses.retrieve(answer.id), { status: 404 })
    return [store, previous, allod?.warnings[0]?.path, allod?.warnings[0]?.message]
  }
  assert.deepEqual(await told({ store: false }), [false, null, undefined, undefined])
  const [store, previous, path, message] = await told({ previous_response_id: kept.id })
  assert.deepEqual([store, previous, path], [false, kept.id, '/extensions/members/store'])
  assert.match(String(message), /^the answer is not kept, and nothing can continue from it: it has \d+ bytes, and 2000 is the most/)
})

test('an owner who keeps nothing says so', async (t) => {
  const { client } = await serving(t, { ...RULES, keep: 'never' })
  const asked = { model: 'assistant', input: 'x' }
  const said = (answer: unknown) => JSON.stringify((answer as { allod?: unknown }).allod ?? null)
  assert.equal(said(await client.responses.create(asked)), 'null')
  assert.match(said(await client.responses.create({ ...asked, store: true })), /the owner of this exchange keeps no conversations/)
  await assert.rejects(client.conversations.create(), { status: 403, message: /keeps no conversations/ })
})
