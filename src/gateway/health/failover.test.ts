// Failover inside a plan: what a call meets when endpoints fail, refuse, ask for time or have no room. The world is in memory, its clock the test's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endpointOf,
  headOf,
  LIMITS,
  MemoryResponder,
  reach,
  snapshotOf,
  testKey,
  type WireAct,
  type World,
  worldOf,
} from '../../../test/oracles/gateway.ts'
import { isJsonObject } from '../../core/json.ts'
import { epochMillis, micros, millis } from '../../core/units.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../../http/native.ts'
import { createGateway, type Gateway } from '../gateway.ts'
import type { CallControl, GatewayIncident, Key } from '../ports.ts'
import type { Alias, Endpoint, EndpointModel, Snapshot } from '../snapshot.ts'
import { Health } from './health.ts'
import { DEFAULT_RULES } from './rules.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const FRAMED = { 'content-type': 'application/json', 'content-length': '9' }
const ANSWER = '{"choices":[{"message":{"content":"Bonjour"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}'
const HEAD = headOf()
const ASK = '{"model":"assistant","max_tokens":10,"messages":[{"role":"user","content":"Salut"}]}'

const says = (status: number, text: string, headers: Record<string, string> = {}): WireAct[] => [
  { act: 'head', status, headers: { ...FRAMED, ...headers } },
  { act: 'data', bytes: bytes(text) },
  { act: 'end' },
]
const answers = (): WireAct[] => says(200, ANSWER)
const fails = (status = 500, headers: Record<string, string> = {}): WireAct[] => says(status, '{"error":{"message":"no"}}', headers)
const unreachable = (code: string): WireAct[] => [{ act: 'fail', failure: { kind: 'unreachable', message: 'could not be reached', code } }]

const withModel = (endpoint: Endpoint, more: Partial<EndpointModel>): Endpoint => ({
  ...endpoint,
  models: new Map([...endpoint.models].map(([name, model]) => [name, { ...model, ...more }])),
})
const [a, b, c] = ['a', 'b', 'c'].map((id) => endpointOf({ id, reach: reach('FR') })) as [Endpoint, Endpoint, Endpoint]
const aliased = (snapshot: Snapshot, more: Partial<Alias>): Snapshot => ({
  ...snapshot,
  aliases: new Map([...snapshot.aliases].map(([name, alias]) => [name, { ...alias, ...more }])),
})

type Trying = {
  readonly world: World
  readonly gateway: Gateway
  readonly health: Health
  readonly incidents: GatewayIncident[]
  /** Runs one call to its end. */
  ask(): Promise<MemoryResponder>
  /** Begins one. */
  begin(rank?: string): { readonly responder: MemoryResponder; readonly over: Promise<void>; readonly control: CallControl | undefined }
  asked(): string
}

const trying = (snapshot: Snapshot): Trying => {
  let key: Key = testKey()
  const world = worldOf(snapshot, { hashing: nativeHashing, isUtf8, random: pooledRandom() })
  const health = new Health()
  const incidents: GatewayIncident[] = []
  const keys = { find: () => key }
  const gateway = createGateway({ ...world.ports, keys, allocate, health, incident: (incident) => incidents.push(incident) })
  const begin: Trying['begin'] = (priority) => {
    key = testKey(priority === undefined ? {} : { priority })
    const responder = new MemoryResponder()
    const over = new Promise<void>((resolve) => {
      responder.onOver = resolve
    })
    const admitted = gateway.admit(HEAD)
    assert.ok(admitted.ok)
    return { responder, over, control: gateway.call(admitted.value, bytes(ASK), responder) }
  }
  let seen = 0
  return {
    world,
    gateway,
    health,
    incidents,
    begin,
    ask: async () => {
      const { responder, over } = begin()
      await over
      assert.equal(gateway.running, 0)
      assert.equal(world.budgets.open, 0)
      return responder
    },
    asked: () => {
      const names = world.wire.sent.slice(seen).map(({ endpoint }) => endpoint)
      seen = world.wire.sent.length
      return names.join(' ')
    },
  }
}
const pass = (world: World, milliseconds: number): void => {
  world.now = epochMillis(world.now + milliseconds)
}
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
const attempts = (world: World): readonly string[] => {
  const last = world.ledger.records.filter(({ members }) => members.kind === 'call').at(-1)?.members.attempts
  return Array.isArray(last) ? last.filter(isJsonObject).map(({ endpoint, result }) => `${String(endpoint)} ${String(result)}`) : []
}

