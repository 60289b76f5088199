import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verify } from '#verifier'
import { VERIFIER_KEYS, World } from './world.test.ts'

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
