// The soak: one Allod under a steady load while its endpoints fail and recover. `npm run soak -- --help`; how to read it: bench/README.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isJsonObject, type Json, type JsonObject } from '../src/core/json.ts'
import { type RunningExchange, startExchange } from './exchange.ts'
import { commitOf, machineSince } from './machine.ts'
import { cpuOf, descriptorsOf, HOST, residentOf } from './processes.ts'
import { type Callers, startCallers } from './soak/callers.ts'
import { type Endpoints, startEndpoints } from './soak/endpoints.ts'
import { LogReader } from './soak/log.ts'
import { aliasRows, countedBy, latencyOf, type SoakResults, soakText } from './soak/report.ts'
import { drawSchedule, type Happening } from './soak/schedule.ts'
import { APPLICATIONS, configuration, type Edition } from './soak/stage.ts'
import {
  type Budget,
  budgetsAreExact,
  type Check,
  everyCallEnds,
  everyRecordIsThere,
  failuresHaveReasons,
  internalStaysHome,
  logIsSound,
  memoryIsFlat,
  type Sample,
  usageIsTheEndpoints,
} from './soak/verdict.ts'

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

const SAMPLE_MILLIS = 5000
const WARMING = { seconds: 5, rate: 60 }
/** Idle connections of both sides are closed after a few seconds; a day of descriptors that stay is a leak. */
const SETTLE_MILLIS = 90_000
/** Average cost of a call, in money; the frugal application can pay for half of its calls. */
const MEAN_COST = 300e-6
const HEADROOM = 0.05

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const eventually = async (holds: () => Promise<boolean> | boolean): Promise<boolean> => {
  const deadline = performance.now() + SETTLE_MILLIS
  while (!(await holds())) {
    if (performance.now() > deadline) return false
    await wait(500)
  }
  return true
}
const objects = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : []

/** From when to when something was so with an endpoint. */
class Spans {
  readonly all: { readonly endpoint: string; readonly from: number; to: number }[] = []

  begin(endpoint: string): void {
    this.all.push({ endpoint, from: Date.now(), to: Number.POSITIVE_INFINITY })
  }

  end(endpoint: string): void {
    const last = this.all.findLast((span) => span.endpoint === endpoint)
    if (last !== undefined && last.to === Number.POSITIVE_INFINITY) last.to = Date.now()
  }
}

/** One run, and what was seen of it. */
class Soak {
  readonly #options: Options
  readonly #endpoints: Endpoints
  readonly #exchange: RunningExchange
  readonly #callers: Callers
  readonly #log: LogReader
  #edition: Edition
  readonly #samples: Sample[] = []
  readonly #cuts = new Spans()
  readonly #troubles = new Spans()
  readonly #mishaps: string[] = []
  #base = 0
  #over = false

  constructor(options: Options, endpoints: Endpoints, exchange: RunningExchange, callers: Callers, edition: Edition) {
    this.#options = options
    this.#endpoints = endpoints
    this.#exchange = exchange
    this.#callers = callers
    this.#edition = edition
    this.#log = new LogReader(`http://${HOST}:${exchange.port}`)
  }

