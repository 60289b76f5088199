import type { EpochMillis } from '../core/units.ts'
import type { GatewayPorts, Responder } from './ports.ts'
import { ResponseCommitment } from './record.ts'

/** The bytes of a streamed answer on their way to the caller, committed to as they go, and held up while the caller takes none. */
export class Outflow {
  /** What the caller was told with the first byte. */
  readonly status: number
  /** Since when the caller takes nothing. */
  pausedSince: EpochMillis | undefined
  private readonly ports: GatewayPorts
  private readonly responder: Responder
  private readonly commitment: ResponseCommitment

  constructor(ports: GatewayPorts, salt: Uint8Array, responder: Responder, status: number) {
    this.status = status
    this.ports = ports
    this.responder = responder
    this.commitment = new ResponseCommitment(ports, salt)
  }

  /** False when the caller has just stopped taking bytes: whoever sends should wait. */
  pass(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true
    this.commitment.update(bytes)
    if (this.responder.write(bytes) || this.pausedSince !== undefined) return true
    this.pausedSince = this.ports.clock()
    return false
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
