// https://developers.sber.ru/docs/ru/gigachat/api/errors-description: a status and a message, both of them in the body too.
import { anyError } from '../any-error.ts'
import type { Dialect, ErrorAnswer } from '../dialect.ts'
import type { EndpointError } from '../neutral.ts'
import { writeRetryAfter } from '../retry-after.ts'
import { statusOf } from '../status.ts'

export const decodeError: Dialect['decodeError'] = anyError

export const encodeError = ({ kind, message, retryAfter }: EndpointError): ErrorAnswer => {
  const status = statusOf(kind)
  return { status, headers: writeRetryAfter(retryAfter), body: { status, message } }
}
