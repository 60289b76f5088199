// A plan with an endpoint at home that may see everything, and one abroad that may only see pseudonyms.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { endpointOf, headOf, MemoryResponder, reach, snapshotOf, type WireAct, type World, worldOf } from '../../test/oracles/gateway.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../http/native.ts'
import { Detector } from '../personal-data/detect.ts'
import { pseudonymOf } from '../personal-data/pseudonyms.ts'
import type { Decision, Question } from '../policy/decision.ts'
import { createGateway } from './gateway.ts'
import type { PersonalData, Snapshot } from './snapshot.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const IBAN = 'DE89370400440532013000'
const keyed = (text: string): Uint8Array => createHmac('sha256', 'city').update(text).digest()
const VEILED = pseudonymOf({ class: 'iban', value: IBAN }, keyed)
const personalData: PersonalData = { detector: new Detector(), keyed: () => keyed, raises: new Map() }

const home = endpointOf({ id: 'home', reach: reach('FR') })
const abroad = endpointOf({ id: 'abroad', reach: reach('US') })
const policy = {
  digest: 'sha256:test',
  decide: ({ endpoint }: Question): Decision => ({
    permit: true,
    policies: [],
    obligations: endpoint === 'abroad' ? ['pseudonymise'] : [],
    facts: [],
  }),
}
const snapshot = (more: Partial<Snapshot> = {}): Snapshot => {
  const plain = snapshotOf([home, abroad], { policy, personalData, ...more })
  return {
    ...plain,
    aliases: new Map([...plain.aliases].map(([name, alias]) => [name, { ...alias, continuations: 1, unsupported: 'warn' }])),
  }
}
const world = (more?: Partial<Snapshot>): World => worldOf(snapshot(more), { hashing: nativeHashing, isUtf8, random: pooledRandom() })

const SSE = { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' }
const whole = (status: number, body: string): WireAct[] => [
  { act: 'head', status, headers: { 'content-type': 'application/json', 'content-length': '9' } },
  { act: 'data', bytes: bytes(body) },
  { act: 'end' },
]
const says = (content: string): WireAct => ({
  act: 'data',
  bytes: bytes(`data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }] })}\n\n`),
})
const ending = (): WireAct[] => [
  { act: 'data', bytes: bytes('data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n') },
  { act: 'end' },
]

const run = async (around: World, body: object): Promise<MemoryResponder> => {
  const gateway = createGateway({ ...around.ports, allocate })
  const responder = new MemoryResponder()
  const over = new Promise<void>((resolve) => {
    responder.onOver = resolve
  })
  const admitted = gateway.admit(headOf())
  assert.ok(admitted.ok)
  gateway.call(admitted.value, bytes(JSON.stringify(body)), responder)
  await over
  assert.equal(around.budgets.open, 0)
  return responder
}
const sentTo = ({ wire }: World, endpoint: string): string =>
  wire.sent
    .filter((sent) => sent.endpoint === endpoint)
    .map(({ request }) => new TextDecoder().decode(request.body))
    .join('\n')
const asking = (stream: boolean): object => ({
  model: 'assistant',
  stream,
  max_tokens: 50,
  messages: [{ role: 'user', content: `Konto ${IBAN}?` }],
})

test('INVARIANT(G1): home sees the caller’s own bytes, and whoever takes over abroad sees pseudonyms', async () => {
  const around = world()
  around.wire.script('home', whole(503, '{}'))
  around.wire.script(
    'abroad',
    whole(
      200,
      JSON.stringify({
        id: 'a',
        choices: [{ index: 0, message: { role: 'assistant', content: `Ja, ${VEILED}.` }, finish_reason: 'stop' }],
      }),
    ),
  )
  const responder = await run(around, asking(false))
  assert.ok(responder.body.includes(`Ja, ${IBAN}.`), responder.body)
  assert.ok(sentTo(around, 'home').includes(IBAN))
  assert.ok(sentTo(around, 'abroad').includes(VEILED) && !sentTo(around, 'abroad').includes(IBAN))
  const [border, call] = ['border', 'call'].map((kind) => around.ledger.records.find(({ members }) => members.kind === kind)?.members)
  assert.deepEqual(border?.obligations, ['pseudonymise'])
  assert.deepEqual(call?.pseudonymised, { iban: 1 })
  assert.match(responder.header('allod-warnings') ?? '', /"\/messages";kind=emulated/)
})

test('INVARIANT(G1): whoever goes on with a stream abroad sees pseudonyms in what home has said, too', async () => {
  const around = world()
  around.wire.script('home', [
    { act: 'head', status: 200, headers: SSE },
    says('Das Konto '),
    says(`${IBAN} gehört`),
    { act: 'fail', failure: { kind: 'cut', message: 'failed' } },
  ])
  const [first, rest] = [VEILED.slice(0, 7), VEILED.slice(7)]
  around.wire.script('abroad', [
    { act: 'head', status: 200, headers: SSE },
    says(' Anna, und '),
    says(first),
    says(`${rest} bleibt.`),
    ...ending(),
  ])
  const responder = await run(around, asking(true))
  const text = [...responder.body.matchAll(/"content":"([^"]*)"/g)].map(([, content = '']) => content).join('')
  assert.ok(text.includes(`${IBAN} geh`) && text.includes(`Anna, und ${IBAN} bleibt.`), responder.body)
  const abroadSaw = sentTo(around, 'abroad')
  assert.ok(abroadSaw.includes(`Das Konto ${VEILED}`) && !abroadSaw.includes(IBAN), abroadSaw)
})

test('an endpoint’s own error is told with the values', async () => {
  const around = world()
  around.wire.script('home', whole(503, '{}'))
  around.wire.script('abroad', whole(400, JSON.stringify({ error: { message: `no ${VEILED} here` } })))
  assert.ok((await run(around, asking(false))).body.includes(`no ${IBAN} here`))
})

test('where nobody can pseudonymise, what asks for it is refused, and the rest of the plan stands', async () => {
  const { personalData: _, ...without } = snapshot()
  const around = worldOf(without, { hashing: nativeHashing, isUtf8, random: pooledRandom() })
  around.wire.script('home', whole(503, '{}'))
  assert.equal((await run(around, asking(false))).status, 503)
  assert.equal(sentTo(around, 'abroad'), '')
})

test('a question that grows beyond what was reserved for it does not go there', async () => {
  const around = world()
  around.wire.script('home', whole(503, '{}'))
  around.wire.script('abroad', whole(200, '{}'))
  const mails = Array.from({ length: 1200 }, (_, at) => `${at.toString(36)}@b.co`).join(' ')
  const responder = await run(around, { model: 'assistant', messages: [{ role: 'user', content: mails }] })
  assert.equal(sentTo(around, 'abroad'), '')
  assert.equal(responder.status, 503)
})
