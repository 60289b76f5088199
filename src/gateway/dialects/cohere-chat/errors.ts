// Errors of Cohere: a status and one sentence (https://docs.cohere.com/reference/errors).
import { anyError } from '../any-error.ts'
import type { Dialect } from '../dialect.ts'
import { writeRetryAfter } from '../retry-after.ts'
import { statusOf } from '../status.ts'

export const decodeError: Dialect['decodeError'] = anyError

export const encodeError: Dialect['encodeError'] = ({ status, kind, message, retryAfter }) => ({
  status: status >= 400 ? status : statusOf(kind),
  headers: writeRetryAfter(retryAfter),
  body: { message },
})
