import { err } from '../core/result.ts'

/** A call the engine does not answer, as the `openai-chat` dialect words it. `message` is one lower-case sentence. */
export type CallFailure = {
  readonly kind: 'call-refused'
  readonly status: 400 | 404 | 405 | 413 | 500 | 503
  readonly type: 'invalid_request_error' | 'server_error'
  readonly code: string
  /** The field of the request that is at fault. */
  readonly param: string | null
  readonly message: string
}

export const refuse = (code: string, message: string, param: string | null = null, status: CallFailure['status'] = 400) =>
  err<CallFailure>({
    kind: 'call-refused',
    status,
    type: status >= 500 ? 'server_error' : 'invalid_request_error',
    code,
    param,
    message,
  })

export const failureBody = ({ message, type, param, code }: CallFailure): string =>
  JSON.stringify({ error: { message, type, param, code } })
