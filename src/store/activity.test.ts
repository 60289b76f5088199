import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDatabase } from './database.ts'
import { CHAT, callAt, firstKey, HOME, later, logOf, must, NOON, openAt, temporaryFolder } from './fixtures.test.ts'
import { MIGRATIONS } from './migrations.ts'

test('events are found by kind, newest first and page by page; a call is none', async (t) => {
  const { store } = openAt(join(temporaryFolder(t), 'store.sqlite'))
  t.after(() => store.close())
  const log = logOf(firstKey(store))
  for (const kind of ['incident', 'policy', 'incident', 'acknowledgement']) log.add(kind, {})
  log.add('call', { call: callAt(), tenant: HOME, application: CHAT, cost: 7 })
  must(await store.projection.project(log.entries))
  const kinds = (limit: number, before?: number) =>
    must(store.activity.events(['incident', 'acknowledgement'], limit, before)).map(({ entry, kind }) => [entry, kind])
  assert.deepEqual(kinds(9), [
    [3, 'acknowledgement'],
    [2, 'incident'],
    [0, 'incident'],
  ])
  assert.deepEqual(kinds(1, 3), [[2, 'incident']])
  assert.deepEqual(must(store.activity.events([], 9)), [])
})

test('of each stream it is known when it was last heard of, and what its owners spent', async (t) => {
  const { store } = openAt(join(temporaryFolder(t), 'store.sqlite'))
  t.after(() => store.close())
  const key = firstKey(store)
  const log = logOf(key)
  log.add('call', { call: callAt(NOON), tenant: HOME, application: CHAT, cost: 7, time: NOON })
  log.add('call', { call: callAt(later(NOON, 5)), tenant: HOME, application: CHAT, cost: 5, time: later(NOON, 5) })
  must(await store.projection.project(log.entries.slice(0, 1)))
  must(await store.projection.project(log.entries))
  assert.deepEqual([...must(store.activity.lastHeard())], [[key.id, Math.max(...log.entries.map(({ record }) => JSON.parse(record).time))]])
  assert.equal(must(store.activity.since()), undefined)
  const spent = must(store.activity.spending(NOON))
  for (const scope of ['key', 'application', 'tenant'] as const)
    for (const period of ['day', 'month'] as const)
      assert.deepEqual(
        spent.filter((each) => each.scope === scope && each.period === period).map((each) => [each.spent, each.open]),
        [[12, 0]],
      )
  assert.deepEqual(must(store.activity.spending(later(NOON, 40 * 86_400_000))), [])
})

test('a store that is older than this says since when it knows', (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const old = must(
    openDatabase(
      path,
      MIGRATIONS.slice(
        0,
        MIGRATIONS.findIndex(({ name }) => name === 'activity/1'),
      ),
    ),
  )
  old.exec("UPDATE counters SET value = 40 WHERE name = 'projected-through'; INSERT INTO streams (stream, last) VALUES ('key_1', 3)")
  old.close()
  const { store } = openAt(path)
  t.after(() => store.close())
  assert.ok(Math.abs((must(store.activity.since()) ?? 0) - Date.now()) < 60_000)
  assert.deepEqual([...must(store.activity.lastHeard())], [], 'nothing is said of what was not heard')
})
