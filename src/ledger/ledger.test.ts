import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verify } from '#verifier'
import { millis } from '../core/units.ts'
import type { LedgerHandle } from './ledger.ts'
import type { Entry } from './ports.ts'
import { type Fate, settle, VERIFIER_KEYS, World } from './world.test.ts'

test('records become durable, then published, with a receipt that verifies', async () => {
  const world = new World()
  const opened = await world.open()
  assert.ok(opened !== 'crashed' && opened.ok)
  const [fate] = world.append(3)
  await world.flush()
  assert.deepEqual(fate?.result, { ok: true, value: { index: 0 } })
  assert.equal(opened.value.size(), 0)
  const promise = await opened.value.receipt(0)
  assert.ok(promise.ok && promise.value.kind === 'promise')
  const promised = await verify(promise.value.text, [VERIFIER_KEYS])
  assert.ok(promised.valid, JSON.stringify(promised.reasons))
  await world.pass()
  assert.equal(opened.value.size(), 3)
  const receipt = await opened.value.receipt(0)
  assert.ok(receipt.ok && receipt.value.kind === 'receipt')
  assert.deepEqual(await opened.value.receipt(3), { ok: true, value: { kind: 'absent' } })
  const records = await world.audit()
  assert.match(records[1] ?? '', /^\{"v":1,"stream":"key_a","n":1,"time":\d+,"kind":"event","id":1,/)
  assert.deepEqual(world.oracle.segmentNames(), [])
})

const start = async (world: World): Promise<LedgerHandle> => {
  const opened = await world.open()
  assert.ok(opened !== 'crashed')
  return opened.ok ? opened.value : assert.fail(opened.error.message)
}
const refusal = (fates: readonly Fate[]): string => {
  const [fate] = fates
  return fate?.result?.ok === false ? fate.result.error.message : assert.fail('the append was not refused')
}
const one = (world: World, entry: Entry): Promise<string> =>
  new Promise((resolve) => world.ledger?.append(entry, (result) => resolve(result.ok ? `${result.value.index}` : result.error.message)))

test('what no log can hold is refused, and the rest of its group is not', async () => {
  const world = new World()
  await start(world)
  const head = '{"v":1,"stream":"key_a","n":0,'.length
  const cases: [Entry, RegExp][] = [
    [{ stream: 'key_a', members: `"a":"${'x'.repeat(70_000)}"` }, /^a record of 7\d{4} bytes is longer than the 65535 that the log takes$/],
    [{ stream: 'key_a', members: `"a":"${'€'.repeat(22_000)}"` }, /^a record of 66\d{3} bytes is longer/],
    [{ stream: 'key_a', members: '"a":1\n' }, /must not contain a line break/],
    [{ stream: 'key_a', members: '"a":1', secret: '{"a":\n1}' }, /must not contain a line break/],
    [{ stream: 'key_a', members: '"a":1', secret: 'salt' }, /must be a JSON object/],
    [{ stream: 'a"b', members: '"a":1' }, /^`a"b` is no name of a stream/],
    [{ stream: '', members: '"a":1' }, /is no name of a stream/],
  ]
  for (const [entry, expected] of cases) assert.match(await one(world, entry), expected)
  const largest = one(world, { stream: 'key_a', members: `"id":0,"a":"${'x'.repeat(65_535 - head - 15 - '"id":0,"a":""}'.length)}"` })
  await world.pass()
  assert.equal(await largest, '0')
  const receipt = await world.ledger?.receipt(0)
  assert.ok(receipt?.ok && receipt.value.kind === 'receipt')
})

test('a queue that is full refuses, and takes records again when it is not', async () => {
  const world = new World({ maxQueued: 10 })
  await start(world)
  const taken = world.append(10)
  const refused = world.append(1)
  await settle()
  assert.match(refusal(refused), /^10 records already wait for the log's disk$/)
  await world.pass()
  assert.ok(taken.every(({ result }) => result?.ok))
  const later = world.append(1)
  await world.pass()
  assert.deepEqual(later[0]?.result, { ok: true, value: { index: 10 } })
  await world.audit()
})

test('after a failed write appends are refused at once, until a new segment is durable', async () => {
  const world = new World()
  await start(world)
  world.append(2)
  await world.flush()
  world.oracle.plan = (step) => (step === 'append' || step === 'start' ? { how: 'fails', effect: 'half' } : undefined)
  const failed = world.append(1)
  await world.flush()
  assert.match(refusal(failed), /^the log cannot be written: the oracle was told to fail$/)
  const atOnce = world.append(1)
  await settle()
  assert.equal(refusal(atOnce), refusal(failed))
  assert.equal(world.oracle.reached.get('append'), 1, 'nothing was tried for it')
  world.now += 100
  const tried = world.append(1)
  await world.flush()
  assert.equal(refusal(tried), refusal(failed))
  world.oracle.plan = () => undefined
  world.now += 100
  const again = world.append(1)
  await world.pass()
  assert.deepEqual(again[0]?.result, { ok: true, value: { index: 2 } })
  assert.deepEqual(
    (await world.audit()).map((record) => JSON.parse(record).n),
    [0, 1, 2],
  )
  assert.deepEqual(world.oracle.segmentNames(), [])
})

test('a log that makes no checkpoints stops taking records before it breaks a promise, and says so', async () => {
  const world = new World({ mergeDelay: millis(10_000) })
  const ledger = await start(world)
  world.oracle.plan = (step) => (step === 'project' ? { how: 'fails', effect: 'none' } : undefined)
  world.append(1)
  await world.flush()
  assert.ok(!(await ledger.publish()).ok)
  assert.equal(ledger.stalled(), undefined)
  world.now += 5_000
  assert.ok(!(await ledger.publish()).ok)
  assert.equal(ledger.stalled(), 'the log makes no checkpoints: the oracle was told to fail')
  const refused = world.append(1)
  await settle()
  assert.equal(refusal(refused), ledger.stalled())
  world.oracle.plan = () => undefined
  await world.pass(1000)
  assert.equal(ledger.stalled(), undefined)
  const taken = world.append(1)
  await world.pass()
  assert.ok(taken[0]?.result?.ok)
  await world.audit()
})

test('closing takes no more records, keeps those it took, and publishes them', async () => {
  const world = new World()
  const ledger = await start(world)
  const taken = world.append(700)
  const closing = ledger.close()
  const late = world.append(1)
  assert.deepEqual(await closing, { ok: true, value: undefined })
  assert.equal(refusal(late), 'the exchange is stopping')
  assert.ok(taken.every(({ result }) => result?.ok))
  assert.equal(ledger.size(), 700)
  await world.audit()
})

test('a caller that throws does not keep others from their answer', async () => {
  const world = new World()
  const ledger = await start(world)
  const bugs: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.once('uncaughtException', (bug) => bugs.push(bug))
  ledger.append({ stream: 'key_a', members: '"id":0' }, () => {
    throw new Error('a bug of the caller')
  })
  const other = one(world, { stream: 'key_a', members: '"id":1' })
  await world.flush()
  assert.equal(await other, '1')
  await settle()
  for (const listener of listeners) process.on('uncaughtException', listener)
  assert.equal(bugs.length, 1)
})

test('a store that was lost is rebuilt from the log, without secrets', async () => {
  const world = new World()
  await start(world)
  world.append(600)
  world.append(10, 'key_b')
  await world.pass()
  const records = world.oracle.projected.map(({ record }) => record)
  world.crash()
  world.oracle.projected.length = 300
  const ledger = await start(world)
  assert.deepEqual(
    world.oracle.projected.map(({ record }) => record),
    records,
  )
  assert.equal(world.oracle.projected[400]?.secret, undefined)
  assert.equal(ledger.nextNumber('key_a'), 600)
  assert.equal(ledger.nextNumber('key_b'), 10)
  assert.deepEqual(world.oracle.breaches, [])
})

/** What a start says about a log that somebody changed. */
const afterwards = async (change: (world: World) => void): Promise<string> => {
  const world = new World()
  await start(world)
  world.append(300)
  await world.flush()
  await world.publish()
  world.crash()
  change(world)
  const opened = await world.open()
  assert.ok(opened !== 'crashed')
  assert.deepEqual(world.oracle.breaches, [])
  return opened.ok ? assert.fail('the log opens') : opened.error.message
}
const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte))

