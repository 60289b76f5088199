// An answer that is not in the form demanded is asked for once more, through the exchange with its ports in memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endpointOf,
  headOf,
  LIMITS,
  MemoryResponder,
  reach,
  snapshotOf,
  type WireAct,
  type World,
  worldOf,
} from '../../test/oracles/gateway.ts'
import { withoutJsonModes } from '../../test/providers/shipped.ts'
import { isJsonObject, type JsonObject, parseJson } from '../core/json.ts'
import { epochMillis, micros } from '../core/units.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../http/native.ts'
import { askingAgain, faultOf, together } from './asking-again.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { findingOf } from './health/finding.ts'
import { Health } from './health/health.ts'
import type { CallControl, IncomingHead } from './ports.ts'
import { ALL_BRIDGES } from './providers/bridging.ts'
import type { Alias, CallLimits, Provider, Snapshot } from './snapshot.ts'

const formless = (): Provider => {
  const profile = withoutJsonModes(['openai-chat'])
  const [place] = profile.places
  return place === undefined ? assert.fail('no place') : { profile, place, headers: [], body: {} }
}

type Settings = {
  readonly abroad?: boolean
  readonly alias?: Partial<Alias>
  readonly limits?: Partial<CallLimits>
  readonly beside?: boolean
  readonly watched?: boolean
}
/** One endpoint that has no JSON mode, and perhaps another beside it. */
const around = ({ abroad = false, alias = {}, limits = {}, beside = false, watched = false }: Settings = {}): World => {
  const weak = endpointOf({ id: 'weak', reach: reach(abroad ? 'US' : 'FR'), provider: formless() })
  const other = endpointOf({ id: 'other', reach: reach('FR') })
  const plain = snapshotOf(beside ? [weak, other] : [weak])
  const aliases = new Map([...plain.aliases].map(([name, each]) => [name, { ...each, ...alias }]))
  const snapshot: Snapshot = { ...plain, aliases, limits: { ...LIMITS, ...limits } }
  const world = worldOf(snapshot, { hashing: nativeHashing, isUtf8, random: pooledRandom() })
  return watched ? { ...world, ports: { ...world.ports, health: new Health() } } : world
}

const HEAD: WireAct = { act: 'head', status: 200, headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const data = (value: object): WireAct => ({ act: 'data', bytes: bytes(JSON.stringify(value)) })
const answer = (content: string | null, [input, output] = [5, 2], more: object = {}): WireAct[] => {
  const choice = { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop', ...more }
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: 0 }
  return [HEAD, data({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [choice], usage }), { act: 'end' }]
}
const status = (code: number): WireAct[] => [{ ...HEAD, status: code } as WireAct, data({ error: { message: 'no' } }), { act: 'end' }]
const fails = (kind: 'cut' | 'unreachable' | 'timed-out' | 'garbled'): WireAct[] => [{ act: 'fail', failure: { kind, message: kind } }]

const SCHEMA = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] }
const FORM = { type: 'json_schema', json_schema: { name: 'person', schema: SCHEMA } }
const QUESTION = { model: 'assistant', max_tokens: 10, messages: [{ role: 'user', content: 'How old?' }], response_format: FORM }
const WRONG = '{"age":"old"}'
const PROBLEM = /does not hold to the form that was demanded: the answer, member `age` is no integer/

