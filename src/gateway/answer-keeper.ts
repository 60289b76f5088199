import type { JsonObject } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import { notKept, responseId, tellingKept } from './conversations.ts'
import { Collector } from './dialects/collect.ts'
import type { StreamEncoder, Telling } from './dialects/dialect.ts'
import type { EndpointError, Extensions, NeutralResponse, Warning } from './dialects/neutral.ts'
import { keepAnswer, type Resumed } from './keeping.ts'
import type { GatewayPorts } from './ports.ts'
import type { Step } from './prepared.ts'
import type { Classified } from './stages.ts'
import { warningsMember } from './warnings.ts'

type Kept = Exclude<GatewayPorts['kept'], undefined>
type Given = { readonly ports: GatewayPorts; readonly classified: Classified; readonly step: Step }

/** The keeper of a call's answer; undefined where the call has nothing to do with what is kept. */
export const keeperOf = (given: Given, warnings: Warning[]): AnswerKeeper | undefined => {
  const { ports, classified } = given
  return ports.kept === undefined || classified.resumed === undefined
    ? undefined
    : new AnswerKeeper(given, ports.kept, classified.resumed, warnings)
}

/**
 * Keeps one answer when its end is about to be written, and says in it whether it is kept: durable then, and told only later, when the
 * call is on record.
 */
export class AnswerKeeper implements Telling {
  readonly before: JsonObject
  private readonly given: Given
  private readonly kept: Kept
  private readonly resumed: Resumed
  /** Those of the call, which its answer tells. */
  private readonly warnings: Warning[]
  private answer: (() => Result<NeutralResponse, EndpointError>) | undefined
  private extensions: Extensions | undefined
  private saved = false

  constructor(given: Given, kept: Kept, resumed: Resumed, warnings: Warning[]) {
    this.given = given
    this.kept = kept
    this.resumed = resumed
    this.warnings = warnings
    this.before = tellingKept(resumed.recall, false)
  }

  /** The answer, where it is written whole. */
  take(answer: NeutralResponse): void {
    this.answer = () => ok(answer)
  }

  /** Reads along what is written of an answer event by event. */
  along(encoder: StreamEncoder): StreamEncoder {
    const collector = new Collector()
    this.answer = () => collector.conclude()
    return {
      push: (event) => {
        collector.push(event)
        return encoder.push(event)
      },
      warnings: () => encoder.warnings(),
    }
  }

  /** What no event could hold. */
  beyond(extensions: Extensions | undefined): void {
    this.extensions = extensions
  }

  conclude(response: JsonObject, losses: readonly Warning[]): JsonObject {
    const answer = this.answer?.()
    if (answer === undefined || !answer.ok) {
      this.warnings.push(notKept(answer?.error.message ?? 'it was not understood'))
      return this.before
    }
    const { classified, ports, step } = this.given
    const { key, snapshot } = classified.authenticated
    const rules = snapshot.keeping
    const told = { ...response, ...warningsMember([...this.warnings, ...losses]) }
    const { members, warnings } = keepAnswer(
      this.kept.conversations,
      this.resumed,
      this.extensions === undefined ? answer.value : { ...answer.value, extensions: this.extensions },
      {
        id: responseId(classified.call),
        call: classified.call,
        endpoint: step.endpoint.id,
        told,
        dataClass: classified.dataClass,
        purpose: classified.purpose,
        keptUntil: epochMillis(ports.clock() + rules.retention),
        owner: { tenant: key.tenant, application: key.application },
        rules,
      },
    )
    this.saved = members.store === true
    this.warnings.push(...warnings)
    return members
  }

  /** The answer is not told after all, or its call is not on record: what nobody heard of is not kept. */
  takeBack(): void {
    if (!this.saved) return
    this.saved = false
    const { call, authenticated } = this.given.classified
    const { tenant, application } = authenticated.key
    // Where even that fails, the next start erases what no record knows.
    this.kept.conversations.erase({ tenant, application }, responseId(call))
  }
}
