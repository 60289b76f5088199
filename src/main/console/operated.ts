import type { Json, JsonObject } from '../../core/json.ts'
import type { Result } from '../../core/result.ts'
import type { ConsoleFailure, Visitor } from '../../http/console/handlers.ts'
import type { ConsoleGround } from './ground.ts'

/** What the command line's operation of this name gives. That it is what the contract says of the route is checked where it is sent. */
export const operated = async <T>(
  ground: Pick<ConsoleGround, 'operate'>,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  who: Visitor,
): Promise<Result<T, ConsoleFailure>> =>
  (await ground.operate(operation, defined(input), who)) as Result<Json, ConsoleFailure> as Result<T, ConsoleFailure>

/** An operation refuses members that it does not know, so what was not said is not there. */
const defined = (input: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as JsonObject