test('after five failures in a row an endpoint is asked no more, and once its rest is over one call tries it', async () => {
  const { world, ask, asked, health } = trying(snapshotOf([a, b]))
  world.wire.script('a', fails())
  world.wire.script('b', answers())
  for (let i = 0; i < 5; i++) assert.equal((await ask()).status, 200)
  assert.equal(asked(), 'a b a b a b a b a b')
  await ask()
  assert.equal(asked(), 'b')
  assert.deepEqual(attempts(world), ['a resting', 'b answered'])
  assert.equal(health.condition('a/a-model', world.now)?.state, 'open')
  pass(world, 1001)
  await ask()
  assert.equal(asked(), 'a b', 'the trial')
  pass(world, 999)
  await ask()
  assert.equal(asked(), 'b', 'the second rest is longer')
  pass(world, 1002)
  world.wire.script('a', answers())
  await ask()
  await ask()
  assert.equal(asked(), 'a a')
  assert.equal(health.condition('a/a-model', world.now)?.state, 'closed')
})

test('what failed before is forgotten where somebody did something about it', async () => {
  const { world, ask, asked, health } = trying(snapshotOf([a, b]))
  world.wire.script('a', unreachable('ECONNREFUSED'))
  world.wire.script('b', answers())
  for (let i = 0; i < 8; i++) await ask()
  world.wire.script('a', answers())
  asked()
  health.forgive('b')
  await ask()
  assert.equal(asked(), 'b')
  health.forgive('a')
  await ask()
  assert.equal(asked(), 'a')
})

test('while one call tries an endpoint, others pass it over; a trial that says nothing leaves room for another', async () => {
  const { world, ask, begin, asked } = trying(snapshotOf([a, b]))
  world.wire.script('a', fails())
  world.wire.script('b', answers())
  for (let i = 0; i < 5; i++) await ask()
  pass(world, 1001)
  world.wire.script('a', [])
  asked()
  const trial = begin()
  await settled()
  await ask().catch(() => {})
  assert.equal(asked(), 'a b')
  trial.control?.vanished()
  await settled()
  world.wire.script('a', answers())
  await ask()
  assert.equal(asked(), 'a')
})

for (const [name, value] of [
  ['retry-after', '7'],
  ['retry-after', new Date(1_700_000_000_000 + 7000).toUTCString()],
  ['retry-after-ms', '7000'],
] as const)
  test(`an endpoint that asks for time gets it: ${name}: ${value}`, async () => {
    const { world, ask, asked } = trying(snapshotOf([a, b]))
    world.wire.script('a', fails(429, { [name]: value }), answers())
    world.wire.script('b', answers())
    await ask()
    assert.equal(asked(), 'a b')
    pass(world, 6999)
    await ask()
    assert.equal(asked(), 'b')
    pass(world, 2)
    await ask()
    assert.equal(asked(), 'a')
  })

test('where all that may answer rest, the call is told at once when to come again, and nobody is asked', async () => {
  const { world, ask, asked } = trying(snapshotOf([a]))
  world.wire.script('a', fails(503, { 'retry-after': '20' }))
  assert.equal((await ask()).status, 503)
  asked()
  const { status, body, header } = await ask().then((responder) => ({ ...responder, header: (name: string) => responder.header(name) }))
  assert.equal(status, 503)
  assert.equal(header('retry-after'), '20')
  assert.match(body, /"each endpoint that may answer `assistant` failed of late and is left alone for now"/)
  assert.match(body, /endpoints_resting/)
  assert.equal(asked(), '')
  assert.deepEqual(attempts(world), ['a resting'])
})

test('a refusal of service goes on to the next endpoint, is told as a cut with a substitute, and its end is told too', async () => {
  const { world, ask, asked, incidents, health } = trying(snapshotOf([a, b]))
  world.wire.script('a', says(403, '{"error":{"code":"unsupported_country_region_territory"}}'))
  world.wire.script('b', answers())
  for (let i = 0; i < 10; i++) assert.equal((await ask()).status, 200)
  assert.equal(asked(), `a b a b a b ${'b '.repeat(7)}`.trim())
  assert.equal(incidents.length, 1)
  const [told] = incidents
  assert.ok(told?.kind === 'cut-detected')
  const { endpoint, model, reason, attempts: count, status, substitute } = told
  assert.deepEqual(
    { endpoint, model, reason, count, status, substitute },
    { endpoint: 'a', model: 'a-model', reason: 'country-unsupported', count: 3, status: 403, substitute: 'b/b-model' },
  )
  assert.equal(health.condition('a/a-model', world.now)?.cut, 'country-unsupported')
  pass(world, 14_000)
  await ask()
  assert.equal(asked(), 'b', 'a cut endpoint rests for longer')
  world.wire.script('a', answers())
  pass(world, 17_000)
  await ask()
  assert.equal(asked(), 'a')
  assert.equal(incidents.at(-1)?.kind, 'cut-ended')
})

