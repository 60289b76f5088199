import { hash } from 'node:crypto'

/**
 * SHA-256 by the runtime's own library, in one call. Through a string, because a Buffer would have memory of its own outside the
 * heap: with it this costs twice as much, and the garbage collector pays again.
 */
export const nativeSha256 = (bytes: Uint8Array): Uint8Array => {
  const text = hash('sha256', bytes, 'binary')
  const digest = new Uint8Array(32)
  for (let i = 0; i < 32; i++) digest[i] = text.charCodeAt(i)
  return digest
}
