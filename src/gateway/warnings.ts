// What was not carried as it was asked, told three times: in a header, in the answer's `allod` member and in the record (G4).
import type { Json, JsonObject } from '../core/json.ts'
import { DIALECTS } from './dialects/index.ts'
import { pointer } from './dialects/losses.ts'
import { isUnasked, weightOf } from './dialects/member-weights.ts'
import type { DialectName, Extensions, Warning } from './dialects/neutral.ts'
import { wellFormed } from './dialects/well-formed.ts'
import type { Alias } from './snapshot.ts'

/** As many are told one by one; of the rest the header and the record tell how many. The answer tells all. */
const MOST = 16
const LONGEST_PATH = 128

/**
 * The first thing for which an endpoint may not be asked, if any: something said would be missing, or the answer might not hold to what
 * was demanded and the alias does not take that. What a bridge brings about is neither: bridges are switched off by name.
 */
export const refusing = (warnings: readonly Warning[], { unsupported }: Alias): Warning | undefined =>
  warnings.find(
    ({ kind, weight }) => kind !== 'emulated' && (weight === 'content' || (weight === 'constraint' && unsupported === 'refuse')),
  )

const EXTENSIONS = '/extensions/members/'
/** The dotted name of the member that a warning is about; undefined where it is about something else. */
const memberOf = ({ path }: Warning): string | undefined =>
  path.startsWith(EXTENSIONS) ? path.slice(EXTENSIONS.length).replaceAll('~1', '/').replaceAll('~0', '~') : undefined

/** What a request lost, each with the weight it deserves: a dialect that drops another's member does not know what it was for. */
export const weighed = (warnings: readonly Warning[], extensions: Extensions | undefined): readonly Warning[] => {
  if (extensions === undefined) return warnings
  const { weights } = DIALECTS[extensions.dialect]
  return warnings.map((warning) => {
    const name = memberOf(warning)
    const value = name === undefined ? undefined : extensions.members[name]
    if (name === undefined || value === undefined || warning.weight !== 'constraint') return warning
    const weight = weightOf(weights, name, value)
    return weight === 'constraint' ? warning : { ...warning, weight }
  })
}

/** What an answer lost, without what nobody asked for: a word of each in every answer would be noise. `from`: whose answer it is. */
export const asked = (warnings: readonly Warning[], from: DialectName): readonly Warning[] => {
  const { weights } = DIALECTS[from]
  return warnings.filter((warning) => {
    const name = memberOf(warning)
    return name === undefined || !isUnasked(weights, name)
  })
}

/** What an endpoint said beyond the neutral form and has no place in a stream. */
export const unspeakable = (extensions: Extensions | undefined): readonly Warning[] => {
  if (extensions === undefined) return []
  const lost = Object.keys(extensions.members).map(
    (name): Warning => ({
      kind: 'dropped',
      weight: 'hint',
      path: pointer('extensions', 'members', name),
      message: `\`${name}\` of the endpoint's answer has no place in this stream`,
    }),
  )
  return asked(lost, extensions.dialect)
}

/** The `allod` member of a whole answer; nothing where there is nothing to tell. */
export const warningsMember = (warnings: readonly Warning[]): JsonObject =>
  warnings.length === 0 ? {} : { allod: { warnings: warnings as unknown as Json } }

/**
 * `allod-warnings: "/sampling/topK";kind=dropped;weight=constraint, more;count=3`: a list (RFC 9651) of strings, each a path into the
 * neutral request or answer. Name and value in turn; nothing where there is nothing to tell.
 */
export const warningsHeader = (warnings: readonly Warning[]): readonly string[] => {
  if (warnings.length === 0) return []
  const items = warnings.slice(0, MOST).map(({ kind, weight, path }) => `${structuredString(path)};kind=${kind};weight=${weight}`)
  if (warnings.length > MOST) items.push(`more;count=${warnings.length - MOST}`)
  return ['allod-warnings', items.join(', ')]
}

/** A string holds printable ASCII alone; what else a name may hold is percent-encoded. */
const structuredString = (path: string): string => {
  const short = wellFormed(path.slice(0, LONGEST_PATH))
  const printable = short.replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character))
  return `"${printable.replace(/["\\]/g, '\\$&')}"`
}

/** Members of the outcome record, with a comma before each; `carried`: `in>out`, the two dialects. */
export const warningsRecord = (warnings: readonly Warning[]): string => {
  if (warnings.length === 0) return ''
  const told = warnings.slice(0, MOST).map(({ kind, weight, path }) => ({ path: recordedPath(path), kind, weight }))
  const more = warnings.length > MOST ? `,"warningsMore":${warnings.length - MOST}` : ''
  return `,"warnings":${JSON.stringify(told)}${more}`
}

/** INVARIANT(G8): names a caller made up are content. The path on record ends before the first step that is not the neutral form's own. */
const recordedPath = (path: string): string => {
  const steps = path.split('/', 12).slice(1)
  const end = steps.findIndex((step) => !OWN_STEP.test(step))
  return steps
    .slice(0, end < 0 ? steps.length : end)
    .map((step) => `/${step}`)
    .join('')
}

/** Whole names: those of `NeutralRequest`, `NeutralResponse` and the questions for embeddings and rerank, and small numbers. */
const OWN_STEP =
  /^(?:\d{1,6}|model|messages|role|name|parts|text|citations|url|title|quoted|from|to|source|kind|detail|data|format|mediaType|id|call|arguments|opaque|failed|tools|description|parameters|strict|toolChoice|parallelToolCalls|output|schema|sampling|maxTokens|temperature|topP|topK|minP|frequencyPenalty|presencePenalty|seed|stop|choices|logProbabilities|top|logitBias|reasoning|effort|budget|visible|continuation|echo|suffix|stream|streamUsage|user|metadata|extensions|members|usage|input|cachedInput|cacheWrites|created|index|sequence|original|inputs|encodings|dimensions|task|truncation|embeddings|query|documents|returnDocuments|maxTokensPerDocument|results|score|document|searches)$/
