import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { epochMillis } from '../core/units.ts'
import { webhookSignature } from '../http/alerts/webhook.ts'
import { pooledRandom } from '../http/native.ts'
import { Alerting } from './alerting.ts'
import type { LoadedConfiguration } from './config.ts'
import { parseConfiguration } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-alerting-'))
const receiver = createServer()
before(() => once(receiver.listen(0, '127.0.0.1'), 'listening'))
after(() => {
  receiver.closeAllConnections()
  receiver.close()
  rmSync(folder, { recursive: true, force: true })
})

const loaded = (): LoadedConfiguration => {
  const parsed = parseConfiguration(
    `exchange: {name: alerting.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {preset: hybrid}
endpoints: {far: {kind: openai-chat, baseUrl: 'http://127.0.0.1:9/v1', models: {m: {}}}}
aliases: {far: {targets: [far/m]}}
tenants: {t: {applications: {app: {}}}}
alerts: {webhooks: [{url: 'http://127.0.0.1:${(receiver.address() as AddressInfo).port}', secretFile: hook.secret, kinds: [cut]}]}
`,
    'allod.yaml',
  )
  assert.ok(parsed.ok)
  return { configuration: parsed.value, folder } as LoadedConfiguration
}

test('a secret that was replaced in its file signs from the next reload on; one that is not there changes nothing', async () => {
  const alerting = new Alerting({ clock: () => epochMillis(Date.now()), random: pooledRandom(), say: () => {} })
  const reload = (secret: string): boolean => {
    writeFileSync(join(folder, 'hook.secret'), secret)
    const prepared = alerting.prepare(loaded())
    if (prepared.ok) prepared.value()
    return prepared.ok
  }
  const signedBy = async (secret: string): Promise<boolean> => {
    const asked = once(receiver, 'request') as Promise<[IncomingMessage, { end(): void }]>
    alerting.tell('cut', 'a test', {})
    const [request, response] = await asked
    const body = await text(request)
    response.end()
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers
    return signature === webhookSignature(secret, String(id), Number(time), body)
  }
  assert.ok(reload('first'))
  assert.ok(await signedBy('first'))
  assert.ok(reload('second'))
  assert.ok(await signedBy('second'))
  for (const nothing of ['', ' \n', 'whsec_']) assert.equal(reload(nothing), false)
  assert.ok(await signedBy('second'))
  await alerting.close()
})