test('a log that is not what its checkpoint says is not opened, and nothing is signed', async (t) => {
  const cases: readonly [string, (world: World) => void, RegExp][] = [
    ['a changed hash', ({ oracle }) => oracle.tamper('tile/0/001.p/44', flip), /missing or damaged/],
    ['a changed entry', ({ oracle }) => oracle.tamper('tile/entries/001.p/44', flip), /missing or damaged/],
    [
      'a changed upper tile',
      ({ oracle }) => oracle.tamper('tile/1/000.p/1', (bytes) => bytes.map((byte) => byte ^ 1)),
      /do not have the root/,
    ],
    ['a missing tile', ({ oracle }) => oracle.dropTile('tile/0/001.p/44'), /missing or damaged/],
    ['a missing checkpoint', ({ oracle }) => oracle.dropCheckpoint(), /records but no checkpoint/],
    [
      'a store from the future',
      ({ oracle }) => oracle.projected.push(...oracle.projected.map((e) => ({ ...e, index: e.index + 300 }))),
      /it was rolled back$/,
    ],
  ]
  for (const [what, change, expected] of cases)
    await t.test(what, async () => {
      assert.match(await afterwards(change), expected)
    })
})

test('a store that is ahead of a lost write-ahead log is noticed', async () => {
  const world = new World()
  await start(world)
  world.append(10)
  await world.flush()
  world.oracle.plan = (step) => (step === 'checkpoint' ? { how: 'crashes', effect: 'none' } : undefined)
  assert.equal(await world.publish(), 'crashed')
  world.crash()
  world.oracle.tamper(world.oracle.segmentNames()[0] ?? '', () => new Uint8Array(0))
  const opened = await world.open()
  assert.ok(opened !== 'crashed' && !opened.ok)
  assert.match(opened.error.message, /followed the log to record 10, but the log ends at 0: it was rolled back$/)
})

