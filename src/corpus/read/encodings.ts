// The encoding of a document that carries its own statement of it.

const BYTE_ORDER: readonly [mark: readonly number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]
/** What a byte order mark says, and its length. */
export const byteOrderMark = (bytes: Uint8Array): { readonly encoding: string; readonly length: number } | undefined => {
  const found = BYTE_ORDER.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))
  return found && { encoding: found[1], length: found[0].length }
}

/** How far a statement is looked for, in bytes: as far as browsers look. */
const HEAD = 1024

/** What `<meta charset>` or its older form says (HTML, "prescan a byte stream to determine its encoding"). */
export const encodingOfPage = (bytes: Uint8Array): string | undefined =>
  /<meta[^>]+charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(HEAD, bytes.length)).toString('latin1'),
  )?.[1]

/** What an XML declaration says. */
export const encodingOfXml = (bytes: Uint8Array): string | undefined =>
  /^<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']/.exec(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(HEAD, bytes.length)).toString('latin1'),
  )?.[1]

/** The text, or why it is none. `stated`: what stands in or beside the document; UTF-8 where nothing does. */
export const decoded = (bytes: Uint8Array, stated: string | undefined): { readonly text: string } | { readonly reason: string } => {
  const encoding = byteOrderMark(bytes)?.encoding ?? stated ?? 'utf-8'
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) }
  } catch (thrown) {
    return {
      reason:
        thrown instanceof RangeError
          ? `its encoding \`${encoding}\` is not known`
          : `it is not ${stated === undefined ? 'UTF-8, and states no encoding' : `${encoding}, as it states`}`,
    }
  }
}
