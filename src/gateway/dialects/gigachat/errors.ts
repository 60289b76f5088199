// https://developers.sber.ru/docs/ru/gigachat/api/errors-description: a status and a message, both of them in the body too.
import { isJsonObject, parseJson } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { ErrorAnswer } from '../dialect.ts'
import type { EndpointError } from '../neutral.ts'
import { readRetryAfter, writeRetryAfter } from '../retry-after.ts'
import { errorKindOf, statusOf } from '../status.ts'

export const decodeError = (status: number, header: (name: string) => string | undefined, body: string): EndpointError => {
  const parsed = parseJson(body)
  const members = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
  const message = typeof members.message === 'string' ? members.message : body
  const code = typeof members.code === 'number' || typeof members.code === 'string' ? String(members.code) : undefined
  return defined({ status, kind: errorKindOf(status), message, code, retryAfter: readRetryAfter(header) })
}

export const encodeError = ({ kind, message, retryAfter }: EndpointError): ErrorAnswer => {
  const status = statusOf(kind)
  return { status, headers: writeRetryAfter(retryAfter), body: { status, message } }
}
