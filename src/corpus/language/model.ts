// A language model as a file: what was learnt, how surely it knows each language, and what from. `spec/corpus.md` has the format in prose.
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { decodeSections, encodeSections, jsonSection, jsonText, section } from '../sections.ts'
import { BUCKETS } from './features.ts'
import { MOST_CLASSES, type Table } from './table.ts'

/** The reject class: no language that the model knows, or none that it was asked for. Index 0 of every list of languages. */
export const NO_LANGUAGE = 'und'
/** Whether a declared tag means this language of a model: itself, or one of its countries and scripts; `no` is both of Norway's. */
export const means = (tag: string, language: string): boolean => {
  const [primary = tag] = tag.split('-')
  return tag === language || primary === language || (primary === 'no' && (language === 'nb' || language === 'nn'))
}

/** Raised with each change of letters or features, for an older table would be read by other rules. */
const FORMAT = 1

const knownLanguage = z.strictObject({
  /** BCP 47. */
  language: z.string().min(2).max(35),
  /** Of those that the model is for; the others are known so that they are not taken for one of these. */
  home: z.boolean(),
  /** Nats a letter that a text must gain to be of this language at all. */
  fit: z.number().nonnegative(),
  /** The lowest score at which a document counts as of this language, where the owner says nothing else. */
  threshold: z.number().min(0).max(1),
  /** Words that texts in it are full of, for the rules of quality. */
  stopWords: z.array(z.string()),
  /** What it was learnt from: bytes, and SHA-256 of the texts. */
  bytes: z.number().int().nonnegative(),
  digest: z.string(),
})
export type KnownLanguage = z.output<typeof knownLanguage>
const head = z.strictObject({
  format: z.literal(FORMAT),
  languages: z.array(knownLanguage).min(2).max(MOST_CLASSES),
  /** Of each class, its place in `languages`. */
  classes: z.array(z.number().int().nonnegative()).min(1).max(MOST_CLASSES),
  /** A nat of gain is worth so many of evidence, for features overlap. */
  temperature: z.number().positive(),
})

export type LanguageModel = { readonly head: Omit<z.output<typeof head>, 'format'>; readonly table: Table }

/** The same model is the same bytes. */
export const encodeModel = ({ head, table: { starts, postings } }: LanguageModel): Uint8Array => {
  const sizes = new Uint8Array(BUCKETS)
  for (let bucket = 0; bucket < BUCKETS; bucket++) sizes[bucket] = (starts[bucket + 1] ?? 0) - (starts[bucket] ?? 0)
  return encodeSections(
    new Map<string, Uint8Array | Uint16Array>([
      ['head', jsonSection({ format: FORMAT, ...head })],
      ['sizes', sizes],
      ['postings', postings],
    ]),
  )
}

/** Damaged where the bytes are no model of this version, or point outside themselves. */
export const decodeModel = (bytes: Uint8Array, path: string): Result<LanguageModel, CorpusFailure> => {
  const sections = decodeSections(bytes, path)
  if (!sections.ok) return sections
  const text = section(sections.value, 'head', Uint8Array)
  const sizes = section(sections.value, 'sizes', Uint8Array)
  const postings = section(sections.value, 'postings', Uint16Array)
  if (!text.ok) return text
  if (!sizes.ok) return sizes
  if (!postings.ok) return postings
  const json = parseJson(jsonText(text.value))
  const read = head.safeParse(json.ok ? json.value : undefined)
  if (!read.success)
    return damaged(`\`${path}\` is no language model of this version: train it again with \`allod corpus language-model train\``)
  const { format: _, ...rest } = read.data
  const starts = new Uint32Array(BUCKETS + 1)
  sizes.value.forEach((size, bucket) => {
    starts[bucket + 1] = (starts[bucket] ?? 0) + size
  })
  const whole =
    sizes.value.length === BUCKETS &&
    starts[BUCKETS] === postings.value.length &&
    rest.classes.every((language) => language < rest.languages.length) &&
    postings.value.every((posting) => posting >>> 8 < rest.classes.length)
  return whole
    ? ok({ head: rest, table: { starts, postings: postings.value } })
    : damaged(`\`${path}\` is damaged: its table does not fit together`)
}
