// INVARIANT(G2, G7): with its disk full or read-only an exchange lets nothing cross a border, refuses in one sentence, stays up,
// and goes on by itself when there is room again. Nothing acknowledged is lost (G6).
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { verify } from '#verifier'
import { allod, eventually, newData, removeData, type Started, startThrough } from '../end-to-end/allod.ts'
import { type CheckedLog, checkLog } from '../guarantees/public-log.ts'
import { times } from '../thorough.ts'
import { type Answer, ask, errorOf, isSentence } from './ask.ts'
import { writeConfiguration } from './configuration.ts'
import { DISKS, unusableDisks } from './disks.ts'
import { type RawUpstream, startRawUpstream } from './upstream.ts'

const cleanups: (() => unknown)[] = []
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

type World = {
  readonly near: RawUpstream
  readonly far: RawUpstream
  readonly folder: string
  readonly wrapper: readonly string[]
  exchange: Started
  readonly answered: { readonly call: string; readonly alias: 'near' | 'far' }[]
  readonly receipts: { readonly call: string; readonly text: string }[]
}
const start = (world: Omit<World, 'exchange'>): Promise<Started> =>
  startThrough(world.wrapper, join(world.folder, 'data'), '--config', join(world.folder, 'allod.yaml'))

const worldIn = async (prepare: (folder: string) => readonly string[]): Promise<World> => {
  const [near, far] = [await startRawUpstream(), await startRawUpstream()]
  const folder = newData()
  cleanups.push(async () => {
    await Promise.all([near.close(), far.close()])
    removeData(folder)
  })
  writeConfiguration(folder, { near: near.baseUrl, far: far.baseUrl })
  const world = { near, far, folder, wrapper: prepare(folder), answered: [], receipts: [] }
  const started: World = { ...world, exchange: await start(world) }
  cleanups.push(() => started.exchange.kill())
  return started
}

const call = async (world: World, alias: 'near' | 'far', stream = false): Promise<Answer> => {
  const answer = await ask(world.exchange, alias, { stream })
  if (answer.status === 200 && answer.complete) world.answered.push({ call: answer.call, alias })
  return answer
}
const good = async (world: World, alias: 'near' | 'far', stream = false): Promise<string> => {
  const answer = await call(world, alias, stream)
  assert.ok(answer.status === 200 && answer.complete, `${answer.status} ${answer.text}`)
  return answer.call
}
/** Reads a receipt, which makes the log publish all it has. */
const keepReceipt = async (world: World, of: string): Promise<void> => {
  const headers = { authorization: `Bearer ${world.exchange.key}` }
  const response = await fetch(`${world.exchange.url}/v1/receipts/${of}`, { headers })
  assert.equal(response.status, 200)
  world.receipts.push({ call: of, text: await response.text() })
}
const refused = (answer: Answer): void => {
  const error = errorOf(answer.text)
  assert.equal(answer.status, 503, answer.text)
  assert.match(error?.code ?? '', /^(ledger|budget)_unavailable$/)
  assert.ok(isSentence(error?.message ?? ''), error?.message)
}

const readLog = ({ exchange }: World): Promise<CheckedLog> =>
  checkLog(async (path) => {
    const response = await fetch(`${exchange.url}/log/${path}`)
    assert.equal(response.status, 200, path)
    return response.bytes()
  })

/** All that was acknowledged is in the log, before it all that crossed, and receipts of any moment still verify. */
const checkAll = async (world: World): Promise<CheckedLog> => {
  const { exchange, far, answered, receipts } = world
  const log = await eventually(async () => {
    const checked = await readLog(world)
    const last = answered.at(-1)?.call
    assert.ok(checked.records.some(({ call, kind }) => call === last && kind === 'call'))
    return checked
  })
  const found = Map.groupBy(log.records, ({ kind, call }) => `${kind} ${call}`)
  for (const { call, alias } of answered) {
    assert.equal(found.get(`call ${call}`)?.length, 1, `call ${call} was answered`)
    if (alias === 'far') assert.equal(found.get(`border ${call}`)?.length, 1, `call ${call} crossed`)
  }
  const crossed = log.records.filter(({ kind }) => kind === 'border').length
  assert.ok(far.requests <= crossed, `${far.requests} requests crossed with ${crossed} records`)
  const known = await (await fetch(`${exchange.url}/.well-known/allod.json`)).json()
  for (const { call, text } of receipts) {
    const verdict = await verify(text, [`${known.log.vkey}\n${known.log.cosigner}`])
    assert.ok(verdict.valid, `the receipt of ${call}: ${JSON.stringify(verdict)}`)
    if (verdict.kind === 'receipt') assert.ok(log.holds(text.slice(text.indexOf('\n\n') + 2)), 'its checkpoint is no prefix of the log')
  }
  return log
}

const stays = ({ exchange }: World): void =>
  assert.ok(exchange.process.exitCode === null && exchange.process.signalCode === null, exchange.printed())

