import { hash } from 'node:crypto'

/** SHA-256 by the runtime's own library, in one call. */
export const nativeSha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')
