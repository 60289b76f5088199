import type { Source } from './neutral.ts'

/** A URL as a source: its bytes where it carries them (`data:`, RFC 2397, base64 only), otherwise where they lie. */
export const sourceOfUrl = (url: string): Extract<Source, { kind: 'url' | 'data' }> => {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1
  const head = comma < 0 ? '' : url.slice('data:'.length, comma)
  if (!head.endsWith(BASE64)) return { kind: 'url', url }
  return { kind: 'data', mediaType: head.slice(0, -BASE64.length), data: url.slice(comma + 1) }
}

/** The URL of a source, or undefined for what only its owner can fetch. */
export const urlOfSource = (source: Source): string | undefined => {
  if (source.kind === 'reference') return undefined
  return source.kind === 'url' ? source.url : `data:${source.mediaType}${BASE64},${source.data}`
}

const BASE64 = ';base64'
