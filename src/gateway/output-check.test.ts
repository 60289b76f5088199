import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../core/json.ts'
import type { NeutralResponse } from './dialects/neutral.ts'
import { checkAnswer, checkText } from './output-check.ts'

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: ['integer', 'null'] },
    kind: { enum: ['city', 'land'] },
    near: { type: 'array', items: { $ref: '#/$defs/place' } },
    either: { anyOf: [{ type: 'string' }, { const: 7 }] },
  },
  required: ['name'],
  additionalProperties: false,
  $defs: { place: { type: 'object', properties: { near: { $ref: '#/$defs/place' } }, required: ['near'] } },
}
const problem = (text: string): string | undefined => checkText({ kind: 'schema', schema: SCHEMA }, 0, text)[0]?.message.split(': ')[1]

test('a value is held against the words of its schema', () => {
  const cases: readonly [text: string, problem: string | undefined][] = [
    ['{"name":"Bern","age":null,"kind":"city","near":[],"either":7}', undefined],
    ['{"name":"Bern"', 'it is not JSON'],
    ['[]', 'the answer is no object'],
    ['{}', 'the answer has no member `name`'],
    ['{"name":7}', 'the answer, member `name` is no string'],
    ['{"name":"x","age":1.5}', 'the answer, member `age` is no integer or null'],
    ['{"name":"x","kind":"sea"}', 'the answer, member `kind` is none of the values it may have'],
    ['{"name":"x","near":[{}]}', 'the answer, member `near`, element 0 has no member `near`'],
    ['{"name":"x","either":8}', 'the answer, member `either` fits none of the forms it may have'],
    ['{"name":"x","more":1}', 'the answer, member `more` may not stand there'],
    ['{"name":"x","__proto__":1}', 'the answer, member `__proto__` may not stand there'],
  ]
  for (const [text, expected] of cases) assert.equal(problem(text), expected, text)
})

test('a schema that goes round in circles comes to an end', () => {
  const schema: JsonObject = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }
  assert.deepEqual(checkText({ kind: 'schema', schema }, 0, '{}'), [])
  const branches: JsonObject = { allOf: [{ $ref: '#' }, { $ref: '#' }, { $ref: '#' }] }
  assert.deepEqual(checkText({ kind: 'schema', schema: branches }, 0, '{}'), [])
})

test('what stands around the JSON is cut away, and what cannot be helped is told', () => {
  const answer = (text: string): NeutralResponse => ({
    id: 'x',
    model: 'm',
    choices: [{ index: 0, parts: [{ kind: 'text', text }], stop: { kind: 'stop' } }],
  })
  const fenced = checkAnswer({ kind: 'json' }, answer('Here it is:\n```json\n{"a":1}\n```'))
  assert.deepEqual(fenced.response.choices[0]?.parts, [{ kind: 'text', text: '{"a":1}' }])
  assert.deepEqual(
    fenced.warnings.map(({ kind, weight, path }) => [kind, weight, path]),
    [['emulated', 'hint', '/choices/0']],
  )
  const wrong = checkAnswer({ kind: 'json' }, answer('I cannot.'))
  assert.deepEqual(wrong.response.choices[0]?.parts, [{ kind: 'text', text: 'I cannot.' }])
  assert.deepEqual(
    wrong.warnings.map(({ kind, weight }) => [kind, weight]),
    [['approximated', 'constraint']],
  )
  assert.deepEqual(checkAnswer({ kind: 'json' }, answer('{}')).warnings, [])
})
