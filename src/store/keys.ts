import { hash, timingSafeEqual } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { AliasName, ApplicationId, KeyId, TenantId } from '../core/ids.ts'
import { parseJson } from '../core/json.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { Random } from '../core/units.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import type { Key, KeyRing } from '../gateway/ports.ts'
import type { RateLimits } from './rates.ts'

const PREFIX_LENGTH = 8
const SECRET_BYTES = 32
/** `allod_`, the prefix, `_` and 256 bits in 43 characters of base 62. */
const SECRET_LENGTH = 6 + PREFIX_LENGTH + 1 + 43
const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A new secret and the part of it that may be shown. Letters and digits only, so that a double click selects it whole. */
export const newSecret = (random: Random, word = 'allod'): { readonly secret: string; readonly prefix: string } => {
  const prefix = base62(random(6), PREFIX_LENGTH)
  return { secret: `${word}_${prefix}_${base62(random(SECRET_BYTES), 43)}`, prefix: `${word}_${prefix}` }
}

/** The bytes as one number, last `length` digits: 43 hold 256 bits whole, 8 of the prefix drop a little of 48. */
const base62 = (bytes: Uint8Array, length: number): string => {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  for (let i = 0; i < length; i++) {
    text = BASE_62.charAt(Number(rest % 62n)) + text
    rest /= 62n
  }
  return text
}

/**
 * SHA-256, once, without a salt. A secret is 256 random bits: there is no dictionary to try, no two are alike, and 2^256 guesses are as
 * far for a fast hash as for a slow one. Slow, salted hashes are for what people choose; here they would cost each call milliseconds.
 */
export const hashOfSecret = (secret: string): Buffer => Buffer.from(digestText(secret), 'latin1')
const digestText = (secret: string): string => hash('sha256', secret, 'binary')

type Held = { readonly key: Key; readonly hash: Buffer }
export type LoadedRing = KeyRing & {
  /** Reads all live keys anew. Whoever holds a `Key` keeps it. */
  load(): void
  limits(): ReadonlyMap<KeyId, RateLimits>
}

/** All live keys in memory, by the hash of their secret. Secrets themselves are never kept, not even for a moment's cache. */
export const createKeyRing = (database: DatabaseSync, random: Random): LoadedRing => {
  const select = database.prepare(`${KEY_COLUMNS} WHERE revoked IS NULL`)
  let held: ReadonlyMap<string, Held> = new Map()
  let rates: ReadonlyMap<KeyId, RateLimits> = new Map()
  const nobody: Buffer = Buffer.from(random(SECRET_BYTES))
  return {
    // Every secret, right or wrong, costs one hash of a bounded text, one look-up by that hash and one comparison of 32 bytes. What the
    // look-up may tell by its time is about the hash, which says nothing of the secret.
    find: (secret, now) => {
      const digest = digestText(secret.length <= SECRET_LENGTH ? secret : '')
      const found = held.get(digest)
      const equal = timingSafeEqual(Buffer.from(digest, 'latin1'), found?.hash ?? nobody)
      if (found === undefined || !equal) return undefined
      const { key } = found
      return key.expires === undefined || now < key.expires ? key : undefined
    },
    load: () => {
      const next = new Map<string, Held>()
      const limits = new Map<KeyId, RateLimits>()
      for (const row of select.all()) {
        const bytes = Buffer.from(row.hash as Uint8Array)
        const key = keyOf(row)
        next.set(bytes.toString('latin1'), { key, hash: bytes })
        const rate = rateLimitsOf(row)
        if (rate.requestsPerMinute !== undefined || rate.tokensPerMinute !== undefined) limits.set(key.id, rate)
      }
      held = next
      rates = limits
    },
    limits: () => rates,
  }
}

export const KEY_COLUMNS = `
  SELECT keys.id, keys.tenant, keys.application, prefix, hash, data_class_floor, purposes, aliases, requests_per_minute, tokens_per_minute,
    keys.created, expires, revoked, jurisdiction
  FROM keys JOIN applications ON applications.tenant = keys.tenant AND applications.id = keys.application`

type Row = Record<string, SQLOutputValue>

export const keyOf = (row: Row): Key => ({
  id: row.id as KeyId,
  tenant: row.tenant as TenantId,
  application: row.application as ApplicationId,
  ...(row.jurisdiction === null ? {} : { jurisdiction: row.jurisdiction as Jurisdiction }),
  dataClassFloor: String(row.data_class_floor),
  purposes: namesOf(row.purposes) as unknown as readonly [string, ...string[]],
  aliases: row.aliases === null ? 'all' : new Set(namesOf(row.aliases) as readonly AliasName[]),
  ...(row.expires === null ? {} : { expires: momentOf(row.expires) }),
})

export const rateLimitsOf = (row: Row): RateLimits => ({
  ...(row.requests_per_minute === null ? {} : { requestsPerMinute: Number(row.requests_per_minute) }),
  ...(row.tokens_per_minute === null ? {} : { tokensPerMinute: Number(row.tokens_per_minute) }),
})

export const momentOf = (value: SQLOutputValue | undefined): EpochMillis => epochMillis(Number(value))

/** A list this store wrote itself. INVARIANT(G3): one it cannot read names nothing, and nothing permits nothing. */
const namesOf = (value: SQLOutputValue | undefined): readonly string[] => {
  const parsed = parseJson(String(value))
  return parsed.ok && Array.isArray(parsed.value) ? parsed.value.filter((one): one is string => typeof one === 'string') : []
}
