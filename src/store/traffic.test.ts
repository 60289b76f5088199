import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { EpochMillis } from '../core/units.ts'
import { openDatabase } from './database.ts'
import { CHAT, callAt, firstKey, HOME, later, logOf, must, NOON, openAt, seededRandom, temporaryFolder } from './fixtures.test.ts'
import { MIGRATIONS } from './migrations.ts'
import { HOUR, type StoredTraffic } from './traffic.ts'

const asked = (alias: string, dataClass: string) => ({ tenant: HOME, application: CHAT, alias, class: dataClass, purpose: 'general' })
const answer = (endpoint: string | null, more: object = {}) => ({
  policy: 'sha256:1',
  facts: 'sha256:2',
  endpoint,
  model: endpoint === null ? null : 'seed',
  attempts: [],
  border: [],
  usage: { input: 10, output: 20, estimated: false },
  cost: 5,
  status: 200,
  end: 'complete',
  ms: 100,
  ...more,
})
const flat = (rows: readonly StoredTraffic[]) =>
  rows.map((one) => [one.alias, one.dataClass, one.route, one.calls, one.failed, one.refused, one.input, one.output, one.cost, one.time])

const ENTRIES = 40_000
/** The same log in every process. */
const longLog = () => {
  const random = seededRandom(77)
  const log = logOf({ id: 'key_1', tenant: HOME, application: CHAT } as never)
  for (let i = 0; i < ENTRIES; i++) {
    const [hour = 0, flow = 0, spent = 0] = random(3)
    const endpoint = flow % 7 === 0 ? null : `e${flow % 5}`
    const members = { call: callAt(later(NOON, (hour % 5) * HOUR)), ...asked(`a${flow % 3}`, 'public') }
    if (flow % 11 === 0) log.add('refusal', members)
    else log.add('call', { ...members, ...answer(endpoint, { cost: spent }) })
  }
  return log.entries
}

const CHILD = 'project-a-long-log'
if (process.argv[2] === CHILD) {
  const { store } = openAt(String(process.argv[3]))
  process.send?.('ready')
  must(await store.projection.project(longLog()))
  process.exit(0)
}

test('outcomes are summed by hour, by what was asked, and by who answered; refusals and failures have no route', async (t) => {
  const { store } = openAt(join(temporaryFolder(t), 'store.sqlite'))
  t.after(() => store.close())
  const log = logOf(firstKey(store))
  const call = (now: EpochMillis, alias: string, dataClass: string, outcome: object) =>
    log.add('call', { call: callAt(now), ...asked(alias, dataClass), ...outcome })
  call(NOON, 'assistant', 'public', answer('frontier'))
  call(later(NOON, HOUR - 1), 'assistant', 'public', answer('frontier', { end: 'aborted', ms: 7 }))
  call(later(NOON, 5), 'assistant', 'public', answer('frontier', { status: 503 }))
  call(NOON, 'assistant', 'public', answer('home', { cost: 0 }))
  call(NOON, 'assistant', 'public', answer(null, { usage: { input: 0, output: 0, estimated: true }, cost: 0, status: 502, end: 'failed' }))
  call(later(NOON, HOUR), 'assistant', 'public', answer('home'))
  call(later(NOON, -1), 'assistant', 'public', answer('home'))
  const abroad = callAt()
  log.add('border', { call: abroad, ...asked('assistant', 'secret'), endpoint: 'frontier', model: 'seed', reserved: 100 })
  log.add('refusal', {
    call: callAt(),
    ...asked('frontier', 'secret'),
    policy: 'sha256:1',
    facts: 'sha256:2',
    why: 'no-permitted-endpoint',
  })
  must(await store.projection.project(log.entries))
  must(await store.projection.project(log.entries))
  const noon = must(store.traffic.between(NOON, later(NOON, HOUR)))
  assert.equal(must(store.traffic.busiest(later(NOON, -HOUR), later(NOON, 2 * HOUR))), NOON)
  assert.equal(must(store.traffic.busiest(later(NOON, 5 * HOUR), later(NOON, 9 * HOUR))), undefined)
  assert.deepEqual(flat(noon), [
    ['assistant', 'public', 'frontier/seed', 3, 2, 0, 30, 60, 15, 207],
    ['assistant', 'public', 'home/seed', 1, 0, 0, 10, 20, 0, 100],
    ['assistant', 'public', undefined, 1, 1, 0, 0, 0, 0, 100],
    ['frontier', 'secret', undefined, 1, 1, 1, 0, 0, 0, 0],
  ])
  assert.deepEqual(noon[0] && [noon[0].tenant, noon[0].application, noon[0].purpose], [HOME, CHAT, 'general'])
  const around = flat(must(store.traffic.between(later(NOON, -1), later(NOON, 2 * HOUR))))
  assert.deepEqual(around[1], ['assistant', 'public', 'home/seed', 3, 0, 0, 30, 60, 10, 300], 'an hour before and after, too')
  assert.equal(must(store.traffic.since()), undefined, 'the whole log is counted')
})

test('a store that projected before there was traffic says since when it counts', async (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const before = MIGRATIONS.findIndex(({ name }) => name === 'traffic/1')
  const old = must(openDatabase(path, MIGRATIONS.slice(0, before)))
  old.exec("UPDATE counters SET value = 40 WHERE name = 'projected-through'")
  old.close()
  const started = Date.now()
  const { store } = openAt(path)
  t.after(() => store.close())
  const since = must(store.traffic.since()) ?? 0
  assert.ok(since > started - 2000 && since <= Date.now(), String(since))
  assert.deepEqual(must(store.traffic.between(NOON, later(NOON, HOUR))), [])
})

test('after a kill at any moment traffic is what the log says up to where it was projected', async (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const entries = longLog()
  let through = 0
  for (let kill = 0; kill < 2; kill++) {
    const child = fork(import.meta.filename, [CHILD, path])
    await once(child, 'message')
    const reader = new DatabaseSync(path, { timeout: 5000 })
    const projected = () => Number(reader.prepare("SELECT value FROM counters WHERE name = 'projected-through'").get()?.value)
    const deadline = Date.now() + 20_000
    while (projected() < through + 1500 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 3))
    reader.close()
    child.kill('SIGKILL')
    await once(child, 'exit')
    const { store } = openAt(path)
    through = must(store.projection.through())
    const rows = must(store.traffic.between(NOON, later(NOON, 5 * HOUR)))
    store.close()
    assert.ok(through > 0 && through < ENTRIES, `killed in the middle, at ${through}`)
    const counted = (member: 'calls' | 'failed' | 'cost' | 'output') => rows.reduce((sum, row) => sum + row[member], 0)
    const records = entries.slice(0, through).map(({ record }) => JSON.parse(record))
    const calls = records.filter(({ kind }) => kind === 'call')
    assert.equal(counted('calls'), through)
    assert.equal(counted('failed'), through - calls.length)
    assert.equal(counted('output'), 20 * calls.length)
    assert.equal(
      counted('cost'),
      calls.reduce((sum, { cost }) => sum + cost, 0),
    )
    for (const row of rows.filter(({ route }) => route !== undefined))
      assert.equal(
        row.calls,
        calls.filter(({ alias, endpoint, model }) => alias === row.alias && `${endpoint}/${model}` === row.route).length,
      )
  }
})
