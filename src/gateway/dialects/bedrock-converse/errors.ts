// https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html and the errors of Converse. The error's name stands in a
// header; the body holds its message.
import { isJsonObject, parseJson } from '../../../core/json.ts'
import { anyError } from '../any-error.ts'
import { defined } from '../defined.ts'
import type { ErrorAnswer } from '../dialect.ts'
import type { EndpointError } from '../neutral.ts'
import { writeRetryAfter } from '../retry-after.ts'
import { errorKindOf } from '../status.ts'

type Kind = EndpointError['kind']

/** The name that is given for a kind stands first among those that mean it. */
const NAMES: readonly (readonly [name: string, kind: Kind, status: number])[] = [
  ['ValidationException', 'invalid-request', 400],
  ['UnrecognizedClientException', 'authentication', 403],
  ['AccessDeniedException', 'permission', 403],
  ['ResourceNotFoundException', 'not-found', 404],
  ['RequestEntityTooLargeException', 'too-large', 413],
  ['ThrottlingException', 'rate-limited', 429],
  ['ServiceUnavailableException', 'overloaded', 503],
  ['ModelTimeoutException', 'timed-out', 408],
  ['InternalServerException', 'failed', 500],
  ['ModelNotReadyException', 'overloaded', 429],
  ['ModelErrorException', 'failed', 424],
  ['ModelStreamErrorException', 'failed', 424],
  ['ServiceQuotaExceededException', 'rate-limited', 400],
  ['InvalidSignatureException', 'authentication', 403],
  ['ExpiredTokenException', 'authentication', 403],
  ['IncompleteSignatureException', 'authentication', 400],
  ['MissingAuthenticationTokenException', 'authentication', 403],
  ['InternalFailure', 'failed', 500],
  ['ServiceUnavailable', 'overloaded', 503],
]
const byName = (name: string | undefined) => NAMES.find(([known]) => known.toLowerCase() === name?.toLowerCase())

const TOO_LONG = /input is too long|too many (input )?tokens|prompt is too long|exceeds? the (model's )?(maximum|context)/i

const kindFor = (name: string | undefined, message: string, status: number): Kind => {
  const kind = byName(name)?.[1] ?? errorKindOf(status)
  return kind === 'invalid-request' && TOO_LONG.test(message) ? 'too-large' : kind
}

export const decodeError = (status: number, header: (name: string) => string | undefined, body: string): EndpointError => {
  const parsed = parseJson(body)
  const members = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
  const named = header('x-amzn-errortype') ?? (typeof members.__type === 'string' ? members.__type : undefined)
  const code = named?.replace(/^.*#/, '').replace(/:.*$/, '')
  const error = anyError(status, header, body)
  return { ...error, kind: kindFor(code, error.message, status), ...defined({ code: code || error.code }) }
}

/** In a stream an exception is named by its event, in lower camel case, and has no status of its own. */
export const decodeException = (event: string, data: string): EndpointError => {
  const parsed = parseJson(data)
  const told = parsed.ok && isJsonObject(parsed.value) ? (parsed.value.message ?? parsed.value.Message) : undefined
  const message = typeof told === 'string' ? told : data
  const [name = event, , status = 502] = byName(event) ?? []
  return { status, kind: kindFor(name, message, status), message, code: name }
}

const nameOf = (error: EndpointError): (typeof NAMES)[number] | undefined => {
  const own = byName(error.code)
  return own?.[1] === error.kind ? own : NAMES.find(([, kind]) => kind === error.kind)
}

export const encodeError = (error: EndpointError): ErrorAnswer => {
  const [name = 'InternalServerException', , status = 500] = nameOf(error) ?? []
  return { status, headers: ['x-amzn-errortype', name, ...writeRetryAfter(error.retryAfter)], body: { message: error.message } }
}

/** The exceptions that a stream may raise, as its SDK knows them. */
const IN_STREAM = {
  'invalid-request': 'validationException',
  authentication: 'validationException',
  permission: 'validationException',
  'not-found': 'validationException',
  'too-large': 'validationException',
  'rate-limited': 'throttlingException',
  overloaded: 'serviceUnavailableException',
  'timed-out': 'modelStreamErrorException',
  failed: 'internalServerException',
} as const satisfies Record<Kind, string>

export const exceptionFor = (error: EndpointError): string => IN_STREAM[error.kind]
