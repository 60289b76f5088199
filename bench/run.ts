// The benchmark. `node bench/run.ts --help`; how to run it and how to read it: bench/README.md.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Case, type LoadGenerator, type Measured, startLoadGenerator } from './load.ts'
import { commitOf, machineSince } from './machine.ts'
import { residentOf } from './processes.ts'
import { type Cell, markdown, type Results } from './report.ts'
import { type Stage, setStage, TARGETS, type Target } from './targets.ts'

type Asked = { readonly id: string; readonly case: Case; readonly load: 'many' | 'one' }
const SIZES = [200, 10_000, 120_000]
const asked = (sizes: readonly number[], load: Asked['load']): readonly Asked[] =>
  [false, true].flatMap((stream) =>
    sizes.map((size) => ({ id: `${stream ? 'sse' : 'json'}-${size / 1000}-${load}`, case: { stream, size }, load })),
  )
/** Under load all sizes; with a single call in flight those where latency is not mostly copying. */
const CASES = [...asked(SIZES, 'many'), ...asked(SIZES.slice(0, 2), 'one')]
const SCRIPTS = { start: ['start.ts', '5'], ledger: ['ledger.ts', '3'], law: ['law.ts'], translation: ['translation.ts'] } as const
const NAMES: readonly string[] = [...TARGETS, ...Object.keys(SCRIPTS)]
/** Code is compiled and connections are made before anything is measured. */
const FIRST_WARMING = 8
const WARMING = 0.2

const HELP = `node bench/run.ts [options]
  --only A,B       of ${NAMES.join(', ')} (default: all; bare runs beside every other target)
  --cases A,B      of ${CASES.map(({ id }) => id).join(', ')} (default: all)
  --in-flight N    calls in flight under load (default 16)
  --rounds N       how often each target is measured in each case (default 5)
  --seconds N      length of one measurement; half of it with one call in flight (default 1)
  --peers DIR      where the other gateways are installed (default: a folder in the system's temporary one)
  --profile DIR    has Allod's process write a CPU profile there when it ends
  --out DIR        where the results go (default: bench/results)`

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: NAMES.join(',') },
      cases: { type: 'string', default: CASES.map(({ id }) => id).join(',') },
      'in-flight': { type: 'string', default: '16' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1' },
      peers: { type: 'string', default: join(tmpdir(), 'allod-bench-peers') },
      profile: { type: 'string' },
      out: { type: 'string', default: join(import.meta.dirname, 'results') },
      help: { type: 'boolean', default: false },
    },
  })
  const only = new Set(values.only.split(',').filter((name) => name !== ''))
  const cases = values.cases.split(',').filter((id) => id !== '')
  const wrong = [...[...only].filter((name) => !NAMES.includes(name)), ...cases.filter((id) => !CASES.some((each) => each.id === id))]
  const numbers = [values.rounds, values.seconds, values['in-flight']].map(Number)
  if (values.help || wrong.length > 0 || numbers.some((value) => !(value > 0))) {
    console.error(wrong.length > 0 ? `unknown: ${wrong.join(', ')}\n${HELP}` : HELP)
    process.exit(values.help ? 0 : 2)
  }
  const [rounds = 5, seconds = 1, inFlight = 16] = numbers
  return { ...values, only, cases: CASES.filter(({ id }) => cases.includes(id)), rounds, seconds, inFlight }
}
type Options = ReturnType<typeof readOptions>

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const say = (text: string): void => console.error(text)
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** One round measures each case at each target in turn, so that what else the machine does falls on all; cells by target and case. */
const measureRounds = async (generator: LoadGenerator, targets: readonly Target[], options: Options) => {
  const cells = new Map<string, Measured[]>()
  for (const { aim, name } of targets)
    for (const stream of [false, true]) {
      const warmed = await generator.fire({
        mix: [{ aim, case: { stream, size: 200 } }],
        concurrency: 16,
        warm: FIRST_WARMING,
        seconds: 0.1,
      })
      if (warmed.failures > 0) say(`${name}: ${warmed.firstFailure}`)
    }
  for (let round = 1; round <= options.rounds; round++) {
    for (const { id, case: each, load } of options.cases)
      for (const { name, aim } of targets) {
        const [concurrency, seconds] = load === 'one' ? [1, options.seconds / 2] : [options.inFlight, options.seconds]
        const measured = await generator.fire({ mix: [{ aim, case: each }], concurrency, warm: WARMING, seconds })
        cells.set(`${name} ${id}`, [...(cells.get(`${name} ${id}`) ?? []), measured])
      }
    say(`round ${round} of ${options.rounds}`)
  }
  return cells
}

