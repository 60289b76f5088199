import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AliasName, ApplicationId, KeyId, TenantId } from '../core/ids.ts'
import { epochMillis } from '../core/units.ts'
import type { Key } from '../gateway/ports.ts'
import { parseConfiguration } from './config.ts'
import { restrictKeys } from './ring.ts'

const configurationWith = (application: string) => {
  const parsed = parseConfiguration(
    `exchange: {name: t, seat: FR, operator: t}
home: [FR]
currency: EUR
policy: {preset: hybrid}
purposes: {general: {}, casework: {}}
endpoints: {home: {kind: engine, weights: a}}
aliases: {one: {targets: [home/local]}, two: {targets: [home/local]}}
tenants: {t: {jurisdiction: IN, applications: {${application}}}}`,
    'allod.yaml',
  )
  assert.ok(parsed.ok)
  return parsed.value
}
const stored: Key = {
  id: 'key_1' as KeyId,
  tenant: 't' as TenantId,
  application: 'app' as ApplicationId,
  dataClassFloor: 'internal',
  purposes: ['general', 'casework'],
  aliases: 'all',
}
const found = (application: string, key: Key = stored) =>
  restrictKeys({ find: () => key }, configurationWith(application)).find('secret', epochMillis(0))

test('an application without limits leaves its keys as they are', () => {
  assert.deepEqual(found('app: {}'), { ...stored, jurisdiction: 'IN' })
})
test('a raised floor holds for keys made before, a lowered one does not', () => {
  assert.equal(found('app: {dataClassFloor: secret}')?.dataClassFloor, 'secret')
  assert.equal(found('app: {dataClassFloor: public}')?.dataClassFloor, 'internal')
})
test('purposes and aliases are what both allow', () => {
  assert.deepEqual(found('app: {purposes: [casework]}')?.purposes, ['casework'])
  assert.deepEqual(found('app: {aliases: [one]}')?.aliases, new Set(['one']))
  assert.deepEqual(found('app: {aliases: [one]}', { ...stored, aliases: new Set(['two' as AliasName]) })?.aliases, new Set())
})
test('keys of an application that is gone, or that shares no purpose with it, do not work', () => {
  assert.equal(found('other: {}'), undefined)
  assert.equal(found('app: {purposes: [casework]}', { ...stored, purposes: ['general'] }), undefined)
  assert.equal(found('app: {}', { ...stored, dataClassFloor: 'cosmic' }), undefined)
})
