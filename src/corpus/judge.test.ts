import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, parseJson } from '../core/json.ts'
import { JUDGE_RULES, type JudgeSettings, judge, thresholdsFor } from './judge.ts'
import { MEASURE_AT, MEASURES, type Measure } from './kernel/measures.ts'
import { Pack, PackBuilder } from './pack.ts'
import { RULES } from './quality/rules.ts'
import { BY_LANGUAGE, PUBLISHED } from './quality/thresholds.ts'
import { jsonSection, jsonText, type Sections, section } from './sections.ts'

const SETTINGS: JudgeSettings = { profile: 'fineweb2', languages: null, scores: {}, thresholds: {} }
const GOOD: Readonly<Record<Measure, number>> = {
  ...(Object.fromEntries(MEASURES.map((name) => [name, 0])) as Record<Measure, number>),
  words: 300,
  tokens: 340,
  'word-length': 5,
  alphabetic: 0.95,
  'stop-words': 6,
  'terminal-lines': 0.9,
  'c4-sentences': 12,
}
type Document = { readonly language?: string; readonly score?: number; readonly second?: string; readonly secondScore?: number } & Partial<
  Record<Measure, number>
>

const NAMES = ['und', 'et', 'fi', 'hr', 'bs', 'zh', 'xx']
const place = (name: string): number => NAMES.indexOf(name)
const languageOf = (documents: readonly Document[]): Sections =>
  new Map<string, Uint8Array | Uint16Array | Float32Array>([
    ['languages', jsonSection(NAMES)],
    ['language', Uint16Array.from(documents, ({ language = 'et' }) => place(language))],
    ['score', Float32Array.from(documents, ({ score = 0.99 }) => score)],
    ['second', Uint16Array.from(documents, ({ second = 'fi' }) => place(second))],
    ['second-score', Float32Array.from(documents, ({ secondScore = 0.01 }) => secondScore)],
    ['thresholds', Float32Array.from(NAMES, () => 0.6)],
  ])
const qualityOf = (documents: readonly Document[]): Sections =>
  new Map<string, Uint8Array | Float32Array>([
    ['measures', jsonSection(MEASURES)],
    ['values', Float32Array.from(documents.flatMap((each) => MEASURES.map((name) => each[name] ?? GOOD[name])))],
  ])

const noPack = (): Pack => {
  const pack = Pack.of(new PackBuilder().sections())
  assert.ok(pack.ok)
  return pack.value
}
const judged = async (documents: readonly Document[], settings: Partial<JudgeSettings> = {}) => {
  const examine = await judge.prepare({ ...SETTINGS, ...settings } as never, () => assert.fail('it needs no file'))
  assert.ok(examine.ok)
  const made = examine.value(noPack(), { language: languageOf(documents), quality: qualityOf(documents) })
  assert.ok(made.ok)
  const [rule, value, threshold] = [
    section(made.value, 'rule', Uint16Array),
    section(made.value, 'value', Float32Array),
    section(made.value, 'threshold', Float32Array),
  ]
  const more = section(made.value, 'more', Uint8Array)
  assert.ok(rule.ok && value.ok && threshold.ok && more.ok)
  const others = parseJson(jsonText(more.value))
  assert.ok(others.ok)
  return {
    rules: [...rule.value].map((each) => JUDGE_RULES[each]),
    value: [...value.value],
    threshold: [...threshold.value],
    more: others.value as Record<string, unknown>,
    bytes: made.value,
  }
}

test('each profile has thresholds of rules that are asked, and each rule a measure that the kernel takes', () => {
  for (const { measure } of RULES) assert.ok(MEASURE_AT[measure] !== undefined)
  for (const thresholds of [...Object.values(PUBLISHED), ...BY_LANGUAGE.values()])
    for (const name of Object.keys(thresholds))
      assert.ok(
        RULES.some((rule) => rule.name === name),
        name,
      )
  assert.equal(BY_LANGUAGE.size, 40)
  assert.equal(thresholdsFor(SETTINGS, 'et')['line-feeds'], 0.213)
  assert.equal(thresholdsFor(SETTINGS, 'xx')['line-feeds'], 0.3)
  assert.equal(thresholdsFor({ ...SETTINGS, profile: 'gopher' }, 'et')['line-feeds'], undefined)
})

test('a document that breaks nothing is kept; one that does is dropped by the first rule, with value and threshold, and says what else it broke', async () => {
  const { rules, value, threshold, more } = await judged([
    {},
    { words: 20, 'line-feeds': 0.4 },
    { 'line-feeds': 0.214 },
    { 'line-feeds': 0.213 },
  ])
  assert.deepEqual(rules, ['kept', 'too-few-words', 'line-feeds', 'kept'])
  assert.deepEqual([value[1], threshold[1]], [20, 50])
  assert.deepEqual([value[2], threshold[2]], [Math.fround(0.214), Math.fround(0.213)])
  assert.deepEqual(more, { 1: [['line-feeds', Math.fround(0.4), 0.213]] })
})

