import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../../core/json.ts'
import { millis } from '../../../core/units.ts'
import { openaiChat } from './index.ts'

const none = (): undefined => undefined

test('an error is read in whatever shape an endpoint of this dialect gives it', () => {
  const cases: readonly [number, Json, object][] = [
    [
      400,
      { error: { message: 'too long', type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' } },
      { kind: 'too-large', message: 'too long', parameter: 'messages', code: 'context_length_exceeded' },
    ],
    [
      401,
      { error: { message: 'bad key', code: 'invalid_api_key' } },
      { kind: 'authentication', message: 'bad key', code: 'invalid_api_key' },
    ],
    [402, { error: { message: 'Insufficient Balance' } }, { kind: 'permission', message: 'Insufficient Balance' }],
    [
      422,
      {
        object: 'error',
        message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'store'], msg: 'Extra inputs are not permitted' }] },
        code: null,
      },
      { kind: 'invalid-request', message: 'Extra inputs are not permitted', parameter: 'store' },
    ],
    [422, { detail: 'no' }, { kind: 'invalid-request', message: 'no' }],
    [404, { object: 'error', message: 'no such model', code: 404 }, { kind: 'not-found', message: 'no such model', code: '404' }],
    [
      429,
      [{ error: { code: 429, message: 'quota', status: 'RESOURCE_EXHAUSTED' } }],
      { kind: 'rate-limited', message: 'quota', code: '429' },
    ],
    [500, { error: 'broken' }, { kind: 'failed', message: 'broken' }],
    [502, '', { kind: 'failed', message: 'the endpoint answered with status 502' }],
  ]
  for (const [status, body, expected] of cases)
    assert.deepEqual(openaiChat.decodeError(status, none, body === '' ? '' : JSON.stringify(body)), { status, ...expected })
  assert.deepEqual(openaiChat.decodeError(503, none, '<h1>Busy</h1>'), { status: 503, kind: 'overloaded', message: '<h1>Busy</h1>' })
})

test('an error has the shape the SDK raises, and says how long to wait', () => {
  const error = { status: 429, kind: 'rate-limited', message: 'slow', code: 'quota', parameter: 'model', retryAfter: millis(1500) } as const
  assert.deepEqual(openaiChat.encodeError(error), {
    status: 429,
    headers: ['retry-after', '2', 'retry-after-ms', '1500'],
    body: { error: { message: 'slow', type: 'rate_limit_error', param: 'model', code: 'quota' } },
  })
  assert.equal(openaiChat.encodeError({ status: 529, kind: 'overloaded', message: 'full' }).status, 503)
  assert.equal(openaiChat.encodeError({ status: 451, kind: 'permission', message: 'no' }).status, 451)
  assert.equal(openaiChat.encodeError({ status: 200, kind: 'failed', message: 'no' }).status, 500)
  const full = { status: 400, kind: 'too-large', message: 'long', code: 'context_length_exceeded' } as const
  assert.equal(openaiChat.encodeError(full).status, 400)
})
