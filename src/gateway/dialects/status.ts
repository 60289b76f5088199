// What endpoints mean by a status, whatever their dialect.
import type { EndpointError } from './neutral.ts'

/** The kind of error that a status of HTTP (RFC 9110, and what vendors made of it) stands for. */
export const errorKindOf = (status: number): EndpointError['kind'] => {
  switch (status) {
    case 401:
      return 'authentication'
    case 402:
    case 403:
    case 451:
      return 'permission'
    case 404:
    case 410:
      return 'not-found'
    case 408:
    case 504:
    case 524:
      return 'timed-out'
    case 413:
      return 'too-large'
    case 429:
      return 'rate-limited'
    case 503:
    case 529:
      return 'overloaded'
    default:
      return status >= 400 && status < 500 ? 'invalid-request' : 'failed'
  }
}

const STATUS_OF = {
  'invalid-request': 400,
  authentication: 401,
  permission: 403,
  'not-found': 404,
  'too-large': 413,
  'rate-limited': 429,
  overloaded: 503,
  'timed-out': 504,
  failed: 500,
} as const satisfies Record<EndpointError['kind'], number>

/** The usual status of a kind, for errors that came without one. */
export const statusOf = (kind: EndpointError['kind']): number => STATUS_OF[kind]
