// Allod as its users start it, with all that a call costs switched on, before the mock upstream.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json, JsonObject } from '../src/core/json.ts'
import { askRunning } from '../src/main/admin.ts'
import { dataPaths } from '../src/main/paths.ts'
import { freePort, HOST, type Running, start, waitFor } from './processes.ts'

const ROOT = join(import.meta.dirname, '..')
/** The start script: settings of its environment, then `node <options> src/main/main.mjs up`. */
const WORDS = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }).scripts.start.split(' ')
const START = WORDS.slice(WORDS.indexOf('node') + 1)
const ENVIRONMENT = Object.fromEntries(WORDS.slice(0, WORDS.indexOf('node')).map((word) => word.split('=')))

/** What the owner of both endpoints attests: one stands at home, of one owner; the other is run from abroad. */
const FACTS = {
  'endpoint:near': ['located-in country:FR', 'operated-by entity:operator', 'custody entity:operator'],
  'endpoint:far': ['located-in country:US', 'operated-by entity:foreign', 'custody remote'],
  'entity:foreign': ['established-in country:US', 'owned-by nobody'],
}
const STANDALONE = ['hosted-on self', 'fronted-by nobody', 'identity-by self', 'dns-by self']

const rows = (): string =>
  Object.entries(FACTS)
    .flatMap(([subject, statements]) =>
      [...statements, ...(subject.startsWith('endpoint:') ? STANDALONE : [])].map((row) => [subject, row]),
    )
    .map(([subject, statement = ''], index) => {
      const [predicate, object] = statement.split(' ')
      return `    - { id: b${index}, subject: '${subject}', predicate: ${predicate}, object: '${object}', source: the benchmark, sourceKind: owner, asOf: '2026-11-01', evidence: attested }`
    })
    .join('\n')

/**
 * Alias `near` leads to an endpoint at home (one durable record a call), `far` to one abroad (a border record, durable before the
 * first byte leaves, and then the record). Budgets of tenant and application and both rate limits are kept, and are never reached.
 */
export const benchmarkConfiguration = (upstreamPort: number): string => {
  const model = '{ m: { price: { input: 1, output: 2 }, maxOutputTokens: 64 } }'
  const endpoint = `{ kind: openai-chat, baseUrl: 'http://${HOST}:${upstreamPort}/v1', models: ${model} }`
  return `exchange: { name: bench.example, seat: FR, operator: the benchmark }
home: [FR]
currency: EUR
policy: { preset: hybrid }
sets: { adequate: [bloc:EEA] }
facts:
  rows:
${rows()}
endpoints: { near: ${endpoint}, far: ${endpoint} }
aliases: { near: { targets: [near/m] }, far: { targets: [far/m] } }
tenants:
  ministry:
    budget: { limit: 1000000000, period: month }
    applications:
      desk:
        dataClassFloor: public
        purposes: [general]
        requestsPerMinute: 1000000000
        tokensPerMinute: 1000000000000
        budget: { limit: 1000000000, period: day }
`
}

export type RunningExchange = Running & {
  readonly port: number
  readonly key: string
  /** Milliseconds from the start of the process to `ready`. */
  readonly readyAfter: number
  /** Records in the published log. */
  published(): Promise<number>
  /** What its owner may do; rejects with the sentence of a refusal. */
  ask(operation: string, input: JsonObject): Promise<Json>
  /** Has it read another configuration. */
  reload(configuration: string): void
}

export const startExchange = async (configuration: string, nodeOptions: readonly string[] = []): Promise<RunningExchange> => {
  const data = mkdtempSync(join(tmpdir(), 'allod-bench-'))
  const port = await freePort()
  const paths = dataPaths(data)
  writeFileSync(paths.configuration, configuration)
  const began = performance.now()
  const running = start(process.execPath, [...nodeOptions, ...START, '--data', data, '--listen', `${HOST}:${port}`], {
    cwd: ROOT,
    env: { NO_COLOR: '1', ...ENVIRONMENT },
  })
  const stop = async (): Promise<void> => {
    await running.stop()
    rmSync(data, { recursive: true, force: true })
  }
  const isReady = () => (/^ready /m.test(running.printed()) ? performance.now() - began : undefined)
  const readyAfter = await waitFor(running, isReady).catch(async (failure: unknown) => {
    await stop()
    throw failure
  })
  return {
    ...running,
    port,
    key: readFileSync(paths.firstKey, 'utf8').trim(),
    readyAfter,
    published: async () => {
      // A checkpoint follows a record within a second.
      await new Promise((resolve) => setTimeout(resolve, 2000))
      const checkpoint = await (await fetch(`http://${HOST}:${port}/log/checkpoint`)).text()
      return Number(checkpoint.split('\n')[1])
    },
    ask: async (operation, input) => {
      const answer = await askRunning(paths.adminSocket, operation, input)
      if (answer?.ok !== true) throw new Error(`${operation}: ${answer?.error.message ?? 'the exchange does not run'}`)
      return answer.value
    },
    reload: (changed) => {
      writeFileSync(paths.configuration, changed)
      running.process.kill('SIGHUP')
    },
    stop,
  }
}
