import type { EpochMillis } from '../core/units.ts'
import type { AnswerStream } from './carriage.ts'
import type { Spent } from './costs.ts'
import type { Inquiry } from './inquiry.ts'
import type { GatewayPorts, Responder } from './ports.ts'
import { ResponseCommitment } from './record.ts'
import type { Planned, Recorded } from './stages.ts'
import { type Taken, Takeover } from './takeover.ts'

/** The bytes of a streamed answer on their way to the caller, committed to as they go, and held up while the caller takes none. */
export class Outflow {
  /** What the caller was told with the first byte. */
  readonly status: number
  /** Since when the caller takes nothing. */
  pausedSince: EpochMillis | undefined
  /** Where others may go on with it. */
  readonly takeover: Takeover | undefined
  /** Of the endpoint that failed while somebody is asked to go on; what it wrote is counted already. */
  private broken: AnswerStream | undefined
  private readonly ports: GatewayPorts
  private readonly responder: Responder
  private readonly commitment: ResponseCommitment

  constructor(ports: GatewayPorts, planned: Planned, responder: Responder, status: number) {
    const { alias, salt } = planned.classified
    this.status = status
    this.ports = ports
    this.responder = responder
    this.commitment = new ResponseCommitment(ports, salt)
    this.takeover = alias.continuations === undefined ? undefined : new Takeover(ports, planned)
  }

  /** False when the caller has just stopped taking bytes: whoever sends should wait. */
  pass(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true
    this.takeover?.keep(bytes)
    this.commitment.update(bytes)
    if (this.responder.write(bytes) || this.pausedSince !== undefined) return true
    this.pausedSince = this.ports.clock()
    return false
  }

  /** The endpoint has failed: what another may go on from, or undefined when nobody can. `spent`: all that the answer took so far. */
  after(recorded: Recorded, gate: AnswerStream, spent: Spent): Taken | undefined {
    const taken = this.takeover?.after(recorded, gate, spent)
    if (taken !== undefined) this.broken = gate
    return taken
  }

  /** Of whoever writes, or wrote last. */
  gateOf(inquiry: Inquiry | undefined): AnswerStream {
    const gate = inquiry?.gate ?? this.broken
    if (gate === undefined) throw new Error('a stream ends that never began')
    return gate
  }

  /** Whether what came through is still to be paid: an error alone, without a count of tokens, costs nothing. */
  isCounted(gate: AnswerStream): boolean {
    const { seen, dataEvents } = gate
    return gate !== this.broken && !(seen.failed && dataEvents <= 1 && seen.output === undefined)
  }

  /** Commits to bytes that leave only when the record is durable. */
  commit(bytes: Uint8Array): void {
    this.commitment.update(bytes)
  }

  /** The commitment to all of it, hexadecimal. */
  digest(): string {
    return this.commitment.digest()
  }
}
