import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, ExactNumber, type Json, numberOf, numbersIn, parseExactJson, parseJson, parseSpelledJson } from './json.ts'

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

/** Any number as RFC 8259 writes it. */
const written = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?$/),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
)
/** A number as its digits without zeros that add nothing, and their power of ten. */
const value = (text: string): string => {
  const [, sign, whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '0' : `${sign}${significant}e${Number(power) - fraction.length + digits.length - significant.length}`
}

test('a number that is read exactly is the same number when it is written, or the same double where it has no more digits than one', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 6 }), fc.string(), (numbers, text) => {
      const parsed = parseExactJson(`{"s":${JSON.stringify(text)},"n":[${numbers.join(', ')}]}`)
      assert.ok(parsed.ok)
      const back = JSON.stringify(parsed.value)
      const elements = back.slice(back.lastIndexOf('[') + 1, -2)
      for (const [index, again] of (elements === '' ? [] : elements.split(',')).entries()) {
        const sent = numbers[index] ?? ''
        const digits = value(sent).replace(/e.*|-/g, '').length
        if (value(again) === value(sent)) continue
        assert.ok(/[.eE]/.test(sent) && digits <= 17 && Object.is(Number(again), Number(sent)), `${again} for ${sent}`)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a number that is read as it is spelled is written as it was', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 6 }), (numbers) => {
      const parsed = parseSpelledJson(`[${numbers.join(',')}]`)
      assert.ok(parsed.ok)
      assert.equal(JSON.stringify(parsed.value), `[${numbers.join(',')}]`)
    }),
  )
})

test('what a double holds stays a number, and what it does not can be had as the nearest', () => {
  const parsed = parseExactJson('[1.0,1e5,-0.1,9007199254740991,0.006929283495992422,9007199254740993,1e400,"12345678901234567890"]')
  assert.ok(parsed.ok && Array.isArray(parsed.value))
  const [exact, infinite] = [new ExactNumber('9007199254740993'), new ExactNumber('1e400')]
  assert.deepEqual(parsed.value, [1, 1e5, -0.1, 9007199254740991, 0.006929283495992422, exact, infinite, '12345678901234567890'])
  assert.equal(numberOf(exact), 9007199254740992)
  assert.deepEqual(numbersIn([1, exact]), [1, 9007199254740992])
  assert.equal(numbersIn([1, 'x']), undefined)
  assert.equal(canonicalJson({ b: exact, a: 1 }), '{"a":1,"b":9007199254740993}')
})

test('an escaped quote ends no string, and one behind an escaped backslash does', () => {
  assert.ok(parseJson('["\\"[[[[", "\\\\"]', { maxLength: 100, maxDepth: 1 }).ok)
  assert.ok(!parseJson('["\\\\", [[]]]', { maxLength: 100, maxDepth: 1 }).ok)
})
