import { isUtf8 } from 'node:buffer'

const BLOCK = 4096

/** Undefined for valid UTF-8; otherwise one clause that names the first byte that is not. */
export const notUtf8 = (bytes: Uint8Array): string | undefined => {
  if (isUtf8(bytes)) return undefined
  let good = 0
  for (const step of [BLOCK, 1]) {
    let end = characterEnd(bytes, good + step)
    while (good < bytes.length && isUtf8(bytes.subarray(good, end))) {
      good = end
      end = characterEnd(bytes, good + step)
    }
  }
  const byte = (bytes[good] ?? 0).toString(16).padStart(2, '0')
  return `it is not UTF-8 (byte ${good} of the record is 0x${byte}); declare the source’s \`encoding\`, or mend the record`
}

/** The end of the character that a place is within, so that a cut does not make it invalid. */
const characterEnd = (bytes: Uint8Array, place: number): number => {
  let end = place
  while (end < bytes.length && end < place + 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end++
  return end
}

const REPLACEMENT = Uint8Array.of(0xef, 0xbf, 0xbd)
/** As `notUtf8`, of a record that was made of another encoding: U+FFFD stands where no character could. */
export const notWhole =
  (encoding: string) =>
  (bytes: Buffer): string | undefined =>
    bytes.indexOf(REPLACEMENT) < 0 ? undefined : `it has bytes that are no ${encoding}, or were lost before (U+FFFD)`
