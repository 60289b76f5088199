import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { ApplicationId, KeyId, TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import {
  aliases,
  bytesOf,
  CHAT,
  firstKey,
  HOME,
  later,
  must,
  NEW_KEY,
  NOON,
  openAt,
  seededRandom,
  temporaryFolder,
} from './fixtures.test.ts'
import { newSecret } from './keys.ts'

const fresh = (t: TestContext) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'store.sqlite')
  const { store } = openAt(path)
  t.after(() => store.close())
  return { folder, path, store }
}

test('a key is found by its secret, with all it was made with', (t) => {
  const { store } = fresh(t)
  must(store.admin.createTenant('ministry' as TenantId))
  const application = 'desk' as ApplicationId
  must(store.admin.createApplication({ tenant: 'ministry' as TenantId, application, jurisdiction: 'FR' as Jurisdiction }))
  const made = must(
    store.admin.createKey({
      tenant: 'ministry' as TenantId,
      application,
      dataClassFloor: 'internal',
      purposes: ['casework', 'translation'],
      aliases: aliases('assistant', 'embed'),
      expires: later(NOON, 1000),
      requestsPerMinute: 60,
    }),
  )
  assert.match(made.secret, /^allod_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}$/)
  assert.ok(made.secret.startsWith(made.prefix))
  assert.deepEqual(store.keys.find(made.secret, NOON), {
    id: made.id,
    tenant: 'ministry',
    application: 'desk',
    jurisdiction: 'FR',
    dataClassFloor: 'internal',
    purposes: ['casework', 'translation'],
    aliases: new Set(['assistant', 'embed']),
    expires: later(NOON, 1000),
  })
  assert.equal(store.keys.find(made.secret, later(NOON, 1000)), undefined, 'a key ends at its expiry')
})

test('no wrong secret finds a key', (t) => {
  const { store } = fresh(t)
  const { secret } = firstKey(store)
  const flipped = secret.slice(0, -1) + (secret.endsWith('a') ? 'b' : 'a')
  for (const wrong of ['', 'allod_', flipped, `${secret} `, `${secret}${'x'.repeat(100_000)}`, secret.toLowerCase(), '\ud800'])
    assert.equal(store.keys.find(wrong, NOON), undefined)
})

test('secrets are not on disk, and differ', (t) => {
  const { folder, store } = fresh(t)
  const { secret } = firstKey(store)
  const parts = secret.split('_')
  assert.ok(bytesOf(folder).includes(`allod_${parts[1]}`), 'the prefix is kept')
  assert.ok(!bytesOf(folder).includes(parts[2] as string), 'the rest is not')
  const random = seededRandom(3)
  assert.equal(new Set(Array.from({ length: 1000 }, () => newSecret(random).secret)).size, 1000)
})

test('a revoked key is gone at once here, and at the next refresh elsewhere', (t) => {
  const { path, store } = fresh(t)
  const { secret, id } = firstKey(store)
  const other = openAt(path, 2)
  t.after(() => other.store.close())
  assert.equal(must(other.store.refresh()), false, 'nothing has changed since it was opened')
  assert.equal(other.store.keys.find(secret, NOON)?.id, id)
  must(store.admin.revokeKey(id))
  assert.equal(store.keys.find(secret, NOON), undefined)
  assert.equal(must(other.store.refresh()), true)
  assert.equal(other.store.keys.find(secret, NOON), undefined)
  assert.equal(must(other.store.refresh()), false)
  const listed = must(other.store.admin.listKeys())
  assert.deepEqual(
    listed.map((one) => [one.key.id, one.prefix, one.revoked]),
    [[id, secret.slice(0, 14), NOON]],
  )
  assert.deepEqual(store.admin.revokeKey('key_none' as KeyId), {
    ok: false,
    error: { kind: 'not-found', message: 'there is no key `key_none`' },
  })
})

test('the first key is made once, also by two that start together, and not after it was revoked', (t) => {
  const { path, store } = fresh(t)
  const other = openAt(path, 2)
  t.after(() => other.store.close())
  const { id } = firstKey(store)
  assert.equal(must(other.store.admin.ensureFirstKey(NEW_KEY)), undefined)
  must(store.admin.revokeKey(id))
  assert.equal(must(store.admin.ensureFirstKey(NEW_KEY)), undefined)
})

test('administration says what is wrong', (t) => {
  const { store } = fresh(t)
  const { admin } = store
  firstKey(store)
  const message = (result: { ok: boolean; error?: { message: string } }) => (result.ok ? 'fine' : result.error?.message)
  assert.match(message(admin.createTenant('Über' as TenantId)) ?? '', /`Über` is no name/)
  assert.equal(message(admin.createTenant(HOME)), 'the tenant `home` exists already')
  assert.equal(
    message(admin.createApplication({ tenant: HOME, application: CHAT })),
    'the application `chat` of tenant `home` exists already',
  )
  assert.equal(message(admin.createApplication({ tenant: 'none' as TenantId, application: CHAT })), 'there is no tenant `none`')
  assert.equal(
    message(admin.createKey({ ...NEW_KEY, application: 'none' as ApplicationId })),
    'the tenant `home` has no application `none`',
  )
  assert.match(message(admin.createKey({ ...NEW_KEY, requestsPerMinute: 0 })) ?? '', /above 0, not `0`/)
  assert.match(message(admin.setBudget({ kind: 'key', key: 'key_none' as KeyId }, 'day', undefined)) ?? '', /no key `key_none`/)
})
