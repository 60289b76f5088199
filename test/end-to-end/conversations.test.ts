// Conversations that the exchange keeps, through the official SDK and over real processes: they outlive a change of endpoint and of dialect,
// a restart and a crash of nothing but the answer, and they end when their time is up or their owner says so.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import OpenAI, { toFile } from 'openai'
import type { ApplicationId, CallId, TenantId } from '../../src/core/ids.ts'
import { epochMillis, millis } from '../../src/core/units.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import { openStore } from '../../src/store/store.ts'
import { allod, eventually, newData, removeData, type Started, startAllod } from './allod.ts'
import { type Listener, startListener } from './listeners.ts'

const FACTS = ['operated-by entity:operator', 'hosted-on self', 'fronted-by nobody', 'identity-by self', 'dns-by self']
const POLICY = `@id("law")
@reason("what is seen abroad is public")
permit (principal, action, resource) when { context.home.containsAll(resource.see) || context.dataClassName == "public" };
`
/** Endpoints, each in a country. `other` and `abroad` speak what OpenAI's SDK never would. */
const ENDPOINTS = { first: ['openai-responses', 'FR'], other: ['anthropic-messages', 'FR'], abroad: ['openai-chat', 'US'] } as const
type Name = keyof typeof ENDPOINTS
const NAMES = Object.keys(ENDPOINTS) as Name[]
const SEALS = {
  first: { owner: 'openai-responses', field: 'encrypted_content', data: 'Zmlyc3Q=', id: 'rs_1' },
  other: { owner: 'anthropic-messages', field: 'signature', data: 'b3RoZXI=' },
  abroad: { owner: 'openai-chat', field: '', data: '' },
} as const

const configuration = (listeners: { readonly [name in Name]: Listener }, keeping: string): string => `
exchange: {name: kept.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [law.cedar]}
conversations: {${keeping}}
facts:
  rows:
${NAMES.flatMap((name) =>
  [...FACTS, `located-in country:${ENDPOINTS[name][1]}`].map((fact, index) => {
    const [predicate, object] = fact.split(' ')
    return `    - {id: ${name}-${index}, subject: 'endpoint:${name}', predicate: ${predicate}, object: '${object}', source: this test, sourceKind: owner, asOf: '2026-01-01', evidence: attested}`
  }),
).join('\n')}
endpoints:
${NAMES.map((name) => `  ${name}: {kind: ${ENDPOINTS[name][0]}, baseUrl: '${listeners[name].url}', models: {m: {}}}`).join('\n')}
aliases:
${NAMES.map((name) => `  ${name}: {targets: [${name}/m], unsupported: warn}`).join('\n')}
  abroad-first: {targets: [abroad/m, other/m], unsupported: warn}
tenants:
  city: {applications: {desk: {}}}
  village: {applications: {desk: {}}}
`

const data = newData()
const file = join(data, 'kept.yaml')
let listeners = {} as { readonly [name in Name]: Listener }
let exchange: Started
let stranger: string
const start = async (): Promise<void> => {
  exchange = await startAllod(data, '--config', file)
}
const configure = (keeping: string): void => writeFileSync(file, configuration(listeners, keeping))
const reload = async (keeping: string, times: number): Promise<void> => {
  configure(keeping)
  exchange.process.kill('SIGHUP')
  await exchange.prints(new RegExp(`(read anew and is in force[^]*){${times}}`))
}
before(async () => {
  const started = await Promise.all(NAMES.map((name) => startListener(DIALECTS[ENDPOINTS[name][0]] ?? assert.fail(name), SEALS[name])))
  listeners = Object.fromEntries(NAMES.map((name, index) => [name, started[index]])) as typeof listeners
  configure('')
  writeFileSync(join(data, 'law.cedar'), POLICY)
  await start()
  const created = await allod('key', 'create', 'village/desk', '--data', data)
  stranger = /allod_\S+/.exec(created.out)?.[0] ?? assert.fail(created.out + created.error)
})
after(async () => {
  await exchange.stop()
  for (const name of NAMES) await listeners[name].stop()
  removeData(data)
})

const client = (key = exchange.key): OpenAI => new OpenAI({ apiKey: key, baseURL: `${exchange.url}/v1`, maxRetries: 0 })
type Answer = OpenAI.Responses.Response & {
  readonly store?: boolean
  readonly allod?: { readonly warnings: readonly { readonly path: string; readonly message: string }[] }
}
const ask = async (members: OpenAI.Responses.ResponseCreateParamsNonStreaming, headers: Record<string, string> = {}): Promise<Answer> =>
  (await client().responses.create(members, { headers })) as Answer
