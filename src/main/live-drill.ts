import { millis } from '../core/units.ts'
import { Examination, type Put } from '../drills/live/examination.ts'
import { faultFor } from '../drills/live/faults.ts'
import type { End, Measured } from '../drills/live/measured.ts'
import { Measuring, type Phase, type Told } from '../drills/live/measuring.ts'
import type { LiveAsk, LiveFault, LiveOrder } from '../drills/live/order.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import { Health } from '../gateway/health/health.ts'
import type { CallControl, GatewayEvent, GatewayIncident, GatewayPorts, Key, UpstreamRequest } from '../gateway/ports.ts'
import { type Fault, type InjectingUpstream, injectingUpstream } from '../http/injecting.ts'
import type { Configuration } from './config-schema.ts'
import { answerText, type DrillCall, drillKey, examining, madeUp, makeCall } from './drill-caller.ts'
import { DrillTraffic } from './drill-traffic.ts'

/** What a drill runs in. */
export type DrillHost = {
  /** The exchange's own. */
  readonly ports: GatewayPorts
  readonly health: Health
  readonly sandbox: boolean
  readonly configuration: () => Configuration
}

export type LiveProgress = Pick<LiveOrder, 'drill' | 'on' | 'lasts' | 'watch'> & {
  readonly phase: Phase | 'preparing'
  /** When this phase began, in milliseconds since 1970. */
  readonly since: number
} & Readonly<Record<Phase, { readonly calls: number; readonly answered: number; readonly failed: number; readonly refused: number }>>

const TICK = 20
/** How long it waits, in the end, for calls that are still on their way. */
const PATIENCE = 5000
/** What `slow` does to each piece of an answer. */
const SLOW = millis(500)

/**
 * One drill that runs: its calls go through gateways of their own, in front of a wire that injects faults.
 *
 * INVARIANT(G1): below the plan nothing is decided anew; a call of a drill contacts nothing that policy did not permit for it. What its calls
 * teach of endpoints is forgotten with it, for it was only rehearsed. It keeps nothing on disk: an exchange that is killed comes back without it.
 */
export class LiveDrill {
  readonly order: LiveOrder
  readonly #host: DrillHost
  readonly #health: Health
  readonly #measuring = new Measuring()
  readonly #gateways = new Map<string, { readonly counted: Gateway; readonly examined: Gateway; readonly wire: InjectingUpstream }>()
  readonly #routes: ReadonlySet<string>
  readonly #injected = new Map<LiveFault, number>()
  readonly #traffic: DrillTraffic
  /** How the last attempt of a call that is on its way failed. */
  readonly #failures = new Map<string, string>()
  readonly #examination: Examination
  /** Calls of its own that are on their way. */
  readonly #own = new Set<CallControl>()
  #unfinished = 0
  #phase: Phase | undefined
  #began = 0
  #since: number
  #detected: Measured['detected'] = null
  #end: End | undefined
  #wake: () => void = () => {}

  constructor(order: LiveOrder, host: DrillHost) {
    this.order = order
    this.#host = host
    this.#since = this.#now()
    this.#health = new Health(host.health)
    this.#routes = new Set(order.faults.map(({ route }) => route))
    this.#examination = new Examination(order.examined)
    this.#traffic = new DrillTraffic(order, (ask, count) => this.#ask(ask, count))
  }

  get phase(): Phase | undefined {
    return this.#phase
  }

  /** How far it is: what was seen of each phase so far. */
  progress(): LiveProgress {
    const { drill, on, lasts, watch } = this.order
    const seen = (phase: Phase) => {
      const { calls, answered, failed, refused } = this.#measuring.figures(phase)
      return { calls, answered, failed, refused }
    }
    return {
      drill,
      on,
      phase: this.#phase ?? 'preparing',
      since: this.#since,
      lasts,
      watch,
      before: seen('before'),
      during: seen('during'),
      after: seen('after'),
    }
  }

