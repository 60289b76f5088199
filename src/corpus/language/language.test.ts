// The model that ships, held against the Universal Declaration of Human Rights: what it was learnt from, what was left out, and languages that it does not know.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readDeclarations } from '../../store/corpus-texts.ts'
import { language, shippedModel } from '../language.ts'
import { Pack, PackBuilder } from '../pack.ts'
import { digestOf } from '../sections.ts'
import { UNKNOWN_TERMS } from '../terms.ts'
import { pieces, train } from './calibrate.ts'
import { HOME } from './declared.ts'
import { evaluate, mistakes, type Sample } from './evaluate.ts'
import { type Finding, Identifier } from './identify.ts'
import { declarationsOutside, gatherLessons, linesOf } from './lessons.ts'
import { decodeModel, encodeModel } from './model.ts'
import { learn } from './table.ts'

const declarations = readDeclarations()
const gathered = gatherLessons({ languages: null, declarations, reference: new Map() })
assert.ok(gathered.ok)
const lessons = gathered.value
const shipped = shippedModel().bytes
const decoded = decodeModel(shipped, 'the model')
assert.ok(decoded.ok)
const model = decoded.value

const encoder = new TextEncoder()
const identifier = new Identifier(model, null)
const found = (text: string, by = identifier): Finding & { readonly name: string; readonly secondName: string } => {
  const finding = { ...by.identify(encoder.encode(text)) }
  return { ...finding, name: by.languages[finding.language] ?? '', secondName: by.languages[finding.second] ?? '' }
}

test('the model that ships is what training makes, to the byte', () => {
  const trained = encodeModel(train(lessons))
  assert.ok(
    Buffer.from(trained).equals(shipped),
    'train it again: `allod corpus language-model train --out src/corpus/language/default.model`',
  )
  assert.deepEqual(encodeModel(model), shipped)
  assert.ok(shipped.length < 2_000_000)
})

test('of paragraphs that were left out of the learning, at least 97.5 % are told right, and the neighbour is the second where Bosnian and Croatian read alike', () => {
  const isLeftOut = (paragraph: number): boolean => paragraph % 5 === 2
  const samples: Sample[] = lessons.classes
    .filter(({ language }) => Object.hasOwn(HOME, language))
    .flatMap(({ language, paragraphs }) =>
      paragraphs.filter((_, index) => isLeftOut(index)).flatMap((paragraph) => [...pieces(paragraph)].map((text) => ({ language, text }))),
    )
  const tested = { head: model.head, table: learn(lessons.classes, isLeftOut) }
  const result = evaluate(tested, samples)
  assert.ok(samples.length > 800)
  assert.ok(result.macro >= 0.975, JSON.stringify([result.macro, mistakes(result).slice(0, 6)]))
  const by = new Identifier(tested, null)
  const neither = samples.filter(({ language, text }) => {
    const finding = by.identify(text)
    return by.languages[finding.language] !== language && by.languages[finding.second] !== language
  })
  assert.ok(neither.length / samples.length < 0.006, `${neither.length} of ${samples.length}`)
})

test('of some 300 languages that it does not know, few declarations are taken for a language at home', () => {
  const outside = declarationsOutside(declarations)
  assert.ok(outside.length > 250)
  const samples = outside.map(
    ({ paragraphs }): Sample => ({ language: 'zxx', text: Buffer.concat(paragraphs.flatMap((each) => [each, encoder.encode('\n')])) }),
  )
  const result = evaluate(model, samples)
  const home = result.languages.reduce(
    (sum, language, index) => sum + (Object.hasOwn(HOME, language) ? (result.counts[0]?.[index] ?? 0) : 0),
    0,
  )
  assert.ok(result.rejected > 0.5, `${result.rejected} rejected`)
  assert.ok(home / samples.length < 0.2, `${home} of ${samples.length} taken for a language at home`)
})

test('no words of any language are in no language', () => {
  for (const text of ['', '   ', '12 345,67 %', 'x', '😀😀😀', '----', 'abc12', '\u0000\u0001'])
    assert.deepEqual([found(text).name, found(text).score], ['und', 0], text)
  assert.equal(found('xq zwv kjh qwx vbn zzq xkcd pqx wvz jkq xzv').name, 'und')
})

test('any bytes are found to be something, with scores that are shares', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const { language, score, second, secondScore } = identifier.identify(bytes)
      assert.ok(language < identifier.languages.length && second < identifier.languages.length)
      assert.ok(score >= 0 && secondScore >= 0 && score + secondScore <= 1 + 1e-9)
    }),
    { numRuns: 300 },
  )
})

test('a finding is of its text alone, not of those before it', () => {
  const texts = ['Kas sa räägid eesti keelt?', 'Puhutko sinä suomea?', '', 'a'.repeat(5000), 'Habari yako leo asubuhi']
  const alone = texts.map((text) => ({ ...new Identifier(model, null).identify(encoder.encode(text)) }))
  const after = texts.toReversed().map((text) => ({ ...identifier.identify(encoder.encode(text)) }))
  assert.deepEqual(after.toReversed(), alone)
})

