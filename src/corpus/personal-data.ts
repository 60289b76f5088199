// The block that finds personal data. It only says where they lie; `publish/replace.ts` takes them out where a text is published.
import { z } from 'zod'
import { type Json, parseJson } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import { DETECTOR_VERSION, Detector } from '../personal-data/detect.ts'
import { titledNames } from '../personal-data/names.ts'
import type { Block, Examine } from './block.ts'
import { type CorpusFailure, damaged, unusable } from './failure.ts'
import type { Pack } from './pack.ts'
import { type PersonalDataSettings, personalDataSettings } from './personal-data-settings.ts'
import { jsonSection, jsonText, type Sections, section } from './sections.ts'

/** The detector that settings describe. */
export const detectorOf = ({ classes, minimum, names }: PersonalDataSettings): Detector =>
  new Detector({
    ...(classes !== undefined && { classes }),
    ...(minimum !== undefined && { minimum }),
    ...(names === 'titled' && { names: titledNames }),
  })

export const personalData: Block = {
  name: 'personal-data',
  version: DETECTOR_VERSION,
  reads: [],
  prepare: async (settings: Json): Promise<Result<Examine, CorpusFailure>> => {
    const parsed = personalDataSettings.safeParse(settings ?? {})
    if (!parsed.success) return unusable(`the settings of \`personal-data\` cannot be used: ${z.prettifyError(parsed.error)}`)
    const detector = detectorOf(parsed.data)
    return ok((pack) => ok(examine(pack, detector)))
  },
}

const examine = (pack: Pack, detector: Detector): Sections => {
  const numberOf = new Map(detector.classes.map((name, index) => [name, index]))
  const rows: {
    readonly document: number
    readonly start: number
    readonly end: number
    readonly class: number
    readonly score: number
  }[] = []
  for (let document = 0; document < pack.count; document++)
    for (const { start, end, class: name, score } of detector.find(pack.textOf(document)))
      rows.push({ document, start, end, class: numberOf.get(name) ?? 0, score })
  return new Map<string, Uint8Array | Uint16Array | Uint32Array | Float32Array>([
    ['classes', jsonSection(detector.classes)],
    ['document', Uint32Array.from(rows, (row) => row.document)],
    ['start', Uint32Array.from(rows, (row) => row.start)],
    ['end', Uint32Array.from(rows, (row) => row.end)],
    ['class', Uint16Array.from(rows, (row) => row.class)],
    ['score', Float32Array.from(rows, (row) => row.score)],
  ])
}

/** What the block found in one document: places in its text, in order. */
export type Finding = { readonly class: string; readonly start: number; readonly end: number; readonly score: number }

/** The findings of a pack, by document. */
export const findingsOf = (sections: Sections): Result<ReadonlyMap<number, readonly Finding[]>, CorpusFailure> => {
  const [document, start, end] = ['document', 'start', 'end'].map((name) => section(sections, name, Uint32Array))
  const [names, kinds, scores] = [
    section(sections, 'classes', Uint8Array),
    section(sections, 'class', Uint16Array),
    section(sections, 'score', Float32Array),
  ]
  if (!document?.ok || !start?.ok || !end?.ok || !names.ok || !kinds.ok || !scores.ok)
    return damaged('a finding of personal data lacks a section')
  const classes = z.array(z.string()).safeParse(orUndefined(parseJson(jsonText(names.value))))
  if (!classes.success) return damaged('the classes of personal data cannot be read')
  const found = new Map<number, Finding[]>()
  document.value.forEach((of, row) => {
    const finding = {
      class: classes.data[kinds.value[row] ?? 0] ?? '',
      start: start.value[row] ?? 0,
      end: end.value[row] ?? 0,
      score: scores.value[row] ?? 0,
    }
    const known = found.get(of)
    if (known === undefined) found.set(of, [finding])
    else known.push(finding)
  })
  return ok(found)
}
const orUndefined = (json: ReturnType<typeof parseJson>): unknown => (json.ok ? json.value : undefined)