type Heard = { readonly responder: MemoryResponder; readonly body: JsonObject; readonly record: JsonObject }
type Asked = {
  readonly responder: MemoryResponder
  readonly gateway: Gateway
  readonly control: CallControl | undefined
  readonly over: Promise<Heard>
}
const start = (world: World, question: object = QUESTION, more: Partial<IncomingHead> = {}): Asked => {
  const gateway = createGateway({ ...world.ports, allocate })
  const responder = new MemoryResponder()
  const ended = new Promise<void>((resolve) => {
    responder.onOver = resolve
  })
  const head = headOf(more)
  const admitted = gateway.admit(head)
  assert.ok(admitted.ok)
  const control = gateway.call(admitted.value, bytes(JSON.stringify(question)), responder)
  const over = ended.then(() => {
    assert.equal(gateway.running, 0)
    assert.equal(world.budgets.open, 0)
    const parsed = parseJson(Buffer.from(responder.body, 'latin1').toString('utf8'))
    return { responder, body: parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}, record: outcome(world) }
  })
  return { responder, gateway, control, over }
}
const ask = (world: World, question?: object, more?: Partial<IncomingHead>): Promise<Heard> => start(world, question, more).over
const outcome = ({ ledger }: World): JsonObject => ledger.records.find(({ members }) => members.kind === 'call')?.members ?? {}
const sent = (world: World, index: number): JsonObject => {
  const parsed = parseJson(new TextDecoder().decode(world.wire.sent[index]?.request.body))
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
}
const results = (record: JsonObject): readonly unknown[] => (record.attempts as readonly JsonObject[]).map(({ result }) => result)
const saidBy = (body: JsonObject): unknown => (body.choices as readonly { readonly message: JsonObject }[])[0]?.message.content
const warned = (record: JsonObject): string => JSON.stringify(record.warnings)
/** Lets everything happen that needs no timer, until something is so. */
const until = async (isSo: () => boolean): Promise<void> => {
  for (let turns = 0; !isSo(); turns++) {
    assert.ok(turns < 1000, 'it never came to that')
    await Promise.resolve()
  }
}
const MENDED = /"path":"\/choices\/0","kind":"emulated"/
const TOLD = /"path":"\/choices\/0","kind":"approximated"/

test('an answer that is not in the form demanded goes back with what is wrong with it, and what comes then is the answer', async () => {
  const world = around()
  world.wire.script('weak', answer(WRONG, [5, 2]), answer('{"age":7}', [30, 4]))
  const { responder, body, record } = await ask(world)
  assert.equal(responder.status, 200, responder.body)
  assert.equal(saidBy(body), '{"age":7}')
  const [first, second] = [sent(world, 0), sent(world, 1)]
  const [asked, again] = [first.messages, second.messages] as readonly (readonly JsonObject[])[]
  assert.deepEqual(again?.slice(0, asked?.length), asked)
  const [turn, told] = again?.slice(asked?.length ?? 0) ?? []
  assert.deepEqual(turn, { role: 'assistant', content: WRONG })
  assert.equal(told?.role, 'user')
  assert.match(String(told?.content), PROBLEM)
  assert.deepEqual({ ...second, messages: first.messages }, first)
  const { prompt_tokens, completion_tokens } = body.usage as JsonObject
  assert.deepEqual([prompt_tokens, completion_tokens], [35, 6])
  assert.match(responder.body, /so it was asked again \(`json-by-asking-again`\)/)
  assert.doesNotMatch(warned(record), TOLD)
  assert.match(warned(record), MENDED)
  assert.match(responder.header('allod-warnings') ?? '', /"\/choices\/0";kind=emulated;weight=hint/)
  assert.deepEqual(results(record), ['asked-again', 'answered'])
  assert.deepEqual(record.usage, { input: 35, output: 6, estimated: false })
  assert.equal(record.cost, 35 + 2 * 6)
  assert.equal(world.budgets.spent, 35 + 2 * 6)
})

test('what can be mended here is, and what is well is left alone', async () => {
  for (const text of ['{"age":7}', 'Gladly: {"age":7}.']) {
    const world = around()
    world.wire.script('weak', answer(text))
    const { body, record } = await ask(world)
    assert.equal(saidBy(body), '{"age":7}')
    assert.equal(world.wire.sent.length, 1)
    assert.deepEqual(results(record), ['answered'])
  }
})

test('a second answer that is no better is paid for, and the first stands', async () => {
  const worse = [
    answer('Old.'),
    answer(null, [9, 1], { message: { role: 'assistant', content: null, refusal: 'No.' } }),
    answer('{"age":7', [9, 1]),
  ]
  for (const second of worse) {
    const world = around()
    world.wire.script('weak', answer(WRONG), second, answer('{"age":7}'))
    const { body, record, responder } = await ask(world)
    assert.equal(saidBy(body), WRONG)
    assert.equal(world.wire.sent.length, 2)
    assert.match(responder.body, PROBLEM)
    assert.doesNotMatch(responder.body, /asked again/)
    assert.match(warned(record), TOLD)
    assert.deepEqual(results(record), ['asked-again', 'answered'])
    const { input, output } = record.usage as { readonly input: number; readonly output: number }
    assert.ok(input > 5 && output > 2)
    assert.equal(world.budgets.spent, input + 2 * output)
    assert.equal((body.usage as JsonObject).prompt_tokens, input)
  }
})

