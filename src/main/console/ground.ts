import type { Json, JsonObject } from '../../core/json.ts'
import type { Result } from '../../core/result.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Health } from '../../gateway/health/health.ts'
import type { Key } from '../../gateway/ports.ts'
import type { Snapshot } from '../../gateway/snapshot.ts'
import type { ConsoleFailure, Visitor } from '../../http/console/handlers.ts'
import type { DrillDesk } from '../drill-desk.ts'
import type { Exchange } from '../exchange.ts'
import type { Governing } from '../governing.ts'
import type { PolicyOrder, PolicyVersions } from '../policy-versions.ts'
import type { Pulse } from '../pulse.ts'
import type { ConsoleEvents } from './events.ts'

/** What the console's handlers stand on: the exchange as it is now, what its owner may do with it, and who listens. */
export type ConsoleGround = {
  exchange(): Exchange
  snapshot(): Snapshot
  readonly governing: Governing
  readonly health: Health
  /** Where calls that are made here are made. */
  readonly gateway: Pick<Gateway, 'call'>
  /** Whether the calls of this key's application are refused for now. */
  isFrozen(key: Key): boolean
  readonly events: ConsoleEvents
  readonly drills: DrillDesk
  readonly pulse: Pulse
  /** The policies that were in force. */
  readonly versions: PolicyVersions
  /** Whether outside endpoints are simulated. */
  readonly sandbox: boolean
  /** What the command line can do, in the name of whoever asks: the same operations, by the same names. */
  operate(name: string, input: JsonObject, who: Visitor): Promise<Result<Json, ConsoleFailure>>
  /** Reads configuration, facts and policies anew and puts them in force whole, or says why not. */
  reload(): Promise<Result<string, ConsoleFailure>>
  /** The same for what these people have decided already. */
  enforce(order: PolicyOrder): Promise<Result<void, ConsoleFailure>>
}
