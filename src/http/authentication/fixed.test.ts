import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { epochMillis } from '../../core/units.ts'
import { type AuthenticationSettings, createAuthenticator, createAuthenticators } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-fixed-'))
after(() => rmSync(folder, { recursive: true }))

const OUTGOING = { method: 'POST', url: 'https://api.example.org/v1/chat', headers: [], body: new Uint8Array() } as const
const ports = (environment: Record<string, string> = {}) => ({
  clock: () => epochMillis(0),
  random: (length: number) => new Uint8Array(length),
  environment,
})
const never = () => assert.fail('a fixed kind answers at once')

/** The headers for a key, or the sentence that says why there are none. */
const headersOf = (settings: AuthenticationSettings, key: string): readonly string[] | string => {
  const made = createAuthenticator(settings, ports({ KEY: key }))
  if (!made.ok) return made.error.message
  const now = made.value.authenticate(OUTGOING, never)
  assert.ok(now?.ok)
  assert.equal(made.value.fixed, now.value, 'one array, worked out beforehand')
  return now.value
}

test('each fixed kind puts the key where its vendor wants it', () => {
  const secret = { environment: 'KEY' }
  assert.deepEqual(headersOf({ kind: 'none' }, ''), [])
  assert.deepEqual(headersOf({ kind: 'bearer', secret }, ' sk-1\n'), ['authorization', 'Bearer sk-1'])
  assert.deepEqual(headersOf({ kind: 'header', name: 'X-Api-Key', secret }, 'k'), ['x-api-key', 'k'])
  assert.deepEqual(headersOf({ kind: 'header', name: 'Authorization', prefix: 'Api-Key ', secret }, 'k'), ['authorization', 'Api-Key k'])
  assert.deepEqual(headersOf({ kind: 'basic', secret }, 'user:pass word'), ['authorization', 'Basic dXNlcjpwYXNzIHdvcmQ='])
  assert.deepEqual(headersOf({ kind: 'basic', secret }, 'dXNlcjpwYXNz'), ['authorization', 'Basic dXNlcjpwYXNz'])
})

test('what is no key is told without being shown', () => {
  const secret = { environment: 'KEY' }
  const rows: [AuthenticationSettings, string, string][] = [
    [{ kind: 'bearer', secret }, '', 'the environment variable `KEY` is empty; put the secret there'],
    [{ kind: 'bearer', secret }, 'geheim\r\nx: y', 'the key must be one word of printable characters'],
    [{ kind: 'basic', secret }, 'geheim', 'the key must be `user:password`, or that in Base64'],
    [{ kind: 'basic', secret }, 'geheim:a\nb', 'the key must be printable characters on one line'],
    [
      { kind: 'sigv4', service: 's', region: 'r', secret },
      'geheim',
      'the key is no AWS access key; write `id:secret`, `id:secret:session`, or a credentials file of AWS',
    ],
  ]
  for (const [settings, key, sentence] of rows) assert.equal(headersOf(settings, key), sentence)
  const absent = createAuthenticator({ kind: 'bearer', secret: { file: join(folder, 'absent') } }, ports())
  assert.ok(!absent.ok && absent.error.message.includes('(ENOENT)'))
})

test('a file that changes is read again, and one that becomes unusable leaves what was read in force', () => {
  const file = join(folder, 'key')
  writeFileSync(file, 'first\n')
  const made = createAuthenticator({ kind: 'bearer', secret: { file } }, ports())
  assert.ok(made.ok)
  const headers = () => made.value.fixed?.[1]
  assert.deepEqual(made.value.refresh(), [])
  writeFileSync(`${file}.new`, 'other')
  renameSync(`${file}.new`, file)
  assert.equal(headers(), 'Bearer first', 'nothing is read until it is asked to')
  assert.deepEqual(made.value.refresh(), [])
  assert.equal(headers(), 'Bearer other')
  writeFileSync(file, '')
  assert.match(made.value.refresh().join(), /is empty/)
  rmSync(file)
  assert.match(made.value.refresh().join(), /ENOENT/)
  assert.equal(headers(), 'Bearer other')
  writeFileSync(file, 'third')
  assert.deepEqual(made.value.refresh(), [])
  assert.equal(headers(), 'Bearer third')
})

test('inspecting an authenticator shows no secret', () => {
  const made = createAuthenticator({ kind: 'bearer', secret: { environment: 'KEY' } }, ports({ KEY: 'geheim' }))
  assert.ok(made.ok)
  for (const shown of [inspect(made.value, { depth: 20, showHidden: true }), JSON.stringify(made.value)])
    assert.ok(!shown.includes('geheim'), shown)
})

test('all of an exchange are read again at once, and it is told what came of it', () => {
  const file = join(folder, 'shared')
  writeFileSync(file, 'one')
  const all = createAuthenticators(ports())
  const made = all.prepare({ kind: 'bearer', secret: { file } })
  assert.ok(made.ok && all.prepare({ kind: 'none' }).ok)
  assert.deepEqual(all.refresh(), { changed: false, complaints: [] })
  writeFileSync(file, 'three')
  assert.deepEqual(all.refresh(), { changed: true, complaints: [] })
  assert.deepEqual(made.value.fixed, ['authorization', 'Bearer three'])
  writeFileSync(file, '')
  const { changed, complaints } = all.refresh()
  assert.deepEqual([changed, complaints.length], [false, 1])
})

test('the same settings have one authenticator, until it is let go', () => {
  const all = createAuthenticators(ports({ A: 'a', B: 'b' }))
  const of = (environment: string) => {
    const made = all.prepare({ kind: 'bearer', secret: { environment } })
    assert.ok(made.ok)
    return made.value
  }
  const [a, b] = [of('A'), of('B')]
  assert.equal(of('A'), a)
  assert.notEqual(a, b)
  all.retain(new Set([b]))
  assert.equal(of('B'), b)
  assert.notEqual(of('A'), a)
})