/** What an endpoint was told last. */
const told = ({ heard }: Listener) => JSON.parse(heard.at(-1) ?? '')

test('a conversation moves to an endpoint of another dialect and back, each with its own thoughts alone', async () => {
  const one = await ask({ model: 'first', input: 'One?' })
  assert.deepEqual([one.output_text, one.store], ['(user: One?)', true])
  assert.equal(told(listeners.first).store, false, 'the endpoint keeps nothing')
  const two = await ask({ model: 'other', previous_response_id: one.id, input: 'Two?' })
  assert.equal(two.output_text, '(user: One? | assistant: (user: One?) | user: Two?)')
  assert.deepEqual([two.previous_response_id, two.store], [one.id, true])
  assert.deepEqual(two.allod?.warnings[0], {
    kind: 'dropped',
    weight: 'hint',
    path: '/messages/1/parts/0/opaque',
    message: 'only the endpoint `first` can read this, and the conversation has moved to `other`',
  })
  const three = await ask({ model: 'first', previous_response_id: two.id, input: 'Three?' })
  const said = /^\(user: One\? \| assistant: \[Zmlyc3Q=\]\(user: One\?\) \| user: Two\? \| assistant: \(user: One\?.*\) \| user: Three\?\)$/
  assert.match(three.output_text, said)
  assert.deepEqual(await client().responses.retrieve(three.id), three)
  const items: string[] = []
  for await (const item of client().responses.inputItems.list(three.id, { order: 'asc' })) items.push(item.type)
  assert.deepEqual(items, ['message', 'reasoning', 'message', 'message', 'reasoning', 'message', 'message'])
})

test('a streamed answer says in its last event that it is kept, and is continued like any other', async () => {
  const one = await ask({ model: 'other', input: 'One?' })
  const stream = await client().responses.create({ model: 'first', previous_response_id: one.id, input: 'Two?', stream: true })
  const responses: [type: string, response: Answer][] = []
  for await (const event of stream) if ('response' in event) responses.push([event.type, event.response])
  assert.deepEqual(
    responses.map(([type, { store, previous_response_id }]) => [type, store, previous_response_id]),
    [
      ['response.created', false, one.id],
      ['response.in_progress', false, one.id],
      ['response.completed', true, one.id],
    ],
  )
  const two = responses.at(-1)?.[1] ?? assert.fail()
  const { output_text: said, ...kept } = await client().responses.retrieve(two.id)
  assert.equal(said, '(user: One? | assistant: (user: One?) | user: Two?)')
  assert.deepEqual(kept, two)
  const three = await ask({ model: 'other', previous_response_id: two.id, input: 'Three?' })
  assert.equal(three.output_text, `(user: One? | assistant: [b3RoZXI=](user: One?) | user: Two? | assistant: ${said} | user: Three?)`)
})