test('that nobody is there is told as a cut within ten failed attempts, and where nobody else may answer, so it says', async () => {
  const { world, ask, asked, incidents } = trying(snapshotOf([a]))
  world.wire.script('a', unreachable('ENOTFOUND'))
  for (let seconds = 0; seconds < 12 && incidents.length === 0; seconds++) {
    assert.ok([502, 503].includes((await ask()).status))
    pass(world, 1000)
  }
  assert.ok(asked().split(' ').length <= 10)
  assert.ok(incidents[0]?.kind === 'cut-detected')
  assert.equal(incidents[0].reason, 'name-dead')
  assert.equal(incidents[0].substitute, undefined)
})

test('a refusal reaches the caller where no other endpoint is left', async () => {
  const { world, ask } = trying(snapshotOf([a]))
  world.wire.script('a', says(404, '{"error":{"code":"model_not_found"}}'))
  const responder = await ask()
  assert.equal(responder.status, 404)
  assert.match(responder.body, /model_not_found/)
})

test('an endpoint that is not well gets its own calls and few of the others: the rest are spared it', async () => {
  const flaky = snapshotOf([a, b])
  const { world, ask } = trying({ ...flaky, health: { ...DEFAULT_RULES, breaker: undefined, cut: undefined } })
  world.wire.script('a', fails())
  world.wire.script('b', fails())
  const statuses = new Set<number>()
  for (let i = 0; i < 100; i++) statuses.add((await ask()).status)
  const retries = world.wire.sent.filter(({ endpoint }) => endpoint === 'b').length
  assert.ok(retries >= 10 && retries <= 12, `${retries} retries`)
  assert.deepEqual(attempts(world), ['a status-500'])
  assert.deepEqual([...statuses], [500])
})

test('one failing endpoint costs no call its answer: to one that is well every call may go on', async () => {
  const { world, ask } = trying({ ...snapshotOf([a, b]), health: { ...DEFAULT_RULES, breaker: undefined } })
  world.wire.script('a', fails())
  world.wire.script('b', answers())
  for (let i = 0; i < 100; i++) assert.equal((await ask()).status, 200)
})

// ---- room ------------------------------------------------------------------------------------------------------------------

const PRIORITIES = ['emergency', 'health', 'everything']
const narrow = (calls: number, queue: number, wait = 5000): Endpoint => withModel(a, { concurrency: { calls, queue, wait: millis(wait) } })
const answer = (acts: WireAct[]): WireAct[] => acts

test('calls wait in line by priority, and are told where they stood and how long it took', async () => {
  const { world, begin, gateway } = trying({ ...snapshotOf([narrow(1, 10)]), priorities: PRIORITIES })
  world.wire.script('a', [], answer(answers()))
  const first = begin()
  await settled()
  const order: string[] = []
  const waiting = ['everything', undefined, 'health', 'emergency'].map((rank, i) => {
    const call = begin(rank)
    call.over.then(() => order.push(`${rank ?? 'none'} ${i}`))
    return call
  })
  await settled()
  assert.equal(world.wire.sent.length, 1)
  pass(world, 800)
  first.control?.vanished()
  await Promise.all(waiting.map(({ over }) => over))
  assert.deepEqual(order, ['emergency 3', 'health 2', 'everything 0', 'none 1'])
  assert.equal(waiting[1]?.responder.header('allod-queued'), 'position=2, estimated-ms=2000, waited-ms=800')
  const queued = world.ledger.records.map(({ members }) => members.queued).filter((each) => each !== undefined)
  assert.deepEqual(queued[0], { position: 1, ms: 800 })
  assert.deepEqual(attempts(world), ['a busy', 'a answered'])
  assert.equal(gateway.running, 0)
})

test('waiting raises a call, so that nobody starves', async () => {
  const { world, begin } = trying({ ...snapshotOf([narrow(1, 10, 1e6)]), priorities: PRIORITIES })
  world.wire.script('a', [], answer(answers()))
  const first = begin()
  const order: string[] = []
  const low = begin('everything')
  low.over.then(() => order.push('low'))
  pass(world, 31_000)
  const high = begin('emergency')
  high.over.then(() => order.push('high'))
  await settled()
  first.control?.vanished()
  await Promise.all([low.over, high.over])
  assert.deepEqual(order, ['low', 'high'])
})

