// `allod probe` as its user has it: beside a running exchange, and alone.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { probe } from '../../src/main/probe.ts'
import { newData, type Ran, removeData, startAllod } from '../end-to-end/allod.ts'
import { here } from './here.ts'
import { startPlain } from './plain-server.ts'

const server = await startPlain({ seed: 'honours', key: 'ignores' })
const data = newData()
after(async () => {
  await server.stop()
  removeData(data)
})

const SECRET = 'endpoint-secret-5678'
const configuration = (forbids: string): string => {
  const file = join(data, 'allod.yaml')
  writeFileSync(join(data, 'key'), `${SECRET}\n`)
  writeFileSync(
    join(data, 'law.cedar'),
    `@id("all")\n@reason("a test permits everything")\npermit (principal, action, resource);\n${forbids}`,
  )
  const endpoint = `{ kind: openai-chat, baseUrl: '${server.url}', authentication: { kind: bearer, tokenFile: key }, models: { plain: { price: { input: 2, output: 8 } } } }`
  writeFileSync(
    file,
    `exchange: { name: lab.test, seat: FR, operator: a test }
home: [FR]
currency: EUR
policy: { files: [law.cedar] }
endpoints: { plain: ${endpoint} }
aliases: { plain: { targets: [plain/plain] } }
tenants: { t: { applications: { app: {} } } }
`,
  )
  return file
}
const FORBID = '@id("no-plain")\n@reason("nothing goes there")\nforbid (principal, action, resource);\n'
const config = configuration('')
const common = ['--config', config, '--data', data]
const probing = (...options: readonly string[]): Promise<Ran> => here(probe, ...options, ...common)
/** A process of its own, stopped by Ctrl-C as soon as `when` holds; the endpoint never answers again. */
const interrupted = async (options: readonly string[], when: () => boolean): Promise<Ran> => {
  const slow = setInterval(() => {
    if (when()) server.answer = () => child.kill('SIGINT')
  }, 1)
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/main/main.mjs'), 'probe', ...options, ...common], {
    env: { NO_COLOR: '1' },
  })
  let error = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(slow)
  server.answer = undefined
  return { code, out: '', error }
}
const files = (): readonly string[] => readdirSync(join(data, 'lab/plain')).sort()

test('allod probe: announced, permitted, recorded, signed, kept, compared', { timeout: 120_000 }, async () => {
  const listed = await probing('--list')
  assert.match(listed.out, / 3 {2}seed/)

  const nobody = await probing('plain', '--only', 'seed', '--yes')
  assert.equal(nobody.code, 3, nobody.error)
  assert.equal(server.calls(), 0)

  const exchange = await startAllod(data, '--config', config)
  const silent = await probing('plain', '--only', 'seed')
  assert.equal(silent.code, 2)
  assert.match(silent.error, /at most \d+ calls, \d+ tokens in and \d+ out, 0\.\d+ EUR/)
  assert.match(silent.error, /start with --yes/)
  assert.match((await probing('plain', '--only', 'seed', '--yes', '--max-calls', '3')).error, /more than --max-calls 3/)
  assert.match((await probing('plain', '--only', 'seed', '--yes', '--max-cost', '0.000001')).error, /more than --max-cost/)
  assert.match((await probing('plain', '--only', 'seeds', '--yes')).error, /did you mean `seed`/)
  assert.match((await probing('plane', '--yes')).error, /did you mean `plain`/)
  assert.match((await probing('plain', '--check', '--yes')).error, /no earlier run/)
  assert.equal(server.calls(), 0)

  const first = await probing('plain', '--only', 'seed,unknown-fields', '--yes')
  assert.equal(first.code, 0, first.error)
  assert.match(first.out, /seed\s+honours/)
  assert.equal(files().length, 1)
  assert.doesNotMatch(readFileSync(join(data, 'lab/plain', files()[0] ?? ''), 'utf8'), new RegExp(SECRET))
  assert.equal(await exchange.stop(), 0)

  const same = await probing('--check', 'plain', '--yes')
  assert.equal(same.code, 0, same.out + same.error)
  assert.match(same.out, /nothing changed since/)

  server.manners = { seed: 'rejects' }
  const changed = await probing('--check', 'plain', '--yes', '--json')
  assert.equal(changed.code, 1, changed.error)
  const shown = JSON.parse(changed.out)
  assert.ok(
    shown.changes.some(
      (change: { experiment: string; before: string; now: string }) => change.experiment === 'seed' && change.now === 'rejects',
    ),
  )
  assert.equal(files().length, 3)

  const page = await probing('--page', 'plain')
  assert.match(page.out, /# plain\/plain/)
  assert.match(page.out, /\| seed \| rejects \|/)

  const asked = server.calls()
  const stopped = await interrupted(['plain', '--yes'], () => server.calls() > asked + 4)
  assert.equal(stopped.code, 3, stopped.error)
  assert.match(stopped.error, /stopped before its end; what was found until then is kept/)
  assert.equal(files().length, 4)
  assert.match(readFileSync(join(data, 'lab/plain', files().at(-1) ?? ''), 'utf8'), /"ending":"stopped"/)

  configuration(FORBID)
  const before = server.calls()
  const refused = await probing('plain', '--only', 'seed', '--yes')
  assert.equal(refused.code, 1)
  assert.match(refused.error, /nothing goes there/)
  assert.equal(server.calls(), before)
})
