// How vendors say no: the shapes of their error bodies.
import type { JsonObject } from '../../../src/core/json.ts'
import { formatFrame } from '../../../src/gateway/dialects/aws-event-stream.ts'
import { placeOf } from './shape.ts'
import type { ErrorForm, Refusal } from './vendor.ts'

type Kind = Refusal['kind']
const OPENAI_TYPES = {
  invalid: 'invalid_request_error',
  'unknown-member': 'invalid_request_error',
  authentication: 'invalid_request_error',
  permission: 'invalid_request_error',
  'not-found': 'invalid_request_error',
  unavailable: 'invalid_request_error',
  'too-long': 'invalid_request_error',
  'rate-limited': 'rate_limit_error',
  overloaded: 'server_error',
} as const satisfies Record<Kind, string>
const OPENAI_CODES: { readonly [kind in Kind]?: string } = {
  'unknown-member': 'unknown_parameter',
  authentication: 'invalid_api_key',
  'not-found': 'model_not_found',
  'too-long': 'context_length_exceeded',
  'rate-limited': 'rate_limit_exceeded',
}
const event = (body: JsonObject, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(body)}\n\n`
const withStream = (body: ErrorForm['body'], name?: string): ErrorForm => ({
  body,
  streamed: (refusal) => event(body(refusal, 'req'), name),
})

const openaiMembers = ({ kind, message, parameter, code }: Refusal): JsonObject => ({
  message,
  type: OPENAI_TYPES[kind],
  param: parameter ?? null,
  code: code ?? OPENAI_CODES[kind] ?? null,
})
/** `{error: {message, type, param, code}}`. */
export const openaiErrors: ErrorForm = withStream((refusal) => ({ error: openaiMembers(refusal) }))

/** DeepSeek, whose code repeats the type, but for a wrong key. */
export const deepseekErrors: ErrorForm = withStream((refusal) => ({
  error: {
    ...openaiMembers(refusal),
    ...(refusal.kind === 'authentication' && { type: 'authentication_error' }),
    code: OPENAI_TYPES[refusal.kind],
  },
}))

/** Model Studio: OpenAI's, with a request id beside and codes of its own. */
export const dashscopeErrors: ErrorForm = withStream((refusal, id) => ({
  error: { ...openaiMembers(refusal), code: refusal.kind === 'authentication' ? 'invalid_api_key' : 'invalid_parameter_error' },
  request_id: id,
}))

/** `{error: {message, type}}`: Moonshot and kindred. */
export const briefErrors: ErrorForm = withStream(({ kind, message }) => ({ error: { message, type: OPENAI_TYPES[kind] } }))

const ZAI_CODES: { readonly [kind in Kind]?: string } = {
  authentication: '1000',
  'not-found': '1211',
  'too-long': '1261',
  'rate-limited': '1302',
}
/** `{error: {code, message}}`, the code a number of the vendor's in a string. */
export const zaiErrors: ErrorForm = withStream(({ kind, code, message }) => ({
  error: { code: code ?? ZAI_CODES[kind] ?? '1210', message },
}))

const PYDANTIC = { unknown: 'extra_forbidden', missing: 'missing', wrong: 'value_error' } as const
/** Pydantic's list of what is wrong, as Mistral wraps it. */
export const mistralErrors: ErrorForm = withStream(({ kind, message, issues }) =>
  issues === undefined
    ? { object: 'error', message, type: kind === 'rate-limited' ? 'rate_limited' : 'invalid_request_error', param: null, code: null }
    : {
        object: 'error',
        message: {
          detail: issues.map((issue) => ({
            type: PYDANTIC[issue.kind],
            loc: ['body', ...issue.path],
            msg:
              issue.kind === 'unknown'
                ? 'Extra inputs are not permitted'
                : issue.kind === 'missing'
                  ? 'Field required'
                  : `Value ${issue.message}`,
            input: issue.value,
          })),
        },
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
)

const ANTHROPIC_TYPES = {
  invalid: 'invalid_request_error',
  'unknown-member': 'invalid_request_error',
  authentication: 'authentication_error',
  permission: 'permission_error',
  'not-found': 'not_found_error',
  unavailable: 'invalid_request_error',
  'too-long': 'invalid_request_error',
  'rate-limited': 'rate_limit_error',
  overloaded: 'overloaded_error',
} as const satisfies Record<Kind, string>
const anthropicBody = ({ kind, message, issues }: Refusal): JsonObject => {
  const [first] = issues ?? []
  const said = first?.kind === 'unknown' ? `${placeOf(first)}: Extra inputs are not permitted` : message
  return { type: 'error', error: { type: ANTHROPIC_TYPES[kind], message: said } }
}
export const anthropicErrors: ErrorForm = {
  ...withStream((refusal, id) => ({ ...anthropicBody(refusal), request_id: `req_${id}` }), 'error'),
  headers: (_, id) => ({ 'request-id': `req_${id}` }),
}
/** MiniMax: the same, with the status repeated inside. */
export const minimaxErrors: ErrorForm = withStream((refusal, id) => {
  const { error } = anthropicBody(refusal)
  return { type: 'error', error: { ...(error as JsonObject), http_code: String(refusal.status) }, request_id: id }
}, 'error')

const GOOGLE_STATUSES = {
  invalid: 'INVALID_ARGUMENT',
  'unknown-member': 'INVALID_ARGUMENT',
  authentication: 'UNAUTHENTICATED',
  permission: 'PERMISSION_DENIED',
  'not-found': 'NOT_FOUND',
  unavailable: 'FAILED_PRECONDITION',
  'too-long': 'INVALID_ARGUMENT',
  'rate-limited': 'RESOURCE_EXHAUSTED',
  overloaded: 'UNAVAILABLE',
} as const satisfies Record<Kind, string>
/** `google.rpc.Status`, with a list of violations and the time to wait in its details. */
export const googleErrors: ErrorForm = withStream(({ status, kind, message, issues }) => {
  const violations = (issues ?? []).map((issue) => ({ field: placeOf(issue), description: issue.message }))
  const details: JsonObject[] = [
    ...(violations.length > 0 ? [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations }] : []),
    ...(kind === 'rate-limited' ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' }] : []),
  ]
  return { error: { code: status, message, status: GOOGLE_STATUSES[kind], ...(details.length > 0 && { details }) } }
})

export const cohereErrors: ErrorForm = { body: ({ message }, id) => ({ id, message }) }

const AWS_NAMES = {
  invalid: 'ValidationException',
  'unknown-member': 'ValidationException',
  authentication: 'UnrecognizedClientException',
  permission: 'AccessDeniedException',
  'not-found': 'ResourceNotFoundException',
  unavailable: 'ValidationException',
  'too-long': 'ValidationException',
  'rate-limited': 'ThrottlingException',
  overloaded: 'ServiceUnavailableException',
} as const satisfies Record<Kind, string>
const lowerFirst = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1)
export const awsErrors: ErrorForm = {
  body: ({ message }) => ({ message }),
  headers: ({ kind }, id) => ({ 'x-amzn-errortype': `${AWS_NAMES[kind]}:http://internal.amazon.com/`, 'x-amzn-requestid': id }),
  streamed: ({ kind, message }) => formatFrame(JSON.stringify({ message }), lowerFirst(AWS_NAMES[kind])),
}