test('a full line lets go of the newest of the lowest priority for somebody higher, and of nobody for an equal', async () => {
  const { world, begin } = trying({ ...snapshotOf([narrow(1, 2)]), priorities: PRIORITIES })
  world.wire.script('a', [], answer(answers()))
  const first = begin()
  const [older, newer] = [begin('everything'), begin('everything')]
  const equal = begin('everything')
  await equal.over
  assert.equal(equal.responder.status, 429)
  assert.match(equal.responder.body, /"each endpoint that may answer `assistant` is busy, and this call finds no more room to wait"/)
  assert.ok(Number(equal.responder.header('retry-after')) >= 1)
  const higher = begin('emergency')
  await newer.over
  assert.equal(newer.responder.status, 429)
  assert.match(newer.responder.body, /had to make room for calls that go first/)
  first.control?.vanished()
  await Promise.all([higher.over, older.over])
  assert.deepEqual([higher.responder.status, older.responder.status], [200, 200])
})

test('nobody waits longer than the owner allows, and who leaves gives up its place', async () => {
  const { world, begin, gateway } = trying({ ...snapshotOf([narrow(1, 2, 3000)]), priorities: PRIORITIES })
  world.wire.script('a', [], answer(answers()))
  const first = begin()
  const [leaves, stays] = [begin(), begin()]
  await settled()
  leaves.control?.vanished()
  const third = begin()
  await settled()
  pass(world, 3001)
  gateway.sweep(world.now)
  await Promise.all([stays.over, third.over])
  assert.deepEqual([stays.responder.status, third.responder.status], [429, 429])
  assert.match(stays.responder.body, /has been waiting for as long as it may/)
  first.control?.vanished()
  await settled()
  assert.equal(gateway.running, 0)
  assert.equal(world.budgets.open, 0)
})

test('a call waits only where no other permitted endpoint has room, and takes the first that has', async () => {
  const wide = withModel(b, { concurrency: { calls: 1, queue: 5, wait: millis(5000) } })
  const { world, begin, asked } = trying(snapshotOf([narrow(1, 5), wide]))
  world.wire.script('a', [], answer(answers()))
  world.wire.script('b', [], answer(answers()))
  const [one, two] = [begin(), begin()]
  const three = begin()
  await settled()
  assert.equal(asked(), 'a b')
  two.control?.vanished()
  await three.over
  assert.equal(asked(), 'b')
  assert.equal(three.responder.status, 200)
  one.control?.vanished()
})

// ---- order -----------------------------------------------------------------------------------------------------------------

const priced = (endpoint: Endpoint, price: number): Endpoint =>
  withModel(endpoint, { price: { input: micros(price), output: micros(price) } })

test('the cheapest is asked first, or the best, or in the order listed', async () => {
  const endpoints = [
    withModel(priced(a, 3e6), { quality: 1 }),
    withModel(priced(b, 1e6), { quality: 3 }),
    withModel(priced(c, 2e6), { quality: 2 }),
  ]
  for (const [order, expected] of [
    [undefined, 'a b c'],
    ['cheapest', 'b c a'],
    ['best', 'b c a'],
  ] as const) {
    const { world, ask, asked } = trying(aliased(snapshotOf(endpoints), order === undefined ? {} : { order }))
    for (const id of ['a', 'b', 'c']) world.wire.script(id, fails())
    await ask()
    assert.equal(asked(), expected, order ?? 'listed')
  }
})

test('by weight, each is asked first as often as its share says', async () => {
  const weights = new Map([
    ['a/a-model', 3],
    ['b/b-model', 1],
    ['c/c-model', 0],
  ])
  const { world, ask } = trying(aliased(snapshotOf([a, b, c]), { order: 'weighted', weights }))
  for (const id of ['a', 'b', 'c']) world.wire.script(id, answers())
  for (let i = 0; i < 400; i++) await ask()
  const share = world.wire.sent.filter(({ endpoint }) => endpoint === 'a').length / 400
  assert.ok(share > 0.65 && share < 0.85, `${share}`)
  assert.equal(world.wire.sent.filter(({ endpoint }) => endpoint === 'c').length, 0)
})