test('what asks for nothing to be kept passes to the byte, and is not kept', async () => {
  const body = '{ "model": "first",\n "store": false, "input": "One?" }'
  const response = await fetch(`${exchange.url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
    body,
  })
  const answer = (await response.json()) as Answer
  assert.equal(listeners.first.heard.at(-1), body.replace('"first"', '"m"'))
  assert.equal(answer.id, 'resp_there', 'the answer is the endpoint’s own')
  await assert.rejects(client().responses.retrieve(answer.id), { status: 404 })
  const apart = await ask({ model: 'other', store: false, input: 'One?' })
  await assert.rejects(ask({ model: 'other', previous_response_id: apart.id, input: 'Two?' }), { status: 404, code: 'not_kept_here' })
})

test('INVARIANT(G1): what was said as confidential goes where confidential data may, whatever its caller says later', async () => {
  const secret = { 'allod-data-class': 'confidential' }
  const one = await ask({ model: 'other', input: 'A secret.' }, secret)
  const file = await client().files.create(
    { file: await toFile(Buffer.from('Another.'), 'a.txt', { type: 'text/plain' }), purpose: 'user_data' },
    { headers: secret },
  )
  const talk = await client().conversations.create({ items: [{ type: 'message', role: 'user', content: 'A third.' }] }, { headers: secret })
  const item = one.output.find(({ type }) => type === 'message')?.id ?? ''
  const before = listeners.abroad.heard.length
  const ways: readonly Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>[] = [
    { previous_response_id: one.id, input: 'And?' },
    { conversation: talk.id, input: 'And?' },
    {
      input: [
        { type: 'item_reference', id: item },
        { role: 'user', content: 'And?' },
      ],
    },
    { input: [{ role: 'user', content: [{ type: 'input_file', file_id: file.id }] }] },
    { store: false, input: [{ id: item } as OpenAI.Responses.ResponseInputItem, { role: 'user', content: 'And?' }] },
  ]
  for (const way of ways) {
    for (const headers of [{}, { 'allod-data-class': 'public' }] as Record<string, string>[]) {
      await assert.rejects(ask({ model: 'abroad', ...way }, headers), { status: 451 }, JSON.stringify(way))
      const { response } = await client()
        .responses.create({ model: 'abroad-first', ...way }, { headers })
        .withResponse()
      assert.deepEqual([response.headers.get('allod-endpoint'), response.headers.get('allod-data-class')], ['other', 'confidential'])
    }
  }
  assert.equal(listeners.abroad.heard.length, before, 'not a byte went abroad')
  const open = await ask({ model: 'abroad-first', input: 'Known to all.' })
  assert.equal(open.output_text, '(user: Known to all.)')
  assert.equal(listeners.abroad.heard.length, before + 1)
})

test('an attempt that fails hands the conversation on without what it alone could read', async () => {
  const one = await ask({ model: 'abroad-first', input: 'One?' })
  listeners.abroad.failing = 503
  const two = await ask({ model: 'abroad-first', previous_response_id: one.id, input: 'Two?' })
  listeners.abroad.failing = undefined
  assert.equal(two.output_text, '(user: One? | assistant: (user: One?) | user: Two?)')
  const three = await ask({ model: 'other', previous_response_id: two.id, input: 'Three?' })
  assert.match(three.output_text, /\[b3RoZXI=\]/, 'who answered is remembered')
})

test('nobody else reads, continues, refers to or deletes what is kept', async () => {
  const one = await ask({ model: 'other', input: 'Mine.' })
  const file = await client().files.create({ file: await toFile(Buffer.from('Mine.'), 'a.txt'), purpose: 'user_data' })
  const talk = await client().conversations.create({})
  const other = client(stranger)
  const message = (content: OpenAI.Responses.ResponseInputMessageContentList) => [{ role: 'user' as const, content }]
  const heard = listeners.other.heard.length
  const attempts: readonly (() => Promise<unknown>)[] = [
    () => other.responses.retrieve(one.id),
    () => other.responses.delete(one.id),
    async () => (await other.responses.inputItems.list(one.id)).data,
    () => other.responses.create({ model: 'other', previous_response_id: one.id, input: 'And?' }),
    () => other.responses.create({ model: 'other', input: [{ type: 'item_reference', id: one.output[0]?.id ?? '' }] }),
    () => other.responses.create({ model: 'other', conversation: talk.id, input: 'And?' }),
    () => other.responses.create({ model: 'other', input: message([{ type: 'input_file', file_id: file.id }]) }),
    () => other.files.content(file.id),
    () => other.files.delete(file.id),
    () => other.conversations.retrieve(talk.id),
    () => other.conversations.delete(talk.id),
  ]
  for (const attempt of attempts) await assert.rejects(attempt, { status: 404 }, String(attempt))
  assert.equal(listeners.other.heard.length, heard)
  assert.deepEqual((await other.files.list()).data, [])
  assert.equal((await client().responses.retrieve(one.id)).output_text, '(user: Mine.)')
})

test('a file is left here, read by an endpoint of any dialect, and gone once it is deleted', async () => {
  const file = await client().files.create({
    file: await toFile(Buffer.from('Liberté'), 'words.txt', { type: 'text/plain' }),
    purpose: 'user_data',
  })
  assert.equal(await (await client().files.content(file.id)).text(), 'Liberté')
  const input = [{ role: 'user' as const, content: [{ type: 'input_file' as const, file_id: file.id }] }]
  const one = await ask({ model: 'first', input })
  assert.equal(one.output_text, '(user: <Liberté>)')
  assert.doesNotMatch(listeners.first.heard.at(-1) ?? '', new RegExp(file.id), 'an endpoint knows no id of ours')
  await client().files.delete(file.id)
  await assert.rejects(client().files.content(file.id), { status: 404 })
  const on = ask({ model: 'first', previous_response_id: one.id, input: 'And?' })
  await assert.rejects(on, { status: 404, message: new RegExp(`names \`${file.id}\`, which is not kept here`) })
})

