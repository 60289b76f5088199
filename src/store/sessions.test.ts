import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { Result } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import { createAdministrators } from './administrators.ts'
import { createCredentials } from './credentials.ts'
import { openDatabase } from './database.ts'
import { MIGRATIONS } from './migrations.ts'
import { createSessions } from './sessions.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-sessions-'))
const HOUR = 3_600_000
const LASTING = { idle: HOUR, longest: 12 * HOUR }
let now = Date.UTC(2026, 10, 22)
const clock = () => epochMillis(now)
const must = <T>(result: Result<T, { readonly message: string }>): T => (result.ok ? result.value : assert.fail(result.error.message))

const database = must(openDatabase(join(folder, 'store.sqlite')))
const administrators = createAdministrators(database, clock, randomBytes)
const credentials = createCredentials(database, clock, randomBytes)
const sessions = createSessions(database, clock, randomBytes)
after(() => {
  database.close()
  rmSync(folder, { recursive: true })
})
const person = (name: string): void => void must(administrators.create({ name, role: 'operator' }))
const isIn = (token: string): boolean => must(sessions.find(token, LASTING)) !== undefined

test('a session ends when nobody uses it, and after its longest time in any case', () => {
  person('anna')
  const idle = must(sessions.open('anna', 'key', LASTING))
  const used = must(sessions.open('anna', 'key', LASTING))
  for (let hour = 0; hour < 11; hour++) {
    now += HOUR - 1
    assert.equal(isIn(used), true, `after ${hour} hours`)
  }
  assert.equal(isIn(idle), false)
  now += HOUR - 1
  assert.equal(isIn(used), true)
  now += 12
  assert.equal(isIn(used), false)
})

test('removal, another role and signing out everywhere end every session of one person, and of nobody else', () => {
  for (const name of ['ben', 'carla', 'dora', 'emil']) person(name)
  const tokens = Object.fromEntries(['ben', 'carla', 'dora', 'emil'].map((name) => [name, must(sessions.open(name, 'key', LASTING))]))
  must(administrators.revoke('ben'))
  must(administrators.setRole('carla', 'viewer'))
  must(sessions.closeAll('dora'))
  assert.deepEqual(
    Object.entries(tokens).map(([name, token]) => [name, isIn(token)]),
    [
      ['ben', false],
      ['carla', false],
      ['dora', false],
      ['emil', true],
    ],
  )
})

test('the store holds no token, no code and no key, and nobody has more than 32 sessions', () => {
  person('finn')
  const tokens = Array.from({ length: 40 }, () => {
    now++
    return must(sessions.open('finn', 'key', LASTING))
  })
  assert.equal(tokens.filter(isIn).length, 32)
  const code = must(credentials.renew('finn', epochMillis(now + HOUR)))
  const rows = JSON.stringify([database.prepare('SELECT * FROM sessions').all(), database.prepare('SELECT * FROM codes').all()])
  for (const secret of [...tokens, code]) assert.ok(!rows.includes(secret))
})

test('a code is good once, for a while, and until there is a newer one', () => {
  const first = must(credentials.invite({ name: 'gina', role: 'viewer' }, epochMillis(now + HOUR)))
  const second = must(credentials.renew('gina', epochMillis(now + HOUR)))
  assert.equal(must(credentials.redeem(first, { password: 'hash' })), undefined)
  assert.deepEqual(must(credentials.redeem(second, { password: 'hash' })), { name: 'gina', role: 'viewer' })
  assert.equal(must(credentials.redeem(second, { password: 'other' })), undefined)
  const third = must(credentials.renew('gina', epochMillis(now + HOUR)))
  now += HOUR
  assert.equal(must(credentials.redeem(third, { password: 'other' })), undefined)
  assert.equal(must(credentials.password('gina'))?.hash, 'hash')
})

test('whoever was removed comes back by no way, and a provider takes nobody’s name', () => {
  must(credentials.vouched('issuer sub-1', { name: 'hana', role: 'operator' }))
  assert.equal(credentials.vouched('issuer sub-2', { name: 'hana', role: 'operator' }).ok, false)
  assert.equal(credentials.vouched('issuer sub-3', { name: 'gina', role: 'administrator' }).ok, false)
  const token = must(sessions.open('hana', 'openid', LASTING))
  assert.deepEqual(must(credentials.vouched('issuer sub-1', { name: 'other', role: 'viewer' })), { name: 'hana', role: 'viewer' })
  assert.equal(isIn(token), false, 'the provider gave them another role')
  must(administrators.revoke('hana'))
  assert.equal(credentials.vouched('issuer sub-1', { name: 'hana', role: 'operator' }).ok, false)
})

test('a store of the step before keeps its administrators and their keys', () => {
  const path = join(folder, 'before.sqlite')
  const before = MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex(({ name }) => name === 'people/1'),
  )
  const old = must(openDatabase(path, before))
  old.prepare("INSERT INTO administrators VALUES ('anna', 'operator', 'allodadmin_x', x'00', 1, NULL)").run()
  old.close()
  const opened: DatabaseSync = must(openDatabase(path))
  const [anna] = must(createAdministrators(opened, clock, randomBytes).list())
  assert.deepEqual([anna?.name, anna?.role, anna?.prefix, anna?.hasPassword], ['anna', 'operator', 'allodadmin_x', false])
  opened.close()
})
