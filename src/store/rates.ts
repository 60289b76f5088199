import type { KeyId } from '../core/ids.ts'
import { type EpochMillis, type Millis, millis } from '../core/units.ts'
import type { BudgetFailure } from '../gateway/ports.ts'

/** What a key may do in a minute; nothing named is no limit. */
export type RateLimits = { readonly requestsPerMinute?: number; readonly tokensPerMinute?: number }

/** Token buckets, one pair for a key, each full at a minute's worth. They live in this process: another one counts for itself. */
export type Rates = {
  /** Takes a request and the tokens it may use, or nothing and says when to come again. */
  take(key: KeyId, tokens: number, now: EpochMillis): BudgetFailure | undefined
  /** Corrects a take once the tokens really used are known. */
  correct(key: KeyId, difference: number): void
  /** Replaces the limits; a bucket keeps its level, cut to the new size. */
  configure(limits: ReadonlyMap<KeyId, RateLimits>): void
}

const MINUTE = 60_000
type Bucket = { size: number; level: number; at: number }
type Pair = { requests: Bucket | undefined; tokens: Bucket | undefined }

export const createRates = (): Rates => {
  const pairs = new Map<KeyId, Pair>()
  return {
    take: (key, tokens, now) => {
      const pair = pairs.get(key)
      if (pair === undefined) return undefined
      const wait = Math.max(waitFor(pair.requests, 1, now), waitFor(pair.tokens, tokens, now))
      if (wait > 0) return refusal(pair, tokens, millis(Math.ceil(wait)))
      if (pair.requests !== undefined) pair.requests.level -= 1
      if (pair.tokens !== undefined) pair.tokens.level -= tokens
      return undefined
    },
    correct: (key, difference) => {
      const bucket = pairs.get(key)?.tokens
      if (bucket !== undefined) bucket.level = Math.min(bucket.size, bucket.level - difference)
    },
    configure: (limits) => {
      for (const key of pairs.keys()) if (!limits.has(key)) pairs.delete(key)
      for (const [key, { requestsPerMinute, tokensPerMinute }] of limits) {
        const old = pairs.get(key)
        pairs.set(key, { requests: resized(old?.requests, requestsPerMinute), tokens: resized(old?.tokens, tokensPerMinute) })
      }
    },
  }
}

/** A bucket that has seen no call yet is full from whenever its first one comes. */
const resized = (old: Bucket | undefined, size: number | undefined): Bucket | undefined => {
  if (size === undefined) return undefined
  return old === undefined ? { size, level: size, at: Number.POSITIVE_INFINITY } : { size, level: Math.min(old.level, size), at: old.at }
}

/**
 * Refills, and gives the milliseconds until `amount` may be taken. A call larger than the whole bucket waits until it is full and leaves
 * it in debt: it is never refused for ever, and the average holds. A clock that steps back refills nothing.
 */
const waitFor = (bucket: Bucket | undefined, amount: number, now: EpochMillis): number => {
  if (bucket === undefined) return 0
  bucket.level = Math.min(bucket.size, bucket.level + (Math.max(0, now - bucket.at) * bucket.size) / MINUTE)
  bucket.at = now
  const missing = Math.min(amount, bucket.size) - bucket.level
  return missing <= 0 ? 0 : (missing * MINUTE) / bucket.size
}

const refusal = (pair: Pair, tokens: number, retryAfter: Millis): BudgetFailure => {
  const when = `come again in ${(Math.ceil(retryAfter / 100) / 10).toFixed(1)} seconds`
  const { requests } = pair
  const message =
    requests !== undefined && requests.level < 1
      ? `the key may make ${requests.size} requests a minute and has made them: ${when}`
      : `the key may use ${pair.tokens?.size} tokens a minute and this call may use ${tokens}: ${when}`
  return { kind: 'rate-limited', message, retryAfter }
}
