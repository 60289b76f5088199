import assert from 'node:assert/strict'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ok } from '../core/result.ts'
import { openDatabase, transact } from './database.ts'
import { failed } from './failure.ts'
import { firstKey, must, openAt, temporaryFolder } from './fixtures.test.ts'
import { MIGRATIONS } from './migrations.ts'

test('an older store is brought forward step by step and keeps what it holds', (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const old = must(openDatabase(path, MIGRATIONS.slice(0, 1)))
  old.exec("INSERT INTO tenants VALUES ('ministry', 1); INSERT INTO applications VALUES ('ministry', 'desk', 'FR', 1)")
  old.close()
  const { store } = openAt(path)
  t.after(() => store.close())
  assert.deepEqual(store.admin.createTenant('ministry' as never), {
    ok: false,
    error: { kind: 'already-exists', message: 'the tenant `ministry` exists already' },
  })
  firstKey(store)
})

test('a step that fails leaves the store as it was', (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  must(openDatabase(path, MIGRATIONS.slice(0, 1))).close()
  const broken = [...MIGRATIONS, { name: 'broken/1', sql: 'CREATE TABLE broken (id INTEGER); INSERT INTO nowhere VALUES (1)' }]
  assert.throws(() => openDatabase(path, broken), /nowhere/, 'a wrong statement of ours is a bug, not a failure value')
  const database = must(openDatabase(path, MIGRATIONS.slice(0, 1)))
  t.after(() => database.close())
  assert.deepEqual(
    database
      .prepare('SELECT name FROM migrations')
      .all()
      .map((row) => row.name),
    ['keys-and-budgets/1'],
  )
  assert.equal(database.prepare("SELECT 1 FROM sqlite_schema WHERE name IN ('calls', 'broken')").get(), undefined)
})

test('a store of a newer version is refused by name', (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  must(openDatabase(path, [...MIGRATIONS, { name: 'federation/1', sql: 'CREATE TABLE peers (id TEXT) STRICT' }])).close()
  assert.deepEqual(openDatabase(path), {
    ok: false,
    error: { kind: 'store-newer', message: 'the store has the step `federation/1`, which this version does not know: use a newer version' },
  })
})

test('what cannot be a store is a failure value', (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'directory'))
  writeFileSync(join(folder, 'noise'), 'x'.repeat(8192))
  const kind = (name: string) => {
    const opened = openDatabase(join(folder, name))
    return opened.ok ? 'opened' : `${opened.error.kind}: ${opened.error.message.replaceAll(folder, '')}`
  }
  assert.equal(kind('directory'), 'store-unavailable: the store `/directory` cannot be opened for writing (EISDIR)')
  assert.equal(kind('none/store'), 'store-unavailable: the store `/none/store` cannot be opened for writing (ENOENT)')
  assert.equal(kind('noise'), 'store-damaged: the file is not a store')
})

test('only the owner may read the files', { skip: process.platform === 'win32' && 'no such modes there' }, (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const { store } = openAt(path)
  t.after(() => store.close())
  firstKey(store)
  for (const suffix of ['', '-wal', '-shm']) assert.equal(statSync(`${path}${suffix}`).mode & 0o777, 0o600, suffix)
})

test('a transaction that fails, by value or by SQLite, changes nothing; one that waits too long says so', (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const [one, two] = [must(openDatabase(path)), must(openDatabase(path))]
  t.after(() => one.close())
  t.after(() => two.close())
  const count = () => one.prepare('SELECT count(*) AS n FROM tenants').get()?.n
  const add = () => one.exec("INSERT INTO tenants VALUES ('a', 1)")
  const refused = transact(one, () => {
    add()
    return failed('not-found', 'no')
  })
  assert.equal(refused.ok, false)
  assert.equal(count(), 0)
  two.exec('BEGIN IMMEDIATE')
  assert.deepEqual(
    transact(one, () => ok(add())),
    {
      ok: false,
      error: { kind: 'store-busy', message: 'the store is held by another process for longer than it may wait' },
    },
  )
  two.exec('ROLLBACK')
  must(transact(one, () => ok(add())))
  assert.equal(count(), 1)
})
