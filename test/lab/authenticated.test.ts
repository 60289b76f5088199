// `allod probe` of endpoints whose requests are signed, or shown a token that is fetched first.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { probe } from '../../src/main/probe.ts'
import { newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { startVendor } from '../vendors/index.ts'
import { SIMULATED_ACCESS_KEY } from '../vendors/simulator/signature.ts'
import { here } from './here.ts'

const data = newData()
const config = join(data, 'allod.yaml')
const gigachat = await startVendor('gigachat')
const vertex = await startVendor('google-vertex')
const bedrock = await startVendor('aws-bedrock', { region: 'eu-central-1' })
const PEM = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ACCOUNT = {
  client_email: 'probe@simulated.test',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  private_key_id: 'k1',
}
let exchange: Started

before(async () => {
  const files = {
    'law.cedar': '@id("all")\n@reason("only authentication is looked at")\npermit (principal, action, resource);\n',
    'authority.pem': PEM,
    'gigachat.key': gigachat.key,
    'vertex.key': JSON.stringify(ACCOUNT),
    'bedrock.key': `${SIMULATED_ACCESS_KEY}:${bedrock.key}`,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(data, name), text)
  writeFileSync(
    config,
    `exchange: { name: lab.test, seat: FR, operator: a test }
home: [FR]
currency: EUR
policy: { files: [law.cedar] }
endpoints:
  gigachat:
    kind: gigachat
    provider: gigachat
    baseUrl: '${gigachat.url}'
    certificateAuthorityFile: authority.pem
    authentication: { kind: key, keyFile: gigachat.key, tokenUrl: '${gigachat.origin}/api/v2/oauth' }
    models: { GigaChat-2-Max: {} }
  vertex:
    kind: gemini
    provider: google-vertex
    baseUrl: '${vertex.url}'
    parameters: { project: simulated-project }
    authentication: { kind: key, keyFile: vertex.key, tokenUrl: '${vertex.origin}/token' }
    models: { gemini-2.5-flash: {} }
  bedrock:
    kind: bedrock-converse
    provider: aws-bedrock
    region: eu-central-1
    baseUrl: '${bedrock.url}'
    authentication: { kind: key, keyFile: bedrock.key }
    models: { '${bedrock.vendor.model}': {} }
aliases: { any: { targets: [gigachat/GigaChat-2-Max] } }
tenants: { t: { applications: { app: {} } } }
`,
  )
  exchange = await startAllod(data, '--config', config)
})
after(async () => {
  // Undefined when it did not start; the error of that is told already.
  await exchange?.stop()
  for (const simulated of [gigachat, vertex, bedrock]) await simulated.stop()
  removeData(data)
})

for (const [name, simulated] of Object.entries({ gigachat, vertex, bedrock }))
  test(`${name} is probed with what each of its requests must be shown`, { timeout: 60_000 }, async () => {
    const ran = await here(probe, name, '--only', 'authentication', '--yes', '--config', config, '--data', data)
    assert.equal(ran.code, 0, ran.error + ran.out)
    assert.match(ran.out, /scheme +emulated +takes a key that is exchanged or signed first/)
    assert.match(ran.out, /without-key +honours/)
    assert.match(ran.out, /wrong-key +honours/)
    const folder = join(data, 'lab', name)
    const kept = readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8')
    const shown = simulated.requests.flatMap(({ headers }) => headers.authorization ?? [])
    assert.ok(shown.length > 0)
    const secrets = [...shown, ...shown.map((text) => text.split('Signature=').at(-1) ?? ''), simulated.key, ACCOUNT.private_key]
    for (const secret of secrets.filter((each) => !each.includes('allod-probe-wrong-key'))) assert.ok(!kept.includes(secret), name)
  })