test('rules of language stand first: unknown, not declared, unsure; two neighbours are sure together', async () => {
  const documents: Document[] = [
    { language: 'und', score: 0 },
    { language: 'fi' },
    { score: 0.5, second: 'zh', secondScore: 0.3 },
    { language: 'hr', score: 0.45, second: 'bs', secondScore: 0.4 },
    { score: 0.5 },
  ]
  const { rules } = await judged(documents, { languages: ['et', 'hr'] })
  assert.deepEqual(rules, ['language-unknown', 'language-not-declared', 'language-unsure', 'kept', 'language-unsure'])
  assert.deepEqual((await judged([{}, { language: 'zh' }], { languages: ['et-EE', 'zh-Hant'] })).rules, ['kept', 'kept'])
  assert.deepEqual((await judged([{ score: 0.5 }], { scores: { et: 0.4 } })).rules, ['kept'])
  assert.deepEqual((await judged([{ score: 0.7 }], { scores: { et: 0.8 } })).rules, ['language-unsure'])
})

test('the owner’s thresholds stand above the profile’s, a language’s own above those of all, and null takes a rule out', async () => {
  const short = { words: 30 }
  assert.deepEqual((await judged([short], { thresholds: { '*': { 'too-few-words': 25 } } })).rules, ['kept'])
  const both = { '*': { 'too-few-words': 25 }, et: { 'too-few-words': 40 } }
  assert.deepEqual((await judged([short, { ...short, language: 'fi' }], { thresholds: both })).rules, ['too-few-words', 'kept'])
  assert.deepEqual((await judged([{ words: 1 }], { thresholds: { et: { 'too-few-words': null } } })).rules, ['kept'])
  assert.deepEqual((await judged([{ words: 1, 'line-feeds': 1 }], { profile: 'none' })).rules, ['kept'])
  assert.deepEqual((await judged([{ 'c4-sentences': 2 }, { 'curly-brackets': 1 }], { profile: 'c4' })).rules, [
    'too-few-sentences',
    'curly-brackets',
  ])
})

test('what was not measured breaks nothing, and words of single characters are held to no rule of words', async () => {
  const characters = { language: 'zh', unspaced: 0.98, 'word-length': 1, 'top-2-gram': 0.9, 'duplicate-5-gram': 0.9 }
  const { rules } = await judged([
    { 'stop-words': -1 },
    { 'stop-words': 1 },
    characters,
    { ...characters, unspaced: 0.1 },
    { ...characters, 'duplicate-lines': 0.9 },
  ])
  assert.deepEqual(rules, ['kept', 'too-few-stop-words', 'kept', 'top-2-gram', 'repeated-lines'])
})

test('a document is dropped exactly where one of its measures is outside, whatever they are', async () => {
  const rows = fc.array(fc.record(Object.fromEntries(MEASURES.map((name) => [name, fc.float({ min: 0, max: 400, noNaN: true })]))), {
    maxLength: 8,
  })
  const held = thresholdsFor(SETTINGS, 'et')
  await fc.assert(
    fc.asyncProperty(rows, async (documents) => {
      const { rules } = await judged(documents as Document[])
      documents.forEach((document, index) => {
        const measured = document as Record<Measure, number>
        const isBroken = RULES.some(({ name, measure, side, ofWords }) => {
          const threshold = held[name]
          if (threshold === undefined || threshold === null || (ofWords && measured.unspaced > 0.5)) return false
          return side === 'least' ? measured[measure] < Math.fround(threshold) : measured[measure] > Math.fround(threshold)
        })
        assert.equal(rules[index] !== 'kept', isBroken)
      })
    }),
    { numRuns: 60 },
  )
})

test('settings that are none are refused, and findings of another version are damage', async () => {
  const refused = await judge.prepare({ profile: 'best' } as never, () => assert.fail())
  assert.equal(refused.ok ? '' : refused.error.kind, 'unusable')
  const examine = await judge.prepare(parseValue(SETTINGS), () => assert.fail())
  assert.ok(examine.ok)
  const other = new Map([...qualityOf([{}]), ['measures', jsonSection(['words'])]])
  for (const found of [{}, { language: languageOf([{}]) }, { language: languageOf([{}]), quality: other }]) {
    const made = examine.value(noPack(), found)
    assert.equal(made.ok ? '' : made.error.kind, 'damaged')
  }
})

const parseValue = (settings: JudgeSettings) => {
  const read = parseJson(canonicalJson(settings as never))
  assert.ok(read.ok)
  return read.value
}