test('whatever fails when it is asked again, the first answer stands and nobody else is asked', async () => {
  const faults: readonly (readonly [script: WireAct[], result: string])[] = [
    [fails('cut'), 'cut'],
    [fails('unreachable'), 'unreachable'],
    [fails('timed-out'), 'timed-out'],
    [[HEAD, ...fails('cut')], 'cut'],
    [[HEAD, { act: 'data', bytes: bytes('{"choices":[') }, { act: 'end' }], 'garbled'],
    [[{ act: 'end' }], 'garbled'],
    [status(307), 'redirected'],
    ...[400, 401, 404, 422, 429, 500, 503].map((code) => [status(code), `status-${code}`] as const),
  ]
  for (const beside of [false, true])
    for (const [script, result] of faults) {
      const world = around({ beside, watched: true })
      world.wire.script('weak', answer(WRONG), script, answer('{"age":7}'))
      const { responder, body, record } = await ask(world)
      assert.equal(responder.status, 200, `${result}: ${responder.body}`)
      assert.equal(saidBy(body), WRONG, result)
      assert.equal(responder.header('allod-endpoint'), 'weak')
      assert.equal(world.wire.sent.length, 2, result)
      assert.deepEqual(results(record), ['asked-again', result])
      assert.match(warned(record), TOLD)
      assert.equal(record.end, 'complete')
      assert.deepEqual(record.usage, { input: 5, output: 2, estimated: false })
      assert.equal(world.budgets.spent, 9)
    }
})

test('it is not asked again where that is switched off, or would not help, or may not be', async () => {
  const others = new Set(ALL_BRIDGES)
  others.delete('json-by-asking-again')
  const several = [0, 1].map((index) => ({ index, message: { role: 'assistant', content: WRONG }, finish_reason: 'stop' }))
  const two = [HEAD, data({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: several }), { act: 'end' } as const]
  const cases: readonly (readonly [what: string, settings: Settings, script: WireAct[], question: object])[] = [
    ['switched off', { alias: { bridges: others } }, answer(WRONG), QUESTION],
    ['one attempt', { limits: { maxAttempts: 1 } }, answer(WRONG), QUESTION],
    ['cut off by its limit', {}, answer(WRONG, [5, 2], { finish_reason: 'length' }), QUESTION],
    ['several answers', {}, two, { ...QUESTION, n: 2 }],
  ]
  for (const [what, settings, script, question] of cases) {
    const world = around(settings)
    world.wire.script('weak', script)
    const { record } = await ask(world, question)
    assert.equal(world.wire.sent.length, 1, what)
    assert.match(warned(record), TOLD)
    assert.deepEqual(results(record), ['answered'])
  }
  const refusing = around()
  refusing.wire.script('weak', answer(null, [5, 2], { message: { role: 'assistant', content: null, refusal: 'No.' } }))
  assert.doesNotMatch(warned((await ask(refusing)).record), TOLD)
  assert.equal(refusing.wire.sent.length, 1)
})

test('INVARIANT(G10): twice as much is reserved where it may be asked again, and nowhere else', async () => {
  const reserved = async (question: object, settings: Settings = {}): Promise<number> => {
    const world = around({ abroad: true, ...settings })
    world.wire.script('weak', answer('{"age":7}'))
    await ask(world, question)
    const [border] = world.ledger.records
    return Number(border?.members.reserved)
  }
  const { response_format: _, ...free } = QUESTION
  const plain = await reserved(free)
  assert.ok((await reserved(QUESTION)) > 2 * plain)
  const others = new Set(ALL_BRIDGES)
  others.delete('json-by-asking-again')
  const more = JSON.stringify(QUESTION).length - JSON.stringify(free).length
  assert.equal(await reserved(QUESTION, { alias: { bridges: others } }), plain + more)
  assert.equal(await reserved({ ...QUESTION, n: 2 }), plain + more + 6 + 2 * 10)
})

