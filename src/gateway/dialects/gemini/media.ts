// Pictures, sound and files: `inlineData` holds the bytes, `fileData` says where they lie.
// https://ai.google.dev/api/caching#Part
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AudioPart, FilePart, ImagePart, Source } from '../neutral.ts'

type Media = ImagePart | AudioPart | FilePart

/** Media types by the ending of a URL's path, for those that Gemini takes. */
const TYPES = new Map(
  Object.entries({
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    webp: 'image/webp',
    heic: 'image/heic',
    heif: 'image/heif',
    gif: 'image/gif',
    pdf: 'application/pdf',
    txt: 'text/plain',
    csv: 'text/csv',
    html: 'text/html',
    md: 'text/markdown',
    mp3: 'audio/mp3',
    wav: 'audio/wav',
    flac: 'audio/flac',
    ogg: 'audio/ogg',
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    webm: 'video/webm',
  }),
)
/** Stands for the type of a picture whose URL does not tell it; Gemini asks for one. */
const ANY_PICTURE = 'image/jpeg'

/** Two names of one format; the neutral form and Gemini's list have the one on the right. */
const SAME_SOUND = new Map(Object.entries({ mpeg: 'mp3', 'x-wav': 'wav', wave: 'wav', 'x-flac': 'flac' }))

/** Reads a part's `inlineData` or `fileData`; undefined when it has neither. */
export const decodeMedia = (part: Members, leftovers: Leftovers): Media | undefined => {
  const inline = part.members('inlineData')
  const place = inline === undefined ? part.members('fileData') : inline
  if (place === undefined) return undefined
  const media = place === inline ? mediaOfBytes(place) : mediaOfPlace(place)
  leftovers.keep(place)
  return media
}

const mediaOfBytes = (inline: Members): Media => {
  const mediaType = inline.text('mimeType') ?? inline.missing('mimeType') ?? ''
  const data = inline.text('data') ?? inline.missing('data') ?? ''
  if (mediaType.startsWith('image/')) return { kind: 'image', source: { kind: 'data', mediaType, data } }
  if (mediaType.startsWith('audio/')) {
    const format = mediaType.slice('audio/'.length)
    return { kind: 'audio', data, format: SAME_SOUND.get(format) ?? format }
  }
  const name = inline.text('displayName')
  return { kind: 'file', source: { kind: 'data', mediaType, data }, ...(name !== undefined && { name }) }
}

/** Addresses that mean something to others; `gs:` and Google's file service do not. */
const PUBLIC = /^https?:\/\/(?!generativelanguage\.googleapis\.com\/)/

/**
 * What only Google can fetch becomes a reference, and so does an address whose media type another would not guess; the type then stands
 * before the address, as nothing else tells it.
 */
const mediaOfPlace = (file: Members): Media => {
  const url = file.text('fileUri') ?? file.missing('fileUri') ?? ''
  const mediaType = file.text('mimeType')
  const kind = mediaType?.startsWith('image/') ? 'image' : 'file'
  const told = mediaType === undefined || mediaType === typeOfUrl(url, kind)
  const source: Source =
    told && PUBLIC.test(url) ? { kind: 'url', url } : { kind: 'reference', owner: 'gemini', id: told ? url : `${mediaType} ${url}` }
  if (kind === 'image') return { kind, source }
  const name = file.text('displayName')
  return { kind, source, ...(name !== undefined && { name }) }
}

/** The wire's part; undefined, and a loss, for a reference that another owner keeps. */
export const encodeMedia = (part: Media, at: readonly (string | number)[], losses: Losses): JsonObject | undefined => {
  if (part.kind === 'audio') return { inlineData: { mimeType: `audio/${part.format}`, data: part.data } }
  if (part.kind === 'file' && part.name !== undefined) losses.dropped('hint', pointer(...at, 'name'), 'the wire has no name for a file')
  if (part.kind === 'image' && part.detail !== undefined && part.detail !== 'auto')
    losses.dropped('hint', pointer(...at, 'detail'), 'only the newest models of the wire take a resolution for one picture')
  const { source } = part
  if (source.kind === 'url') return { fileData: encodePlace(part.kind, source.url, at, losses) }
  if (source.kind === 'reference') {
    if (source.owner !== 'gemini') {
      losses.dropped('content', pointer(...at), `the file lies with \`${source.owner}\`, where nobody else can fetch it`)
      return undefined
    }
    const [, mimeType, fileUri] = /^(?:(\S+) )?(.*)$/s.exec(source.id) ?? []
    return { fileData: fileData(mimeType ?? typeOfUrl(source.id, part.kind), fileUri ?? source.id) }
  }
  const kind = kindOf(source.mediaType)
  if (kind !== part.kind)
    losses.approximated('hint', pointer(...at), `the media type \`${source.mediaType}\` makes it a part of kind ${kind}`)
  return { inlineData: { mimeType: source.mediaType, data: source.data } }
}

const encodePlace = (kind: 'image' | 'file', url: string, at: readonly (string | number)[], losses: Losses): JsonObject => {
  const known = TYPES.get(endingOf(url))
  if (kind === 'file' && known !== undefined && kindOf(known) === 'image')
    losses.approximated('hint', pointer(...at), `the media type \`${known}\` makes it a part of kind image`)
  return fileData(typeOfUrl(url, kind), url)
}

const fileData = (mimeType: string | undefined, fileUri: string): JsonObject => defined({ mimeType, fileUri })

/** What is said of an address for want of anything better, so that reading it back finds the same. */
const typeOfUrl = (url: string, kind: 'image' | 'file'): string | undefined => {
  const known = TYPES.get(endingOf(url))
  return kind === 'file' || known?.startsWith('image/') ? known : ANY_PICTURE
}

const endingOf = (url: string): string => /\.([a-z0-9]{2,4})$/i.exec(url.replace(/[?#].*$/s, ''))?.[1]?.toLowerCase() ?? ''

const kindOf = (mediaType: string): Media['kind'] =>
  mediaType.startsWith('image/') ? 'image' : mediaType.startsWith('audio/') ? 'audio' : 'file'
