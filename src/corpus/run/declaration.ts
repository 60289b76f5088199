// What the owner declares of a corpus: the shape of `corpus.yaml`. Unknown fields are refused; docs/corpus.md has each field with its default.
import { z } from 'zod'
import { isName } from '../../core/ids.ts'
import { BLOCKS, type BlockName } from '../block.ts'
import { clusterSettings } from '../clusters/settings.ts'
import { NO_TARGET, target } from '../coverage/target.ts'
import { judgeSettings } from '../judge.ts'
import { personalDataSettings } from '../personal-data-settings.ts'
import { publication } from '../publish/declaration.ts'
import { sourceDeclaration } from '../read/declaration.ts'
import { USES } from '../terms.ts'

const name = z.string().refine(isName, 'must be lower case letters, digits, `.`, `_` or `-`, at most 63 characters')
const language = z.string().refine(isLanguage, 'must be a language by BCP 47, such as `et` or `pt-BR`')

/** What of the corpus makes one data set; each empty list stands for all. */
const dataSet = z.strictObject({
  title: z.string().min(1).max(200),
  description: z.string().max(10_000).default(''),
  sources: z.array(name).default([]),
  languages: z.array(language).default([]),
  /** A document whose terms do not permit each of these stays out. */
  for: z.array(z.enum(USES)).min(1).default(['publish']),
})

const MODES = ['mark', 'redact', 'pseudonymise'] as const
const mode = z.enum(MODES)
const personalData = personalDataSettings.extend({
  /** What becomes of what was found where a data set is published, and of single classes or beginnings of them with `*`. */
  mode: mode.default('redact'),
  modes: z.record(z.string().min(1), mode).default({}),
})

const { profile, scores, thresholds } = judgeSettings.shape
const quality = z.strictObject({
  profile: profile.default('fineweb2'),
  /** A file that `allod corpus thresholds` made; what stands here is above it. */
  tuned: z.string().min(1).optional(),
  scores: scores.default({}),
  thresholds: thresholds.default({}),
  /** Words that the texts of a language are full of. */
  stopWords: z.record(language, z.array(z.string().min(1)).max(500)).default({}),
})

export const corpusDeclaration = z.strictObject({
  corpus: name,
  /** Those that the corpus is of; a text in another is dropped by the block `judge`. */
  languages: z.array(language).min(1).max(1000),
  /** A file that `allod corpus language-model` made; without it, the model that ships. */
  languageModel: z.string().min(1).optional(),
  sources: z.record(name, sourceDeclaration).refine((sources) => Object.keys(sources).length > 0, 'must name at least one source'),
  pipeline: z
    .array(z.enum(BLOCKS))
    .min(1)
    .default([...BLOCKS]),
  quality: quality.prefault({}),
  personalData: personalData.prefault({}),
  duplicates: clusterSettings.prefault({}),
  target: target.default(NO_TARGET),
  dataSets: z.record(name, dataSet).default({}),
  publication: publication.prefault({}),
})
export type CorpusDeclaration = z.output<typeof corpusDeclaration>
export type DataSetDeclaration = CorpusDeclaration['dataSets'][string]

function isLanguage(text: string): boolean {
  try {
    // Longer words for a language are reserved, and nobody means them: `estonian`.
    return /^[a-z]{2,3}(-|$)/.test(text) && Intl.getCanonicalLocales(text)[0] === text
  } catch {
    return false
  }
}

type Problem = { readonly path: readonly PropertyKey[]; readonly message: string }

/** What no single field can tell. `reads` says whose sections each block needs. */
export const declarationProblems = (
  declaration: CorpusDeclaration,
  reads: Readonly<Record<BlockName, readonly BlockName[]>>,
): Problem[] => [
  ...pipelineProblems(declaration.pipeline, reads),
  ...Object.entries(declaration.dataSets).flatMap(([set, { sources, languages }]) => [
    ...missing(['dataSets', set, 'sources'], sources, Object.keys(declaration.sources), 'source'),
    ...missing(['dataSets', set, 'languages'], languages, declaration.languages, 'language of the corpus'),
  ]),
  ...twice(['languages'], declaration.languages),
]

const pipelineProblems = (pipeline: readonly BlockName[], reads: Readonly<Record<BlockName, readonly BlockName[]>>): Problem[] => [
  ...twice(['pipeline'], pipeline),
  ...pipeline.flatMap((block, index) =>
    reads[block]
      .filter((needed) => !pipeline.slice(0, index).includes(needed))
      .map((needed) => ({
        path: ['pipeline', index],
        message: `\`${block}\` reads what \`${needed}\` finds; put \`${needed}\` before it`,
      })),
  ),
]

const missing = (path: readonly PropertyKey[], names: readonly string[], known: readonly string[], what: string): Problem[] =>
  names.flatMap((each, index) =>
    known.includes(each) ? [] : [{ path: [...path, index], message: `there is no ${what} \`${each}\`; there are ${known.join(', ')}` }],
  )

const twice = (path: readonly PropertyKey[], names: readonly string[]): Problem[] =>
  names.flatMap((each, index) =>
    names.indexOf(each) < index ? [{ path: [...path, index], message: `\`${each}\` stands here twice` }] : [],
  )
