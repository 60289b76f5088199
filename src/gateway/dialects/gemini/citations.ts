// Where an answer's statements come from: `groundingMetadata` (https://ai.google.dev/api/generate-content#GroundingMetadata) and
// `citationMetadata`. The wire counts bytes of UTF-8; the neutral form counts UTF-16 units.
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Citation, TextPart } from '../neutral.ts'

/** A citation and where its text is: a part of the candidate, or the candidate's whole text when undefined. */
export type Placed = { readonly part?: number; readonly citation: Citation; readonly from?: number; readonly to?: number }

/** Reads a candidate's citations; offsets are still in bytes. */
export const decodeCitations = (candidate: Members): readonly Placed[] => [
  ...grounded(candidate.members('groundingMetadata')),
  ...recited(candidate.members('citationMetadata')),
]

const grounded = (grounding: Members | undefined): readonly Placed[] => {
  if (grounding === undefined) return []
  const sources = (grounding.each('groundingChunks') ?? []).map(sourceOf)
  const used = new Set<number>()
  const placed = (grounding.each('groundingSupports') ?? []).flatMap((support): Placed[] => {
    const segment = support.members('segment')
    const to = segment?.integer('endIndex')
    const from = to === undefined ? undefined : (segment?.integer('startIndex') ?? 0)
    const part = segment?.integer('partIndex') ?? 0
    return (support.list('groundingChunkIndices') ?? []).flatMap((index) => {
      const citation = typeof index === 'number' ? sources[index] : undefined
      if (citation === undefined) return []
      used.add(index as number)
      return [defined({ part, citation, from, to })]
    })
  })
  const unused = sources.filter((_, index) => !used.has(index)).map((citation) => ({ citation }))
  return [...placed, ...unused]
}

const sourceOf = (chunk: Members): Citation => {
  const source = chunk.members('web') ?? chunk.members('retrievedContext') ?? chunk.members('maps') ?? chunk.members('image')
  if (source === undefined) return {}
  return defined({ url: source.text('uri') ?? source.text('sourceUri'), title: source.text('title'), quoted: source.text('text') })
}

/** The Gemini API and Vertex name the list differently. */
const recited = (metadata: Members | undefined): readonly Placed[] =>
  [...(metadata?.each('citationSources') ?? []), ...(metadata?.each('citations') ?? [])].map((source) => {
    const to = source.integer('endIndex')
    const from = source.integer('startIndex') ?? (to === undefined ? undefined : 0)
    return defined({ citation: defined({ url: source.text('uri'), title: source.text('title') }), from, to })
  })

/** The same citation, placed within a text that starts `before` bytes into what its offsets count. */
export const within = (text: Utf8Text, { citation, from, to }: Placed, before = 0): Citation =>
  from === undefined || to === undefined ? citation : { ...citation, from: text.unitAt(from - before), to: text.unitAt(to - before) }

/** Gives each citation to the text part it speaks of; one that speaks of none goes to the last text. */
export const cite = (
  parts: readonly AssistantPart[],
  wireIndex: readonly number[],
  placed: readonly Placed[],
): readonly AssistantPart[] => {
  if (placed.length === 0) return parts
  let bytes = 0
  const texts = parts.flatMap((part, index) => {
    if (part.kind !== 'text') return []
    const utf8 = new Utf8Text(part.text)
    const before = bytes
    bytes += utf8.bytes
    return [{ index, wire: wireIndex[index], utf8, before, after: bytes, citations: [] as Citation[] }]
  })
  const byWire = new Map(texts.map((text) => [text.wire, text]))
  for (const each of placed) {
    const own = byWire.get(each.part)
    const target = own ?? (each.part === undefined ? texts.find(({ after }) => each.to !== undefined && each.to <= after) : undefined)
    if (target === undefined) texts.at(-1)?.citations.push(each.citation)
    else target.citations.push(within(target.utf8, each, own === undefined ? target.before : 0))
  }
  const cited = new Map(texts.filter(({ citations }) => citations.length > 0).map(({ index, citations }) => [index, citations]))
  return parts.map((part, index) => {
    const citations = cited.get(index)
    return part.kind === 'text' && citations !== undefined ? { ...part, citations } : part
  })
}

