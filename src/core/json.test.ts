import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, type Json, parseJson } from './json.ts'

test('what canonical JSON writes, strict JSON reads back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = canonicalJson(value as Json)
      const parsed = parseJson(text)
      assert.ok(parsed.ok)
      assert.equal(canonicalJson(parsed.value), text)
    }),
  )
})

test('members are sorted and nothing is spaced', () => {
  assert.equal(canonicalJson({ b: 1, a: [true, null, 'é"'] }), '{"a":[true,null,"é\\""],"b":1}')
})

test('depth is bounded, and brackets inside strings do not count', () => {
  assert.ok(!parseJson('['.repeat(100) + ']'.repeat(100), { maxLength: 1000, maxDepth: 64 }).ok)
  assert.ok(parseJson(JSON.stringify('[\\"'.repeat(100)), { maxLength: 1000, maxDepth: 1 }).ok)
})

test('a length over the limit is refused before parsing', () => {
  const parsed = parseJson('"aaaa"', { maxLength: 5, maxDepth: 1 })
  assert.deepEqual(parsed, { ok: false, error: { kind: 'json-invalid', message: 'the text is longer than 5 characters' } })
})
