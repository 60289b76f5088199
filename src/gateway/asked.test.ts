import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import { test } from 'node:test'
import fc from 'fast-check'
import { isJsonObject, parseJson } from '../core/json.ts'
import { readAsked, spliceModel } from './asked.ts'
import { skipSpace, skipValue } from './json-bytes.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (text: string | Uint8Array) => readAsked(typeof text === 'string' ? bytes(text) : text, isUtf8)
const messageOf = (text: string | Uint8Array): string => {
  const asked = read(text)
  assert.ok(!asked.ok)
  return asked.error.message
}
/** Whether the scanner takes the whole text as one JSON value. */
const accepts = (body: Uint8Array): boolean => {
  const behind = skipValue(body, skipSpace(body, 0, body.length), body.length)
  return behind >= 0 && skipSpace(body, behind, body.length) === body.length
}

test('what JSON.parse reads, the scanner accepts', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, ' ', '\t', ' \r\n'), (value, space) => {
      assert.ok(accepts(bytes(` ${JSON.stringify(value, undefined, space)}\n`)))
    }),
  )
})

test('a text with one byte changed, dropped or added is accepted exactly when JSON.parse reads it', () => {
  const value = fc.jsonValue({ maxDepth: 3 })
  const byte = fc.oneof(fc.constantFrom(...bytes('{}[]",:\\0123eE+-.tfnu \n')), fc.integer({ min: 0, max: 127 }))
  fc.assert(
    fc.property(value, fc.nat(), byte, fc.constantFrom('change', 'drop', 'add'), (json, place, by, how) => {
      const text = [...bytes(JSON.stringify(json))]
      const at = place % text.length
      text.splice(at, how === 'add' ? 0 : 1, ...(how === 'drop' ? [] : [by]))
      const mutated = Uint8Array.from(text)
      if (!isUtf8(mutated)) return
      assert.equal(accepts(mutated), parseJson(new TextDecoder('utf-8', { ignoreBOM: true }).decode(mutated)).ok)
    }),
    { numRuns: 1500 },
  )
})

test('long strings are scanned the same at each alignment, and each special byte in them is seen', () => {
  for (let length = 60; length < 140; length++) {
    const text = 'x'.repeat(length)
    assert.ok(accepts(bytes(`["${text}","é${text}","${text}\\n${text}"]`)), String(length))
    for (const wrong of ['\u0001', '\\x', '\n'])
      assert.ok(!accepts(bytes(`["${text}${wrong}${text}"]`)), `${length} ${JSON.stringify(wrong)}`)
    assert.ok(!accepts(bytes(`["${text}"${text}"]`)))
  }
})

test('what is found equals what JSON.parse finds, and splicing changes the model and nothing else', () => {
  const known = fc.record(
    {
      model: fc.string({ unit: 'grapheme' }),
      stream: fc.boolean(),
      user: fc.string(),
      max_tokens: fc.nat(),
      max_completion_tokens: fc.nat(),
      n: fc.integer({ min: 1, max: 9 }),
      stream_options: fc.record({ include_usage: fc.boolean() }),
      messages: fc.jsonValue({ maxDepth: 2 }),
    },
    { requiredKeys: ['model'] },
  )
  fc.assert(
    fc.property(known, fc.string(), (body, name) => {
      const text = bytes(JSON.stringify(body))
      const asked = read(text)
      assert.ok(asked.ok)
      assert.equal(asked.value.model, body.model)
      assert.equal(asked.value.stream, body.stream === true)
      assert.equal(asked.value.user, body.user)
      assert.equal(asked.value.includeUsage, body.stream_options?.include_usage === true)
      assert.equal(asked.value.choices, body.n ?? 1)
      const limits = [body.max_tokens, body.max_completion_tokens].filter((each) => each !== undefined)
      assert.equal(asked.value.maxOutput, limits.length === 0 ? undefined : Math.max(...limits))
      assert.deepEqual([...asked.value.members].sort(), Object.keys(body).sort())
      const spliced = spliceModel(text, asked.value, bytes(JSON.stringify(name)), (length) => new Uint8Array(length).fill(0))
      const parsed = parseJson(new TextDecoder().decode(spliced))
      assert.ok(parsed.ok && isJsonObject(parsed.value))
      assert.deepEqual(parsed.value, { ...JSON.parse(JSON.stringify(body)), model: name })
    }),
  )
})

test('members that two readers could read differently are refused', () => {
  assert.match(messageOf('{"model":"a","model":"b"}'), /`model` is given twice/)
  assert.match(messageOf('{"model":"a","mod\\u0065l":"b"}'), /`model` is given twice/)
  assert.match(messageOf('{"model":"a","\\u006d\\u006f\\u0064\\u0065\\u006c":"b"}'), /`model` is given twice/)
  assert.match(messageOf('{"model":"a","Model":"b"}'), /`Model` must be written `model`/)
  assert.match(messageOf('{"model":"a","max_tokens":1,"max_tokens":9}'), /`max_tokens` is given twice/)
  assert.match(messageOf('{"model":"a","models":["b"]}'), /`models` would let the endpoint choose/)
  assert.match(messageOf('{"model":["a"]}'), /`model` must be a string/)
  assert.match(messageOf('{"messages":[{"model":"inside"}]}'), /`model` is missing/)
})

test('what is not one UTF-8 JSON object is refused, with the place where reading stopped', () => {
  for (const [text, message] of [
    ['', /one JSON object/],
    ['[]', /one JSON object/],
    ['\ufeff{"model":"a"}', /one JSON object/],
    ['{"model":"a"', /byte 12/],
    ['{"model":"a"}x', /byte 13/],
    ['{"model":"a",}', /byte 13/],
    ['{"x":01}', /byte 6/],
    [`{"model":"a","x":${'['.repeat(100)}${']'.repeat(100)}}`, /byte 80/],
  ] as const)
    assert.match(messageOf(text), message)
  assert.match(messageOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), /not UTF-8/)
  assert.match(messageOf(Uint8Array.of(...bytes('{"model":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d)), /not UTF-8/)
})

test('several prompts, choices and candidates multiply what may come back', () => {
  const choices = (text: string): number => {
    const asked = read(text)
    assert.ok(asked.ok)
    return asked.value.choices
  }
  assert.equal(choices('{"model":"a","prompt":["x", "y" ,"z"],"n":2}'), 6)
  assert.equal(choices('{"model":"a","prompt":[[1,2],[3]],"best_of":4}'), 8)
  assert.equal(choices('{"model":"a","prompt":[1,2,3]}'), 1)
  assert.equal(choices('{"model":"a","prompt":[]}'), 1)
  assert.equal(choices('{"model":"a","n":null}'), 1)
})

test('a limit or a count that an endpoint might read as a larger number than the exchange does is refused', () => {
  for (const name of ['max_tokens', 'max_completion_tokens', 'n', 'best_of'])
    for (const value of ['-3', '"9000"', '9e3', '9000.0', '99999999999999999999', 'true', '[5]', '{}'])
      assert.equal(messageOf(`{"model":"a","${name}":${value}}`), `\`${name}\` must be a whole number`)
})
