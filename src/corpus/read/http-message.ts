// An HTTP response as crawlers keep it (RFC 9112), with its codings taken off, bounded.
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { LONGEST_RECORD } from './reading.ts'

export type HttpMessage = { readonly status: number; readonly headers: ReadonlyMap<string, string>; readonly body: Buffer }

const HEAD_END = Buffer.from('\r\n\r\n')
const LONGEST_HEAD = 262_144

/** Lines of a head as lower-case names and values; of a name that stands twice, the first. */
export const headersOf = (head: string): ReadonlyMap<string, string> => {
  const headers = new Map<string, string>()
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return headers
}

/** Undefined for what is no response; a body whose coding cannot be taken off is a reason. */
export const readHttp = (bytes: Buffer): HttpMessage | string => {
  const end = bytes.subarray(0, LONGEST_HEAD).indexOf(HEAD_END)
  const head = bytes.toString('latin1', 0, Math.max(0, end))
  const [, status] = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(head) ?? []
  if (status === undefined) return 'it holds no HTTP response'
  const headers = headersOf(head)
  const sent = bytes.subarray(end + HEAD_END.length)
  const whole = /\bchunked\b/i.test(headers.get('transfer-encoding') ?? '') ? (withoutChunks(sent) ?? sent) : sent
  const body = decodedBody(whole, headers.get('content-encoding') ?? '')
  return body === undefined
    ? `its content encoding \`${headers.get('content-encoding')}\` cannot be taken off, or gives more than ${LONGEST_RECORD} bytes, as a bomb does`
    : { status: Number(status), headers, body }
}

const NEWLINE = Buffer.from('\r\n')

/** Undefined where there are no chunks: many crawlers take them off and leave the header. */
const withoutChunks = (bytes: Buffer): Buffer | undefined => {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf(NEWLINE, at)
    const [, digits] =
      /^([0-9A-Fa-f]{1,8})(?:[ \t]*;.*)?[ \t]*$/.exec(bytes.toString('latin1', at, end < 0 || end - at > 256 ? at : end)) ?? []
    // What was cut off by the crawler is kept as far as it goes.
    if (digits === undefined) return parts.length === 0 ? undefined : Buffer.concat(parts)
    const length = Number.parseInt(digits, 16)
    if (length === 0) return Buffer.concat(parts)
    at = end + NEWLINE.length
    parts.push(bytes.subarray(at, at + length))
    at += length + NEWLINE.length
  }
}

const UNPACK: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
}

const decodedBody = (bytes: Buffer, encoding: string): Buffer | undefined => {
  const name = encoding.toLowerCase()
  const unpack = UNPACK[name]
  // Taken off by the crawler, with the header left standing.
  const isPlain = name.endsWith('gzip') && (bytes[0] !== 0x1f || bytes[1] !== 0x8b)
  if (name === '' || name === 'identity' || isPlain) return bytes
  if (unpack === undefined) return undefined
  try {
    return unpack(bytes, { maxOutputLength: LONGEST_RECORD })
  } catch {
    return undefined
  }
}

/** `text/html; charset=utf-8` in two. */
export const mediaTypeOf = (header: string): { readonly type: string; readonly charset: string | undefined } => ({
  type: header.split(';', 1)[0]?.trim().toLowerCase() ?? '',
  charset: /charset\s*=\s*"?([^\s";]+)/i.exec(header)?.[1],
})
