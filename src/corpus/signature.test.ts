import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HASHES } from './kernel/kernel.ts'
import { MEASURE_AT, MEASURES } from './kernel/measures.ts'
import { Pack, PackBuilder } from './pack.ts'
import { qualityBlock } from './quality-measures.ts'
import { decodeSections, encodeSections, jsonSection, type Numbers, type Sections, section } from './sections.ts'
import { signatureBlock } from './signature.ts'
import { UNKNOWN_TERMS } from './terms.ts'

const TEXTS = [
  'The first law of the land.\nIt has two lines.',
  'Das erste Gesetz des Landes.',
  '',
  'The first law of the land.\nIt has two lines.',
]
const packOf = (texts: readonly string[]): Pack => {
  const builder = new PackBuilder()
  texts.forEach((text, index) => {
    const origin = { source: 's', file: 'f', digest: 'd' as never, time: 0, offset: index, length: 1, name: `${index}` }
    builder.add({ text: new TextEncoder().encode(text), origin, terms: UNKNOWN_TERMS })
  })
  const decoded = decodeSections(encodeSections(builder.sections()), 'pack')
  const pack = decoded.ok ? Pack.of(decoded.value) : decoded
  assert.ok(pack.ok)
  return pack.value
}
const pack = packOf(TEXTS)
const nothing = () => assert.fail('no resource is read')
const get = <T extends Numbers>(sections: Sections, name: string, type: { readonly prototype: T; readonly name: string }): T => {
  const found = section(sections, name, type)
  assert.ok(found.ok)
  return found.value
}

test('block `signature` has a row for each document, and equal bytes for equal packs', async () => {
  const examine = await signatureBlock.prepare({}, nothing)
  assert.ok(examine.ok)
  const found = examine.value(pack, {})
  assert.ok(found.ok)
  const minhash = get(found.value, 'minhash', Uint32Array)
  const exact = get(found.value, 'exact', BigUint64Array)
  assert.deepEqual([exact.length, minhash.length], [4, 4 * HASHES])
  assert.deepEqual([...get(found.value, 'shingles', Uint32Array)], [6, 1, 0, 6])
  assert.equal(exact[0], exact[3])
  assert.notEqual(exact[0], exact[1])
  assert.deepEqual(minhash.subarray(0, HASHES), minhash.subarray(3 * HASHES))
  const again = (await signatureBlock.prepare({}, nothing)) as typeof examine
  const second = again.value(packOf(TEXTS), {})
  assert.ok(second.ok)
  assert.deepEqual(encodeSections(second.value), encodeSections(found.value))
})

test('block `quality` measures each document with the stop words of its language', async () => {
  const examine = await qualityBlock.prepare({ stopWords: { en: ['the', 'of', 'and'], de: ['des', 'und'] } }, nothing)
  assert.ok(examine.ok)
  const language: Sections = new Map<string, Numbers>([
    ['languages', jsonSection(['und', 'de', 'en'])],
    ['language', Uint16Array.of(2, 1, 0, 1)],
  ])
  const found = examine.value(pack, { language })
  assert.ok(found.ok)
  const values = get(found.value, 'values', Float32Array)
  assert.deepEqual(JSON.parse(Buffer.from(get(found.value, 'measures', Uint8Array)).toString()), MEASURES)
  const of = (index: number) => (name: keyof typeof MEASURE_AT) => values[index * MEASURES.length + MEASURE_AT[name]]
  assert.deepEqual(
    ['words', 'lines', 'stop-words', 'terminal-lines'].map((name) => of(0)(name as 'words')),
    [10, 2, 2, 1],
  )
  assert.deepEqual([of(1)('stop-words'), of(2)('stop-words'), of(3)('stop-words')], [1, -1, 0])
})

test('block `quality` says what is wrong with what it is given', async () => {
  const unusable = await qualityBlock.prepare({ stopWords: { en: 'the' } }, nothing)
  assert.ok(!unusable.ok)
  assert.match(unusable.error.message, /settings of `quality`/)
  const examine = await qualityBlock.prepare({ stopWords: {} }, nothing)
  assert.ok(examine.ok)
  for (const language of [
    undefined,
    new Map(),
    new Map<string, Numbers>([
      ['languages', jsonSection(['und'])],
      ['language', Uint16Array.of(0)],
    ]),
  ])
    assert.ok(!examine.value(pack, language === undefined ? {} : { language }).ok)
})
