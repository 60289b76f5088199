import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gemini } from './index.ts'

const read = (status: number, body: unknown) => gemini.decodeError(status, () => undefined, JSON.stringify(body))

test('a quota error tells when to come again', () => {
  const error = {
    code: 429,
    message: 'You exceeded your current quota',
    status: 'RESOURCE_EXHAUSTED',
    details: [
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId: 'PerDay' }] },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '21.5s' },
    ],
  }
  const expected = {
    status: 429,
    kind: 'rate-limited',
    message: 'You exceeded your current quota',
    code: 'RESOURCE_EXHAUSTED',
    retryAfter: 21_500,
  }
  assert.deepEqual(read(429, { error }), expected)
  assert.deepEqual(read(429, [{ error }]), expected)
})

test('a wrong key, a prompt too long and a wrong field all come as INVALID_ARGUMENT', () => {
  const invalid = (message: string, detail: object) =>
    read(400, { error: { code: 400, message, status: 'INVALID_ARGUMENT', details: [detail] } })
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'googleapis.com' }
  assert.equal(invalid('API key not valid', info).kind, 'authentication')
  assert.equal(invalid('The input token count (9) exceeds the maximum number of tokens allowed (8).', {}).kind, 'too-large')
  const field = { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'contents[0].role' }] }
  assert.deepEqual([invalid('bad', field).kind, invalid('bad', field).parameter], ['invalid-request', 'contents[0].role'])
})

test('a body that is no error becomes the message, and an empty one gets a message', () => {
  assert.equal(gemini.decodeError(502, () => undefined, '<html>').message, '<html>')
  assert.equal(gemini.decodeError(502, () => undefined, '').message, 'the endpoint answered with status 502')
})

test('a refusal by policy keeps its status and its reason', () => {
  const { status, body } = gemini.encodeError({
    status: 451,
    kind: 'permission',
    message: 'no endpoint is allowed',
    code: 'policy_refused',
  })
  assert.equal(status, 451)
  assert.deepEqual(body, {
    error: {
      code: 451,
      message: 'no endpoint is allowed',
      status: 'PERMISSION_DENIED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'policy_refused', domain: 'allod' }],
    },
  })
})
