// Base64 (RFC 4648 section 4) without Node: the dialects are compiled for any web platform.

export const bytesToBase64 = (bytes: Uint8Array): string => {
  const pieces: string[] = []
  for (let from = 0; from < bytes.length; from += PIECE) pieces.push(String.fromCharCode(...bytes.subarray(from, from + PIECE)))
  return btoa(pieces.join(''))
}

/** Undefined for what is no base64. */
export const base64ToBytes = (data: string): Uint8Array | undefined => {
  try {
    return Uint8Array.from(atob(data), (unit) => unit.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** The UTF-8 of a text in base64. */
export const textToBase64 = (text: string): string => bytesToBase64(new TextEncoder().encode(text))

/** The text behind base64; undefined where that is no base64 or the bytes are no UTF-8. */
export const base64ToText = (data: string): string | undefined => {
  const bytes = base64ToBytes(data)
  try {
    return bytes && STRICT.decode(bytes)
  } catch {
    return undefined
  }
}

const PIECE = 1 << 13
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
