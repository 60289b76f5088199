// Lists of what is kept, a page at a time, as OpenAI's API pages them.
import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Unreadable } from './dialects/dialect.ts'

type Listed = JsonObject & { readonly id: string }
export type PageSize = { readonly usual: number; readonly most: number }
const SIZE: PageSize = { usual: 20, most: 100 }

/** The page that a query asks for: `order` (the newest first, unless `asc`), `limit`, `after` (an id). */
export const pageOf = (items: readonly Listed[], query: URLSearchParams, { usual, most } = SIZE): Result<JsonObject, Unreadable> => {
  const order = query.get('order') ?? 'desc'
  if (order !== 'asc' && order !== 'desc') return wrong('order', 'must be `asc` or `desc`')
  const limit = Number(query.get('limit') ?? usual)
  if (!Number.isInteger(limit) || limit < 1 || limit > most) return wrong('limit', `must be a whole number from 1 to ${most}`)
  const all = order === 'asc' ? items : items.toReversed()
  const after = query.get('after')
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
  if (after !== null && from === 0) return wrong('after', 'names nothing of this list')
  return ok(listOf(all.slice(from, from + limit), from + limit < all.length))
}

/** A list that is whole, or a page of one. */
export const listOf = (data: readonly Listed[], more = false): JsonObject => ({
  object: 'list',
  data,
  first_id: data[0]?.id ?? null,
  last_id: data.at(-1)?.id ?? null,
  has_more: more,
})

const wrong = (parameter: string, message: string): Result<never, Unreadable> =>
  err({ kind: 'unreadable', message: `\`${parameter}\` ${message}`, parameter })
