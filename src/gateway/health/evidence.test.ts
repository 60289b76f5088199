import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMillis } from '../../core/units.ts'
import { CutWatch } from './evidence.ts'
import { findingOf, refusesService } from './finding.ts'
import { DEFAULT_RULES } from './rules.ts'

const RULES = DEFAULT_RULES.cut ?? assert.fail('cuts are watched for by default')

/** Vendors' own words for it, as they document or send them. */
const REFUSALS: readonly (readonly [status: number, words: string, reason: string, attempts: number])[] = [
  [
    403,
    '{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported"}}',
    'country-unsupported',
    3,
  ],
  [
    400,
    '{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}',
    'country-unsupported',
    5,
  ],
  [
    403,
    '{"message":"Access to Anthropic models is not allowed from unsupported countries, regions, or territories."}',
    'country-unsupported',
    3,
  ],
  [
    400,
    '{"type":"error","error":{"type":"invalid_request_error","message":"This organization has been disabled."}}',
    'account-disabled',
    5,
  ],
  [401, '{"error":{"message":"Your account has been deactivated.","code":"account_deactivated"}}', 'account-disabled', 3],
  [403, '{"error":{"status":"PERMISSION_DENIED","details":[{"reason":"CONSUMER_SUSPENDED"}]}}', 'account-disabled', 3],
  [401, '{"error":{"message":"Incorrect API key provided"}}', 'key-refused', 5],
  [403, '{"type":"error","error":{"type":"permission_error"}}', 'permission-refused', 5],
  [402, '', 'payment-demanded', 5],
  [404, '{"error":{"code":"model_not_found"}}', 'model-gone', 3],
  [404, '{"error":{"code":"DeploymentNotFound"}}', 'model-gone', 3],
  [410, '', 'model-gone', 3],
  [404, 'page not found', 'not-found', 5],
  [451, '', 'legal-reasons', 3],
]

const watch = (attempt: (watch: CutWatch, i: number) => ReturnType<CutWatch['sees']>, most = 20): number => {
  const cut = new CutWatch()
  for (let i = 1; i <= most; i++) if (attempt(cut, i) !== undefined) return i
  return Number.POSITIVE_INFINITY
}

for (const [status, words, reason, attempts] of REFUSALS)
  test(`${status} ${words.slice(0, 60)} is a refusal of service, believed after ${attempts}`, () => {
    assert.ok(refusesService(status, words))
    const finding = findingOf(`status-${status}`, status, words)
    assert.equal(finding.reason, reason)
    assert.equal(
      watch((cut, i) => cut.sees(finding, status, epochMillis(i), RULES)),
      attempts,
    )
  })

test('that nobody is there is believed after ten attempts at once, or a few over five seconds', () => {
  for (const [code, reason] of [
    ['ENOTFOUND', 'name-dead'],
    ['EAI_AGAIN', 'name-dead'],
    ['ECONNREFUSED', 'connection-refused'],
    ['EHOSTUNREACH', 'unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unreachable'],
    ['CERT_HAS_EXPIRED', 'certificate-refused'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-refused'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-refused'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-refused'],
  ] as const) {
    const finding = findingOf('unreachable', 0, code)
    assert.equal(finding.reason, reason)
    assert.equal(
      watch((cut, i) => cut.sees(finding, 0, epochMillis(i), RULES)),
      10,
    )
    assert.equal(
      watch((cut, i) => cut.sees(finding, 0, epochMillis(i * 2500), RULES)),
      3,
    )
  }
})

test('connections that break before a word are evidence, in an answer they are not, and silence between them ends nothing', () => {
  const lost = findingOf('cut', 0, '')
  assert.equal(lost.reason, 'connection-lost')
  assert.equal(findingOf('cut', 200, '').reason, undefined)
  const silent = findingOf('timed-out', 0, '')
  assert.equal(
    watch((cut, i) => cut.sees(i % 2 === 0 ? silent : lost, 0, epochMillis(i), RULES)),
    19,
  )
  assert.equal(
    watch((cut, i) =>
      i % 5 === 0 ? cut.sees(findingOf('status-500', 500, ''), 500, epochMillis(i), RULES) : cut.sees(lost, 0, epochMillis(i), RULES),
    ),
    Number.POSITIVE_INFINITY,
  )
})

test('a chain without a pinned key is believed after three', () => {
  const finding = findingOf('unreachable', 0, 'ERR_CERTIFICATE_CHANGED')
  assert.equal(finding.reason, 'certificate-changed')
  assert.equal(
    watch((cut, i) => cut.sees(finding, 0, epochMillis(i), RULES)),
    3,
  )
})

test('overload, faults and what a caller did wrong are no cut, however often; nor is a refusal with an answer between', () => {
  for (const [result, status, words] of [
    ['status-429', 429, 'unsupported country'],
    ['status-503', 503, ''],
    ['status-529', 529, ''],
    ['status-500', 500, ''],
    ['timed-out', 0, ''],
    ['cut', 200, ''],
    ['status-400', 400, 'max_tokens is too large'],
    ['status-413', 413, ''],
  ] as const)
    assert.equal(
      watch((cut, i) => cut.sees(findingOf(result, status, words), status, epochMillis(i * 10_000), RULES)),
      Number.POSITIVE_INFINITY,
      result,
    )
  const refused = findingOf('status-403', 403, '')
  const between = (cut: CutWatch, i: number) => {
    if (i % 3 === 0) cut.answers()
    return cut.sees(refused, 403, epochMillis(i), RULES)
  }
  assert.equal(watch(between), Number.POSITIVE_INFINITY)
})

test('a cut is told once, and its end once', () => {
  const cut = new CutWatch()
  const gone = findingOf('status-410', 410, '')
  const told = Array.from({ length: 20 }, (_, i) => cut.sees(gone, 410, epochMillis(i), RULES)).filter((each) => each !== undefined)
  assert.deepEqual(told, [{ reason: 'model-gone', attempts: 3, lasted: 2, status: 410 }])
  assert.equal(cut.answers(), true)
  assert.equal(cut.answers(), false)
})
