import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMillis } from '../../core/units.ts'
import { createAuthenticator } from './index.ts'

// Published by Amazon: the Signature Version 4 test suite, and the example of its General Reference.
const KEY = 'AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const NOW = epochMillis(Date.UTC(2015, 7, 30, 12, 36, 0))
const FORM = 'application/x-www-form-urlencoded'

const sign = (
  request: { readonly method: 'GET' | 'POST'; readonly url: string; readonly headers?: readonly string[]; readonly body?: string },
  service = 'service',
  key = KEY,
): readonly string[] => {
  const made = createAuthenticator(
    { kind: 'sigv4', service, region: 'us-east-1', secret: { environment: 'KEY' } },
    { environment: { KEY: key }, clock: () => NOW, random: (length) => new Uint8Array(length) },
  )
  assert.ok(made.ok, JSON.stringify(made))
  assert.equal(made.value.fixed, undefined)
  const body = new TextEncoder().encode(request.body ?? '')
  const signed = made.value.authenticate({ headers: [], ...request, body }, () => assert.fail('signing takes no waiting'))
  assert.ok(signed?.ok)
  return signed.value
}
const signature = (headers: readonly string[]): string => headers.at(-1)?.split('Signature=')[1] ?? ''

test('signatures are those of the published test suite', () => {
  const base = 'https://example.amazonaws.com'
  const rows: [Parameters<typeof sign>[0], string][] = [
    [{ method: 'GET', url: `${base}/` }, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [{ method: 'GET', url: `${base}/?Param2=value2&Param1=value1` }, 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'],
    [{ method: 'POST', url: `${base}/` }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      { method: 'POST', url: `${base}/`, headers: ['Content-Type', FORM], body: 'Param1=value1' },
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ]
  for (const [request, expected] of rows) assert.equal(signature(sign(request)), expected, JSON.stringify(request))
})

test('the example of the General Reference is signed as it says', () => {
  const url = 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'
  assert.deepEqual(sign({ method: 'GET', url, headers: ['content-type', `${FORM}; charset=utf-8`] }, 'iam'), [
    'x-amz-date',
    '20150830T123600Z',
    'authorization',
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  ])
})

test('a session token is sent and signed', () => {
  const session = `AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==`
  const headers = sign({ method: 'POST', url: 'https://example.amazonaws.com/' }, 'service', `${KEY}:${session}`)
  assert.equal(headers[3], session)
  assert.equal(signature(headers), '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead')
})

test('every form in which an access key is handed out is the same key', () => {
  const request = { method: 'GET', url: 'https://example.amazonaws.com/' } as const
  const [id, secret] = KEY.split(':')
  const forms = [
    JSON.stringify({ Version: 1, AccessKeyId: id, SecretAccessKey: secret }),
    `[default]\naws_access_key_id = ${id}\naws_secret_access_key=${secret}\nregion = x\n[other]\naws_access_key_id = no`,
  ]
  for (const form of forms) assert.deepEqual(sign(request, 'service', form), sign(request))
})

test('the body, the path and Amazon’s own headers are under the signature', () => {
  const base = { method: 'POST', url: 'https://b.eu-central-1.amazonaws.com/model/a%3A0/converse', body: '{}' } as const
  const others = [
    { ...base, body: '{ }' },
    { ...base, url: base.url.replace('%3A', '%3B') },
    { ...base, headers: ['X-Amz-Target', 'x'] },
    { ...base, headers: ['Content-Type', 'application/json'] },
  ]
  const all = [base, ...others].map((request) => signature(sign(request, 'bedrock')))
  assert.equal(new Set(all).size, all.length)
  assert.equal(signature(sign({ ...base, headers: ['accept', 'x'] }, 'bedrock')), all[0], 'what a wire may rewrite is not')
})
