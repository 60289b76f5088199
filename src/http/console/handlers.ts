import type { Result } from '../../core/result.ts'
import type { Answer, Question, RouteName } from './contract/index.ts'
import type { Role } from './roles.ts'

/** Who asks. `via`: a session of the console, or a key in the header of one request. */
export type Visitor = { readonly name: string; readonly role: Role }

/** One sentence that says what was wrong, where, and what would be right. */
export type ConsoleFailure = {
  readonly kind: 'unusable' | 'not-signed-in' | 'not-allowed' | 'not-found' | 'refused' | 'too-many' | 'unavailable'
  readonly message: string
  /** Seconds after which to try again. */
  readonly retryAfter?: number
}
export const STATUS: Readonly<Record<ConsoleFailure['kind'], 400 | 401 | 403 | 404 | 409 | 429 | 503>> = {
  unusable: 400,
  'not-signed-in': 401,
  'not-allowed': 403,
  'not-found': 404,
  refused: 409,
  'too-many': 429,
  unavailable: 503,
}

export type Handler<Name extends RouteName> = (asked: Question<Name>, who: Visitor) => Promise<Result<Answer<Name>, ConsoleFailure>>
/** Routes that open or close a session are answered by the application itself. */
export type SessionRoute = 'GET /session' | 'POST /session' | 'DELETE /session'
export type Handlers = { readonly [Name in Exclude<RouteName, SessionRoute>]: Handler<Name> }
