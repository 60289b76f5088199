// The soak: one Allod under a steady load while its endpoints fail and recover. `npm run soak -- --help`; how to read it: bench/README.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startExchange } from './exchange.ts'
import { commitOf, machineSince } from './machine.ts'
import { startCallers } from './soak/callers.ts'
import { startEndpoints } from './soak/endpoints.ts'
import { aliasRows, countedBy, latencyOf, type SoakResults, soakText } from './soak/report.ts'
import { type Ran, Soak } from './soak/run.ts'
import { drawSchedule, type Happening, happeningName } from './soak/schedule.ts'
import { configuration, type Edition } from './soak/stage.ts'
import { judged } from './soak/verdict.ts'

const HELP = `node bench/soak-faults.ts [options]
  --minutes N   how long callers come (default 30)
  --rate N      calls per second (default 300)
  --seed N      what the callers do and what goes wrong (default 1)
  --calm        nothing goes wrong
  --out DIR     where the results go (default: bench/results)`
const readOptions = () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      rate: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      calm: { type: 'boolean', default: false },
      out: { type: 'string', default: join(import.meta.dirname, 'results') },
      help: { type: 'boolean', default: false },
    },
  })
  const [minutes = 0, rate = 0, seed = 0] = [values.minutes, values.rate, values.seed].map(Number)
  if (values.help || !(minutes > 0 && rate > 0 && Number.isInteger(seed))) {
    console.error(HELP)
    process.exit(values.help ? 0 : 2)
  }
  return { minutes, rate, seed, calm: values.calm, out: values.out, seconds: minutes * 60 }
}
type Options = ReturnType<typeof readOptions>

/** Average cost of a call, in money; the frugal application can pay for half of its calls. */
const MEAN_COST = 300e-6
const HEADROOM = 0.05

type Begun = Pick<SoakResults, 'date' | 'commit'> & { readonly loadAtStart: readonly number[]; readonly schedule: readonly Happening[] }
const resultsOf = ({ evidence, samples, cpuMicrosPerCall, late, checks: seen }: Ran, options: Options, begun: Begun): SoakResults => {
  const { date, commit, loadAtStart, schedule } = begun
  const { minutes, rate, seed, calm } = options
  const { heard, log } = evidence
  const { checks: found, excuses } = judged(evidence)
  const checks = [...found, ...seen]
  return {
    date,
    commit,
    machine: machineSince(loadAtStart),
    minutes,
    rate,
    seed,
    calm,
    holds: checks.every(({ holds }) => holds),
    checks,
    calls: countedBy(heard, ({ ending }) => ending),
    excuses,
    aliases: aliasRows(heard),
    latency: latencyOf(heard),
    cpuMicrosPerCall,
    callersLateMillis: late,
    records: log.kinds,
    happenings: countedBy(schedule, happeningName),
    samples,
  }
}

const main = async (): Promise<void> => {
  const options = readOptions()
  const { seconds, rate, seed, calm } = options
  const schedule = calm ? [] : drawSchedule(seconds, seed)
  const begun = { date: new Date().toISOString(), commit: commitOf(), loadAtStart: loadavg(), schedule }
  const endpoints = await startEndpoints(seed)
  const callers = startCallers()
  const frugal = seconds * rate * 0.02 * 0.5 * MEAN_COST + HEADROOM
  const edition: Edition = { ports: endpoints.ports, frugalLimit: Number(frugal.toFixed(6)), narrowOrder: 'listed' }
  const exchange = await startExchange(configuration(edition))
  try {
    const ran = await new Soak({ rate, seconds, seed, schedule }, endpoints, exchange, callers, edition).run()
    const results = resultsOf(ran, options, begun)
    mkdirSync(options.out, { recursive: true })
    const file = join(options.out, `${results.date.slice(0, 10)}-${results.commit}-soak`)
    writeFileSync(`${file}.json`, `${JSON.stringify(results, null, 2)}\n`)
    const text = soakText(results)
    writeFileSync(`${file}.md`, text)
    console.log(text)
    if (!results.holds) process.exitCode = 1
  } catch (failure) {
    console.error(failure, `\nwhat the exchange printed last:\n${exchange.printed().slice(-4000)}`)
    process.exitCode = 1
  } finally {
    callers.stop()
    endpoints.stop()
    await exchange.stop()
  }
}
await main()
