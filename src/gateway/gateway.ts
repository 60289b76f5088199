import type { Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import { authenticate, findKey } from './authenticate.ts'
import { Bag } from './bag.ts'
import { runCall } from './call.ts'
import { type CatalogueShape, listModels, oneModel } from './catalogue.ts'
import type { Exchange } from './exchange.ts'
import type { CallFailure } from './failure.ts'
import type { CallControl, GatewayPorts, IncomingHead, Key, Responder } from './ports.ts'
import type { CallLimits } from './snapshot.ts'
import type { Authenticated } from './stages.ts'

/** The path of calls, free of any server: it is given heads, bodies and responders, and sends through its ports. */
export type Gateway = {
  /** Whose call this is; asked before any of its body is read. */
  admit(head: IncomingHead): Result<Authenticated, CallFailure>
  /** Whose key this is. */
  identify(authorization: string | undefined): Result<Key, CallFailure>
  /** Runs an admitted call. Undefined when it was over, or beyond stopping, at once. The responder is answered exactly once. */
  call(authenticated: Authenticated, body: Uint8Array, responder: Responder): CallControl | undefined
  /** JSON text of the models a key may use, or of one of them. */
  models(authorization: string | undefined, shape: CatalogueShape, name?: string): Result<string, CallFailure>
  limits(): CallLimits
  /** Lets deadlines pass; to be called a few times a second. */
  sweep(now: EpochMillis): void
  /** Applies what has been cut to running calls; to be called after each cut. */
  cutsChanged(): void
  /** Ends all running calls with an error, each recorded. */
  interruptAll(): void
  readonly running: number
}

export const createGateway = (ports: GatewayPorts): Gateway => {
  const running = new Bag<Exchange>()
  const over = (exchange: Exchange): void => {
    running.remove(exchange)
  }
  return {
    admit: (head) => authenticate(ports, head),
    identify: (authorization) => findKey(ports, authorization, ports.clock()),
    call: (authenticated, body, responder) => runCall(ports, authenticated, body, responder, running, over),
    models: (authorization, shape, name) =>
      name === undefined ? listModels(ports, authorization, shape) : oneModel(ports, authorization, shape, name),
    limits: () => ports.currentSnapshot().limits,
    sweep: (now) => {
      for (const exchange of running.all()) exchange.check(now)
    },
    cutsChanged: () => {
      for (const exchange of running.all()) exchange.cutsChanged()
    },
    interruptAll: () => {
      // Those in line first: otherwise each that ends would let the next one in.
      for (const exchange of running.all()) if (exchange.isWaiting) exchange.interrupt()
      for (const exchange of running.all()) exchange.interrupt()
    },
    get running() {
      return running.size
    },
  }
}