/** One text with its citations. `wire` is the index of its part in the candidate, `before` the bytes that its offsets count before it. */
export type Cited = Pick<TextPart, 'text'> & {
  readonly part: number
  readonly wire: number
  readonly before: number
  readonly citations: readonly Citation[]
}

/** The grounding of an answer, zeros left out as Google does; undefined for one without citations. */
export const encodeCitations = (cited: readonly Cited[], choice: number, losses: Losses): JsonObject | undefined => {
  const groundingChunks: JsonObject[] = []
  const groundingSupports: JsonObject[] = []
  for (const { part, wire, before, text, citations } of cited) {
    const utf8 = new Utf8Text(text)
    citations.forEach((citation, index) => {
      const at = ['choices', choice, 'parts', part, 'citations', index]
      const segment = defined({ partIndex: wire || undefined, ...encodeSegment(utf8, before, citation, at, losses) })
      groundingSupports.push({ segment, groundingChunkIndices: [groundingChunks.length] })
      groundingChunks.push(chunkOf(citation))
    })
  }
  return groundingChunks.length === 0 ? undefined : { groundingChunks, groundingSupports }
}

const encodeSegment = (
  utf8: Utf8Text,
  before: number,
  { from, to }: Citation,
  at: readonly (string | number)[],
  losses: Losses,
): JsonObject => {
  if (from === undefined && to === undefined) return {}
  const startIndex = utf8.byteAt(from ?? 0)
  const endIndex = utf8.byteAt(to ?? utf8.units)
  if (utf8.unitAt(startIndex) !== from || utf8.unitAt(endIndex) !== to)
    losses.approximated('hint', pointer(...at), 'the wire places a citation from one whole character of its text to another')
  return defined({
    startIndex: before + startIndex || undefined,
    endIndex: before + endIndex,
    text: utf8.between(from ?? 0, to ?? utf8.units),
  })
}

const chunkOf = ({ url, title, quoted }: Citation): JsonObject =>
  quoted === undefined ? { web: defined({ uri: url, title }) } : { retrievedContext: defined({ uri: url, title, text: quoted }) }

/** A text counted both ways; the first question costs one pass, every other a look-up. */
export class Utf8Text {
  private readonly text: string
  /** For each unit, and for the end, the bytes before it; a pair's second half has its first half's. */
  private table: Uint32Array | undefined

  constructor(text: string) {
    this.text = text
  }

  get units(): number {
    return this.text.length
  }

  get bytes(): number {
    return this.offsets()[this.text.length] ?? 0
  }

  byteAt(unit: number): number {
    return this.offsets()[Math.max(0, Math.min(unit, this.text.length))] ?? 0
  }

  /** The unit at whose start, or within whose bytes, this byte is. */
  unitAt(byte: number): number {
    const offsets = this.offsets()
    let low = 0
    let high = this.text.length
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((offsets[middle] ?? 0) <= byte) low = middle
      else high = middle - 1
    }
    return low > 0 && offsets[low - 1] === offsets[low] ? low - 1 : low
  }

  between(from: number, to: number): string {
    return this.text.slice(from, to)
  }

  private offsets(): Uint32Array {
    if (this.table !== undefined) return this.table
    const table = new Uint32Array(this.text.length + 1)
    let bytes = 0
    for (let unit = 0; unit < this.text.length; unit++) {
      table[unit] = bytes
      const code = this.text.codePointAt(unit) ?? 0
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
      if (code >= 0x10000) table[++unit] = table[unit - 1] ?? 0
    }
    table[this.text.length] = bytes
    this.table = table
    return table
  }
}
