// Which blocks there are, and what of a declaration stands in the settings of each.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Json } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Block, BlockName, Examine } from '../../corpus/block.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { beneath, NOTHING_TUNED, type Tuned, tunedFile } from '../../corpus/quality/tuned.ts'
import type { CorpusDeclaration } from '../../corpus/run/declaration.ts'
import type { Prepared } from '../../corpus/run/examine.ts'
import type { Pipeline } from '../../corpus/run/pipeline.ts'
import { type Digest, digestOf } from '../../corpus/sections.ts'
import { attempt, makeFolder, readWhole } from '../../store/corpus-files.ts'
import { replaceFile } from '../../store/durable.ts'
import { type ConfigurationFailure, parseYaml, readYamlText } from '../yaml-file.ts'
import type { DeclaredCorpus } from './ground.ts'

type Failing<T> = Result<T, CorpusFailure>

/** Loaded one at a time: a thread pays only for what its tasks need. */
export const LOAD: Readonly<Record<BlockName, () => Promise<Block>>> = {
  language: async () => (await import('../../corpus/language.ts')).language,
  quality: async () => (await import('../../corpus/quality-measures.ts')).qualityBlock,
  'personal-data': async () => (await import('../../corpus/personal-data.ts')).personalData,
  judge: async () => (await import('../../corpus/judge.ts')).judge,
  signature: async () => (await import('../../corpus/signature.ts')).signatureBlock,
}

/** Whose sections each block reads: a declaration is checked without loading them. */
export const readsOf: Readonly<Record<BlockName, readonly BlockName[]>> = {
  language: [],
  quality: ['language'],
  'personal-data': [],
  judge: ['language', 'quality'],
  signature: [],
}

/** The blocks of a declaration with all that stands in their keys. A model of the owner's is copied into the corpus, where it is known by its digest. */
export const resolvePipeline = async ({ declaration, folder }: DeclaredCorpus, corpus: string): Promise<Failing<Pipeline>> => {
  const model = declaration.pipeline.includes('language') ? await languageModel(declaration, folder, corpus) : ok(null)
  if (!model.ok) return model
  const quality = await qualityOf(declaration, folder, { corpus, model: model.value })
  if (!quality.ok) return quality
  const stages = declaration.pipeline.map(async (block) => {
    const { version, reads } = await LOAD[block]()
    return { block, version, reads, settings: settingsOf({ ...declaration, quality: quality.value }, block, model.value) }
  })
  return ok(await Promise.all(stages))
}

const settingsOf = ({ languages, quality, personalData }: CorpusDeclaration, block: BlockName, model: Digest | null): Json => {
  switch (block) {
    case 'language':
      return { model, languages }
    case 'quality':
      return { stopWords: quality.stopWords }
    case 'personal-data': {
      const { classes, minimum, names } = personalData
      return { ...(classes && { classes }), ...(minimum !== undefined && { minimum }), ...(names && { names }) }
    }
    case 'judge':
      return { profile: quality.profile, languages, scores: quality.scores, thresholds: quality.thresholds as Json }
    case 'signature':
      return null
  }
}

/** The rules with what their other files say: thresholds that were tuned, stop words of the language model. The declaration's own words are above both. */
const qualityOf = async (
  { languages, quality }: CorpusDeclaration,
  folder: string,
  { corpus, model }: { readonly corpus: string; readonly model: Digest | null },
): Promise<Failing<CorpusDeclaration['quality']>> => {
  const known = model === null ? ok({}) : await stopWordsOf(model, languages, corpus)
  if (!known.ok) return known
  const tuned = tunedThresholds(quality.tuned, folder)
  if (!tuned.ok) return err({ kind: 'unusable', message: tuned.error.messages.join('; ') })
  return ok({ ...quality, ...beneath(tuned.value, quality), stopWords: { ...known.value, ...quality.stopWords } })
}

const tunedThresholds = (named: string | undefined, folder: string): Result<Tuned, ConfigurationFailure> => {
  if (named === undefined) return ok(NOTHING_TUNED)
  const text = readYamlText(resolve(folder, named), named)
  return text.ok ? parseYaml(text.value, named, { schema: tunedFile, checks: () => [] }) : text
}

const stopWordsOf = async (model: Digest, languages: readonly string[], corpus: string): Promise<Failing<Record<string, string[]>>> => {
  const { modelOf, stopWordsIn } = await import('../../corpus/language.ts')
  const read = modelOf({ model, languages: null }, resourceIn(corpus))
  return read.ok ? ok(stopWordsIn(read.value, languages)) : read
}

const resources = (corpus: string): string => join(corpus, 'resources')

const languageModel = async ({ languageModel: named }: CorpusDeclaration, folder: string, corpus: string): Promise<Failing<Digest>> => {
  if (named === undefined) return ok((await import('../../corpus/language.ts')).shippedModel().digest)
  const path = resolve(folder, named)
  const bytes = attempt('read', path, () => readFileSync(path))
  if (!bytes.ok) return err({ kind: 'unusable', message: `the language model: ${bytes.error.message}` })
  const digest = digestOf(bytes.value)
  const made = attempt('write', resources(corpus), () => makeFolder(resources(corpus)))
  if (!made.ok) return made
  await replaceFile(join(resources(corpus), digest), bytes.value, resources(corpus))
  return ok(digest)
}

const resourceIn =
  (corpus: string) =>
  (digest: Digest): Failing<Uint8Array> => {
    const path = join(resources(corpus), digest)
    return attempt('read', path, () => readWhole(path))
  }

/** Blocks as one thread uses them: each is loaded and prepared when a pack first needs it. */
export const preparedBlocks = (pipeline: Pipeline, corpus: string): Prepared => {
  const ready = new Map<BlockName, Promise<Failing<Examine>>>()
  const resource = resourceIn(corpus)
  const prepare = async (name: BlockName): Promise<Failing<Examine>> => {
    const stage = pipeline.find(({ block }) => block === name)
    if (stage === undefined) return err({ kind: 'damaged', message: `no block \`${name}\` stands in the pipeline` })
    const block = await LOAD[name]()
    // A run that was saved by another version of the program is not gone on with by this one.
    if (block.version !== stage.version)
      return err({
        kind: 'damaged',
        message: `the run has version ${stage.version} of block \`${name}\`, and this program ${block.version}`,
      })
    return block.prepare(stage.settings, resource)
  }
  return (name) => {
    const known = ready.get(name)
    if (known !== undefined) return known
    const made = prepare(name)
    ready.set(name, made)
    return made
  }
}
