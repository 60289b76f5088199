import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { err } from '../../src/core/result.ts'
import { type Confusion, unfold } from '../../src/corpus/coverage/confusion.ts'
import { parseConfusion } from '../../src/corpus/coverage/confusion-file.ts'
import { amountText, Counting, deficitText } from '../../src/corpus/coverage/coverage.ts'
import { type Labels, NO_TARGET, target } from '../../src/corpus/coverage/target.ts'
import { testIdentifier } from '../../src/corpus/coverage/testing.ts'
import { APPROXIMATION, measuredRates } from '../../src/corpus/coverage/tokens.ts'
import { language, shippedModel } from '../../src/corpus/language.ts'
import { coveragePage } from '../../src/main/corpus/coverage-page.ts'

const NONE: Labels = { language: null, region: null, domain: null, register: null, period: null }

test('tokens are counted by the script of the language, or at the rate that a tokenizer measured', () => {
  assert.equal(APPROXIMATION.bytesPerToken('sl'), 4)
  assert.equal(APPROXIMATION.bytesPerToken('bg'), 6)
  assert.equal(APPROXIMATION.bytesPerToken('zh'), 3.5)
  assert.equal(APPROXIMATION.bytesPerToken('hi'), 7.5)
  assert.equal(APPROXIMATION.bytesPerToken('und'), 4)
  assert.equal(APPROXIMATION.bytesPerToken('not a language'), 4)
  const measured = measuredRates('own', new Map([['sl', 5]]), 3)
  assert.deepEqual([measured.bytesPerToken('sl'), measured.bytesPerToken('hr')], [5, 3])
})

test('what is missing is named with its parts, the largest first', () => {
  const counting = new Counting(APPROXIMATION)
  counting.add({ ...NONE, language: 'sl', domain: 'law' }, 4_000_000)
  counting.add({ ...NONE, language: 'ga', domain: 'health' }, 400_000)
  const wanted = target.parse({
    tokens: 10_000_000,
    language: { sl: 0.1, ga: 0.5 },
    cells: [{ language: 'ga', domain: 'health', tokens: 12_100_000 }],
  })
  const { whole, dimensions, deficits } = counting.report(wanted)
  assert.deepEqual(whole, { documents: 2, bytes: 4_400_000, tokens: 1_100_000 })
  assert.deepEqual(deficits.map(deficitText), ['12 M tokens of Irish health text', '4.9 M tokens of Irish text'])
  assert.deepEqual(
    dimensions.language.map(({ name, tokens, wanted: each }) => [name, tokens, each]),
    [
      ['sl', 1_000_000, 1_000_000],
      ['ga', 100_000, 5_000_000],
    ],
  )
  assert.deepEqual(
    dimensions.region.map(({ name }) => name),
    [null],
  )
})

test('the order of texts counts nothing', () => {
  const labels = fc.record({
    language: fc.constantFrom('sl', 'hr', 'und'),
    region: fc.constantFrom(null, 'SI'),
    domain: fc.constantFrom(null, 'law'),
    register: fc.constant(null),
    period: fc.constantFrom(null, '1900/1910'),
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(labels, fc.nat(10_000)), { maxLength: 30 }), (texts) => {
      const of = (some: typeof texts) => {
        const counting = new Counting(APPROXIMATION)
        for (const [each, bytes] of some) counting.add(each, bytes)
        return counting.report(NO_TARGET)
      }
      assert.deepEqual(of(texts.toReversed()), of(texts))
    }),
    { numRuns: 50 },
  )
})

const CONFUSION: Confusion = {
  languages: ['hr', 'sr', 'sl'],
  counts: [
    [80, 20, 0],
    [10, 90, 0],
    [0, 0, 100],
  ],
}