/** Calls both ways, whole and streamed, from four callers at once until told to stop; what is refused must be refused well. */
const underLoad = async (world: World, during: () => Promise<void>): Promise<void> => {
  let over = false
  const caller = async (first: number): Promise<void> => {
    for (let turn = first; !over; turn++) {
      const stream = turn % 3 === 0
      const answer = await call(world, turn % 2 === 0 ? 'near' : 'far', stream)
      if (world.exchange.process.killed) return
      if (answer.status === 200) assert.ok(answer.complete || (stream && answer.text.includes('_unavailable')), answer.text)
      else refused(answer)
      await pause(answer.status === 200 ? 2 : 10)
    }
  }
  const callers = [0, 1, 2, 3].map(caller)
  await during()
  over = true
  await Promise.all(callers)
}
/** What no user should ever see. */
const STACK = /^ +at /m
/** How often a disk fails while calls go on. */
const FAILURES = times(2, 3)
const pause = (length: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, length))

/** What the store says was spent is what the calls of the log cost. */
const checkBudget = async (world: World): Promise<void> => {
  const log = await readLog(world)
  const cost = log.records.filter(({ kind }) => kind === 'call').reduce((sum, record) => sum + Number(record.cost), 0)
  const status = await allod('status', '--json', '--data', world.exchange.data)
  assert.equal(JSON.parse(status.out).budgets[0].spent, cost, status.error)
}

for (const disk of DISKS)
  describe(`a disk that is ${disk.name}`, { skip: disk.skip }, () => {
    let world: World
    test('calls are answered while it works', async () => {
      world = await worldIn(disk.prepare)
      for (const alias of ['near', 'far'] as const) {
        await good(world, alias, true)
        await keepReceipt(world, await good(world, alias))
      }
    })

    test('while it fails nothing crosses, and each caller is told why in one sentence', async () => {
      // Money that lies idle is given back once a second; without it each call needs the store.
      if (!disk.log) await pause(2500)
      // What is left of a page, or of the money set aside, is used up first.
      await eventually(async () => {
        disk.fail(world.exchange)
        refused(await call(world, 'far'))
      })
      const before = [world.far.connections, world.far.bytes]
      for (const stream of [true, false, true]) refused(await call(world, 'far', stream))
      refused(await call(world, 'near'))
      const stream = await call(world, 'near', true)
      assert.ok(stream.status === 503 || (!stream.complete && stream.text.includes('ledger_unavailable')), stream.text)
      assert.deepEqual([world.far.connections, world.far.bytes], before)
      stays(world)
    })

    test('with room again it goes on by itself, and nothing acknowledged is lost', async () => {
      disk.recover(world.exchange)
      await eventually(() => good(world, 'far'))
      await keepReceipt(world, await good(world, 'near'))
      await keepReceipt(world, await good(world, 'far', true))
      await checkAll(world)
    })

    test('it may fail again and again under load', async () => {
      await underLoad(world, async () => {
        for (let turn = 0; turn < FAILURES; turn++) {
          await pause(100)
          disk.fail(world.exchange)
          await pause(300)
          disk.recover(world.exchange)
          await pause(400)
        }
      })
      await eventually(() => good(world, 'far'))
      stays(world)
      await checkAll(world)
    })

    const stopped = async (): Promise<void> => {
      disk.fail(world.exchange)
      await world.exchange.stop()
      assert.equal(world.exchange.process.signalCode, null)
      assert.doesNotMatch(world.exchange.printed(), STACK)
    }

    const killed = async (): Promise<void> => {
      await underLoad(world, async () => {
        await pause(50)
        disk.fail(world.exchange)
        await pause(50)
        await world.exchange.kill()
      })
      world.exchange = await start(world)
      const log = await checkAll(world)
      const outcomes = Map.groupBy(
        log.records.filter(({ kind }) => kind === 'call'),
        ({ call }) => call,
      )
      for (const record of log.records)
        if (record.kind === 'border') assert.equal(outcomes.get(record.call)?.length, 1, `call ${record.call} crossed`)
      await checkBudget(world)
      assert.doesNotMatch(world.exchange.printed(), STACK)
    }
    if (disk.lasting) test('killed while it fails, it starts again with all that was acknowledged', killed)
    else test('stopped while it fails, it ends by itself', stopped)
  })

describe('an exchange that starts', () => {
  const folder = newData()
  cleanups.push(() => removeData(folder))
  writeConfiguration(folder, { near: 'http://127.0.0.1:1/v1', far: 'http://127.0.0.1:1/v1' })
  for (const { name, skip, wrapper } of unusableDisks(folder))
    test(`on a disk that is ${name} says so in one sentence and ends`, { skip }, async () => {
      const started = startThrough(wrapper, join(folder, 'data'), '--config', join(folder, 'allod.yaml'))
      const message = await started.then(
        async (exchange) => {
          await exchange.kill()
          assert.fail('it started')
        },
        (failure: Error) => failure.message,
      )
      const [, ...printed] = message.trim().split('\n')
      assert.equal(printed.length, 1, message)
      assert.match(printed[0] ?? '', /^allod up: .*(full|read-only|EFBIG|ENOSPC|EROFS|I\/O error)/)
      assert.doesNotMatch(message, STACK)
    })
})

test('an operator who no longer listens stops nothing (G7)', async () => {
  const world = await worldIn(() => [])
  world.exchange.process.stdout?.destroy()
  world.exchange.process.stderr?.destroy()
  writeFileSync(join(world.folder, 'allod.yaml'), 'not: a configuration')
  for (let turn = 0; turn < 3; turn++) {
    world.exchange.process.kill('SIGHUP')
    await pause(50)
    await good(world, 'far')
  }
  stays(world)
})
