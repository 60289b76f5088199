import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { patience } from '../../../test/patience.ts'
import type { JsonObject } from '../../core/json.ts'
import { readCalls, writeCall } from './text-calls.ts'
import { toSubset } from './tool-schema.ts'

test('calls in the way of Python are read, and nothing is evaluated', () => {
  const read = (block: string) => readCalls(block, 'calls')
  assert.deepEqual(read('\nget_time(timezone="Asia/Singapore")\n'), [{ name: 'get_time', arguments: '{"timezone":"Asia/Singapore"}' }])
  assert.deepEqual(read("f(a=1, b=[True, None, -2.5e3], c={'x': 'it\\'s'})\ng()"), [
    { name: 'f', arguments: '{"a":1,"b":[true,null,-2.5e3],"c":{"x":"it\'s"}}' },
    { name: 'g', arguments: '{}' },
  ])
  assert.deepEqual(read('[f(x=1), g(y="a,b)")]')?.length, 2)
  for (const wrong of [
    '',
    'f(',
    'f(1)',
    'f(a=)',
    'f(a=b)',
    'f(a=1',
    'f(a="x)',
    '[f()',
    'f() and g',
    'f(a=1 b=2)',
    '__import__',
    'f(a=os.system("x"))',
  ])
    assert.equal(read(wrong), undefined, wrong)
  assert.equal(readCalls('f(__proto__=1)', 'calls')?.[0]?.arguments, '{"__proto__":1}')
})

test('calls as JSON are read alone, as a list, and line by line', () => {
  const names = (block: string) => readCalls(block, 'json')?.map(({ name }) => name)
  assert.deepEqual(names('{"name":"a",\n"arguments":{}}'), ['a'])
  assert.deepEqual(names('[{"name":"a"},{"name":"b","parameters":{"x":1}}]'), ['a', 'b'])
  assert.deepEqual(names('{"name":"a"}\n\n{"name":"b"}\n'), ['a', 'b'])
  for (const wrong of ['', '[]', '{}', '{"name":1}', '{"name":"a","arguments":"x"}', '{"name":"a"}\nnonsense'])
    assert.equal(names(wrong), undefined, wrong)
})

test('what is written is read back, in both ways; no text makes the readers throw or linger', () => {
  const given = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.jsonValue({ maxDepth: 3, noUnicodeString: false }))
  fc.assert(
    fc.property(given, fc.constantFrom('json', 'calls'), (object, syntax) => {
      const written = writeCall({ name: 'f', arguments: JSON.stringify(object) }, { open: '<<', close: '>>', syntax })
      const read = readCalls(written.slice(2, -2), syntax)
      assert.deepEqual(JSON.parse(read?.[0]?.arguments ?? ''), JSON.parse(JSON.stringify(object)))
    }),
    { numRuns: 300 },
  )
  const noise = fc.array(fc.constantFrom('f', '(', ')', '=', '[', ']', '{', '}', '"', "'", '\\', ',', '1', ':', ' ', '\n'), {
    size: 'max',
    maxLength: 60,
  })
  fc.assert(fc.property(noise, (units) => void [readCalls(units.join(''), 'calls'), readCalls(units.join(''), 'json')]))
  const from = performance.now()
  for (const unit of ['f(a=', '[', '{"a":', '"', "'\\", 'f(),', '(((']) readCalls(unit.repeat(200_000 / unit.length), 'calls')
  assert.ok(performance.now() - from < patience(2000))
})

test('a schema is rewritten to the subset, and left alone where it fits', () => {
  const fits: JsonObject = { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } } }
  assert.deepEqual(toSubset(fits), { schema: fits, changed: false })
  const tuple: JsonObject = { type: 'object', properties: { pair: { type: 'array', items: [{ type: 'number' }, { type: 'string' }] } } }
  assert.deepEqual(toSubset(tuple).schema.properties, { pair: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] } })
  const above: JsonObject = { type: 'object', properties: { a: { type: 'string', anyOf: [{ minLength: 2 }, { type: 'null' }] } } }
  assert.deepEqual(toSubset(above).schema.properties, { a: { anyOf: [{ type: 'string', minLength: 2 }, { type: 'null' }] } })
  assert.deepEqual(toSubset({}), { schema: { type: 'object', properties: {} }, changed: true })
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('type', 'anyOf', 'items', 'properties', 'x'), fc.jsonValue()), (schema) => {
      const once = toSubset(schema as JsonObject).schema
      assert.deepEqual(toSubset(once).schema, once)
    }),
  )
})
