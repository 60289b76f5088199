import type { CallSearch } from '../../store/call-search.ts'
import type { ConsoleGround } from './ground.ts'
import { circleOf } from './places.ts'

/** How long calls took, in milliseconds: what half of them did not exceed, and what 95 of a hundred did not; `of` so many. */
export type Took = { readonly p50Ms: number | null; readonly p95Ms: number | null; readonly of: number }
const NOTHING: Took = { p50Ms: null, p95Ms: null, of: 0 }

/** The newest calls say how an endpoint is; looking at all of a month would take long. */
const NEWEST = 500
/** Who looks at more endpoints at once sees means: searching is for those who look at calls, too. */
const MOST_ENDPOINTS = 16

/** How long the newest answers of each endpoint since a moment took, from the first byte in to the last byte out. */
export const tookBy = async (
  ground: ConsoleGround,
  search: CallSearch,
  endpoints: readonly string[],
  from: number,
): Promise<ReadonlyMap<string, Took>> => {
  if (endpoints.length > MOST_ENDPOINTS) return new Map()
  const circle = circleOf(ground.exchange())
  const found = endpoints.map(async (endpoint): Promise<readonly [string, Took]> => {
    const page = await search.page({ filter: { endpoint: [endpoint], outcome: ['answered'], from }, circle, limit: NEWEST })
    return [endpoint, page.ok ? percentiles(page.value.rows.map(({ took }) => took)) : NOTHING]
  })
  return new Map(await Promise.all(found))
}

/** Nearest rank: a time that some call really took. */
const percentiles = (times: readonly number[]): Took => {
  const sorted = [...times].sort((one, other) => one - other)
  const at = (share: number): number | null => sorted[Math.ceil(share * sorted.length) - 1] ?? null
  return { p50Ms: at(0.5), p95Ms: at(0.95), of: sorted.length }
}
