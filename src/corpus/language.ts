// The block `language`: of each document, the language it is in, how surely, and which it might be instead.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Json } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import type { Block } from './block.ts'
import { type CorpusFailure, unusable } from './failure.ts'
import { Identifier } from './language/identify.ts'
import { decodeModel, type LanguageModel, means } from './language/model.ts'
import type { Pack } from './pack.ts'
import { type Digest, digestOf, jsonSection, parseDigest, type Sections } from './sections.ts'

export const languageSettings = z.strictObject({
  /** SHA-256 of the model's file. */
  model: z.string(),
  /** The corpus's own languages, BCP 47, which are taken before their neighbours; null for those that the model is for. */
  languages: z.array(z.string()).nullable(),
})
export type LanguageSettings = z.output<typeof languageSettings>

const SHIPPED = new URL('language/default.model', import.meta.url)
/** The model that ships: its bytes as `allod corpus language-model train` makes them of no texts but its own. */
export const shippedModel = (): { readonly bytes: Uint8Array; readonly digest: Digest } => {
  const bytes = new Uint8Array(readFileSync(SHIPPED))
  return { bytes, digest: digestOf(bytes) }
}

/** The model of these settings: the one that ships, or the owner's by its digest. */
export const modelOf = (
  { model }: LanguageSettings,
  resource: (digest: Digest) => Result<Uint8Array, CorpusFailure>,
): Result<LanguageModel, CorpusFailure> => {
  const digest = parseDigest(model)
  if (digest === undefined) return unusable(`\`${model}\` is no digest of a language model`)
  const shipped = shippedModel()
  const bytes = shipped.digest === digest ? ok(shipped.bytes) : resource(digest)
  return bytes.ok ? decodeModel(bytes.value, `the language model ${digest.slice(0, 12)}`) : bytes
}

/** Of the languages that the model knows of these: words that their texts are full of. */
export const stopWordsIn = ({ head }: LanguageModel, languages: readonly string[]): Record<string, string[]> =>
  Object.fromEntries(
    head.languages.flatMap(({ language, stopWords }) => (languages.some((tag) => means(tag, language)) ? [[language, stopWords]] : [])),
  )

const identifyAll = (identifier: Identifier, thresholds: Float32Array, pack: Pack): Sections => {
  const [language, second] = [new Uint16Array(pack.count), new Uint16Array(pack.count)]
  const [score, secondScore] = [new Float32Array(pack.count), new Float32Array(pack.count)]
  for (let index = 0; index < pack.count; index++) {
    const found = identifier.identify(pack.textOf(index))
    language[index] = found.language
    score[index] = found.score
    second[index] = found.second
    secondScore[index] = found.secondScore
  }
  return new Map<string, Uint8Array | Uint16Array | Float32Array>([
    ['languages', jsonSection(identifier.languages)],
    ['language', language],
    ['score', score],
    ['second', second],
    ['second-score', secondScore],
    ['thresholds', thresholds],
  ])
}

export const language: Block = {
  name: 'language',
  version: 1,
  reads: [],
  prepare: async (settings: Json, resource) => {
    const read = languageSettings.safeParse(settings)
    if (!read.success) return unusable('the settings of the block `language` are not what it takes: the digest of a model, and languages')
    const model = modelOf(read.data, resource)
    if (!model.ok) return model
    const { languages } = model.value.head
    const unknown = read.data.languages?.find((tag) => !languages.some(({ language }) => means(tag, language)))
    if (unknown !== undefined)
      return unusable(`the language model does not know \`${unknown}\`; train one that does with \`allod corpus language-model train\``)
    const identifier = new Identifier(model.value, read.data.languages)
    // Of each language the score that its documents should reach, unless the owner says otherwise; `und` has none.
    const thresholds = Float32Array.from([0, ...languages.map(({ threshold }) => threshold)])
    return ok((pack) => ok(identifyAll(identifier, thresholds, pack)))
  },
}
