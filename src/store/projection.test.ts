import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createPurse } from './budgets.ts'
import { openDatabase } from './database.ts'
import { bytesOf, callAt, firstKey, HOME, later, logOf, must, NOON, openAt, seededRandom, temporaryFolder } from './fixtures.test.ts'
import { openLeases } from './leases.ts'
import { createProjection } from './projection.ts'
import { createRates } from './rates.ts'

const fresh = (t: TestContext) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'store.sqlite')
  const opened = openAt(path)
  t.after(() => opened.store.close())
  const key = firstKey(opened.store)
  return { folder, path, key, log: logOf(key), ...opened }
}

test('a call is indexed with its borders, salt and subject', async (t) => {
  const { store, log } = fresh(t)
  const [home, abroad, refused, unsalted] = [callAt(), callAt(), callAt(), callAt()]
  log.call(home, 5, { call: home, salt: '0a'.repeat(32), subject: 'anna' })
  log.border(abroad, 100, { call: abroad, salt: '0b'.repeat(32) })
  log.border(abroad, 100)
  log.refusal(refused, { call: refused, salt: '0c'.repeat(32) })
  log.call(abroad, 40)
  log.call(unsalted, 0)
  log.add('start', {})
  assert.deepEqual(must(await store.projection.project(log.entries)), { through: 7, unreadable: [] })
  const find = (call: typeof home) => must(store.calls.find(call))
  const salt = (byte: number) => new Uint8Array(32).fill(byte)
  assert.deepEqual(find(home), { call: home, outcome: 0, borders: [], salt: salt(10), subject: 'anna', erased: false })
  assert.deepEqual(find(abroad), { call: abroad, outcome: 4, borders: [1, 2], salt: salt(11), erased: false })
  assert.deepEqual(find(refused), { call: refused, outcome: 3, borders: [], salt: salt(12), erased: false })
  assert.deepEqual(find(unsalted), { call: unsalted, outcome: 5, borders: [], erased: false })
  assert.equal(find(callAt()), undefined)
  assert.deepEqual([...must(store.projection.lastNumbers()).values()], [6])
})

test('entries count once however often and in whatever pieces they come; a gap is refused', async (t) => {
  const { store, log } = fresh(t)
  must(store.admin.setBudget({ kind: 'tenant', tenant: HOME }, 'total', 1_000_000 as never))
  for (let i = 0; i < 700; i++) log.call(callAt(), 3)
  must(await store.projection.project(log.entries.slice(0, 10)))
  const gap = await store.projection.project(log.entries.slice(11))
  assert.deepEqual(gap, {
    ok: false,
    error: { kind: 'projection-gap', message: 'entry 10 of the log is missing: entry 11 came instead' },
  })
  must(await store.projection.project(log.entries.slice(5, 300)))
  must(await store.projection.project(log.entries))
  must(await store.projection.project(log.entries))
  assert.equal(must(store.projection.through()), 700)
  assert.equal(must(store.admin.listBudgets())[0]?.spent, 2100)
})

test('a call is charged to the day and month it arrived in, to its key, application and tenant', async (t) => {
  const { store, log, key, time } = fresh(t)
  const lastMonth = later(NOON, -22 * 86_400_000)
  log.call(callAt(lastMonth), 1000)
  log.call(callAt(later(NOON, -86_400_000)), 200)
  log.call(callAt(), 30)
  must(await store.projection.project(log.entries))
  const owners = [
    { kind: 'tenant', tenant: HOME },
    { kind: 'application', tenant: HOME, application: key.application },
    { kind: 'key', key: key.id },
  ] as const
  for (const owner of owners)
    for (const period of ['total', 'month', 'day'] as const) must(store.admin.setBudget(owner, period, 5000 as never))
  const listed = () => must(store.admin.listBudgets()).map((one) => `${one.scope} ${one.owner} ${one.window} ${one.spent}`)
  assert.deepEqual(listed(), [
    ...['2026-11-22 30', '2026-11 230', 'total 1230'].map((text) => `application home/chat ${text}`),
    ...['2026-11-22 30', '2026-11 230', 'total 1230'].map((text) => `key ${key.id} ${text}`),
    ...['2026-11-22 30', '2026-11 230', 'total 1230'].map((text) => `tenant home ${text}`),
  ])
  time.now = later(NOON, 86_400_000)
  assert.deepEqual(listed().slice(6), ['tenant home 2026-11-23 0', 'tenant home 2026-11 230', 'tenant home total 1230'])
})