test('INVARIANT(G10): it is not asked again for more than was reserved', async () => {
  for (const [used, sends] of [
    [100, 2],
    [1_000_000, 1],
  ] as const) {
    const world = around()
    world.wire.script('weak', answer(WRONG, [used, 2]), answer('{"age":7}'))
    await ask(world)
    assert.equal(world.wire.sent.length, sends)
  }
})

test('INVARIANT(G2): abroad, what is asked again leaves behind a border record of its own', async () => {
  const world = around({ abroad: true })
  world.wire.script('weak', answer(WRONG), answer('{"age":7}'))
  const { record } = await ask(world)
  assert.deepEqual(world.ledger.kinds(), ['border', 'border', 'call'])
  assert.deepEqual(
    world.ledger.records.slice(0, 2).map(({ members }) => members.attempt),
    [0, 1],
  )
  assert.deepEqual(record.border, [0, 1])
})

test('INVARIANT(G1, G2): a border record that cannot be written, and a cut, keep it from being asked again', async () => {
  for (const what of ['no record', 'cut', 'closing', 'gone', 'out of time']) {
    const world = around({ abroad: true })
    world.ledger.manual = true
    world.wire.script('weak', answer(WRONG), answer('{"age":7}'))
    const { over, control, gateway } = start(world)
    world.ledger.flush()
    await until(() => world.ledger.waits > 0)
    if (what === 'no record') world.ledger.failing = true
    if (what === 'cut') world.cut.add('weak')
    if (what === 'closing') gateway.interruptAll()
    if (what === 'gone') control?.vanished()
    if (what === 'out of time') gateway.sweep(epochMillis(world.now + LIMITS.callTimeout + 1))
    world.ledger.flush()
    world.ledger.failing = false
    world.ledger.manual = false
    await until(() => world.ledger.waits > 0)
    world.ledger.flush()
    assert.equal(world.wire.sent.length, 1, what)
    assert.equal(world.budgets.spent, 9, what)
    const record = outcome(world)
    assert.deepEqual(results(record), what === 'cut' ? ['asked-again', 'cut-off'] : ['asked-again'], what)
    assert.deepEqual(record.usage, { input: 5, output: 2, estimated: false })
    if (what === 'gone') {
      assert.equal(record.end, 'aborted')
      continue
    }
    const { body, responder } = await over
    assert.equal(responder.status, 200, what)
    assert.equal(saidBy(body), WRONG)
    assert.equal(record.end, 'complete')
  }
})

test('a call that ends while it is asked again ends with the first answer, and a caller who leaves pays for it', async () => {
  for (const what of ['closing', 'gone', 'out of time', 'silent'] as const) {
    const world = around()
    world.wire.script('weak', answer(WRONG), [])
    const { over, control, gateway } = start(world)
    await until(() => world.wire.sent.length === 2)
    if (what === 'closing') gateway.interruptAll()
    if (what === 'gone') control?.vanished()
    if (what === 'out of time') gateway.sweep(epochMillis(world.now + LIMITS.callTimeout + 1))
    if (what === 'silent') gateway.sweep(epochMillis(world.now + 6001))
    await until(() => world.ledger.kinds().includes('call'))
    const record = outcome(world)
    const result = { closing: 'closing', gone: 'caller-gone', 'out of time': 'call-timed-out', silent: 'timed-out' }[what]
    assert.deepEqual(results(record), ['asked-again', result])
    assert.ok(world.wire.sent[1]?.aborted)
    if (what === 'gone') assert.ok(world.budgets.spent > 9 && record.end === 'aborted')
    else assert.deepEqual([saidBy((await over).body), world.budgets.spent], [WRONG, 9])
  }
})

