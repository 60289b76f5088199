// An endpoint that says itself that it ran where it was not asked to run is stopped, on record, until its owner has looked.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Simulated, startVendor } from '../vendors/index.ts'
import { allod, eventually, newData, removeData, type Started, startAllod } from './allod.ts'

const data = newData()
let [vendor, exchange] = [undefined as unknown as Simulated, undefined as unknown as Started]
before(async () => {
  vendor = await startVendor('anthropic', { region: 'us' })
  writeFileSync(join(data, 'vendor.key'), vendor.key)
  writeFileSync(join(data, 'all.cedar'), '@id("all")\n@reason("only places are looked at")\npermit (principal, action, resource);\n')
  writeFileSync(
    join(data, 'place.yaml'),
    `exchange: {name: place.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
endpoints:
  far:
    kind: anthropic-messages
    provider: anthropic
    region: us
    baseUrl: ${vendor.url}
    authentication: {kind: key, keyFile: vendor.key}
    models: {claude-sonnet-4-6: {}}
aliases: {far: {targets: [far/claude-sonnet-4-6], unsupported: warn}}
tenants: {test: {applications: {test: {}}}}
`,
  )
  exchange = await startAllod(data, '--config', join(data, 'place.yaml'))
})
after(async () => {
  await exchange.stop()
  await vendor.stop()
  removeData(data)
})

const ask = async (): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(`${exchange.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': exchange.key, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'far', max_tokens: 20, messages: [{ role: 'user', content: 'Where are you?' }] }),
  })
  return { status: response.status, text: await response.text() }
}

test('the vendor’s own word against where it was asked to run cuts the endpoint until it is restored', async () => {
  const first = await ask()
  assert.equal(first.status, 200, first.text)
  vendor.fail('elsewhere')
  assert.equal((await ask()).status, 200, 'it has answered, and nobody could know before')
  const seen = vendor.requests.length
  const refused = await ask()
  assert.equal(refused.status, 451)
  assert.match(refused.text, /`far`: this endpoint has been cut off/)
  assert.equal(vendor.requests.length, seen, 'nothing more is sent to it')
  await exchange.prints(/asked to run call call_\w+ in `us` and says that it ran in `global`: it is cut until it is restored/)
  assert.match((await allod('status', '--data', data)).out, /cut +endpoint:far {2}until it is restored {2}by exchange: .*ran in `global`/)
  await exchange.kill()
  exchange = await startAllod(data, '--config', join(data, 'place.yaml'))
  assert.equal((await ask()).status, 451, 'what it said holds after a restart too')
  assert.equal((await allod('restore', 'far', '--data', data)).out, 'restored endpoint:far\n')
  await eventually(async () => assert.equal((await ask()).status, 200))
})