test('a border crossing is charged as reserved until its outcome is known, and listed as an orphan', async (t) => {
  const { store, log } = fresh(t)
  must(store.admin.setBudget({ kind: 'tenant', tenant: HOME }, 'total', 1_000_000 as never))
  const standing = () => must(store.admin.listBudgets()).map((one) => [one.spent, one.reserved])
  const call = callAt()
  log.border(call, 100)
  log.border(call, 100)
  must(await store.projection.project(log.entries))
  assert.deepEqual(standing(), [[0, 100]])
  assert.deepEqual(must(store.calls.orphanBorders()), [{ call, borders: [0, 1], reserved: 100 }])
  log.call(call, 70)
  log.border(call, 100)
  must(await store.projection.project(log.entries))
  assert.deepEqual(standing(), [[70, 0]], 'and a border record that comes after it charges nothing')
  assert.deepEqual(must(store.calls.orphanBorders()), [])
})

test('what cannot be read is remembered with its reason and stops nothing', async (t) => {
  const { store, log } = fresh(t)
  const [bad, good] = [callAt(), callAt()]
  const broken = [
    '{"v":1',
    '[]',
    JSON.stringify({ v: 2, stream: 'x', n: 0, time: 0, kind: 'call' }),
    JSON.stringify({ v: 1, stream: 'x', n: 0.5, time: 0, kind: 'start' }),
    JSON.stringify({ v: 1, stream: 'x', n: 0, time: 0, kind: 'call', call: 'nonsense', tenant: 'a', application: 'b', cost: 1 }),
    JSON.stringify({ v: 1, stream: 'x', n: 0, time: 0, kind: 'call', call: bad, tenant: 'a', application: 'b', cost: -1 }),
    JSON.stringify({ v: 1, stream: 'x', n: 0, time: 0, kind: 'border', call: bad, tenant: 'a', application: 'b' }),
  ]
  for (const record of broken) log.entries.push({ index: log.entries.length, record })
  log.call(good, 1, { call: bad, salt: '00' })
  const projected = must(await store.projection.project(log.entries))
  assert.deepEqual(projected, { through: 8, unreadable: [0, 1, 2, 3, 4, 5, 6, 7] })
  assert.deepEqual(must(store.projection.unreadable()).slice(5), [
    { index: 5, why: 'the money of the record is no whole number of millionths' },
    { index: 6, why: 'the money of the record is no whole number of millionths' },
    { index: 7, why: 'the secret belongs to another call' },
  ])
  assert.equal(must(store.calls.find(good))?.outcome, 7, 'the record counts though its secret does not')
})

test('erased salts and subjects are in no file of the store', async (t) => {
  const { folder, store, path, log } = fresh(t)
  const reader = openAt(path, 2)
  t.after(() => reader.store.close())
  const random = seededRandom(9)
  const hex = () => Buffer.from(random(32)).toString('hex')
  const made = Array.from({ length: 4000 }, (_, i) => {
    const call = callAt(later(NOON, i))
    // Each subject has some calls; every fifth call crosses a border first, so its row is written and then changed.
    // Every seventh names nobody and stays at home, and so shares a row with others.
    const subject = i % 7 === 0 ? undefined : `person-${(i * 7919) % 900}@example.org`
    return { call, salt: hex(), subject, border: i % 5 === 0 && subject !== undefined }
  })
  for (const one of made) {
    const { border, ...secret } = one
    if (border) log.border(one.call, 10, secret)
    log.call(one.call, 5, secret)
  }
  must(await store.projection.project(log.entries))
  const gone = made.filter((one, i) => i % 11 === 0 || Number(/\d+/.exec(one.subject ?? '')?.[0]) % 10 === 3)
  const people = new Set<string>()
  for (const one of gone) {
    if (made.indexOf(one) % 11 === 0) must(store.calls.eraseCall(one.call))
    else if (one.subject !== undefined) people.add(one.subject)
  }
  const counted = [...people].map((subject) => must(store.calls.eraseSubject(subject)))
  assert.ok(counted.every((one) => one.complete && one.calls.length > 0))
  const bytes = bytesOf(folder)
  for (const kept of [
    made.find((one) => !gone.includes(one) && one.subject !== undefined),
    made.find((one) => !gone.includes(one) && one.subject === undefined),
  ])
    assert.ok(bytes.includes(Buffer.from(kept?.salt ?? 'none', 'hex')) && bytes.includes(kept?.subject ?? ''), 'the search can find')
  for (const one of gone) {
    assert.ok(!bytes.includes(Buffer.from(one.salt, 'hex')), `the salt of ${one.call}`)
    assert.ok(!bytes.includes(one.salt), `the salt of ${one.call} in hexadecimal`)
  }
  for (const subject of people) assert.ok(!bytes.includes(subject), subject)
  for (const { call } of gone.filter((_, i) => i % 20 === 0)) {
    const { salt, subject, erased, outcome } = must(reader.store.calls.find(call)) ?? {}
    assert.deepEqual([salt, subject, erased], [undefined, undefined, true])
    assert.ok(log.entries[outcome ?? -1]?.record.includes(call), 'and its record is still found')
  }
})