const summarise = (
  measured: ReadonlyMap<string, readonly Measured[]>,
  targets: readonly Target[],
  { cases, inFlight }: Options,
): readonly Cell[] =>
  cases.flatMap(({ id, case: each, load }) =>
    targets.map(({ name }): Cell => {
      const rounds = measured.get(`${name} ${id}`) ?? []
      const bare = measured.get(`bare ${id}`) ?? []
      const of = (field: 'cpu' | 'p50' | 'p99' | 'callsPerSecond') => Number(median(rounds.map((round) => round[field])).toPrecision(4))
      const ratios = rounds.map(({ cpu }, round) => Number((cpu / (bare[round]?.cpu ?? Number.NaN)).toFixed(3)))
      const firstFailure = rounds.map((round) => round.firstFailure).find((text) => text !== '')
      return {
        target: name,
        ...each,
        concurrency: load === 'one' ? 1 : inFlight,
        calls: rounds.reduce((sum, { calls }) => sum + calls, 0),
        failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
        ...(firstFailure === undefined ? {} : { firstFailure }),
        cpu: of('cpu'),
        p50: of('p50'),
        p99: of('p99'),
        callsPerSecond: of('callsPerSecond'),
        ratio: median(ratios),
        ratios,
      }
    }),
  )

const runScript = (name: keyof typeof SCRIPTS): Record<string, number> => {
  const [script, ...argv] = SCRIPTS[name]
  say(name)
  return JSON.parse(execFileSync(process.execPath, [join(import.meta.dirname, script), ...argv], { encoding: 'utf8' }))
}

/** Everything that goes through the targets. */
const measureCalls = async (options: Options, commit: string) => {
  if (![...options.only].some((name) => (TARGETS as readonly string[]).includes(name))) return undefined
  const nodeOptions = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`]
  const stage = await setStage({ only: options.only, cache: options.peers, version: commit, nodeOptions })
  const generator = startLoadGenerator()
  try {
    for (const [name, reason] of Object.entries(stage.skipped)) say(`${name} is not measured: ${reason}`)
    // What a start leaves to do is not part of a call.
    await wait(2000)
    const measured = stage.targets.filter(({ name }) => name === 'bare' || options.only.has(name))
    const rounds = measured.length > 1 || options.only.has('bare') ? await measureRounds(generator, measured, options) : new Map()
    const cells = rounds.size === 0 ? [] : summarise(rounds, measured, options)
    const exchange = await exchangeAfter(stage, cells)
    const versions = Object.fromEntries(measured.map(({ name, version }) => [name, version]))
    return {
      cells,
      versions,
      skipped: stage.skipped,
      ...(exchange === undefined ? {} : { exchange }),
    }
  } finally {
    generator.stop()
    await stage.stop()
  }
}

/** That every counted call left its records, so that nothing was measured that was not done. */
const exchangeAfter = async ({ exchange }: Stage, cells: readonly Cell[]) => {
  if (exchange === undefined) return undefined
  const counted = (name: string) => cells.reduce((sum, { target, calls }) => (target === name ? sum + calls : sum), 0)
  const [atHome, abroad] = [counted('allod') + counted('allod-translated'), counted('allod-border')]
  const records = await exchange.published()
  if (records < atHome + 2 * abroad) throw new Error(`${records} records for ${atHome} calls at home and ${abroad} abroad`)
  return { calls: atHome + abroad, records, residentMegabytes: Math.round(residentOf(exchange.pid) / 1e6) }
}

const main = async (): Promise<void> => {
  const options = readOptions()
  const loadAtStart = loadavg()
  const [commit, date] = [commitOf(), new Date().toISOString()]
  const scripts = (['start', 'ledger', 'law', 'translation'] as const)
    .filter((name) => options.only.has(name))
    .map((name) => [name, runScript(name)] as const)
  const calls = await measureCalls(options, commit)
  const results: Results = {
    date,
    commit,
    machine: machineSince(loadAtStart),
    rounds: options.rounds,
    secondsPerCell: options.seconds,
    ...(calls ?? { cells: [], versions: {}, skipped: {} }),
    ...Object.fromEntries(scripts),
  }
  mkdirSync(options.out, { recursive: true })
  const file = join(options.out, `${date.slice(0, 10)}-${commit}`)
  writeFileSync(`${file}.json`, `${JSON.stringify(results, null, 2)}\n`)
  const text = markdown(results)
  writeFileSync(`${file}.md`, text)
  console.log(text)
  say(`written to ${file}.json and ${file}.md`)
}
await main()
