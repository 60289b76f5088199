// Text with its sources: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CitationsContentBlock.html
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Citation, TextPart } from '../neutral.ts'

/** Reads one citation, whole or in a stream. Places in documents have no neutral place; they go to the leftovers. */
export const decodeCitation = (citation: Members, left?: Leftovers): Citation => {
  const { location: place } = citation.rest() ?? {}
  const location = isJsonObject(place) && Object.hasOwn(place, 'web') ? citation.members('location') : undefined
  const web = location?.members('web')
  const quoted = citation.each('sourceContent')?.map((piece) => textOf(piece, left))
  const read = defined({ url: web?.text('url'), title: citation.text('title'), quoted: quoted?.join('') })
  for (const reader of [citation, location, web]) if (reader !== undefined) left?.keep(reader)
  return read
}

const textOf = (piece: Members, left: Leftovers | undefined): string => {
  const text = piece.text('text') ?? ''
  left?.keep(piece)
  return text
}

export const decodeCitationsContent = (block: Members, left: Leftovers): TextPart | undefined => {
  const inner = block.members('citationsContent')
  const texts = inner?.each('content')?.map((piece) => textOf(piece, left)) ?? []
  const citations = inner?.each('citations')?.map((citation) => decodeCitation(citation, left)) ?? []
  if (inner !== undefined) left.keep(inner)
  return { kind: 'text', text: texts.join(''), citations }
}

/** Writes one citation; `path` leads to it. Where in the text it stands is not on this wire: it belongs to the whole block. */
export const encodeCitation = (citation: Citation, path: string, losses: Losses): JsonObject => {
  for (const bound of ['from', 'to'] as const)
    if (citation[bound] !== undefined)
      losses.dropped('hint', `${path}/${bound}`, 'bedrock’s citations belong to a block of text, not to a range of it')
  return defined({
    title: citation.title,
    sourceContent: citation.quoted === undefined ? undefined : [{ text: citation.quoted }],
    location: citation.url === undefined ? undefined : { web: { url: citation.url } },
  })
}

export const encodeCitationsContent = (part: TextPart, path: string, losses: Losses): JsonObject => ({
  citationsContent: {
    content: [{ text: part.text }],
    citations: (part.citations ?? []).map((citation, index) => encodeCitation(citation, `${path}/citations/${index}`, losses)),
  },
})