test('an erased call stays erased when its last record comes later; the subject goes with its last call', async (t) => {
  const { folder, store, log } = fresh(t)
  const call = callAt()
  const secret = { call, salt: 'ab'.repeat(32), subject: 'only-once' }
  log.border(call, 10, secret)
  must(await store.projection.project(log.entries))
  assert.deepEqual(must(store.calls.eraseCall(call)), { calls: [call], complete: true })
  log.call(call, 5, secret)
  must(await store.projection.project(log.entries))
  assert.deepEqual(must(store.calls.find(call)), { call, outcome: 1, borders: [0], erased: true })
  must(store.calls.scrub())
  assert.ok(!bytesOf(folder).includes('only-once'))
  assert.deepEqual(must(store.calls.eraseCall(call)), { calls: [], complete: true }, 'twice is no failure')
  assert.deepEqual(must(store.calls.eraseSubject('only-once')), { calls: [], complete: true })
  assert.equal(store.calls.eraseCall(callAt()).ok, false)
})

test('a full disk is a failure value, nothing is half applied, and the same entries succeed later', async (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const database = must(openDatabase(path))
  t.after(() => database.close())
  const leases = openLeases({ database, path, holder: 'a', now: () => NOON })
  const purse = createPurse({ leases, rates: createRates(), currency: 'EUR' })
  const projection = createProjection(database, purse, leases)
  const log = logOf({ id: 'key_1', tenant: HOME, application: 'chat' } as never)
  for (let i = 0; i < 5000; i++) {
    const call = callAt()
    log.call(call, 1, { call, salt: '77'.repeat(32) })
  }
  database.exec('PRAGMA max_page_count = 80')
  assert.deepEqual(await projection.project(log.entries), {
    ok: false,
    error: { kind: 'store-unavailable', message: 'the disk under the store is full' },
  })
  const through = must(projection.through())
  assert.ok(through < 5000)
  assert.equal(database.prepare('SELECT sum(length(calls)) / 62 AS n FROM packs').get()?.n, through)
  database.exec('PRAGMA max_page_count = 100000')
  assert.equal(must(await projection.project(log.entries)).through, 5000)
  database.exec('PRAGMA query_only = ON')
  log.call(callAt(), 1)
  assert.deepEqual(await projection.project(log.entries), {
    ok: false,
    error: { kind: 'store-unavailable', message: 'the store is read-only' },
  })
})

test('calls that share a row are found by their ids, whenever they arrived and however many records stand between', async (t) => {
  const { store, log } = fresh(t)
  // Arrivals go back and forth by minutes, as those of long calls do among short ones, and two share every millisecond.
  const made = Array.from({ length: 3000 }, (_, i) => ({
    call: callAt(later(NOON, ((i * 7919) % 1500) * 40)),
    salt: `${i}`.padStart(64, 'a'),
  }))
  const places = made.map((secret, i) => {
    if (i % 3 === 0) log.add('policy', { digest: 'x' })
    const add = i % 4 === 0 ? log.refusal(secret.call, secret) : log.call(secret.call, 5, secret)
    return add.index
  })
  must(await store.projection.project(log.entries))
  for (const [i, { call, salt }] of made.entries()) {
    const found = must(store.calls.find(call))
    assert.deepEqual(found, { call, outcome: places[i], borders: [], salt: new Uint8Array(Buffer.from(salt, 'hex')), erased: false })
  }
  assert.equal(must(store.calls.find(callAt(NOON))), undefined)
  const { call } = made[1234] as (typeof made)[number]
  assert.deepEqual(must(store.calls.eraseCall(call)), { calls: [call], complete: true })
  assert.deepEqual(must(store.calls.eraseCall(call)), { calls: [], complete: true }, 'twice is no failure')
  assert.deepEqual(must(store.calls.find(call)), { call, outcome: places[1234], borders: [], erased: true })
  const kept = made.filter((one) => one.call !== call && must(store.calls.find(one.call))?.salt !== undefined)
  assert.equal(kept.length, made.length - 1, 'its neighbours keep their salts')
})
