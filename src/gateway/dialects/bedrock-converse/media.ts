// Images, documents, videos and sounds: the block names a format where the neutral form has a media type.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
import { canonicalJson, isJsonObject, type JsonObject, parseJson } from '../../../core/json.ts'
import { textToBase64 } from '../base64.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AudioPart, FilePart, ImagePart, Source } from '../neutral.ts'

type Kind = 'image' | 'document' | 'video' | 'audio'

const IMAGES = new Map(['png', 'jpeg', 'gif', 'webp'].map((format) => [`image/${format}`, format]))
const DOCUMENTS = new Map([
  ['application/pdf', 'pdf'],
  ['text/csv', 'csv'],
  ['application/msword', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['text/html', 'html'],
  ['text/plain', 'txt'],
  ['text/markdown', 'md'],
])
const VIDEOS = new Map([
  ['video/mp4', 'mp4'],
  ['video/webm', 'webm'],
  ['video/quicktime', 'mov'],
  ['video/x-matroska', 'mkv'],
  ['video/x-flv', 'flv'],
  ['video/mpeg', 'mpeg'],
  ['video/mpg', 'mpg'],
  ['video/x-ms-wmv', 'wmv'],
  ['video/3gpp', 'three_gp'],
])
const SOUNDS: readonly string[] = 'mp3 opus wav aac flac mp4 ogg mkv mka x-aac m4a mpeg mpga pcm webm'.split(' ')
const FORMATS = { image: IMAGES, document: DOCUMENTS, video: VIDEOS } as const

const mediaTypeOf = (kind: 'image' | 'document' | 'video', format: string): string => {
  for (const [mediaType, known] of FORMATS[kind]) if (known === format) return mediaType
  return `${kind === 'document' ? 'application' : kind}/${format}`
}

/** Reads the block of this kind. What lies in the vendor's own store is a reference: its id is the block itself, as canonical JSON. */
export const decodeMedia = (kind: Kind, block: Members, left: Leftovers): ImagePart | FilePart | AudioPart | undefined => {
  const inner = block.members(kind)
  const source = inner?.members('source')
  if (inner === undefined || source === undefined) return block.missing(`${kind}.source`)
  const name = kind === 'document' ? inner.text('name') : undefined
  if (source.has('s3Location')) {
    const id = canonicalJson({ [kind]: block.child(kind) ?? {} })
    const reference: Source = { kind: 'reference', owner: 'bedrock-converse', id }
    return kind === 'image' ? { kind: 'image', source: reference } : defined({ kind: 'file', source: reference, name } as const)
  }
  const format = inner.text('format') ?? (kind === 'document' ? 'txt' : inner.missing('format'))
  const bytes = source.text('bytes')
  const data = bytes ?? (kind === 'document' ? documentText(source, left) : undefined)
  if (format === undefined || data === undefined) return source.missing('bytes')
  left.keep(inner)
  if (bytes !== undefined) left.keep(source)
  if (kind === 'audio') return { kind: 'audio', data, format }
  const carried: Source = { kind: 'data', mediaType: mediaTypeOf(kind, format), data }
  return kind === 'image' ? { kind: 'image', source: carried } : defined({ kind: 'file', source: carried, name } as const)
}

/** A document may be given as text, whole or in pieces that citations count by; how it was given is kept for the same dialect. */
const documentText = (source: Members, left: Leftovers): string | undefined => {
  const raw = source.rest() ?? {}
  const pieces = source.has('text') ? [source.text('text')] : source.each('content')?.map((piece) => piece.text('text'))
  if (pieces === undefined || pieces.includes(undefined)) return undefined
  left.put(source.path, raw)
  return textToBase64(pieces.join('\n'))
}

/** Writes images, files and sounds as blocks; one for each request, since the names of its documents must differ. */
export class MediaWriter {
  private readonly names = new Set<string>()
  private readonly losses: Losses

  constructor(losses: Losses) {
    this.losses = losses
  }

  /** The block, or undefined where the wire has none for it. `path` leads to the part. */
  encode(part: ImagePart | FilePart | AudioPart, path: string): JsonObject | undefined {
    if (part.kind === 'audio') return this.audio(part, path)
    if (part.kind === 'image' && part.detail !== undefined && part.detail !== 'auto')
      this.losses.dropped('hint', `${path}/detail`, 'bedrock has no detail of an image to choose')
    const { source } = part
    if (source.kind === 'reference') return this.reference(source, path)
    if (source.kind === 'url') return this.lost(path, 'bedrock fetches nothing from a url, the bytes must be in the request')
    return part.kind === 'image' ? this.image(source, path) : this.file(part, source, path)
  }

  private audio(part: AudioPart, path: string): JsonObject | undefined {
    if (!SOUNDS.includes(part.format)) return this.lost(path, `bedrock reads no sound of the format \`${part.format}\``)
    return { audio: { format: part.format, source: { bytes: part.data } } }
  }

  private reference(source: Extract<Source, { kind: 'reference' }>, path: string): JsonObject | undefined {
    const block = source.owner === 'bedrock-converse' ? parseJson(source.id) : undefined
    if (block?.ok && isJsonObject(block.value)) return block.value
    return this.lost(path, `what a reference of ${source.owner} names is not bedrock’s to read`)
  }

  private image({ mediaType, data }: Extract<Source, { kind: 'data' }>, path: string): JsonObject | undefined {
    const format = IMAGES.get(mediaType === 'image/jpg' ? 'image/jpeg' : mediaType)
    if (format === undefined) return this.lost(path, `bedrock reads no image of the type \`${mediaType}\``)
    if (mediaType === 'image/jpg') this.losses.approximated('hint', `${path}/source/mediaType`, '`image/jpg` is sent as jpeg')
    return { image: { format, source: { bytes: data } } }
  }

  private file(part: FilePart, source: Extract<Source, { kind: 'data' }>, path: string): JsonObject | undefined {
    const { mediaType, data } = source
    const video = VIDEOS.get(mediaType)
    if (video !== undefined) {
      if (part.name !== undefined) this.losses.dropped('hint', `${path}/name`, 'a video has no name on the wire of bedrock')
      return { video: { format: video, source: { bytes: data } } }
    }
    const isText = mediaType.startsWith('text/') || mediaType === 'application/json'
    const format = DOCUMENTS.get(mediaType) ?? (isText ? 'txt' : undefined)
    if (format === undefined) return this.lost(path, `bedrock reads no document of the type \`${mediaType}\``)
    if (!DOCUMENTS.has(mediaType)) this.losses.approximated('hint', `${path}/source/mediaType`, `\`${mediaType}\` is sent as plain text`)
    return { document: { format, name: this.name(part.name, path), source: { bytes: data } } }
  }

  /** Letters, digits, single spaces, hyphens, round and square brackets, at most 200, and none twice in a request. */
  private name(given: string | undefined, path: string): string {
    const allowed = (given ?? 'document')
      .replace(/[^\p{L}\p{N}\s()[\]-]/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 190)
    const plain = allowed === '' ? 'document' : allowed
    let name = plain
    for (let count = this.names.size; this.names.has(name); count++) name = `${plain} ${count}`
    this.names.add(name)
    if (name !== given) this.losses.approximated('hint', `${path}/name`, `the document is sent under the name \`${name}\``)
    return name
  }

  private lost(path: string, message: string): undefined {
    this.losses.dropped('content', path, message)
  }
}