test('between neighbours that nothing tells apart the finding is honest; their own words settle it', () => {
  const unsettled = found('On je rekao da nije bio kod kuće.')
  assert.ok(['hr', 'bs', 'sr'].includes(unsettled.name) && ['hr', 'bs', 'sr'].includes(unsettled.secondName))
  assert.ok(unsettled.score < 0.95 && unsettled.secondScore > 0.02, JSON.stringify(unsettled))
  assert.equal(found('Tijekom tjedna općina će objaviti izvješće o sustavu, što tko želi znati.').name, 'hr')
  assert.equal(found('Tokom nedelje opština će objaviti saopštenje o sistemu, šta ko želi da zna uvek i posle.').name, 'sr')
  const at = (home: string) => new Identifier(model, [home])
  assert.equal(found('On je rekao da nije bio kod kuće.', at('hr')).name, 'hr')
  assert.equal(found('On je rekao da nije bio kod kuće.', at('bs')).name, 'bs')
})

test('a long text is read in windows: half of another language shows, and a name at its start does not decide', () => {
  const finnish = 'Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. '
  const swedish = 'Alla människor är födda fria och lika i värde och rättigheter och har samvete. '
  const mixed = found(finnish.repeat(40) + swedish.repeat(40))
  assert.deepEqual([mixed.name, mixed.secondName].sort(), ['fi', 'sv'])
  assert.ok(mixed.score < 0.9 && mixed.secondScore > 0.2, JSON.stringify(mixed))
  assert.equal(found(`The New York Times, London. ${finnish.repeat(200)}`).name, 'fi')
  const whole = found(`${finnish.repeat(20_000)}`)
  assert.ok(whole.name === 'fi' && whole.score > 0.99)
})

test('an owner’s own language is learnt from their texts alone', () => {
  const words = ['zilo', 'marva', 'tekun', 'sopri', 'ladin', 'verko', 'nasti', 'pulma', 'gorte', 'hivan']
  const lines = Array.from({ length: 120 }, (_, line) =>
    Array.from({ length: 12 }, (_, at) => words[(line * 7 + at * at + at * line) % 10]).join(' '),
  )
  const reference = new Map([['art-x-zilo', [encoder.encode(lines.join('\n'))]]])
  const own = gatherLessons({ languages: ['art-x-zilo', 'en'], declarations, reference })
  assert.ok(own.ok)
  const chosen = { ...own.value, classes: own.value.classes.filter(({ language }) => ['art-x-zilo', 'en', 'it'].includes(language)) }
  const small = new Identifier(train(chosen), null)
  assert.equal(found('marva tekun sopri zilo ladin nasti gorte', small).name, 'art-x-zilo')
  assert.equal(found('All human beings are born free and equal.', small).name, 'en')
  const lacking = gatherLessons({ languages: ['tlh'], declarations, reference: new Map() })
  assert.match(lacking.ok ? '' : lacking.error.message, /nothing to learn `tlh` from/)
})

test('the block finds the languages of a pack, takes a country for its language, and refuses one that the model does not know', async () => {
  const builder = new PackBuilder()
  const texts = [
    'Todas as pessoas nascem livres e iguais em dignidade e em direitos.',
    '1234',
    'Kõik inimesed sünnivad vabadena ja võrdsetena.',
  ]
  const origin = { source: 's', file: 'f', digest: digestOf(''), time: 0, offset: 0, length: 0, name: '' }
  for (const text of texts) builder.add({ text: encoder.encode(text), origin, terms: UNKNOWN_TERMS })
  const pack = Pack.of(builder.sections())
  assert.ok(pack.ok)
  const prepare = (languages: string[]) =>
    language.prepare({ model: shippedModel().digest, languages }, () => assert.fail('the model ships'))
  const examine = await prepare(['pt-BR', 'et'])
  assert.ok(examine.ok)
  const made = examine.value(pack.value, {})
  assert.ok(made.ok)
  const places = made.value.get('language')
  assert.ok(places instanceof Uint16Array)
  assert.deepEqual(
    [...places].map((place) => identifier.languages[place]),
    ['pt', 'und', 'et'],
  )
  assert.equal(made.value.get('thresholds')?.length, identifier.languages.length)
  const unknown = await prepare(['et', 'tlh'])
  assert.match(unknown.ok ? '' : unknown.error.message, /does not know `tlh`; train one/)
})

test('a damaged model is said to be damaged', () => {
  const at = Math.floor(shipped.length / 2)
  const bent = Uint8Array.from(shipped, (byte, index) => (index === at ? byte ^ 1 : byte))
  for (const bytes of [bent, shipped.slice(0, -40), new Uint8Array(0), encoder.encode('no model')]) {
    const read = decodeModel(bytes, 'mine.model')
    assert.equal(read.ok ? '' : read.error.kind, 'damaged')
  }
})

test('lines are those between line feeds that have anything in them', () => {
  const lines = linesOf(encoder.encode('a\n\nbc\n')).map((line) => new TextDecoder().decode(line))
  assert.deepEqual(lines, ['a', 'bc'])
})
