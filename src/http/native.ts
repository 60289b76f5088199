import { isUtf8 as nodeIsUtf8 } from 'node:buffer'
import { createHash, randomFillSync, hash as sha } from 'node:crypto'
import type { Random } from '../core/units.ts'
import type { Hashing } from '../gateway/ports.ts'

const scratch = Buffer.allocUnsafeSlow(16_384)

/** SHA-256 in one native call for short inputs, which costs less than building a hash object; INVARIANT: never re-entered. */
const digest = (parts: readonly Uint8Array[]): string => {
  let length = 0
  for (const part of parts) length += part.length
  if (length <= scratch.length) {
    let at = 0
    for (const part of parts) {
      scratch.set(part, at)
      at += part.length
    }
    return sha('sha256', scratch.subarray(0, length))
  }
  const building = createHash('sha256')
  for (const part of parts) building.update(part)
  return building.digest('hex')
}

export const nativeHashing: Hashing = {
  digest,
  hex: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex'),
  incremental: () => {
    const building = createHash('sha256')
    return {
      update: (part) => {
        building.update(part)
      },
      digest: () => building.digest('hex'),
    }
  },
}

export const isUtf8 = (bytes: Uint8Array): boolean => nodeIsUtf8(bytes)

/** Small lengths come from Node's shared slab, which spares the collector an array buffer each. */
export const allocate = (length: number): Uint8Array => Buffer.allocUnsafe(length)

/** Unpredictable bytes, drawn from the system 4 KiB at a time. Each byte is handed out once. */
export const pooledRandom = (): Random => {
  const POOL = 4096
  let pool = Buffer.alloc(0)
  let used = 0
  return (length) => {
    if (length > POOL) return randomFillSync(Buffer.allocUnsafeSlow(length))
    if (used + length > pool.length) {
      pool = randomFillSync(Buffer.allocUnsafeSlow(POOL))
      used = 0
    }
    used += length
    return pool.subarray(used - length, used)
  }
}
