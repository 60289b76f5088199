import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '../..')
const POLICY =
  '@id("all")\n@reason("this exchange permits everything, because only its wire is looked at")\npermit (principal, action, resource);\n'

/** One upstream under two names: one that the facts place at home, and one nothing is known of, so that each call to it crosses a border. */
const configuration = (upstream: string): string => `exchange: {name: equality.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
facts:
  rows:
${['located-in country:FR', 'operated-by entity:operator', 'hosted-on self', 'fronted-by nobody', 'identity-by self', 'dns-by self']
  .map((row, index) => [index, ...row.split(' ')])
  .map(
    ([index, predicate, object]) =>
      `    - {id: o${index}, subject: 'endpoint:near', predicate: ${predicate}, object: '${object}', source: this test, sourceKind: owner, asOf: '2026-01-01', evidence: attested}`,
  )
  .join('\n')}
endpoints:
  near: {kind: openai-chat, baseUrl: '${upstream}', models: {near: {}}}
  far: {kind: openai-chat, baseUrl: '${upstream}', models: {far: {}}}
aliases:
  near: {targets: [near/near]}
  far: {targets: [far/far]}
tenants:
  test: {applications: {test: {}}}
# Endpoints fail here because they are asked to: that says nothing of the next call.
health: {breaker: 'off', retries: 'off', cuts: 'off', outliers: 'off'}
`

export type RunningAllod = { readonly url: string; readonly key: string; stop(): Promise<number | null> }

/** The whole exchange, as its owner starts it, before this upstream. The names of its models are the names the upstream knows. */
export const startAllod = async (upstream: string): Promise<RunningAllod> => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-equality-'))
  const file = join(folder, 'allod.yaml')
  const data = join(folder, 'data')
  writeFileSync(file, configuration(upstream))
  writeFileSync(join(folder, 'all.cedar'), POLICY)
  const child = spawn(process.execPath, ['src/main/main.mjs', 'up', '--config', file, '--data', data, '--listen', '127.0.0.1:0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve)).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  )
  let complaints = ''
  child.stderr.on('data', (part: Buffer) => {
    complaints += part.toString()
  })
  const lines = createInterface({ input: child.stdout })
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const ready = /^ready (\S+)$/.exec(line)?.[1]
      if (ready !== undefined) resolve(ready)
    })
    exited.then((code) => reject(new Error(`the exchange ended with ${code} before it was ready: ${complaints}`)))
  })
  return {
    url: `${url}/v1`,
    key: readFileSync(join(data, 'first.key'), 'utf8').trim(),
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}
