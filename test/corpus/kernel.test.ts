// The kernel against plain TypeScript: every script, every place a word, a line or a character can be split at, invalid UTF-8, nothing, and much.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { UNICODE } from '../../src/corpus/kernel/character-data.ts'
import { HASHES, Kernel } from '../../src/corpus/kernel/kernel.ts'
import { MEASURES, type Measure } from '../../src/corpus/kernel/measures.ts'
import { digestOf } from '../../src/corpus/sections.ts'
import { measuresOf } from './reference-measures.ts'
import { PIECE, signatureOf, wordsOf } from './reference-words.ts'

const kernel = await Kernel.load()
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const WORDS = [
  ...[
    'a',
    'of',
    'The',
    'ÜBER',
    'straße',
    'Łódź',
    'ΣΊΣΥΦΟΣ',
    'Москва',
    'ЁЖ',
    'Հայ',
    'שלום',
    'مرحبا',
    'می‌خواهم',
    'नमस्ते',
    'বাংলা',
    'தமிழ்',
    'ქართული',
    '한국어',
    'ትግርኛ',
  ],
  ...[
    '你好世界',
    'ひらがな',
    'カタカナー',
    'ｶﾅ',
    '々',
    'ภาษาไทย',
    'ພາສາ',
    'ភាសា',
    'မြန်မာ',
    '𠀋𠮷',
    '𐍈𐌰',
    '👍🏽',
    '∑',
    'x²',
    '٣٤',
    '๓๔',
    '007',
    '1999',
    '3.14',
    "don't",
    'e-mail',
  ],
  ...[
    'javascript',
    'JavaScript',
    'privacy policy',
    'use',
    'of',
    'cookies',
    'uses cookies',
    'terms of use',
    'lorem',
    'ipsum',
    'lorem ipsum',
    'eightlet',
    'ninelette',
    'sixteenlettersss',
  ],
  ...[
    '-',
    '•',
    '*',
    '#',
    '{',
    '}',
    '...',
    '…',
    '..',
    '....',
    '„“',
    '»',
    '"',
    "'",
    '!',
    '?',
    '.',
    '。',
    '؟',
    '।',
    '\u00ad',
    '\u00a0',
    '\u2028',
    '\u0085',
    '\0',
    '\t',
    '\r\n',
  ],
]
const INVALID = [
  [0x80],
  [0xc0, 0xae],
  [0xc3],
  [0xe2, 0x80],
  [0xe0, 0x80, 0xae],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f, 0x91],
  [0xf5, 0x80, 0x80, 0x80],
  [0xff],
  [0xe3, 0x80, 0x02],
]
const part = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...WORDS).map(bytesOf) },
  { weight: 12, arbitrary: fc.constantFrom(' ', ' ', ' ', '\n', '\n\n', ', ', '. ').map(bytesOf) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).map(bytesOf) },
  { weight: 1, arbitrary: fc.constantFrom(...INVALID).map((bytes) => Uint8Array.from(bytes)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 80 }).map((length) => bytesOf('w'.repeat(length))) },
)
/** Some parts come again and again, so that there is repetition to find. */
const texts = fc.array(part, { maxLength: 120, size: 'max' }).chain((parts) =>
  fc
    .array(fc.oneof(part, fc.constantFrom(...parts, bytesOf(' ')), fc.constant(Buffer.concat(parts.slice(0, 12)))), {
      maxLength: 60,
      size: 'max',
    })
    .map((more) => Buffer.concat([...parts, ...more])),
)
const anything = fc.oneof({ weight: 5, arbitrary: texts }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300, size: 'max' }) })

const assertSigned = (text: Uint8Array): void => {
  const minhash = new Uint32Array(HASHES + 1)
  const { exact, shingles } = kernel.sign(text, minhash, 1)
  const expected = signatureOf(text)
  assert.deepEqual({ exact, shingles, minhash: minhash.subarray(1) }, { ...expected, shingles: expected.shingles.length })
  assert.deepEqual(kernel.shinglesOf(text), Uint32Array.from(new Set(expected.shingles)).sort())
}
const assertMeasured = (text: Uint8Array, stopWords: readonly string[] | null): void => {
  const values = new Float32Array(MEASURES.length)
  kernel.measure(text, stopWords, values, 0)
  const expected = measuresOf(text, stopWords)
  assert.deepEqual(named(values), named(expected))
}

type Vector = {
  readonly name: string
  /** Hexadecimal, as are hashes. */
  readonly text: string
  readonly words: readonly string[]
  readonly exact: string
  readonly shingles: number
  readonly set: readonly number[]
  /** SHA-256 of the 112 hashes, little-endian. */
  readonly minhash: string
  readonly stopWords: readonly string[]
  readonly measures: Readonly<Record<Measure, number>>
}

