import { timingSafeEqual } from 'node:crypto'
import type { Result } from '../../core/result.ts'
import type { Visitor } from './handlers.ts'

/** One browser in which somebody signed in. */
export type Session = { readonly visitor: Visitor; readonly csrf: string }
export type Sessions = {
  /** Undefined where nobody has this token, or it ended. */
  find(token: string): Result<Session | undefined, { readonly message: string }>
}

export const SESSION_COOKIE = 'allod-session'
export const CSRF_HEADER = 'allod-csrf'

/** In the same time for every wrong text of the same length. */
export const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