test('a deleted answer can be read and continued no more', async () => {
  const one = await ask({ model: 'other', input: 'One?' })
  const two = await ask({ model: 'other', previous_response_id: one.id, input: 'Two?' })
  await client().responses.delete(one.id)
  await assert.rejects(client().responses.retrieve(one.id), { status: 404 })
  assert.equal((await client().responses.retrieve(two.id)).id, two.id)
  for (const { id } of [one, two])
    await assert.rejects(ask({ model: 'other', previous_response_id: id, input: 'Three?' }), { status: 404, param: 'previous_response_id' })
})

test('`allod erase` takes what was said with the salt of the call, or of all calls that named a person', async () => {
  const talk = await client().conversations.create({ metadata: { about: 'person 9' } })
  const one = await ask({ model: 'other', input: 'One?' })
  const two = await ask({ model: 'other', conversation: talk.id, input: 'I am person 9.' }, { 'allod-subject': 'person 9' })
  const three = await ask({ model: 'other', conversation: talk.id, input: 'Somebody else.' })
  assert.match(three.output_text, /I am person 9/)
  const call = await allod('erase', '--call', one.id.slice('resp_'.length), '--data', data)
  assert.match(call.out, /erased the salt of 1 call and what was kept of what they said/)
  await assert.rejects(client().responses.retrieve(one.id), { status: 404 })
  const person = await allod('erase', '--subject', 'person 9', '--data', data)
  assert.match(person.out, /erased the salt of 1 call /)
  await assert.rejects(client().responses.retrieve(two.id), { status: 404 })
  assert.deepEqual((await client().conversations.retrieve(talk.id)).metadata, {})
  const four = await ask({ model: 'first', conversation: talk.id, input: 'Well?' })
  assert.match(four.output_text, /^\(user: Somebody else\. \| assistant: .*\| user: Well\?\)$/)
  // What the other answer repeated of it is its own; in the question it is gone.
  assert.equal(told(listeners.first).input[0].content, 'Somebody else.')
})

test('INVARIANT(G6): of what a crash kept and nobody was told, nothing is left', async () => {
  const before = await ask({ model: 'abroad', input: 'One?' })
  listeners.abroad.stalling = true
  const { response } = await client().responses.create({ model: 'abroad', input: 'One?', stream: true }).withResponse()
  const call = response.headers.get('allod-call') as CallId
  await exchange.kill()
  listeners.abroad.stalling = false
  // As it stands where the process dies between keeping the turn and recording the call, whose border record is on disk.
  const options = { clock: () => epochMillis(Date.now()), random: (length: number) => randomBytes(length), currency: 'EUR' }
  const store = openStore(join(data, 'store.sqlite'), options)
  assert.ok(store.ok)
  const owner = { tenant: 'city' as TenantId, application: 'desk' as ApplicationId }
  const rules = { keep: 'when-asked', retention: millis(60_000), maxBytesPerTurn: 1 << 20, maxBytesPerApplication: 1 << 30 } as const
  const turn = {
    id: `resp_${call}`,
    call,
    asked: [],
    answered: [],
    told: {},
    dataClass: 'public',
    purpose: 'x',
    keptUntil: epochMillis(Date.now() + 60_000),
  }
  assert.ok(store.value.conversations.save(owner, turn, rules).ok)
  store.value.close()
  await start()
  await assert.rejects(client().responses.retrieve(turn.id), { status: 404 })
  assert.equal((await client().responses.retrieve(before.id)).id, before.id)
})

test('what is kept outlives the process, and its own time it does not', async () => {
  const one = await ask({ model: 'first', input: 'One?' })
  assert.equal(await exchange.stop(), 0)
  await start()
  const two = await ask({ model: 'other', previous_response_id: one.id, input: 'Two?' })
  assert.equal(two.output_text, '(user: One? | assistant: (user: One?) | user: Two?)')
  await reload('retentionDays: 0.00001', 1)
  const brief = await ask({ model: 'other', input: 'Brief.' })
  assert.equal(brief.store, true)
  await eventually(() => assert.rejects(client().responses.retrieve(brief.id), { status: 404 }))
  await assert.rejects(ask({ model: 'other', previous_response_id: brief.id, input: 'And?' }), { status: 404 })
  assert.equal((await client().responses.retrieve(two.id)).id, two.id, 'what was promised a longer time has it')
  await reload('keep: never', 2)
  assert.equal((await ask({ model: 'first', input: 'One?' })).store, false)
  assert.equal(told(listeners.first).store, false, 'nor does the endpoint keep what the owner would not')
  const refused = await ask({ model: 'other', store: true, input: 'One?' })
  assert.match(refused.allod?.warnings.at(-1)?.message ?? '', /the owner of this exchange keeps no conversations/)
})