test('the fastest is asked first, after each has been heard', async () => {
  const { world, ask, asked, health } = trying(aliased(snapshotOf([a, b, c]), { order: 'fastest' }))
  for (const id of ['a', 'b', 'c']) world.wire.script(id, answers())
  const slow = { a: 300, b: 100, c: 200 } as const
  for (const endpoint of [a, b, c]) {
    const [model] = endpoint.models.values()
    assert.ok(model)
    health.of({ endpoint, model }).figures.answered(slow[endpoint.id as keyof typeof slow], 1, 1, world.now)
  }
  await ask()
  assert.equal(asked(), 'b')
})

test('an outlier is asked last, and all the same where it is the last that is permitted', async () => {
  const health = { ...DEFAULT_RULES, breaker: undefined, retries: undefined, outliers: { calls: 5, share: 0.3, factor: 3 } }
  const { world, ask, asked } = trying({ ...snapshotOf([a, b]), health })
  world.wire.script('a', fails())
  world.wire.script('b', answers())
  for (let i = 0; i < 6; i++) await ask()
  asked()
  await ask()
  assert.equal(asked(), 'b')
  const alone = trying({ ...snapshotOf([a]), health, limits: LIMITS })
  alone.world.wire.script('a', fails())
  for (let i = 0; i < 10; i++) await alone.ask()
  assert.equal(alone.asked().split(' ').length, 10)
})

test('figures are kept of answers, whole and streamed', async () => {
  const { world, ask, health } = trying(snapshotOf([a]))
  world.wire.script('a', answers())
  await ask()
  const condition = health.condition('a/a-model', world.now)
  assert.equal(condition?.timeToAnswer, 0)
  assert.equal(condition?.failureShare, 0)
  assert.equal(condition?.running, 0)
})

// ---- scarcity --------------------------------------------------------------------------------------------------------------

const SCARCITY = [
  { above: 0.4, spares: ['emergency'], kind: 'model', target: 'b/b-model' },
  { above: 0.7, spares: [], kind: 'shorter', maxOutputTokens: 4 },
  { above: 1.4, spares: ['emergency'], kind: 'refuse' },
] as const

test('as room grows scarce, another model answers, then in fewer words, then only who is spared; each is declared', async () => {
  const big = withModel(a, { concurrency: { calls: 2, queue: 5, wait: millis(60_000) } })
  const { world, begin, asked, gateway } = trying({ ...aliased(snapshotOf([big, b]), { scarcity: SCARCITY }), priorities: PRIORITIES })
  world.wire.script('a', [], [], answers())
  world.wire.script('b', answers())
  const told = ({ responder }: ReturnType<typeof begin>) => responder.header('allod-warnings')
  const one = begin()
  await settled()
  assert.equal(asked(), 'a', 'there is room')
  const second = begin('everything')
  await second.over
  assert.equal(asked(), 'b')
  assert.equal(told(second), '"/model";kind=approximated;weight=constraint')
  assert.match(second.responder.body, /"message":"room is scarce, and `b\/b-model` answers in place of what would answer otherwise"/)
  const record = world.ledger.records.at(-1)?.members
  assert.deepEqual(record?.warnings, [{ path: '/model', kind: 'approximated', weight: 'constraint' }])
  const spared = begin('emergency')
  await settled()
  assert.equal(asked(), 'a', 'who is spared goes on as ever')
  const short = begin()
  await short.over
  assert.match(told(short) ?? '', /"\/sampling\/maxTokens"/)
  assert.match(new TextDecoder().decode(world.wire.sent.at(-1)?.request.body), /"max_(completion_)?tokens":4\b/)
  asked()
  const waits = begin('emergency')
  await settled()
  assert.equal(waits.responder.status, 200, 'in fewer words, by the other')
  one.control?.vanished()
  spared.control?.vanished()
  await settled()
  assert.equal(gateway.running, 0)
})

test('where room is scarcest, a call is refused in one sentence, but for who is spared', async () => {
  const big = withModel(a, { concurrency: { calls: 1, queue: 5, wait: millis(60_000) } })
  const { world, begin, asked } = trying({ ...aliased(snapshotOf([big]), { scarcity: SCARCITY.slice(2) }), priorities: PRIORITIES })
  world.wire.script('a', [], answers())
  const one = begin()
  const waits = begin()
  const refused = begin('everything')
  await refused.over
  assert.equal(refused.responder.status, 429)
  assert.match(
    refused.responder.body,
    /"each endpoint that may answer `assistant` is busy, and this call has to stand back while there is so little room"/,
  )
  const spared = begin('emergency')
  one.control?.vanished()
  await Promise.all([spared.over, waits.over])
  assert.deepEqual([spared.responder.status, waits.responder.status], [200, 200])
  assert.equal(asked(), 'a a a')
})
