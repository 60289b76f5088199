// Keys of endpoints, from the owner's file to the endpoint's own check of them, through an exchange as its owner starts it.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { epochMillis } from '../../src/core/units.ts'
import { createAuthenticator } from '../../src/http/authentication/index.ts'
import { eventually, newData, removeData, type Started, startAllod } from './allod.ts'

const ACCESS_KEY = 'AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const servers: ReturnType<typeof createServer>[] = []
const serve = async (answer: (request: IncomingMessage, body: Buffer) => readonly [status: number, body: object]): Promise<string> => {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const [status, body] = answer(request, Buffer.concat(parts))
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Signs what arrived at the moment it says it was signed, as the vendor does when it checks. */
const isSigned = ({ headers, url }: IncomingMessage, body: Buffer): boolean => {
  const at = String(headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z')
  const made = createAuthenticator(
    { kind: 'sigv4', service: 'bedrock', region: 'eu-central-1', secret: { environment: 'KEY' } },
    { environment: { KEY: ACCESS_KEY }, clock: () => epochMillis(Date.parse(at)), random: (length) => new Uint8Array(length) },
  )
  assert.ok(made.ok)
  const seen = ['content-type', String(headers['content-type'])]
  const again = made.value.authenticate({ method: 'POST', url: `http://${headers.host}${url}`, headers: seen, body }, () => {})
  return again?.ok === true && again.value.at(-1) === headers.authorization
}

const CONVERSED = {
  output: { message: { role: 'assistant', content: [{ text: 'signed' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
}
const CHATTED = {
  id: 'c1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Bonjour' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
}

const data = newData()
const shown: (string | undefined)[] = []
let exchange: Started
before(async () => {
  const bedrock = await serve((request, body) =>
    isSigned(request, body) ? [200, CONVERSED] : [403, { message: 'the signature is wrong' }],
  )
  const plain = await serve(({ headers }) => {
    shown.push(headers.authorization)
    return [200, CHATTED]
  })
  writeFileSync(join(data, 'aws.key'), ACCESS_KEY)
  writeFileSync(join(data, 'plain.key'), 'first')
  writeFileSync(join(data, 'all.cedar'), '@id("all")\n@reason("only keys are looked at")\npermit (principal, action, resource);\n')
  writeFileSync(
    join(data, 'keys.yaml'),
    `exchange: {name: keys.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
endpoints:
  bedrock:
    kind: bedrock-converse
    provider: aws-bedrock
    region: eu-central-1
    baseUrl: ${bedrock}
    authentication: {kind: key, keyFile: aws.key}
    models: {'anthropic.claude-v1:0': {}}
  plain: {kind: openai-chat, baseUrl: '${plain}/v1', authentication: {kind: key, keyFile: plain.key}, models: {m: {}}}
aliases:
  bedrock: {targets: ['bedrock/anthropic.claude-v1:0'], unsupported: warn}
  plain: {targets: [plain/m]}
tenants:
  test: {applications: {test: {}}}
`,
  )
  exchange = await startAllod(data, '--config', join(data, 'keys.yaml'))
})
after(async () => {
  await exchange.stop()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  removeData(data)
})

const ask = async (alias: string): Promise<string> => {
  const response = await fetch(`${exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: alias, messages: [{ role: 'user', content: 'Bonjour 🙂' }] }),
  })
  return `${response.status} ${await response.text()}`
}

test('a translated call arrives signed, as the vendor checks it', async () => {
  assert.match(await ask('bedrock'), /^200 .*"content":"signed"/)
})

test('a key that its owner replaces is shown without a restart', async () => {
  assert.match(await ask('plain'), /^200 /)
  assert.deepEqual(shown, ['Bearer first'])
  writeFileSync(join(data, 'plain.key'), 'second')
  await eventually(async () => {
    assert.match(await ask('plain'), /^200 /)
    assert.equal(shown.at(-1), 'Bearer second')
  })
})
