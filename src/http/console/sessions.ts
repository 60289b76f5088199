import { timingSafeEqual } from 'node:crypto'
import type { Result } from '../../core/result.ts'
import type { Visitor } from './handlers.ts'

/** One browser in which somebody signed in. The token is the cookie; only its hash is kept. */
export type Session = { readonly visitor: Visitor; readonly csrf: string }
export type SessionFailure = { readonly message: string }
export type Sessions = {
  /** The cookie’s value, shown here once. */
  open(visitor: Visitor): Result<{ readonly token: string; readonly session: Session }, SessionFailure>
  /** Undefined where nobody has it, or it ended. */
  find(token: string): Result<Session | undefined, SessionFailure>
  close(token: string): Result<void, SessionFailure>
}

export const SESSION_COOKIE = 'allod-session'
export const CSRF_HEADER = 'allod-csrf'

/** In the same time for every wrong text of the same length. */
export const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
