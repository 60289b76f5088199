import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson } from '../../core/json.ts'
import { FEATURES_PER_LETTER, featuresOf } from './features.ts'
import { GAP, letterStart, lettersOf } from './letters.ts'

const encoder = new TextEncoder()
const foldBytes = (bytes: Uint8Array): Uint16Array => {
  const into = new Uint16Array(bytes.length + 2)
  return into.subarray(0, lettersOf(bytes, 0, bytes.length, into))
}
const fold = (text: string): string => String.fromCharCode(...foldBytes(encoder.encode(text)))

test('letters are lower case, one gap stands for all between words, and points and tones do not matter', () => {
  assert.equal(fold('Où est-il, à 3 h ?'), ' où est il à h ')
  assert.equal(fold('İstanbul ŞEHİR'), ' istanbul șehir ')
  assert.equal(fold("l’eau l'eau"), " l'eau l'eau ")
  assert.equal(fold('بِسْمِ'), fold('بسم'))
  assert.equal(fold('cot\u00adton'), ' cotton ')
  assert.equal(fold('日本😀語'), ' 日本 語 ')
})

test('a text in NFD has the letters of the same text in NFC', () => {
  for (const text of ['Ẹnì kọ̀ọ̀kan ló ní ẹ̀tọ́', 'người được quyền', 'Žluťoučký kůň', 'Ελευθερία ήταν', 'ÅÄÖ éèê ő']) {
    assert.equal(fold(text.normalize('NFD')), fold(text.normalize('NFC')))
  }
})

test('any bytes become words between single gaps, and no more letters than bytes', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ unit: 'binary' }).map((text) => encoder.encode(text)),
      ),
      (bytes) => {
        const letters = foldBytes(bytes)
        assert.equal(letters[0], GAP)
        assert.equal(letters.at(-1), GAP)
        assert.ok(letters.length <= bytes.length + 2)
        assert.ok(letters.every((letter, at) => at === 0 || letter !== GAP || letters[at - 1] !== GAP))
      },
    ),
  )
})

test('features are of the letters alone, and have the room that was said', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const letters = foldBytes(encoder.encode(text))
      const [once, again] = [
        new Uint32Array(letters.length * FEATURES_PER_LETTER),
        new Uint32Array(letters.length * FEATURES_PER_LETTER + 9),
      ]
      const size = featuresOf(letters, letters.length, once)
      assert.ok(size <= once.length)
      assert.equal(featuresOf(letters.slice(), letters.length, again), size)
      assert.deepEqual(again.subarray(0, size), once.subarray(0, size))
    }),
  )
})

test('a window never starts inside a letter', () => {
  const bytes = encoder.encode('aé日😀z')
  for (let at = 0; at < bytes.length; at++) {
    const start = letterStart(bytes, at, bytes.length)
    assert.ok(start === bytes.length || ((bytes[start] ?? 0) & 0xc0) !== 0x80)
  }
})

test('letters and features are those of the specification', () => {
  const read = parseJson(readFileSync(new URL('../../../spec/vectors/corpus-language.json', import.meta.url), 'utf8'))
  assert.ok(read.ok)
  const { texts } = read.value as unknown as { texts: { text: string; letters: string; features: number[] }[] }
  assert.ok(texts.length >= 10)
  for (const { text, letters, features } of texts) {
    assert.equal(fold(text), letters)
    const folded = foldBytes(encoder.encode(text))
    const into = new Uint32Array(folded.length * FEATURES_PER_LETTER)
    assert.deepEqual([...into.subarray(0, featuresOf(folded, folded.length, into))], features)
  }
})