test('the same content is signed as the same root, whatever happened on the way', async () => {
  const roots: string[] = []
  for (const crash of [false, true]) {
    const world = new World()
    await start(world)
    world.append(100)
    await world.flush()
    if (crash) {
      world.crash()
      await start(world)
    }
    world.append(200)
    await world.pass()
    roots.push(world.ledger?.checkpoint().split('\n')[2] ?? '')
  }
  assert.equal(roots[0], roots[1])
})

test('a group waits as long as more records come, but not for ever, and not once it is full', async () => {
  const world = new World({ maxWindows: 3, fullGroup: 10 })
  await start(world)
  const isDurable = (fate: Fate | undefined): boolean => fate?.result?.ok === true
  const [alone] = world.append(1)
  await world.flush()
  assert.ok(isDurable(alone), 'a record that nobody follows waits for one window')
  const [first] = world.append(2)
  await world.flush()
  assert.ok(!isDurable(first), 'another came in its window, so it waits again')
  await world.flush()
  assert.ok(isDurable(first), 'nobody came in that one')
  const [patient] = world.append(1)
  for (let window = 1; window <= 3; window++) {
    assert.ok(!isDurable(patient))
    world.append(1)
    await world.flush()
  }
  assert.ok(isDurable(patient), 'three windows are the most')
  const [crowded] = world.append(10)
  await world.flush()
  assert.ok(isDurable(crowded), 'ten are enough to share a sync')
  await world.pass()
  assert.deepEqual(
    (await world.audit()).map((record) => JSON.parse(record).n),
    Array.from({ length: 17 }, (_, n) => n),
  )
})

test('all segments of a second go under one checkpoint, eight at most; a failure among them leaves all of them for the next attempt', async () => {
  const world = new World({ maxSegmentBytes: 1 })
  const ledger = await start(world)
  const segments = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      world.append(2)
      await world.flush()
    }
  }
  const signed = () => world.oracle.checkpoints.length
  await segments(5)
  let before = signed()
  assert.ok((await ledger.publish()).ok)
  assert.deepEqual([ledger.size(), signed() - before], [10, 1])
  await segments(10)
  before = signed()
  assert.ok((await ledger.publish()).ok)
  assert.deepEqual([ledger.size(), signed() - before], [30, 2])
  await segments(4)
  let projections = 0
  world.oracle.plan = (step) => (step === 'project' && ++projections === 3 ? { how: 'fails', effect: 'none' } : undefined)
  assert.ok(!(await ledger.publish()).ok)
  assert.equal(ledger.size(), 30, 'nothing of it is published')
  world.oracle.plan = () => undefined
  await world.pass(1000)
  assert.equal(ledger.size(), 38)
  assert.deepEqual(world.oracle.segmentNames(), [])
  await world.audit()
})
