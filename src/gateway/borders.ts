import type { GatewayPorts, LedgerFailure } from './ports.ts'
import type { Step } from './prepared.ts'
import { borderEntry } from './record.ts'
import type { Planned } from './stages.ts'

const NONE: readonly number[] = []

/** The border records of one call. */
export class Borders {
  /** Where they stand in the log. */
  indices = NONE
  private readonly ports: GatewayPorts
  private readonly planned: Planned
  /** A record is on its way, and its index not known yet. */
  isCrossing = false
  /** Called when it is known. */
  awaited: (() => void) | undefined

  constructor(ports: GatewayPorts, planned: Planned) {
    this.ports = ports
    this.planned = planned
  }

  /** INVARIANT(G2): calls `done` once, without a failure when the record that the call goes to this step is durable; `attempt` counts from 0. */
  cross(step: Step, attempt: number, done: (index: number | LedgerFailure) => void): void {
    const entry = borderEntry(this.ports, this.planned, step, attempt, this.indices.length === 0)
    this.isCrossing = true
    this.ports.ledger.append(entry, (result) => {
      this.isCrossing = false
      if (result.ok) this.indices = [...this.indices, result.value.index]
      done(result.ok ? result.value.index : result.error)
      this.awaited?.()
    })
  }
}