  async run(): Promise<SoakResults> {
    const { rate, seconds, seed, calm, minutes } = this.#options
    const [loadAtStart, date, commit] = [loadavg(), new Date().toISOString(), commitOf()]
    const keys = await this.#keys()
    const warm = await this.#callers.call({ port: this.#exchange.port, keys, ...WARMING, seed: seed + 1, from: 0 })
    await this.#rest()
    this.#base = descriptorsOf(this.#exchange.pid).all
    const schedule = calm ? [] : drawSchedule(seconds, seed)
    const cpu = cpuOf(this.#exchange.pid)
    const watching = this.#watch(performance.now())
    const playing = this.#play(schedule)
    const calling = await this.#callers.call({ port: this.#exchange.port, keys, rate, seconds, seed, from: warm.length })
    this.#over = true
    await Promise.all([watching, playing])
    const cpuMicrosPerCall = (cpuOf(this.#exchange.pid) - cpu) / calling.length
    const heard = [...warm, ...calling]
    const settled = await this.#settle()
    const evidence = {
      heard,
      log: this.#log,
      journal: await this.#endpoints.journal(),
      cuts: this.#cuts.all,
      troubles: this.#troubles.all,
      budgets: await this.#budgets(),
    }
    const { excuses, ...failures } = failuresHaveReasons(evidence)
    const checks: readonly Check[] = [
      everyCallEnds(evidence),
      failures,
      internalStaysHome(evidence),
      everyRecordIsThere(evidence),
      logIsSound(evidence),
      budgetsAreExact(evidence),
      usageIsTheEndpoints(evidence),
      memoryIsFlat(this.#samples),
      ...settled,
      { name: 'all that was ordered was done', holds: this.#mishaps.length === 0, says: this.#mishaps.slice(0, 5).join('; ') || 'it was' },
    ]
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
      latency: latencyOf(calling),
      cpuMicrosPerCall,
      records: this.#log.kinds,
      happenings: countedBy(schedule, happeningName),
      samples: this.#samples,
    }
  }

  async #keys(): Promise<Readonly<Record<string, string>>> {
    const keys: Record<string, string> = {}
    for (const { name } of APPLICATIONS) {
      const key = await this.#exchange.ask('key/create', { application: name })
      keys[name] = isJsonObject(key) ? String(key.secret) : ''
    }
    return keys
  }

  /** Until nothing is open any more that closes by itself. */
  async #rest(): Promise<void> {
    let [before, since] = [0, performance.now()]
    await eventually(() => {
      const { all } = descriptorsOf(this.#exchange.pid)
      if (all !== before) [before, since] = [all, performance.now()]
      return performance.now() - since > 8000
    })
  }

  async #watch(began: number): Promise<void> {
    while (!this.#over) {
      const status = await this.#status()
      this.#samples.push({
        second: Math.round((performance.now() - began) / 1000),
        megabytes: Number((residentOf(this.#exchange.pid) / 1e6).toFixed(1)),
        descriptors: descriptorsOf(this.#exchange.pid).all,
        running: Number(status.running),
      })
      await this.#log.advance()
      await wait(SAMPLE_MILLIS)
    }
  }

  async #play(schedule: readonly Happening[]): Promise<void> {
    const began = performance.now()
    for (const happening of schedule) {
      await wait(Math.max(0, began + happening.at * 1000 - performance.now()))
      try {
        await this.#happen(happening)
      } catch (failure) {
        this.#mishaps.push(`${happeningName(happening)}: ${failure instanceof Error ? failure.message : String(failure)}`)
      }
    }
  }

  async #happen(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'trouble':
        this.#troubles.end(happening.endpoint)
        if (happening.trouble !== undefined && happening.trouble !== 'slow') this.#troubles.begin(happening.endpoint)
        this.#endpoints.trouble(happening.endpoint, happening.trouble)
        return
      case 'cut': {
        const { endpoint, running } = happening
        this.#cuts.begin(endpoint)
        await this.#exchange.ask('cut', { subject: `endpoint:${endpoint}`, reason: 'soak', running })
        return
      }
      case 'restore': {
        await this.#exchange.ask('restore', { subject: `endpoint:${happening.endpoint}`, reason: 'soak' })
        this.#cuts.end(happening.endpoint)
        return
      }
      case 'reload':
        this.#edition = { ...this.#edition, narrowOrder: this.#edition.narrowOrder === 'listed' ? 'fastest' : 'listed' }
        this.#exchange.reload(configuration(this.#edition))
    }
  }

  /** After the last call: what must come to rest, and by when. */
  async #settle(): Promise<readonly Check[]> {
    const came = await eventually(async () => {
      const status = await this.#status()
      const log = isJsonObject(status.log) ? status.log : {}
      return status.running === 0 && log.records === log.checkpoint && (await this.#budgets()).every(({ reserved }) => reserved === 0)
    })
    await this.#log.advance(true)
    const closed = await eventually(() => descriptorsOf(this.#exchange.pid).all <= this.#base)
    const { all, sockets } = descriptorsOf(this.#exchange.pid)
    return [
      {
        name: 'nothing runs and nothing is reserved after the last call',
        holds: came,
        says: JSON.stringify((await this.#status()).running),
      },
      {
        name: 'no socket leaks',
        holds: closed,
        says: `${this.#base} descriptors before, ${Math.max(...this.#samples.map(({ descriptors }) => descriptors))} at most, ${all} after (${sockets} of them sockets)`,
      },
    ]
  }

  async #status(): Promise<JsonObject> {
    const status = await this.#exchange.ask('status', {})
    return isJsonObject(status) ? status : {}
  }

  async #budgets(): Promise<readonly Budget[]> {
    return objects((await this.#status()).budgets).map(({ scope, owner, limit, spent, reserved }) => ({
      scope: String(scope),
      owner: String(owner),
      limit: Number(limit),
      spent: Number(spent),
      reserved: Number(reserved),
    }))
  }
}

const happeningName = (happening: Happening): string =>
  happening.kind === 'trouble'
    ? happening.trouble === undefined
      ? 'times well again'
      : `times ${happening.trouble}`
    : `times ${happening.kind}${happening.kind === 'cut' ? `, running calls ${happening.running}` : ''}`

const main = async (): Promise<void> => {
  const options = readOptions()
  const endpoints = await startEndpoints(options.seed)
  const callers = startCallers()
  const frugal = options.seconds * options.rate * 0.02 * 0.5 * MEAN_COST + HEADROOM
  const edition: Edition = { ports: endpoints.ports, frugalLimit: Number(frugal.toFixed(6)), narrowOrder: 'listed' }
  const exchange = await startExchange(configuration(edition))
  try {
    const results = await new Soak(options, endpoints, exchange, callers, edition).run()
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
