import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isJsonObject, parseJson } from '../core/json.ts'
import { runCommand, type Terminal } from './command.ts'
import { loadConfiguration } from './config.ts'
import { endpoint } from './endpoint.ts'
import { DEFAULT_CONFIGURATION } from './owner.ts'
import type { TerminalQuestion } from './prompt.ts'

const cleanups: (() => unknown)[] = []
after(() => {
  for (const cleanup of cleanups) cleanup()
})

const dataDirectory = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-endpoint-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A vendor that lists its models to who shows the key. */
const vendor = async (key: string, models: readonly string[]) => {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    seen.push(request)
    const right = key === '' || request.headers.authorization === `Bearer ${key}`
    response.writeHead(right ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(right ? { data: models.map((id) => ({ id })) } : { error: `no: ${request.headers.authorization}` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, seen }
}

type Ran = { readonly code: number; readonly out: string; readonly error: string; readonly asked: readonly TerminalQuestion[] }
/** Runs the command; with `answers` somebody sits at the terminal and gives them in turn, and then leaves. */
const run = async (argv: readonly string[], answers?: readonly string[], environment: Record<string, string> = {}): Promise<Ran> => {
  const [out, error, asked]: [string[], string[], TerminalQuestion[]] = [[], [], []]
  const left = [...(answers ?? [])]
  const terminal: Terminal = {
    out: (text) => out.push(text),
    error: (text) => error.push(text),
    isTerminal: false,
    environment,
    ...(answers === undefined
      ? {}
      : {
          ask: async (question: TerminalQuestion) => {
            asked.push(question)
            return left.shift()
          },
        }),
  }
  const code = await runCommand(endpoint, argv, terminal)
  return { code, out: out.join('\n'), error: error.join('\n'), asked }
}

test('a person is asked for what is missing; the key is hidden, stored for its owner alone, and shown to the host that was named', async () => {
  const data = dataDirectory()
  const { url, seen } = await vendor('sehr-geheim', ['llama-70b', 'other'])
  // Name, address, key, model, whether to ask, whether to write.
  const ran = await run(['add', 'openai-compatible', '--data', data], ['lab', url, 'sehr-geheim', 'llama-70b', '', ''])
  assert.equal(ran.code, 0, ran.error)
  assert.deepEqual(
    ran.asked.map(({ hidden }) => hidden === true),
    [false, false, true, false, false, false],
  )
  assert.equal(seen.length, 1)
  assert.deepEqual([seen[0]?.method, seen[0]?.url, seen[0]?.headers['content-length']], ['GET', '/v1/models', undefined])
  assert.match(ran.error, new RegExp(`to be asked: GET ${url}/models, with the key and without content`))
  assert.match(ran.out, /reach +see \(unknown\), stop \(unknown\), change \(unknown\)/)
  assert.match(ran.out, /it answers, and lists 2 models/)

  const keyFile = join(data, 'secrets/endpoint-lab.key')
  assert.equal(readFileSync(keyFile, 'utf8'), 'sehr-geheim\n')
  assert.equal(statSync(keyFile).mode & 0o777, 0o600)
  const file = join(data, 'allod.yaml')
  const lines = [
    '  lab:',
    '    kind: openai-chat',
    '    provider: openai-compatible',
    `    baseUrl: ${url}`,
    '    authentication: { kind: key, keyFile: secrets/endpoint-lab.key }',
    '    models: { llama-70b: {} }',
  ]
  const text = readFileSync(file, 'utf8')
  assert.ok(text.includes(lines.join('\n')), text)
  assert.equal(text.replace(`${lines.join('\n')}\n`, ''), readFileSync(DEFAULT_CONFIGURATION, 'utf8'))
  assert.ok(loadConfiguration(file).ok)
  for (const shown of [ran.out, ran.error, text, ...ran.asked.map((each) => each.text)]) assert.ok(!shown.includes('geheim'))

  const listed = await run(['list', '--data', data, '--json'])
  const rows = parseJson(listed.out)
  assert.ok(rows.ok && Array.isArray(rows.value) && rows.value.length === 2)
  const removed = await run(['remove', 'lab', '--data', data])
  assert.equal(removed.code, 0, removed.error)
  assert.equal(readFileSync(file, 'utf8'), readFileSync(DEFAULT_CONFIGURATION, 'utf8'))
  assert.equal(existsSync(keyFile), false)
})

test('what a vendor asks for besides: a folder, a place, a file with the key', async () => {
  const data = dataDirectory()
  writeFileSync(join(data, 'yandex.key'), 'geheim')
  const wrong = ['b1g/../x', 'b1gabc']
  const ran = await run(
    ['add', 'yandex', '--data', data, '--no-probe'],
    ['', ...wrong, `@${join(data, 'yandex.key')}`, 'yandexgpt/latest', ''],
  )
  assert.equal(ran.code, 0, ran.error)
  assert.match(ran.error, /`b1g\/\.\.\/x` cannot be `folder`/)
  assert.match(ran.out, /logging +on by default; opt-out: sent with each call/)
  const loaded = loadConfiguration(join(data, 'allod.yaml'))
  assert.ok(loaded.ok)
  const written = loaded.value.configuration.endpoints.yandex
  assert.ok(written !== undefined && written.kind === 'openai-chat')
  assert.deepEqual(written.parameters, { folder: 'b1gabc' })
  assert.deepEqual(written.authentication, { kind: 'key', keyFile: 'yandex.key' })
})

test('where nobody can be asked, everything missing is told at once and nothing is written', async () => {
  const data = dataDirectory()
  const ran = await run(['add', 'yandex', '--data', data])
  assert.equal(ran.code, 2)
  assert.match(ran.error, /give --parameter folder=… \(the folder id of the cloud\), --key-file \(the key\), --model \(a model of it/)
  assert.equal(existsSync(join(data, 'allod.yaml')), false)
  const given = ['--parameter', 'folder=b1g', '--key-environment', 'KEY', '--model', 'yandexgpt', '--no-probe', '--json', '--data', data]
  const empty = await run(['add', 'yandex', ...given])
  assert.deepEqual([empty.code, empty.error], [2, 'allod endpoint: the environment variable `KEY` is empty; put the secret there'])
  const whole = await run(['add', 'yandex', ...given], undefined, { KEY: 'k' })
  assert.equal(whole.code, 0, whole.error)
  const answer = parseJson(whole.out)
  assert.ok(answer.ok && isJsonObject(answer.value) && isJsonObject(answer.value.reach))
  assert.equal(answer.value.reach.subject, 'endpoint:yandex-ai-studio/yandexgpt')
  assert.ok((answer.value.reach.see as readonly string[]).includes('RU'))
})

test('a refused key and an address where nobody is leave everything as it was', async () => {
  const data = dataDirectory()
  const { url } = await vendor('right', [])
  const file = join(data, 'allod.yaml')
  const before = readFileSync(DEFAULT_CONFIGURATION)
  writeFileSync(file, before)
  const refused = await run(['add', 'vllm', '--data', data, '--url', url], ['', 'wrong-geheim', 'm', '', ''])
  assert.equal(refused.code, 1)
  assert.match(refused.error, /it refuses the key \(401\)/)
  assert.ok(!refused.error.includes('geheim'))
  const absent = await run(['add', 'vllm', '--data', data, '--url', 'http://127.0.0.1:9/v1', '--model', 'm', '--yes', '--method', 'none'])
  assert.equal(absent.code, 3)
  assert.match(absent.error, /could not be reached \(ECONNREFUSED\)/)
  const gone = await run(['add', 'vllm', '--data', data, '--url', url], ['', 'key'])
  assert.deepEqual([gone.code, gone.error.split('\n').at(-1)], [2, 'allod endpoint: stopped; nothing was written'])
  assert.deepEqual(readFileSync(file), before)
  assert.equal(existsSync(join(data, 'secrets/endpoint-vllm.key')), false)
})

test('what would not load is refused whole, with one sentence', async () => {
  const data = dataDirectory()
  const file = join(data, 'allod.yaml')
  const rows: [string[], RegExp][] = [
    [['add', 'mistrl'], /^allod endpoint: there is no provider `mistrl`; did you mean `mistral`\?$/],
    [['add', 'mistral', '--name', 'home'], /^allod endpoint: --name: there is an endpoint `home` already$/],
    [['add', 'mistral', '--region', 'eu-nort'], /^allod endpoint: --region: there is no region `eu-nort`/],
    [['add', 'mistral', '--dialect', 'gemini'], /^allod endpoint: --dialect: there is no dialect `gemini`/],
    [['add', 'mistral', '--parameter', 'folder=x'], /^allod endpoint: --parameter: there is no parameter `folder`/],
    [['add', 'mistral', '--pick', 'region=Germany'], /^allod endpoint: `region=Germany` is no pick/],
    [['remove', 'home'], /^allod endpoint: without `home` the configuration would not load: allod\.yaml:\d+: there is no endpoint `home`$/],
    [['remove', 'hom'], /^allod endpoint: there is no endpoint `hom`; there is home$/],
    [['ad'], /^allod endpoint: say `add <provider>`, `list`, `remove <name>` or `providers`$/],
  ]
  writeFileSync(file, readFileSync(DEFAULT_CONFIGURATION))
  for (const [argv, sentence] of rows) {
    const ran = await run([...argv, '--data', data, '--model', 'm', '--key-environment', 'KEY', '--no-probe'], undefined, { KEY: 'k' })
    assert.match(ran.error, sentence)
    assert.notEqual(ran.code, 0)
    assert.deepEqual(readFileSync(file), readFileSync(DEFAULT_CONFIGURATION))
  }
  writeFileSync(file, 'exchange: [')
  const broken = await run(['add', 'mistral', '--data', data, '--model', 'm', '--key-environment', 'KEY'], undefined, { KEY: 'k' })
  assert.match(broken.error, /^allod endpoint: the configuration does not load as it is: allod\.yaml:/)
})

test('every provider that ships is listed', async () => {
  const ran = await run(['providers', '--json'])
  const rows = parseJson(ran.out)
  assert.ok(ran.code === 0 && rows.ok && Array.isArray(rows.value) && rows.value.length > 40)
})
