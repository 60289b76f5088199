// The parts of which items are made, in both directions.
import type { Json, JsonObject } from '../../../core/json.ts'
import { sourceOfUrl, urlOfSource } from '../data-url.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AudioPart, Citation, FilePart, ImagePart, RefusalPart, Source, TextPart } from '../neutral.ts'

export const ME = 'openai-responses'

/** What a user or a tool can say. */
export type InputPart = TextPart | ImagePart | AudioPart | FilePart
type ContentPart = InputPart | RefusalPart
const DETAILS = ['auto', 'low', 'high'] as const
/** What a file is said to be when nobody says it (RFC 2046 section 4.5.1). */
const UNKNOWN_TYPE = 'application/octet-stream'

/**
 * The parts under `name`, which holds a text or a list; an empty text is no part. A part that the neutral form has no place for, or that may not stand
 * here, goes to the leftovers as it is, under `place`.
 */
export const decodeContent = <K extends ContentPart['kind']>(
  item: Members,
  name: string,
  kinds: readonly K[],
  place: string,
  leftovers: Leftovers,
): Extract<ContentPart, { kind: K }>[] => {
  const value = item.value(name)
  if (value === '') return []
  if (typeof value === 'string') return [{ kind: 'text', text: value } as Extract<ContentPart, { kind: K }>]
  const raw = item.list(name)
  const parts: Extract<ContentPart, { kind: K }>[] = []
  for (const [index, reader] of (item.each(name) ?? []).entries()) {
    const at = `${place}.${name}.${index}`
    const part = decodePart(reader)
    if (part !== undefined && (kinds as readonly string[]).includes(part.kind)) {
      parts.push(part as Extract<ContentPart, { kind: K }>)
      keepRest(reader, at, leftovers)
    } else leftovers.put(at, raw?.[index] as Json)
  }
  return parts
}

/** Keeps what nobody asked an object for under the place where the encoder will put that object. */
export const keepRest = (reader: Members, place: string, leftovers: Leftovers): void => {
  for (const [name, value] of Object.entries(reader.rest() ?? {})) leftovers.put(`${place}.${name}`, value)
}

const decodePart = (reader: Members): ContentPart | undefined => {
  switch (reader.text('type')) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return decodeText(reader)
    case 'refusal':
      return { kind: 'refusal', text: reader.text('refusal') ?? reader.missing('refusal') ?? '' }
    case 'input_image':
      return decodeImage(reader)
    case 'input_file':
      return decodeFile(reader)
    case 'input_audio': {
      const audio = reader.members('input_audio')
      if (audio === undefined) return reader.missing('input_audio')
      return {
        kind: 'audio',
        data: audio.text('data') ?? audio.missing('data') ?? '',
        format: audio.text('format') ?? audio.missing('format') ?? '',
      }
    }
    default:
      return undefined
  }
}

/** Log probabilities stand beside a text; who wants them reads them before. */
export const decodeText = (reader: Members): TextPart => {
  const text = reader.text('text') ?? reader.missing('text') ?? ''
  const citations = (reader.each('annotations') ?? []).map(decodeAnnotation)
  reader.value('logprobs')
  // The SDK's own addition, which it forgets to take off again.
  reader.value('parsed')
  return { kind: 'text', text, ...(citations.length > 0 && { citations }) }
}

/** A citation of a file names the file; which file that is, only its owner's servers know. */
export const decodeAnnotation = (reader: Members): Citation =>
  defined({
    url: reader.text('url'),
    title: reader.text('title') ?? reader.text('filename'),
    from: reader.integer('start_index'),
    to: reader.integer('end_index'),
  })

const decodeImage = (reader: Members): ImagePart | undefined => {
  const url = reader.text('image_url')
  const id = reader.text('file_id')
  // `original` and whatever else comes up is a wish that only its owner understands: the caller's part is kept whole.
  const detail = reader.text('detail')
  const known = DETAILS.find((word) => word === detail)
  if (detail !== undefined && known === undefined) return undefined
  const source = sourceOf(url, id)
  if (source === undefined) return reader.fail('image_url', 'is missing')
  return defined({ kind: 'image', source, detail: known })
}

const decodeFile = (reader: Members): FilePart | undefined => {
  const data = reader.text('file_data')
  const name = reader.text('filename')
  const source =
    data === undefined
      ? sourceOf(reader.text('file_url'), reader.text('file_id'))
      : data.startsWith('data:')
        ? sourceOfUrl(data)
        : { kind: 'data' as const, mediaType: UNKNOWN_TYPE, data }
  if (source === undefined) return reader.fail('file_data', 'is missing')
  return defined({ kind: 'file', source, name })
}

const sourceOf = (url: string | undefined, id: string | undefined): Source | undefined =>
  url === undefined ? (id === undefined ? undefined : { kind: 'reference', owner: ME, id }) : sourceOfUrl(url)

/** Undefined for what cannot be sent at all. */
export const encodeInputPart = (part: InputPart, at: string, losses: Losses): JsonObject | undefined => {
  switch (part.kind) {
    case 'text':
      if (part.citations !== undefined) losses.dropped('hint', `${at}/citations`, 'only the texts of an assistant carry citations here')
      return { type: 'input_text', text: part.text }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    case 'image': {
      const source = encodeSource(part.source, 'image_url', 'image_url', at, losses)
      return source && { type: 'input_image', ...source, detail: part.detail ?? 'auto' }
    }
    case 'file': {
      const source = encodeSource(part.source, 'file_url', 'file_data', at, losses)
      return source && { type: 'input_file', ...(part.name !== undefined && { filename: part.name }), ...source }
    }
  }
}

const encodeSource = (source: Source, url: string, data: string, at: string, losses: Losses): JsonObject | undefined => {
  if (source.kind !== 'reference') return { [source.kind === 'url' ? url : data]: urlOfSource(source) ?? '' }
  if (source.owner === ME) return { file_id: source.id }
  losses.dropped('content', at, `only servers of the dialect ${source.owner} know what this id refers to`)
}

/**
 * An assistant's text. An answer's annotations say what is known; an endpoint that reads them back insists on all four members, so that
 * `strict` leaves out those that lack one.
 */
export const encodeOutputText = (part: TextPart, at: string, losses: Losses, strict: boolean): JsonObject => ({
  type: 'output_text',
  text: part.text,
  annotations: (part.citations ?? [])
    .map((citation, index) => encodeAnnotation(citation, `${at}/citations`, index, losses, strict))
    .filter((annotation) => annotation !== undefined),
})

/** One of the citations at `at`. Offsets are passed on as they are: the vendor does not say what its own count. */
export const encodeAnnotation = (citation: Citation, at: string, index: number, losses: Losses, strict = false): JsonObject | undefined => {
  const { url, title, quoted, from, to } = citation
  if (url === undefined) {
    losses.dropped('hint', at, 'a citation without a URL has no place here')
    return undefined
  }
  if (strict && (title === undefined || from === undefined || to === undefined)) {
    losses.dropped('hint', at, 'a citation without a title and offsets would be rejected')
    return undefined
  }
  if (quoted !== undefined) losses.dropped('hint', `${at}/${index}/quoted`, 'a citation has no place for what it quotes here')
  return defined({ type: 'url_citation', url, title, start_index: from, end_index: to }) as JsonObject
}
