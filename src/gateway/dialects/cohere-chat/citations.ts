// Citations of Cohere: a span of one content block, and the documents or tool outputs that it rests on.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Members } from '../members.ts'
import type { Citation } from '../neutral.ts'

/**
 * Turns places in a text from UTF-16 units, as the neutral form counts, to characters (code points), as Cohere counts, and back. It
 * remembers only where the characters of two units are, and so grows with a stream; each question costs a binary search.
 */
export class Places {
  /** Of each character of two units, its number among the characters. Ascending. */
  private readonly wide: number[] = []
  private units = 0

  constructor(text = '') {
    this.grow(text)
  }

  grow(text: string): void {
    for (let i = 0; i < text.length; i++) {
      if ((text.codePointAt(i) ?? 0) <= 0xffff) continue
      this.wide.push(this.units + i - this.wide.length)
      i++
    }
    this.units += text.length
  }

  toUnits(character: number): number {
    return character + this.count((place) => place < character)
  }

  toCharacters(unit: number): number {
    return unit - this.count((place, index) => place + index < unit)
  }

  /** How many of the first entries satisfy a condition that, once false, stays false. */
  private count(before: (place: number, index: number) => boolean): number {
    let low = 0
    let high = this.wide.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (before(this.wide[middle] ?? 0, middle)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** One citation for each source; one without source gives the span alone. */
export const decodeCitation = (reader: Members, places: Places): readonly Citation[] => {
  const start = reader.integer('start')
  const end = reader.integer('end')
  // The snippet repeats what the span says.
  reader.text('text')
  const span = defined({
    from: start === undefined ? undefined : places.toUnits(start),
    to: end === undefined ? undefined : places.toUnits(end),
  })
  const sources = reader.list('sources') ?? []
  return sources.length === 0 ? [span] : sources.map((source) => ({ ...(isJsonObject(source) ? decodeSource(source) : {}), ...span }))
}

const decodeSource = (source: JsonObject): Citation => {
  const content = [source.document, source.tool_output].find(isJsonObject) ?? {}
  return defined({
    url: textOf(content.url),
    title: textOf(content.title) ?? textOf(source.id),
    quoted: textOf(content.text) ?? textOf(content.snippet),
  })
}

/** An empty text says nothing. */
const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** A source as its clients expect it: some insist on both texts. */
const encodeSource = ({ url, title, quoted }: Citation): JsonObject | undefined =>
  url === undefined && title === undefined && quoted === undefined
    ? undefined
    : { type: 'document', document: defined({ url, title: title ?? '', text: quoted ?? '' }) }

/** `text` is the whole text of the content block. */
export const encodeCitation = (citation: Citation, text: string, places: Places, contentIndex: number): JsonObject => {
  const { from, to } = citation
  const source = encodeSource(citation)
  return defined({
    start: from === undefined ? undefined : places.toCharacters(from),
    end: to === undefined ? undefined : places.toCharacters(to),
    text: from === undefined || to === undefined ? undefined : text.slice(from, to),
    sources: source === undefined ? [] : [source],
    content_index: contentIndex,
    type: 'TEXT_CONTENT',
  })
}