test('a caller of any dialect, and an endpoint of another', async () => {
  const schema = SCHEMA
  const said = [{ role: 'user', content: 'How old?' }]
  const callers: readonly (readonly [Partial<IncomingHead>, object])[] = [
    [
      { route: 'responses' },
      { model: 'assistant', input: 'How old?', store: false, text: { format: { type: 'json_schema', name: 'p', schema } } },
    ],
    [
      { route: 'messages' },
      { model: 'assistant', max_tokens: 10, messages: said, output_config: { format: { type: 'json_schema', schema } } },
    ],
    [
      { route: 'gemini', path: { model: 'assistant', stream: false } },
      {
        contents: [{ role: 'user', parts: [{ text: 'How old?' }] }],
        generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema },
      },
    ],
  ]
  for (const [head, question] of callers) {
    const world = around()
    world.wire.script('weak', answer(WRONG), answer('{"age":7}'))
    const { responder, record } = await ask(world, question, head)
    assert.equal(responder.status, 200, responder.body)
    assert.deepEqual(results(record), ['asked-again', 'answered'], head.route)
    assert.match(responder.body, /\{\\"age\\":7\}/)
    assert.match(warned(record), MENDED)
  }
})

test('INVARIANT(G1): an endpoint that is cut while it answers is not asked again', async () => {
  const world = around()
  world.wire.script('weak', answer(WRONG), answer('{"age":7}'))
  const { over } = start(world)
  await until(() => world.wire.sent.length === 1)
  world.cut.add('weak')
  const { body, record } = await over
  assert.equal(saidBy(body), WRONG)
  assert.equal(world.wire.sent.length, 1)
  assert.deepEqual(results(record), ['answered'])
})

test('INVARIANT(G10): neither money nor tokens are spent beyond the reservation, each by itself', async () => {
  for (const [price, used] of [
    [{ input: micros(1_000_000), output: micros(2_000_000) }, 2100],
    [{ input: micros(0), output: micros(0) }, 4200],
  ] as const) {
    for (const [output, sends] of [
      [used, 1],
      [used - 400, 2],
    ] as const) {
      const plain = around()
      const endpoints = [...plain.snapshot.endpoints.values()].map((endpoint) => ({
        ...endpoint,
        models: new Map([...endpoint.models].map(([name, model]) => [name, { ...model, price }])),
      }))
      plain.snapshot = { ...plain.snapshot, endpoints: new Map(endpoints.map((each) => [each.id, each])) }
      plain.wire.script('weak', answer(WRONG, [5, output]), answer('{"age":7}'))
      await ask(plain)
      assert.equal(plain.wire.sent.length, sends, `${price.input} ${output}`)
    }
  }
})

test('an answer that its caller streams is not asked for again, even if it comes whole', async () => {
  const world = around()
  world.wire.script('weak', answer(WRONG), answer('{"age":7}'))
  const { responder } = await ask(world, { ...QUESTION, stream: true })
  assert.equal(world.wire.sent.length, 1)
  assert.match(responder.body, PROBLEM)
})

test('what goes back is short, has no empty turn, and the use that is told keeps its details', () => {
  const question = { model: 'm', messages: [], tools: [], sampling: {}, stream: false }
  const roles = (text: string) => askingAgain(question, { choice: 0, text, problem: 'it is not JSON' }).messages.map(({ role }) => role)
  assert.deepEqual([roles('No.'), roles(' \n')], [['assistant', 'user'], ['user']])
  const response = { id: 'x', model: 'm', choices: [{ index: 0, parts: [{ kind: 'text', text: '{}' }], stop: { kind: 'stop' } }] } as const
  const fault = faultOf({ response, warnings: [], problem: `${'x'.repeat(299)}\u{1f600}${'x'.repeat(9000)}` })
  assert.equal(fault?.problem, `${'x'.repeat(299)}\ufffd`)
  assert.deepEqual(
    together({ input: 5, output: 2, cachedInput: 3 }, [
      { input: 1, output: 1 },
      { input: 5, output: 2 },
    ]),
    {
      input: 6,
      output: 3,
      cachedInput: 3,
    },
  )
  assert.equal(findingOf('asked-again', 200, '').kind, 'well')
})