  /** Whether this call, of somebody who knows nothing of the drill, takes part. */
  takes(): boolean {
    if (this.#phase === undefined || this.order.share === 0) return false
    const [high = 0, low = 0] = this.#host.ports.random(2)
    return (high * 256 + low) / 65_536 < this.order.share
  }

  /** The way of a call that takes part. */
  gatewayOf({ tenant, application }: Pick<Key, 'tenant' | 'application'>): Gateway {
    return this.#waysOf(tenant, application).counted
  }

  *gateways(): Iterable<Gateway> {
    for (const { counted, examined } of this.#gateways.values()) yield* [counted, examined]
  }

  get running(): number {
    let running = 0
    for (const gateway of this.gateways()) running += gateway.running
    return running
  }

  /** No fault is injected from the moment this returns; what was held up goes on. */
  stop(end: End): void {
    this.#end ??= end
    for (const { wire } of this.#gateways.values()) wire.release()
    this.#wake()
  }

  /** Runs to its end; `opened` is the record that says so in the log. */
  async run(opened: number): Promise<Measured> {
    const { lasts, watch } = this.order
    const ticks = setInterval(() => this.#tick(), TICK)
    await this.#examination.take('before', this.#put)
    await this.#pass('before', watch)
    const during = this.#pass('during', lasts)
    // It asks beside the calls that are measured, and stops by itself when the faults do.
    this.#examination.take('during', this.#put)
    await during
    this.stop('time-over')
    // A drill that somebody ended is over: nobody waits for what comes after.
    if (this.#end === 'time-over') await this.#pass('after', watch)
    this.#phase = undefined
    clearInterval(ticks)
    this.#measuring.enters('over', this.#now())
    await this.#settled()
    return this.#measured(opened)
  }

  // ---- time ------------------------------------------------------------------------------------------------------------

  async #pass(phase: Phase, length: number): Promise<void> {
    if (this.#end !== undefined && phase !== 'after') return
    this.#phase = phase
    const now = this.#now()
    this.#since = now
    if (phase === 'during') this.#began = now
    this.#measuring.enters(phase, now)
    this.#traffic.times = phase === 'during' ? this.order.load : 1
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, length)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = () => {}
  }

  #tick(): void {
    if (this.#phase !== undefined) this.#traffic.tick(this.#now())
    if (this.#phase === 'during' && this.#detected === null)
      for (const route of this.#routes)
        if (this.#health.condition(route, this.#host.ports.clock())?.state === 'open') this.#detects('breaker-open', route)
  }

  /** Waits a little for what is still on its way, and gives up what the drill asked itself: it is no load once it is over. */
  async #settled(): Promise<void> {
    const deadline = this.#now() + (this.#end === 'aborted' || this.#end === 'closing' ? 0 : PATIENCE)
    while (this.running > 0 && this.#now() < deadline) await new Promise((resolve) => setTimeout(resolve, TICK))
    this.#unfinished = this.#own.size
    for (const control of this.#own) control.vanished()
  }

  #now(): number {
    return this.#host.ports.clock()
  }

  // ---- calls -----------------------------------------------------------------------------------------------------------

  #ask(asker: LiveAsk, count: number): void {
    const key = drillKey(this.order.drill, asker, this.#host.configuration())
    if (key === undefined) return
    this.#call(this.gatewayOf(key), { key, asker, body: madeUp(asker.alias, count) }).then(() => this.#traffic.answered())
  }

  /** Resolves with what came once the call is over. */
  #call(gateway: Gateway, call: Omit<DrillCall, 'over'>): Promise<string> {
    return new Promise((resolve) => {
      let control: CallControl | undefined
      const over = (text: string) => {
        if (control !== undefined) this.#own.delete(control)
        resolve(text)
      }
      try {
        control = makeCall(gateway, this.#host.ports, { ...call, over })
        if (control !== undefined) this.#own.add(control)
      } catch {
        // A fault in the code of a call is that call's misfortune, as in the server: it is told by no event, and counts as unanswered.
        resolve('')
      }
    })
  }

  readonly #put: Put = async (examined, question) => {
    const key = drillKey(this.order.drill, examined, this.#host.configuration())
    if (key === undefined || this.#end !== undefined) return undefined
    const body = examining(examined.alias, question)
    const answer = await this.#call(this.#waysOf(key.tenant, key.application).examined, { key, asker: examined, body })
    return this.#end === undefined ? answerText(answer) : undefined
  }

  #waysOf(tenant: string, application: string) {
    const name = `${tenant}/${application}`
    const known = this.#gateways.get(name)
    if (known !== undefined) return known
    const { ports } = this.#host
    const faults = faultFor(this.order.faults, tenant, application)
    const wire = injectingUpstream(ports.upstream, (request) => this.#faultOf(faults, request), ports.isCut)
    const own: GatewayPorts = {
      ...ports,
      upstream: wire,
      health: this.#health,
      drill: this.order.drill,
      incident: (incident) => this.#incident(incident),
    }
    const ways = {
      counted: createGateway({ ...own, listen: (event) => this.#hears(event) }),
      examined: createGateway(own),
      wire,
    }
    if (this.#end !== undefined) wire.release()
    this.#gateways.set(name, ways)
    return ways
  }

  #faultOf(faults: ReadonlyMap<string, LiveFault>, { endpoint, model }: UpstreamRequest): Fault | undefined {
    const fault = this.#phase !== 'during' || model === undefined ? undefined : faults.get(`${endpoint.id}/${model.model}`)
    if (fault === undefined) return undefined
    this.#injected.set(fault, (this.#injected.get(fault) ?? 0) + 1)
    return onWire(fault)
  }

  // ---- what is heard ---------------------------------------------------------------------------------------------------

  #hears(event: GatewayEvent): void {
    if (event.kind === 'attempt-failed') {
      this.#failures.set(event.call, `\`${event.endpoint}\`: ${event.failure}`)
      return
    }
    this.#measuring.call(event.kind === 'call-refused' ? refusalOf(event) : this.#outcomeOf(event), this.#now())
    const { abortAfter } = this.order
    if (abortAfter !== undefined && this.#measuring.failures >= abortAfter) this.stop('too-many-failures')
  }

  #outcomeOf({ call, end, status, route, cost, milliseconds }: Extract<GatewayEvent, { kind: 'call-finished' }>): Told {
    const failure = this.#failures.get(call)
    this.#failures.delete(call)
    if (end === 'complete') return { kind: 'answered', milliseconds, route, why: undefined, cost }
    if (end === 'aborted') return { kind: 'gone', milliseconds, route, why: undefined, cost }
    return { kind: 'failed', milliseconds, route, why: failure ?? whyOf(route, status), cost }
  }

  /** What is rehearsed is no incident of the exchange; what happens besides is. */
  #incident(incident: GatewayIncident): void {
    const route = incident.kind === 'place-contradicted' ? undefined : `${incident.endpoint}/${incident.model}`
    if (route === undefined || !this.#routes.has(route)) this.#host.ports.incident?.(incident)
    else if (incident.kind === 'cut-detected') this.#detects('cut-detected', route)
  }

  #detects(how: 'cut-detected' | 'breaker-open', route: string): void {
    if (this.#phase === 'during') this.#detected ??= { after: this.#now() - this.#began, how, route }
  }

  #measured(opened: number): Measured {
    const { order } = this
    const { share, rate, load, mix, faults } = order
    return {
      sandbox: this.#host.sandbox,
      ended: this.#end ?? 'time-over',
      opened,
      began: this.#began,
      traffic: { share, rate, load, mix, unasked: this.#traffic.unasked, unfinished: this.#unfinished },
      faults: faults.map((fault) => ({
        route: fault.route,
        shows: fault.shows,
        says: fault.says,
        for: fault.application ?? fault.tenant ?? 'everyone',
        injected: this.#injected.get(fault) ?? 0,
      })),
      phases: {
        before: this.#measuring.figures('before'),
        during: this.#measuring.figures('during'),
        after: this.#measuring.figures('after'),
      },
      detected: this.#detected,
      recovered: this.#measuring.recovery(),
      back: this.#measuring.backAfter(this.#routes),
      quality: this.#examination.figures(),
    }
  }
}

const whyOf = (route: string | undefined, status: number): string =>
  route === undefined ? `nobody was left to ask (status ${status})` : `\`${route}\`: status-${status}`

const onWire = ({ shows, says }: LiveFault): Fault => {
  switch (shows) {
    case 'unreachable':
    case 'stalls':
    case 'breaks-off':
      return { kind: shows }
    case 'slow':
      return { kind: 'slows', by: SLOW }
    default:
      return { kind: 'answers', status: Number(shows.slice('http-'.length)), words: says }
  }
}

const refusalOf = ({ why, milliseconds }: Extract<GatewayEvent, { kind: 'call-refused' }>): Told => ({
  kind: 'refused',
  milliseconds,
  route: undefined,
  why,
  cost: 0,
})
