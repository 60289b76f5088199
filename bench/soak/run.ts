// A soak while it runs.
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.ts'
import type { RunningExchange } from '../exchange.ts'
import { cpuOf, descriptorsOf, HOST, residentOf } from '../processes.ts'
import type { Callers } from './callers.ts'
import type { Endpoints } from './endpoints.ts'
import { LogReader } from './log.ts'
import { type Happening, happeningName } from './schedule.ts'
import { APPLICATIONS, configuration, type Edition } from './stage.ts'
import { type Budget, type Check, type Evidence, memoryIsFlat, type Sample } from './verdict.ts'

const SAMPLE_MILLIS = 5000
/** What the exchange says when something is wrong with itself, not with an endpoint. */
const COMPLAINTS = /^.*(?:fault in the exchange|could not be|cannot be read|not in force).*$/gm
const WARMING = { seconds: 5, rate: 60 }
/** Idle connections of both sides are closed after a few seconds; a day of descriptors that stay is a leak. */
const SETTLE_MILLIS = 90_000
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

export type SoakOptions = {
  readonly rate: number
  readonly seconds: number
  readonly seed: number
  readonly schedule: readonly Happening[]
}
export type Ran = {
  readonly evidence: Evidence
  /** Of the process, as far as they are judged while it runs. */
  readonly checks: readonly Check[]
  readonly samples: readonly Sample[]
  readonly cpuMicrosPerCall: number
  /** Milliseconds, see `Called`. */
  readonly late: number
}

/** One run: callers call, what is scheduled happens, and the process is watched until it has come to rest. */
export class Soak {
  readonly #options: SoakOptions
  readonly #endpoints: Endpoints
  readonly #exchange: RunningExchange
  readonly #callers: Callers
  readonly #log: LogReader
  #edition: Edition
  readonly #samples: Sample[] = []
  readonly #cuts = new Spans()
  readonly #troubles = new Spans()
  readonly #mishaps: string[] = []
  readonly #complaints = new Set<string>()
  #base = 0
  #over = false

  constructor(options: SoakOptions, endpoints: Endpoints, exchange: RunningExchange, callers: Callers, edition: Edition) {
    this.#options = options
    this.#endpoints = endpoints
    this.#exchange = exchange
    this.#callers = callers
    this.#edition = edition
    this.#log = new LogReader(`http://${HOST}:${exchange.port}`)
  }

  async run(): Promise<Ran> {
    const { rate, seconds, seed, schedule } = this.#options
    const keys = await this.#keys()
    const { heard: warm } = await this.#callers.call({ port: this.#exchange.port, keys, ...WARMING, seed: seed + 1, from: 0 })
    await this.#rest()
    this.#base = descriptorsOf(this.#exchange.pid).all
    const cpu = cpuOf(this.#exchange.pid)
    const called = this.#callers.call({ port: this.#exchange.port, keys, rate, seconds, seed, from: warm.length }).finally(() => {
      this.#over = true
    })
    const [{ heard, late }] = await Promise.all([called, this.#watch(performance.now()), this.#play(schedule)])
    const cpuMicrosPerCall = (cpuOf(this.#exchange.pid) - cpu) / heard.length
    const settled = await this.#settle()
    const evidence = {
      heard: [...warm, ...heard],
      log: this.#log,
      journal: await this.#endpoints.journal(),
      cuts: this.#cuts.all,
      troubles: this.#troubles.all,
      budgets: await this.#budgets(),
    }
    return {
      evidence,
      cpuMicrosPerCall,
      late,
      samples: this.#samples,
      checks: [memoryIsFlat(this.#samples), ...settled, ...this.#silence()],
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
    for (let look = 0; !this.#over; look++) {
      const status = await this.#status()
      this.#samples.push({
        second: Math.round((performance.now() - began) / 1000),
        megabytes: Number((residentOf(this.#exchange.pid) / 1e6).toFixed(1)),
        descriptors: descriptorsOf(this.#exchange.pid).all,
        running: Number(status.running),
      })
      await this.#log.advance()
      for (const [sentence] of this.#exchange.printed().matchAll(COMPLAINTS)) this.#complaints.add(sentence)
      if (look % 12 === 0) console.error(JSON.stringify({ ...this.#samples.at(-1), records: this.#log.size }))
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

  #silence(): readonly Check[] {
    const sentences = [...this.#complaints, ...this.#mishaps]
    return [
      {
        name: 'the exchange tells of no fault of its own, and does all that it is ordered',
        holds: sentences.length === 0,
        says: sentences.slice(0, 5).join('; ') || 'so it was',
      },
    ]
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
