// Images and documents.
import type { Json, JsonObject } from '../../../core/json.ts'
import { base64ToText, textToBase64 } from '../base64.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { FilePart, ImagePart, Source } from '../neutral.ts'
import { type Extras, type Leftovers, NAME } from './places.ts'

const IMAGES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

export const decodeImage = (block: Members, place: string, leftovers: Leftovers): ImagePart | undefined => {
  const source = decodeSource(block, place, leftovers)
  return source && { kind: 'image', source }
}

/** A `document`, or a `search_result`, which is a text with an address: its exact form is kept beside for the same dialect. */
export const decodeDocument = (block: Members, place: string, leftovers: Leftovers): FilePart | undefined => {
  const source = decodeSource(block, place, leftovers)
  return source && { kind: 'file', source, ...defined({ name: block.text('title') }) }
}

export const decodeSearchResult = (block: Members, place: string, leftovers: Leftovers): FilePart => {
  const content = block.list('content') ?? []
  leftovers.keep(place, { type: 'search_result', ...defined({ source: block.text('source') }), content })
  return { kind: 'file', source: plainText(textsOf(content)), ...defined({ name: block.text('title') }) }
}

const decodeSource = (block: Members, place: string, leftovers: Leftovers): Source | undefined => {
  const source = block.members('source')
  if (source === undefined) return block.missing('source')
  const type = source.word('type', ['base64', 'text', 'url', 'file', 'content'])
  const read = (name: string): string => source.text(name) ?? source.missing(name) ?? ''
  if (type === undefined) return source.has('type') ? undefined : source.missing('type')
  if (type === 'url') return { kind: 'url', url: read('url') }
  if (type === 'file') return { kind: 'reference', owner: NAME, id: read('file_id') }
  if (type === 'base64') return { kind: 'data', mediaType: read('media_type'), data: read('data') }
  if (type === 'text') {
    source.text('media_type')
    return plainText(read('data'))
  }
  // Cut into blocks for citations. Another dialect gets its text; its images only the same one.
  const content = source.value('content') ?? ''
  leftovers.keep(place, { source: { type, content } })
  return plainText(typeof content === 'string' ? content : textsOf(Array.isArray(content) ? content : []))
}

const plainText = (text: string): Source => ({ kind: 'data', mediaType: 'text/plain', data: textToBase64(text) })

const textsOf = (blocks: readonly Json[]): string =>
  blocks
    .flatMap((block) =>
      typeof block === 'object' && block !== null && 'text' in block && typeof block.text === 'string' ? [block.text] : [],
    )
    .join('\n')

/** Nothing where the wire cannot carry it. */
export const encodeImage = (part: ImagePart, place: string, extras: Extras, losses: Losses): JsonObject[] => {
  const { source, detail } = part
  if (source.kind === 'data' && !IMAGES.includes(source.mediaType)) {
    losses.dropped('content', place, `an image of type \`${source.mediaType}\` is not taken`)
    return []
  }
  const wire = encodeSource(source, place, losses)
  if (wire === undefined) return []
  if (detail !== undefined && detail !== 'auto') losses.dropped('hint', `${place}/detail`, 'how closely to look at an image cannot be said')
  return [{ type: 'image', source: wire, ...extras.at(place) }]
}

export const encodeFile = (part: FilePart, place: string, extras: Extras, losses: Losses): JsonObject[] => {
  const source = part.source.kind === 'data' ? encodeData(part.source, place, losses) : encodeSource(part.source, place, losses)
  return source === undefined ? [] : [{ type: 'document', source, ...defined({ title: part.name }), ...extras.at(place) }]
}

const encodeData = (source: Extract<Source, { kind: 'data' }>, place: string, losses: Losses): JsonObject | undefined => {
  if (source.mediaType === 'application/pdf') return encodeSource(source, place, losses)
  const text = /^text\/|[/+]json$/.test(source.mediaType) ? base64ToText(source.data) : undefined
  if (text === undefined) {
    losses.dropped('content', place, `a file of type \`${source.mediaType}\` is not taken, only PDF and text in UTF-8`)
    return undefined
  }
  if (source.mediaType !== 'text/plain')
    losses.approximated('hint', `${place}/source/mediaType`, `\`${source.mediaType}\` is sent as plain text`)
  if (textToBase64(text) !== source.data) losses.approximated('hint', `${place}/source/data`, 'the base64 is written in its plain form')
  return { type: 'text', media_type: 'text/plain', data: text }
}

const encodeSource = (source: Source, place: string, losses: Losses): JsonObject | undefined => {
  if (source.kind === 'url') return { type: 'url', url: source.url }
  if (source.kind === 'data') return { type: 'base64', media_type: source.mediaType, data: source.data }
  if (source.owner === NAME) return { type: 'file', file_id: source.id }
  losses.dropped('content', place, `the file \`${source.id}\` is known to ${source.owner} only`)
  return undefined
}
