// Drills with injected faults, in an exchange that serves calls: at most one at a time.
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import type { Measured } from '../drills/live/measured.ts'
import { type LiveOrder, parseOrder } from '../drills/live/order.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Authenticated } from '../gateway/stages.ts'
import type { OperationFailure, Operations } from './admin.ts'
import type { Exchange } from './exchange.ts'
import { type DrillHost, LiveDrill } from './live-drill.ts'
import { record } from './record.ts'

export type DrillsHost = Omit<DrillHost, 'configuration'> & {
  readonly exchange: () => Exchange
  readonly say: (sentence: string) => void
  /** A drill began, went on for a second, or ended. */
  readonly changed: () => void
}

const SECOND = 1000

const refused = (message: string): Result<never, OperationFailure> => err({ kind: 'refused', message })

/** Which drill runs, if any does; without one, no call notices. */
export class LiveDrills {
  readonly #host: DrillsHost
  #running: LiveDrill | undefined
  /** Over, with calls that are still on their way. */
  readonly #ending = new Set<LiveDrill>()

  constructor(host: DrillsHost) {
    this.#host = host
  }

  /** The drill that runs, for `allod status`; null where none does. */
  describe(): Json {
    return this.#running === undefined ? null : { drill: this.#running.order.drill, phase: this.#running.phase ?? 'preparing' }
  }

  /** The way of this call, where it takes part in a drill. */
  wayOf({ key }: Authenticated): Gateway | undefined {
    return this.#running?.takes() === true ? this.#running.gatewayOf(key) : undefined
  }

  *gateways(): Iterable<Gateway> {
    if (this.#running !== undefined) yield* this.#running.gateways()
    for (const ending of this.#ending) {
      yield* ending.gateways()
      if (ending.running === 0) this.#ending.delete(ending)
    }
  }

  /** Ends the drill that runs because the exchange closes. */
  close(): void {
    this.#running?.stop('closing')
  }

  operations(): Operations {
    return {
      'drill/live': (input) => this.#order(input),
      'drill/running': async () => ok((this.#running?.progress() ?? null) as Json),
      'drill/abort': async () => {
        const running = this.#running
        if (running === undefined) return refused('no drill runs')
        running.stop('aborted')
        this.#host.say(`the drill \`${running.order.drill}\` was ended: no fault is injected any more`)
        return ok({ aborted: running.order.drill })
      },
    }
  }

  async #order(input: JsonObject): Promise<Result<Json, OperationFailure>> {
    const order = parseOrder(input)
    if (!order.ok) return err({ kind: 'unusable', message: order.error.message })
    const objection = this.#objection(order.value)
    if (objection !== undefined) return refused(objection)
    const exchange = this.#host.exchange()
    const drill = new LiveDrill(order.value, {
      ...this.#host,
      configuration: () => this.#host.exchange().loaded.configuration,
    })
    this.#running = drill
    const { changed } = this.#host
    const telling = setInterval(changed, SECOND)
    changed()
    try {
      // On record before the first fault: a log without its end tells of an exchange that died in the middle.
      const opened = await record(exchange, 'drill', { phase: 'opened', mode: 'live', ...openingOf(order.value) })
      if (!opened.ok) return opened
      this.#host.say(`the drill \`${order.value.drill}\` runs`)
      const measured = await drill.run(opened.value)
      const closed = await record(exchange, 'drill', closingOf(order.value, measured))
      this.#host.say(`the drill \`${order.value.drill}\` is over (${measured.ended.replaceAll('-', ' ')})`)
      return closed.ok ? ok(measured as unknown as JsonObject) : closed
    } finally {
      clearInterval(telling)
      drill.stop('closing')
      this.#ending.add(drill)
      this.#running = undefined
      changed()
    }
  }

  #objection({ on, confirmed, drill, faults }: LiveOrder): string | undefined {
    const { sandbox } = this.#host
    if (this.#running !== undefined) return `the drill \`${this.#running.order.drill}\` runs; \`allod drill abort\` ends it`
    if (on === 'sandbox' && !sandbox) return 'this exchange asks real endpoints; start it with --sandbox, or say --real-traffic'
    if (on === 'real' && sandbox) return 'this exchange runs in a sandbox; say --sandbox'
    if (on === 'real' && confirmed !== drill) return `faults are injected into real traffic only for somebody who types \`${drill}\``
    const { endpoints } = this.#host.ports.currentSnapshot()
    const names = new Set([...endpoints.values()].flatMap(({ id, models }) => [...models.keys()].map((model) => `${id}/${model}`)))
    const strange = faults.find(({ route }) => !names.has(route))
    return strange && `the exchange that runs has no \`${strange.route}\`; it reads its configuration anew on SIGHUP`
  }
}

/** Members of the records that open and close a drill. */
const openingOf = ({ drill, on, by, share, rate, mix, lasts, abortAfter, faults }: LiveOrder): JsonObject => ({
  on,
  ...(by === undefined ? {} : { by }),
  drill,
  share,
  rate,
  mix,
  ms: lasts,
  abortAfter: abortAfter ?? null,
  routes: [...new Set(faults.map(({ route }) => route))].slice(0, SHOWN_ROUTES),
})
const SHOWN_ROUTES = 100

const closingOf = ({ drill }: LiveOrder, { opened, ended, phases: { during } }: Measured): JsonObject => ({
  phase: 'closed',
  mode: 'live',
  drill,
  opened,
  ended,
  calls: during.calls,
  answered: during.answered,
  failed: during.failed,
})

/** The gateway of an exchange with those of its drills beside it: whoever takes part goes another way, and time passes for all. */
export const besideDrills = (own: Gateway, drills: LiveDrills): Gateway => ({
  admit: (head) => own.admit(head),
  identify: (authorization) => own.identify(authorization),
  call: (authenticated, body, responder) => (drills.wayOf(authenticated) ?? own).call(authenticated, body, responder),
  models: (authorization, shape, name) => own.models(authorization, shape, name),
  limits: () => own.limits(),
  sweep: (now: EpochMillis) => {
    own.sweep(now)
    for (const gateway of drills.gateways()) gateway.sweep(now)
  },
  cutsChanged: () => {
    own.cutsChanged()
    for (const gateway of drills.gateways()) gateway.cutsChanged()
  },
  interruptAll: () => {
    own.interruptAll()
    for (const gateway of drills.gateways()) gateway.interruptAll()
  },
  get running() {
    let running = own.running
    for (const gateway of drills.gateways()) running += gateway.running
    return running
  },
})
