// Every dialect reads the error of every other: what stands before an endpoint answers in words of its own, most often in OpenAI's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { EndpointError } from '../../src/gateway/dialects/neutral.ts'
import { errorKindOf } from '../../src/gateway/dialects/status.ts'

const dialects: readonly Dialect[] = Object.values(DIALECTS)
const MESSAGE = 'Zu viele Fragen: “warten” Sie.'
const ERRORS: readonly EndpointError[] = [
  { status: 400, kind: 'invalid-request', message: MESSAGE },
  { status: 401, kind: 'authentication', message: MESSAGE, code: 'invalid_api_key' },
  { status: 403, kind: 'permission', message: MESSAGE },
  { status: 404, kind: 'not-found', message: MESSAGE, code: 'model_not_found', parameter: 'model' },
  { status: 429, kind: 'rate-limited', message: MESSAGE, retryAfter: 7000 as never },
  { status: 500, kind: 'failed', message: MESSAGE },
  { status: 503, kind: 'overloaded', message: MESSAGE },
]
/** Shapes that no dialect writes here and much that stands in the world does. */
const SHAPES: { readonly [who: string]: (error: EndpointError) => unknown } = {
  'OpenAI, where every mistake has one type': ({ message, code }) => ({
    error: { message, type: 'invalid_request_error', param: null, code },
  }),
  'a proxy with its status as a code': ({ message, status }) => ({ error: { message, type: 'None', param: 'None', code: String(status) } }),
  'an error that is a text': ({ message }) => ({ error: message }),
  'FastAPI, one text': ({ message }) => ({ detail: message }),
  'FastAPI, a list': ({ message }) => ({ detail: [{ loc: ['body', 'messages'], msg: message, type: 'missing' }] }),
  'vLLM, flat': ({ message, status }) => ({ object: 'error', message, type: 'BadRequestError', param: null, code: status }),
  'Mistral, nested': ({ message }) => ({ object: 'error', message: { detail: [{ msg: message }] }, type: 'invalid_request_error' }),
  'Google, in a list': ({ message, status }) => [{ error: { code: status, message, status: 'UNKNOWN_WORD' } }],
  'AWS, with a capital': ({ message }) => ({ Message: message }),
}
const headersOf = (headers: readonly string[]) => (name: string) => {
  const at = headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name.toLowerCase())
  return at < 0 ? undefined : headers[at + 1]
}

for (const reader of dialects) {
  test(`${reader.name} reads what each dialect says when it does not answer`, () => {
    for (const writer of dialects)
      for (const error of ERRORS) {
        const { status, headers, body } = writer.encodeError(error)
        const read = reader.decodeError(status, headersOf(headers), JSON.stringify(body))
        const where = `${writer.name} ${status}: ${JSON.stringify(read)}`
        assert.equal(read.message, MESSAGE, where)
        assert.equal(read.status, status, where)
        assert.equal(read.retryAfter, error.retryAfter, where)
        // A dialect that says two things with one status is understood in full by itself alone.
        assert.ok(read.kind === error.kind || (reader !== writer && read.kind === errorKindOf(status)), where)
      }
  })

  test(`${reader.name} reads what proxies and servers say, and believes the status`, () => {
    for (const [who, shape] of Object.entries(SHAPES))
      for (const error of ERRORS) {
        const read = reader.decodeError(error.status, () => undefined, JSON.stringify(shape(error)))
        assert.deepEqual([read.message, read.status, read.kind], [MESSAGE, error.status, error.kind], `${who}: ${JSON.stringify(read)}`)
      }
    const page = '<html><h1>429</h1></html>'
    assert.deepEqual(
      reader.decodeError(429, () => undefined, page),
      { status: 429, kind: 'rate-limited', message: page },
    )
    assert.equal(reader.decodeError(404, () => undefined, '').message, 'the endpoint answered with status 404')
  })

  test(`${reader.name} hands on the code and the member that OpenAI’s shape names`, () => {
    const body = { error: { message: MESSAGE, type: 'not_found_error', param: 'model', code: 'model_not_found' } }
    const read = reader.decodeError(404, () => undefined, JSON.stringify(body))
    assert.deepEqual([read.code, read.parameter], ['model_not_found', 'model'])
  })
}
