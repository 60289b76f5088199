// The parts of a message: texts, images, sound and files.
import type { Json, JsonObject } from '../../../core/json.ts'
import { sourceOfUrl, urlOfSource } from '../data-url.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AudioPart, FilePart, ImagePart, ReasoningPart, RefusalPart, Source, UserPart } from '../neutral.ts'
import { decodeThinking } from './thinking.ts'

type AnyPart = UserPart | RefusalPart | ReasoningPart
type Kind = AnyPart['kind']
type Of<K extends Kind> = Extract<AnyPart, { kind: K }>

/** A message's `content`, which is a text or a list of parts of these kinds. An empty text is no part. */
export const decodeContent = <const K extends Kind>(message: Members, kinds: readonly K[], leftovers: Leftovers): readonly Of<K>[] => {
  const content = message.value('content')
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ kind: 'text', text: content } as Of<K>]
  if (!Array.isArray(content)) return message.fail('content', 'must be a text or a list of parts') ?? []
  return (message.each('content') ?? []).flatMap((part) => {
    const decoded = decodePart(part, leftovers)
    leftovers.keep(part)
    if (decoded === undefined) return []
    if ((kinds as readonly Kind[]).includes(decoded.kind)) return [decoded as Of<K>]
    return part.fail('type', `must be one of ${kinds.join(', ')} here`) ?? []
  })
}

const decodePart = (part: Members, leftovers: Leftovers): AnyPart | undefined => {
  const type = part.text('type')
  switch (type) {
    case 'text':
      return { kind: 'text', text: part.text('text') ?? part.missing('text') ?? '' }
    case 'refusal':
      return { kind: 'refusal', text: part.text('refusal') ?? part.missing('refusal') ?? '' }
    case 'image_url':
      return decodeImage(part, leftovers)
    case 'input_audio':
      return decodeAudio(part, leftovers)
    case 'file':
      return decodeFile(part, leftovers)
    case 'thinking':
      return decodeThinking(part, leftovers)
    default:
      return type === undefined ? part.missing('type') : part.fail('type', `\`${type}\` is no kind of part that can be read`)
  }
}

const DETAILS = ['auto', 'low', 'high'] as const

/** `image_url` is an object; Mistral takes the URL itself too. */
const decodeImage = (part: Members, leftovers: Leftovers): ImagePart | undefined => {
  const plain = part.value('image_url')
  if (typeof plain === 'string') return { kind: 'image', source: sourceOfUrl(plain) }
  const image = part.members('image_url')
  const url = image?.text('url')
  if (image === undefined || url === undefined) return image === undefined ? part.missing('image_url') : image.missing('url')
  const wanted = image.text('detail')
  const detail = DETAILS.find((each) => each === wanted)
  if (wanted !== undefined && detail === undefined) leftovers.put(`${image.path}.detail`, wanted)
  leftovers.keep(image)
  return { kind: 'image', source: sourceOfUrl(url), ...defined({ detail }) }
}

const decodeAudio = (part: Members, leftovers: Leftovers): AudioPart | undefined => {
  const audio = part.members('input_audio')
  const data = audio?.text('data') ?? (audio ?? part).missing(audio === undefined ? 'input_audio' : 'data')
  const format = audio?.text('format') ?? audio?.missing('format')
  if (audio !== undefined) leftovers.keep(audio)
  return data === undefined || format === undefined ? undefined : { kind: 'audio', data, format }
}

/** `file_data` is a data URL in OpenAI's own examples; some clients give the base64 alone, which says no media type. */
const decodeFile = (part: Members, leftovers: Leftovers): FilePart | undefined => {
  const file = part.members('file')
  if (file === undefined) return part.missing('file')
  const id = file.text('file_id')
  const data = file.text('file_data')
  const name = file.text('filename')
  leftovers.keep(file)
  if (id === undefined && data === undefined) return file.missing('file_data')
  const source: Source = id === undefined ? sourceOfFile(data ?? '') : { kind: 'reference', owner: 'openai-chat', id }
  return { kind: 'file', source, ...defined({ name }) }
}

const sourceOfFile = (data: string): Source =>
  /^[a-z]{1,8}:/i.test(data) ? sourceOfUrl(data) : { kind: 'data', mediaType: 'application/octet-stream', data }

/**
 * A text as it is, and otherwise a list. An empty list is the empty text, which every endpoint takes. `textOnly`: the message's role may
 * hold nothing but texts.
 */
export const encodeContent = (
  parts: readonly (UserPart | RefusalPart)[],
  path: string,
  losses: Losses,
  textOnly = false,
): string | readonly Json[] => {
  const [first] = parts
  const list = parts.flatMap((part, index) => {
    const place = `${path}/parts/${index}`
    if (!textOnly || part.kind === 'text') return encodePart(part, place, losses) ?? []
    losses.dropped('content', place, `the message holds a part of the kind ${part.kind}, and may hold text alone on this wire`)
    return []
  })
  if (list.length === 0) return ''
  return parts.length === 1 && first?.kind === 'text' && first.text !== '' ? first.text : list
}

const encodePart = (part: UserPart | RefusalPart, path: string, losses: Losses): JsonObject | undefined => {
  switch (part.kind) {
    case 'text':
      if (part.citations !== undefined) losses.dropped('hint', `${path}/citations`, 'a question has no place for citations')
      return { type: 'text', text: part.text }
    case 'refusal':
      return { type: 'refusal', refusal: part.text }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    case 'image':
      return encodeImage(part, path, losses)
    case 'file':
      return encodeFile(part, path, losses)
  }
}

const encodeImage = ({ source, detail }: ImagePart, path: string, losses: Losses): JsonObject | undefined => {
  const url = urlOfSource(source)
  if (url === undefined) {
    losses.dropped('content', path, 'an image is named by an id, and this wire knows ids of files alone')
    return undefined
  }
  return { type: 'image_url', image_url: defined({ url, detail }) }
}

const encodeFile = ({ source, name }: FilePart, path: string, losses: Losses): JsonObject | undefined => {
  if (source.kind === 'url' || (source.kind === 'reference' && source.owner !== 'openai-chat')) {
    const named = source.kind === 'url' ? 'a URL, which this wire does not take for files' : `an id that only ${source.owner} knows`
    losses.dropped('content', path, `a file is named by ${named}`)
    return undefined
  }
  if (source.kind === 'reference') return { type: 'file', file: defined({ file_id: source.id, filename: name }) }
  if (name === undefined) losses.approximated('hint', `${path}/name`, 'a file must have a name here and was given one')
  const subtype = source.mediaType.replace(/^.*\//, '').replace(/[^a-z0-9].*$/i, '')
  return { type: 'file', file: { filename: name ?? `file.${subtype}`, ...defined({ file_data: urlOfSource(source) }) } }
}
