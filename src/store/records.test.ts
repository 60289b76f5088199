import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callTime } from '../core/ids.ts'
import { readRecord, readSecret } from './records.ts'

const CALL = 'call_01M81BD2NWHG7TFYZCAXRWJ687'
const answered = { v: 1, stream: 'key_1', n: 3, time: 5, kind: 'call', call: CALL, tenant: 't', application: 'app' }
const rest = {
  alias: 'a',
  class: 'public',
  purpose: 'general',
  policy: 'sha256:1',
  facts: 'sha256:2',
  endpoint: 'home' as string | null,
  model: 'seed' as string | null,
  see: ['FR'],
  attempts: [] as readonly object[],
  border: [],
  request: 'aa',
  response: 'bb',
  usage: { input: 1, output: 2, estimated: false },
  legs: [] as readonly object[],
  cost: 40,
  status: 200,
  end: 'complete',
  ms: 7,
}

test('a record is read the same whether it is written as the gateway writes it or in another order', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('","cost":1,"status":200', ',"usage":{"input":9,"output":9,', '\\', '"', 'é'),
  )
  const count = fc.integer({ min: 0, max: 10 ** 12 })
  fc.assert(
    fc.property(text, text, text, fc.option(text), count, count, (stream, tenant, alias, model, cost, n) => {
      const named = {
        alias,
        endpoint: model === null ? null : 'home',
        model,
        attempts: [{ result: alias, ...(n % 3 ? {} : { usage: { input: 1, output: 1 } }) }],
        legs: n % 5 ? [] : [{ response: 'cc', usage: { input: 2, output: 2, estimated: false } }],
      }
      const usage = { input: n, output: cost, estimated: true }
      const record = {
        ...answered,
        stream,
        tenant,
        n,
        ...rest,
        ...named,
        usage,
        cost,
        end: n % 2 ? 'complete' : 'aborted',
        status: n % 600,
      }
      const { call, ...others } = record
      // With the call last, nothing but a full reading can find it.
      const read = readRecord(JSON.stringify(record))
      assert.deepEqual(read, readRecord(JSON.stringify({ ...others, call })))
      assert.ok(read.ok)
      assert.equal(read.value.of?.tenant, tenant)
      assert.equal(read.value.of?.amount, cost)
      assert.equal(read.value.of?.arrival, callTime(CALL as never))
      const { flow } = read.value.of ?? {}
      // A record that does not say what was asked stands in no flow.
      if (alias === '' || model === '') return assert.equal(flow, undefined)
      assert.deepEqual([flow?.input, flow?.output, flow?.time], [n, cost, 7])
      assert.equal(flow?.failed, n % 2 === 0 || n % 600 >= 400)
      const told = JSON.parse(`{${flow?.asked},${flow?.answeredBy}}`)
      const { class: dataClass, purpose, endpoint } = record
      assert.deepEqual(told, { tenant, application: 'app', alias, class: dataClass, purpose, endpoint, model })
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