test('amounts by identified language are unfolded into amounts by true language', () => {
  // 1,000 of hr and 2,000 of sr, as the identifier would find them.
  const found = new Map([
    ['hr', 1000 * 0.8 + 2000 * 0.1],
    ['sr', 1000 * 0.2 + 2000 * 0.9],
    ['sl', 500],
    ['xx', 7],
  ])
  const estimates = unfold(found, CONFUSION)
  assert.ok(Math.abs((estimates.get('hr')?.value ?? 0) - 1000) < 1)
  assert.ok(Math.abs((estimates.get('sr')?.value ?? 0) - 2000) < 1)
  assert.deepEqual(estimates.get('xx'), { value: 7, low: 7, high: 7 })
  const sl = estimates.get('sl')
  assert.ok(sl && Math.abs(sl.value - 500) < 1e-6 && sl.low < 500 && sl.low > 450)
  const [hr] = [estimates.get('hr')]
  assert.ok(hr && hr.low < 1000 && hr.high > 1000)
})

test('unfolding keeps the whole, and more tests narrow the range', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000), { minLength: 3, maxLength: 3 }), (amounts) => {
      const found = new Map(CONFUSION.languages.map((language, at) => [language, amounts[at] ?? 0]))
      const sum = [...unfold(found, CONFUSION).values()].reduce((all, { value }) => all + value, 0)
      assert.ok(Math.abs(sum - amounts.reduce((all, each) => all + each, 0)) < 1e-3 * (1 + sum))
      const wider = { ...CONFUSION, counts: CONFUSION.counts.map((row) => row.map((count) => count * 100)) }
      const [few, many] = [unfold(found, CONFUSION).get('hr'), unfold(found, wider).get('hr')]
      if (few && many) assert.ok(many.high - many.low <= few.high - few.low + 1e-6)
    }),
    { numRuns: 50 },
  )
})

test('an identifier is tested on texts whose language is known', async () => {
  const model = shippedModel().digest
  const examine = await language.prepare({ model, languages: ['sl', 'en'] }, () => err({ kind: 'unusable', message: 'none' }))
  assert.ok(examine.ok)
  const lines = [
    ['sl', 'Vsi ljudje se rodijo svobodni in imajo enako dostojanstvo in enake pravice.'],
    ['en', 'All human beings are born free and equal in dignity and rights.'],
    ['en', 'Everyone has the right to life, liberty and security of person.'],
  ].map(([code, text]) => JSON.stringify({ language: code, text }))
  const tested = testIdentifier(`${lines.join('\n')}\n`, 'known.jsonl', examine.value)
  assert.deepEqual(tested, {
    ok: true,
    value: {
      languages: ['en', 'sl'],
      counts: [
        [2, 0],
        [0, 1],
      ],
    },
  })
  assert.equal(testIdentifier('{"text": 5}', 'known.jsonl', examine.value).ok, false)
})

test('a confusion matrix that is none is refused', () => {
  assert.equal(parseConfusion('{"languages":["a"],"counts":[[1,2]]}', 'c.json').ok, false)
  assert.equal(parseConfusion('[]', 'c.json').ok, false)
  assert.deepEqual(parseConfusion(JSON.stringify(CONFUSION), 'c.json'), { ok: true, value: CONFUSION })
})

test('shares of more than the whole, and cells of nothing, are refused', () => {
  assert.equal(target.safeParse({ language: { a: 0.7, b: 0.7 } }).success, false)
  assert.equal(target.safeParse({ cells: [{ tokens: 5 }] }).success, false)
  assert.equal(target.safeParse({ language: { a: 2 } }).success, false)
})

test('the page loads nothing, has no script, and text from a declaration stays text', () => {
  const counting = new Counting(APPROXIMATION)
  counting.add({ ...NONE, language: 'sl', domain: '<script>alert(1)</script>' }, 4000)
  const page = coveragePage(
    { title: 'Laws & <b>more</b>', about: 'run 1' },
    counting.report(target.parse({ language: { sl: 1 } }), CONFUSION),
  )
  assert.doesNotMatch(page, /<script|<b>more|\ssrc=|url\(|@import|<link/)
  assert.match(page, /&lt;script&gt;/)
  assert.match(page, /default-src 'none'/)
  assert.match(page, /<svg [^>]*role="img" aria-label="1 k tokens of 1 k"/)
})

test('amounts are written with three figures', () => {
  assert.deepEqual([0, 999, 1000, 1234, 12_345_678, 5e12].map(amountText), ['0', '999', '1 k', '1.23 k', '12.3 M', '5 T'])
})
