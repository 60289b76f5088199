import type { Result } from '../../core/result.ts'
import type { Answer, Question, RouteName } from './contract/index.ts'
import type { Role } from './roles.ts'

/** Who asks. */
export type Visitor = { readonly name: string; readonly role: Role }
/** The one request in which somebody asks, for handlers that let people in and out. */
export type Visit = {
  /** Of whoever is connected, which may be a proxy. */
  readonly address: string
  /** The session’s token; undefined where a key was shown, or nothing. */
  readonly token?: string
  /** From here on this browser is signed in with this token. */
  remember(token: string): void
  /** From here on it is not. */
  forget(): void
}

/** One sentence that says what was wrong, where, and what would be right. */
export type ConsoleFailure = {
  readonly kind:
    | 'unusable'
    | 'not-signed-in'
    | 'not-allowed'
    | 'not-found'
    | 'method-unsupported'
    | 'too-slow'
    | 'too-long'
    | 'refused'
    | 'too-many'
    | 'unavailable'
  readonly message: string
  /** Seconds after which to try again. */
  readonly retryAfter?: number
}
export const STATUS: Readonly<Record<ConsoleFailure['kind'], 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 429 | 503>> = {
  unusable: 400,
  'not-signed-in': 401,
  'not-allowed': 403,
  'not-found': 404,
  'method-unsupported': 405,
  'too-slow': 408,
  refused: 409,
  'too-long': 413,
  'too-many': 429,
  unavailable: 503,
}

/** `gone` is aborted once nobody waits for the answer any more. */
export type Handler<Name extends RouteName> = (
  asked: Question<Name>,
  who: Visitor,
  gone: AbortSignal,
  visit: Visit,
) => Promise<Result<Answer<Name>, ConsoleFailure>>
export type Handlers = { readonly [Name in RouteName]: Handler<Name> }
