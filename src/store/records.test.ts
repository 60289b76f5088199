import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callTime } from '../core/ids.ts'
import { readRecord, readSecret } from './records.ts'

const CALL = 'call_01M81BD2NWHG7TFYZCAXRWJ687'
const answered = { v: 1, stream: 'key_1', n: 3, time: 5, kind: 'call', call: CALL, tenant: 't', application: 'app' }
const rest = {
  alias: 'a',
  see: ['FR'],
  border: [],
  usage: { input: 1, output: 2, estimated: false },
  cost: 40,
  status: 200,
  end: 'complete',
  ms: 7,
}

test('a record is read the same whether it is written as the gateway writes it or in another order', () => {
  const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('","cost":1,"status":200', ',"cost":9', '\\', '"', 'é'))
  const count = fc.integer({ min: 0, max: 10 ** 12 })
  fc.assert(
    fc.property(text, text, text, count, count, (stream, tenant, alias, cost, n) => {
      const record = { ...answered, stream, tenant, n, ...rest, alias, cost }
      const { call, ...others } = record
      // With the call last, nothing but a full reading can find it.
      const read = readRecord(JSON.stringify(record))
      assert.deepEqual(read, readRecord(JSON.stringify({ ...others, call })))
      assert.ok(read.ok)
      assert.equal(read.value.of?.tenant, tenant)
      assert.equal(read.value.of?.amount, cost)
      assert.equal(read.value.of?.arrival, callTime(CALL as never))
    }),
    { numRuns: 2000 },
  )
})

test('a call without its cost, or with a cost that is no count, is not read', () => {
  for (const cost of [undefined, -1, 0.5, '40', 1e300])
    assert.ok(!readRecord(JSON.stringify({ ...answered, ...rest, cost })).ok, String(cost))
})

test('a secret is read with and without a subject, in either order', () => {
  const salt = 'ab'.repeat(32)
  const plain = readSecret(JSON.stringify({ call: CALL, salt }))
  assert.deepEqual(plain, readSecret(JSON.stringify({ salt, call: CALL })))
  assert.ok(plain.ok)
  assert.equal(plain.value.salt.toString('hex'), salt)
  const named = readSecret(JSON.stringify({ call: CALL, salt, subject: 'é"' }))
  assert.ok(named.ok && named.value.subject === 'é"')
  assert.ok(!readSecret(JSON.stringify({ call: CALL, salt: 'abc' })).ok)
})
