import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Random } from '../core/units.ts'

export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

/** AES-256-GCM (NIST SP 800-38D): nonce, what is sealed, tag. `place` is bound to it: the seal opens nowhere else. */
export const seal = (key: Uint8Array, bytes: Uint8Array, place: string, random: Random): Uint8Array => {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(place))
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

/** What was sealed with this key in this place; undefined for anything else. */
export const unseal = (key: Uint8Array, sealed: Uint8Array, place: string): Buffer | undefined => {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
  const end = sealed.length - TAG_BYTES
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(end))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()])
  } catch {
    return undefined
  }
}
