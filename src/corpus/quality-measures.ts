// Block `quality`: measures of each text, without a verdict. What is too much or too little of one, block `judge` says.
import { z } from 'zod'
import { parseJson } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import type { Block } from './block.ts'
import { type CorpusFailure, damaged, unusable } from './failure.ts'
import { Kernel } from './kernel/kernel.ts'
import { MEASURES } from './kernel/measures.ts'
import { jsonSection, jsonText, type Numbers, type Sections, section } from './sections.ts'

/** Stop words by language (BCP 47), as they are written; a word with an apostrophe or hyphen counts as its parts. */
const settings = z.strictObject({ stopWords: z.record(z.string(), z.array(z.string().min(1)).max(500)) })
export type QualitySettings = z.output<typeof settings>

/** Sections: `measures`, a JSON array of their names; `values` f32[n x measures]. */
export const qualityBlock: Block = {
  name: 'quality',
  version: 1,
  reads: ['language'],
  prepare: async (given) => {
    const parsed = settings.safeParse(given)
    if (!parsed.success) return unusable(`the settings of \`quality\` are not usable: ${z.prettifyError(parsed.error)}`)
    const lists = new Map(Object.entries(parsed.data.stopWords))
    const kernel = await Kernel.ofThread()
    return ok((pack, found) => {
      const languages = languagesOf(found.language, pack.count)
      if (!languages.ok) return languages
      const values = new Float32Array(pack.count * MEASURES.length)
      for (let index = 0; index < pack.count; index++)
        kernel.measure(pack.textOf(index), lists.get(languages.value(index)) ?? null, values, index * MEASURES.length)
      return ok(
        new Map<string, Numbers>([
          ['measures', jsonSection(MEASURES)],
          ['values', values],
        ]),
      )
    })
  },
}

/** The language of each document, as block `language` found it. */
const languagesOf = (sections: Sections | undefined, count: number): Result<(index: number) => string, CorpusFailure> => {
  if (sections === undefined) return damaged('block `quality` was given no languages')
  const codes = section(sections, 'languages', Uint8Array)
  if (!codes.ok) return codes
  const indices = section(sections, 'language', Uint16Array)
  if (!indices.ok) return indices
  const json = parseJson(jsonText(codes.value))
  const names = z.array(z.string()).safeParse(json.ok ? json.value : undefined)
  if (!names.success || indices.value.length !== count) return damaged('the languages of a pack cannot be read')
  return ok((index) => names.data[indices.value[index] ?? 0] ?? 'und')
}
