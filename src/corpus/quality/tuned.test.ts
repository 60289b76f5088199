import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { thresholdsFor } from '../judge.ts'
import { MEASURE_AT, MEASURES } from '../kernel/measures.ts'
import { Kinds, kindOf } from './kinds.ts'
import { RULES } from './rules.ts'
import { stopWordsOf } from './stop-words.ts'
import { beneath, Tuning } from './tuned.ts'

const held = thresholdsFor({ profile: 'fineweb2', languages: null, scores: {}, thresholds: {} }, 'et')
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

test('no tuned limit drops more than its share of the texts that it was read off, in any order of them', () => {
  const row = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: MEASURES.length, maxLength: MEASURES.length })
  fc.assert(
    fc.property(fc.array(row, { minLength: 60, maxLength: 120 }), fc.double({ min: 0.01, max: 0.2, noNaN: true }), (rows, share) => {
      const [tuning, reversed] = [new Tuning(), new Tuning()]
      const measured = rows.map((each) => Float32Array.from(each))
      for (const each of measured) tuning.add(each, 0.9)
      for (const each of measured.toReversed()) reversed.add(each, 0.9)
      const thresholds = tuning.thresholds(held, share)
      assert.deepEqual(reversed.thresholds(held, share), thresholds)
      for (const { name, measure, side } of RULES) {
        const limit = thresholds[name]
        if (limit === undefined || limit === null) continue
        const outside = measured.filter((each) => {
          const value = each[MEASURE_AT[measure]] ?? 0
          return side === 'least' ? value < limit : value > limit
        })
        assert.ok(outside.length <= share * rows.length, name)
      }
    }),
    { numRuns: 40 },
  )
})

test('the score is the median less one deviation, within bounds, and drops no more than the share', () => {
  const tuning = new Tuning()
  const none = new Float32Array(MEASURES.length)
  for (let index = 0; index < 100; index++) tuning.add(none, index % 2 === 0 ? 0.6 : 0.8)
  assert.ok(Math.abs(tuning.score(0.01) - 0.6) < 0.002)
  const sure = new Tuning()
  for (let index = 0; index < 100; index++) sure.add(none, 1)
  assert.equal(sure.score(0.01), 0.9)
  for (let index = 0; index < 100; index++) tuning.add(none, 0.8)
  assert.ok(Math.abs(tuning.score(0.3) - 0.713) < 0.002)
})

test('what the owner wrote by hand stands above what was tuned', () => {
  const merged = beneath(
    { scores: { et: 0.5, fi: 0.4 }, thresholds: { et: { 'line-feeds': 0.2, ellipses: 0.3 } } },
    { scores: { et: 0.7 }, thresholds: { et: { ellipses: null }, lv: { ellipses: 0.1 } } },
  )
  assert.deepEqual(merged, {
    scores: { et: 0.7, fi: 0.4 },
    thresholds: { et: { 'line-feeds': 0.2, ellipses: null }, lv: { ellipses: 0.1 } },
  })
})

test('stop words are those that are everywhere; in scripts without spaces they are characters', () => {
  const words = stopWordsOf([encode('The cat and the dog and the bird.'.repeat(3)), encode('THE end')])
  assert.deepEqual(words.slice(0, 2), ['the', 'and'])
  assert.deepEqual(stopWordsOf([encode('人的权利的人的')]).slice(0, 2), ['的', '人'])
  assert.deepEqual(stopWordsOf([]), [])
})

test('a language that is scripture alone, or an encyclopaedia alone, is named', () => {
  const kinds = new Kinds()
  kinds.add('mt', kindOf('scripture', 'texts'), 990)
  kinds.add('mt', kindOf('news', 'texts'), 10)
  kinds.add('ga', kindOf(null, 'wikipedia-ga'), 500)
  kinds.add('et', kindOf('law', 'riigi-teataja'), 100)
  kinds.add('et', kindOf(null, 'et-wiki'), 100)
  assert.deepEqual(
    kinds.flags().map(({ language, kind, share }) => [language, kind, share]),
    [
      ['ga', 'encyclopaedia', 1],
      ['mt', 'scripture', 0.99],
    ],
  )
})
