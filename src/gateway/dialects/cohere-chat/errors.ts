// Errors of Cohere: a status and one sentence (https://docs.cohere.com/reference/errors).
import { isJsonObject, parseJson } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Dialect } from '../dialect.ts'
import { readRetryAfter, writeRetryAfter } from '../retry-after.ts'
import { errorKindOf, statusOf } from '../status.ts'

const LIMITS = { maxLength: 1 << 20, maxDepth: 32 }

export const decodeError: Dialect['decodeError'] = (status, header, body) => {
  const read = parseJson(body, LIMITS)
  const said = read.ok && isJsonObject(read.value) ? read.value.message : undefined
  const message = typeof said === 'string' && said !== '' ? said : body.slice(0, MAX_MESSAGE) || `the endpoint answered ${status}`
  return defined({ status, kind: errorKindOf(status), message, retryAfter: readRetryAfter(header) })
}

const MAX_MESSAGE = 2000

export const encodeError: Dialect['encodeError'] = ({ status, kind, message, retryAfter }) => ({
  status: status >= 400 ? status : statusOf(kind),
  headers: writeRetryAfter(retryAfter),
  body: { message },
})
