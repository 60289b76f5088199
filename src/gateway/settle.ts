import type { Result } from '../core/result.ts'
import { micros, tokens } from '../core/units.ts'
import type { Appended, GatewayPorts, LedgerFailure } from './ports.ts'
import { callEntry, type Tried } from './record.ts'
import type { Exchanged, Planned } from './stages.ts'

/** Settles the reservation and writes the one `call` record. Called exactly once per planned call, on every path. */
export const settle = (
  ports: GatewayPorts,
  planned: Planned,
  exchanged: Exchanged,
  tried: Tried,
  done: (result: Result<Appended, LedgerFailure>) => void,
): void => {
  const now = ports.clock()
  const { usage, cost } = exchanged
  ports.ledger.append(callEntry(ports, planned, exchanged, tried, now), (result) => {
    // Also when the record failed: what was spent is spent, and the reservation may not outlive its call. INVARIANT(G10): a border
    // crossing without an outcome is charged in full after a restart, so in full it is settled now.
    const charged = result.ok || tried.borders.length === 0 ? micros(cost) : planned.most.cost
    planned.reservation.settle({ cost: charged, tokens: tokens(usage.input + usage.output) }, now)
    done(result)
  })
  tell(ports, planned, exchanged, now)
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
