import { micros, tokens } from '../core/units.ts'
import type { Attempts } from './attempts.ts'
import type { Borders } from './borders.ts'
import type { Inquiry } from './inquiry.ts'
import type { Outflow } from './outflow.ts'
import type { GatewayPorts, LedgerFailure, Responder } from './ports.ts'
import { callEntry } from './record.ts'
import { encodedFailureOf } from './spoken-failure.ts'
import type { Exchanged, Planned } from './stages.ts'

/** A call that ends, and all that has to be known for it. */
export type Ending = {
  readonly ports: GatewayPorts
  readonly planned: Planned
  readonly responder: Responder
  readonly attempts: Attempts
  readonly borders: Borders
  /** Whose answer it is. */
  readonly inquiry: Inquiry | undefined
  readonly outflow: Outflow | undefined
}

/**
 * Settles the reservation and writes the one `call` record, and only then lets the end of the answer leave. Called exactly once per
 * planned call, on every path. `over`: nothing more happens.
 */
export const settle = (ending: Ending, exchanged: Exchanged, answer: () => void, over: () => void): void => {
  const { ports, planned, attempts, borders, outflow } = ending
  if (borders.isCrossing) {
    borders.awaited = () => settle(ending, exchanged, answer, over)
    return
  }
  const now = ports.clock()
  const { usage, cost } = exchanged
  attempts.over(exchanged.end === 'complete', usage.output)
  const more = `${attempts.record()}${outflow?.takeover?.record() ?? ''}`
  const tried = { attempts: attempts.text, borders: borders.indices, more }
  ports.ledger.append(callEntry(ports, planned, exchanged, tried, now), (result) => {
    // Also when the record failed: what was spent is spent, and the reservation may not outlive its call. INVARIANT(G10): a border
    // crossing without an outcome is charged in full after a restart, so in full it is settled now.
    const charged = result.ok || tried.borders.length === 0 ? micros(cost) : planned.most.cost
    planned.reservation.settle({ cost: charged, tokens: tokens(usage.input + usage.output) }, now)
    if (!result.ok || exchanged.end !== 'complete') ending.inquiry?.recorded.carriage.takeBack?.()
    if (result.ok || exchanged.end === 'aborted') answer()
    else refuse(ending, result.error)
    over()
  })
  tell(ports, planned, exchanged, now)
}

/** INVARIANT(G7): without its record, an answer does not come to its end. */
const refuse = ({ planned, responder, inquiry, outflow }: Ending, failure: LedgerFailure): void => {
  if (outflow !== undefined) {
    responder.write(outflow.gateOf(inquiry).fail(failure))
    responder.abort()
    return
  }
  const { status, headers, body } = encodedFailureOf(planned.classified.authenticated.head.route, failure)
  responder.whole(status, headers, [body])
}

/** Telemetry fails open (G7). */
const tell = (ports: GatewayPorts, planned: Planned, exchanged: Exchanged, now: number): void => {
  if (ports.listen === undefined) return
  const { call, authenticated } = planned.classified
  try {
    const { step, status, end, cost } = exchanged
    const route = step && `${step.endpoint.id}/${step.model.model}`
    ports.listen({ kind: 'call-finished', call, status, milliseconds: now - authenticated.arrived, route, end, cost })
  } catch {
    // A listener's fault is not the call's.
  }
}
