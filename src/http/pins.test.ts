import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { endpointOf, reach } from '../../test/oracles/gateway.ts'
import type { UpstreamFailure } from '../gateway/ports.ts'
import type { Endpoint } from '../gateway/snapshot.ts'
import { CERTIFICATE_CHANGED, pinOf } from './pins.ts'
import { createUpstream } from './upstream.ts'

type Made = { readonly key: string; readonly cert: string; readonly authority: string; readonly strangers: string }
/** An authority, a server it vouches for, and somebody else's key; undefined where there is no openssl. */
const make = (): Made | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-pins-'))
  const at = (name: string) => join(folder, name)
  const openssl = (...given: string[]) => execFileSync('openssl', given, { stdio: 'ignore' })
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  try {
    openssl('req', '-x509', ...fresh, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=authority', '-days', '2')
    openssl('req', '-x509', ...fresh, '-keyout', at('other.key'), '-out', at('other.pem'), '-subj', '/CN=stranger', '-days', '2')
    openssl('req', ...fresh, '-keyout', at('key.pem'), '-out', at('csr.pem'), '-subj', '/CN=localhost')
    writeFileSync(at('names'), 'subjectAltName=DNS:localhost\n')
    const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names')]
    openssl('x509', '-req', '-in', at('csr.pem'), '-out', at('cert.pem'), ...signed)
    const read = (name: string) => readFileSync(at(name), 'utf8')
    return { key: read('key.pem'), cert: read('cert.pem'), authority: read('ca.pem'), strangers: read('other.pem') }
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const made = make()
const pin = (pem: string): string => pinOf(new X509Certificate(pem))

test('a chain needs one pinned key, its own or its authority’s; without one not a byte of a call is sent', {
  skip: made === undefined && 'there is no openssl',
}, async () => {
  if (made === undefined) return
  let asked = 0
  const server = createServer({ key: made.key, cert: `${made.cert}${made.authority}` }, (_request, response) => {
    asked++
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const upstream = createUpstream()
  const base: Endpoint = {
    ...endpointOf({ id: 'far', reach: reach('US'), baseUrl: `https://localhost:${(server.address() as AddressInfo).port}/v1` }),
    certificateAuthority: made.authority,
  }
  const ask = (publicKeyPins: readonly string[]): Promise<UpstreamFailure | 'answered'> =>
    new Promise((resolve) => {
      const request = { endpoint: { ...base, publicKeyPins }, path: '/chat/completions', headers: [], body: new Uint8Array(2) }
      upstream.send(request, { head: () => {}, data: () => {}, end: () => resolve('answered'), fail: resolve })
    })
  assert.equal(await ask([pin(made.cert)]), 'answered')
  assert.equal(await ask([pin(made.strangers), pin(made.authority)]), 'answered')
  assert.equal(asked, 2)
  const refused = await ask([pin(made.strangers)])
  assert.ok(refused !== 'answered')
  assert.equal(refused.kind, 'unreachable')
  assert.equal(refused.code, CERTIFICATE_CHANGED)
  assert.equal(asked, 2)
  await upstream.close()
  server.closeAllConnections()
  server.close()
})