export const gigachatErrors: ErrorForm = { body: ({ status, message }) => ({ status, message }) }

/** IONOS: the error form of all its interfaces. */
export const ionosErrors: ErrorForm = {
  body: ({ status, kind, message }) => ({ httpStatus: status, messages: [{ errorCode: `ai-${kind}`, message }] }),
}
export const infomaniakErrors: ErrorForm = {
  body: ({ kind, message }) => ({ result: 'error', error: { code: kind.replaceAll('-', '_'), description: message } }),
}
export const sarvamErrors: ErrorForm = withStream(({ kind, message, code }, id) => ({
  error: { message, code: code ?? `${kind.replaceAll('-', '_')}_error`, request_id: id },
}))
/** Newer vLLM: OpenAI's shape with names of its own and the status as the code. */
export const vllmErrors: ErrorForm = withStream(({ status, message, parameter }) => ({
  error: { message, type: status === 404 ? 'NotFoundError' : 'BadRequestError', param: parameter ?? null, code: status },
}))
/** SGLang, and vLLM before: the same without the wrapper. */
export const flatErrors: ErrorForm = withStream(({ status, message, parameter }) => ({
  object: 'error',
  message,
  type: status === 404 ? 'NotFoundError' : 'BadRequestError',
  param: parameter ?? null,
  code: status,
}))
export const llamaErrors: ErrorForm = withStream(({ status, kind, message }) => ({
  error: { code: status, message, type: kind === 'authentication' ? 'authentication_error' : OPENAI_TYPES[kind] },
}))
export const tgiErrors: ErrorForm = withStream(({ kind, message }) => ({
  error: message,
  error_type: kind === 'overloaded' || kind === 'rate-limited' ? 'overloaded' : 'validation',
}))
/** xAI says in one word what is the matter and in another what exactly. */
export const xaiErrors: ErrorForm = withStream(({ code, kind, message }) => ({
  code: code ?? (kind === 'authentication' ? 'Client specified an invalid credential' : 'Client specified an invalid argument'),
  error: message,
}))
/** Azure in front of OpenAI's: an inner error beside its own codes. */
export const azureErrors: ErrorForm = withStream((refusal) => ({
  error:
    refusal.kind === 'authentication'
      ? { code: '401', message: refusal.message }
      : refusal.kind === 'not-found'
        ? { code: refusal.code ?? 'DeploymentNotFound', message: refusal.message }
        : openaiMembers(refusal),
}))