// A vector that changes is a raised version of the block, and every signature made anew.
test('kernel and reference have the vectors of the specification', () => {
  const vectors = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../spec/vectors/corpus-signature.json'), 'utf8'),
  ) as readonly Vector[]
  for (const { name, text, words, exact, shingles, set, minhash, stopWords, measures } of vectors) {
    const bytes = Buffer.from(text, 'hex')
    const hashes = new Uint32Array(HASHES)
    const signed = kernel.sign(bytes, hashes, 0)
    assert.deepEqual([...kernel.wordsOf(bytes)].map(hex), words, name)
    assert.deepEqual({ exact: hex(signed.exact), shingles: signed.shingles }, { exact, shingles }, name)
    assert.deepEqual([...kernel.shinglesOf(bytes)], set, name)
    assert.equal(digestOf(new Uint8Array(hashes.buffer)), minhash, name)
    const values = new Float32Array(MEASURES.length)
    kernel.measure(bytes, stopWords, values, 0)
    assert.deepEqual(named(values), measures, name)
    assertSigned(bytes)
    assertMeasured(bytes, stopWords)
  }
})
const hex = (hash: bigint): string => hash.toString(16).padStart(16, '0')
const named = (row: Float32Array) => Object.fromEntries(MEASURES.map((name, index) => [name, row[index]]))

test('words and their hashes are those of the specification', () => {
  fc.assert(
    fc.property(anything, (text) =>
      assert.deepEqual(
        [...kernel.wordsOf(text)],
        wordsOf(text).map(({ hash }) => hash),
      ),
    ),
    { numRuns: 300 },
  )
})

test('every character is what Unicode says it is', { skip: process.versions.unicode !== UNICODE }, () => {
  const ROW = 256
  for (let first = 0; first < 0x30000; first += ROW) {
    const points = Array.from({ length: ROW }, (_, index) => first + index).filter((point) => point < 0xd800 || point > 0xdfff)
    const text = bytesOf(points.map((point) => `x${String.fromCodePoint(point)}y`).join(' '))
    assert.deepEqual(
      [...kernel.wordsOf(text)],
      wordsOf(text).map(({ hash }) => hash),
      `from ${first.toString(16)} on`,
    )
  }
})

test('signatures and sets of shingles are those of the specification', () => {
  fc.assert(fc.property(anything, assertSigned), { numRuns: 60 })
})

test('measures are those of the specification', () => {
  const STOPS = ['the', 'of', 'НЕТ', 'use', "don't", 'Łódź', '你']
  fc.assert(fc.property(anything, fc.constantFrom(null, STOPS, []), assertMeasured), { numRuns: 300 })
})

test('a text is the same wherever it lies in vectors and blocks', () => {
  const text = 'Straße № 5: naïve – „Łódź“… 你好, ไทย! The end.\n- "Yes."'
  for (let shift = 0; shift < 70; shift++) {
    assertSigned(bytesOf(' '.repeat(shift) + text))
    assertMeasured(bytesOf('x'.repeat(shift) + text), null)
  }
})

test('nothing, and next to nothing', () => {
  for (const text of ['', ' ', '\n', '.', 'one', 'one two three four', 'one two three four five', '你', '\u0e01']) {
    assertSigned(bytesOf(text))
    assertMeasured(bytesOf(text), [])
  }
})

test('a long text goes through in pieces, and its shingles go on over them', () => {
  const lineOf = (index: number) => `${`Donaudampfschiff${index % 900}`.repeat(40)} käesolev – § ${index}.`
  const words = Array.from({ length: Math.ceil((PIECE * 1.02) / lineOf(100).length) }, (_, index) => lineOf(index))
  const lined = bytesOf(words.join('\n'))
  for (const text of [
    lined,
    bytesOf(`${'ω'.repeat(PIECE / 2 - 9)} ${words.slice(0, 900).join(' ')}`),
    Buffer.concat([Buffer.alloc(PIECE - 10, 'ω'), bytesOf('一二三四五六七八ภาษาไทย')]),
  ]) {
    const minhash = new Uint32Array(HASHES)
    const { exact, shingles } = kernel.sign(text, minhash, 0)
    const expected = signatureOf(text)
    assert.deepEqual({ exact, shingles, minhash }, { ...expected, shingles: expected.shingles.length })
  }
  assertMeasured(lined, null)
})

test('what grows the memory changes nothing of what comes after', async () => {
  const fresh = await Kernel.load()
  const signed = (text: string) => {
    const minhash = new Uint32Array(HASHES)
    return { ...fresh.sign(bytesOf(text), minhash, 0), minhash }
  }
  const before = signed('one two three four five six')
  const line = Buffer.from(JSON.stringify({ text: 'x'.repeat(40_000_000) }))
  assert.equal(fresh.member(line, bytesOf('text')).kind, 'text')
  assert.deepEqual(signed('one two three four five six'), before)
  const values = new Float32Array(MEASURES.length)
  fresh.measure(bytesOf('The end.'), ['the'], values, 0)
  assert.deepEqual(values, measuresOf(bytesOf('The end.'), ['the']))
  assert.throws(() => fresh.wordsOf(new Uint8Array(PIECE + 1)), /more than one piece/)
})
