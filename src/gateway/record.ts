import type { EpochMillis } from '../core/units.ts'
import { PSEUDONYMISE } from '../policy/decision.ts'
import type { Considered } from './plan.ts'
import type { Entry, GatewayPorts } from './ports.ts'
import type { Step } from './prepared.ts'
import type { Classified, Exchanged, Planned } from './stages.ts'

const encoder = new TextEncoder()
const REQUEST = encoder.encode('request')
const RESPONSE = encoder.encode('response')
const SUBJECT = encoder.encode('subject')

/** SHA-256 over `salt ‖ "request" ‖ body as received`: binds without telling; without the salt it says nothing (G8). */
export const commitToRequest = (ports: GatewayPorts, classified: Classified): string =>
  ports.hashing.digest([classified.salt, REQUEST, classified.body])

/** The same over the response body as sent to the caller. */
export const commitToResponse = (ports: GatewayPorts, salt: Uint8Array, parts: readonly Uint8Array[]): string =>
  ports.hashing.digest([salt, RESPONSE, ...parts])

/** Bytes of a stream that are kept, to be hashed in one native call; a longer stream is hashed as it goes. */
const KEPT_BYTES = 16_384

/** The same for a body that goes out piece by piece. */
export class ResponseCommitment {
  private readonly ports: GatewayPorts
  private readonly salt: Uint8Array
  private parts: Uint8Array[] = []
  private size = 0
  private building: ReturnType<GatewayPorts['hashing']['incremental']> | undefined

  constructor(ports: GatewayPorts, salt: Uint8Array) {
    this.ports = ports
    this.salt = salt
  }

  update(part: Uint8Array): void {
    this.parts.push(part)
    this.size += part.length
    if (this.size > KEPT_BYTES) this.fold()
  }

  digest(): string {
    if (this.building === undefined) return commitToResponse(this.ports, this.salt, this.parts)
    this.fold()
    return this.building.digest()
  }

  private fold(): void {
    if (this.building === undefined) {
      this.building = this.ports.hashing.incremental()
      this.building.update(this.salt)
      this.building.update(RESPONSE)
    }
    for (const part of this.parts) this.building.update(part)
    this.parts = []
    this.size = 0
  }
}

/** What an attempt needs of the record: written before the first byte leaves for an endpoint outside home. */
export const borderEntry = (ports: GatewayPorts, planned: Planned, step: Step, attempt: number, first: boolean): Entry =>
  entry(
    ports,
    planned.classified,
    `${opening(ports.clock(), 'border', planned.classified, planned.plan.record)},${step.record},"attempt":${attempt},"request":"${planned.request}","reserved":${planned.most.cost}${owing(planned, step)}${besides(planned.classified)}`,
    first,
  )

/** What must be done to the call before it crosses, and was. */
const owing = ({ plan }: Planned, step: Step): string => (plan.pseudonymised.has(step) ? `,"obligations":["${PSEUDONYMISE}"]` : '')

/** How a call went along its plan: elements of `attempts`, indices of its border records, and further members with a comma before each. */
export type Tried = { readonly attempts: string; readonly borders: readonly number[]; readonly more: string }

/** The one outcome of a call that was not refused. */
export const callEntry = (ports: GatewayPorts, planned: Planned, exchanged: Exchanged, tried: Tried, now: EpochMillis): Entry => {
  const { usage } = exchanged
  const answered = exchanged.step === undefined ? NOBODY : exchanged.step.record
  return entry(
    ports,
    planned.classified,
    `${opening(now, 'call', planned.classified, planned.plan.record)},${answered},"attempts":[${tried.attempts}],"border":[${tried.borders.join(',')}],"request":"${planned.request}","response":"${exchanged.response}","usage":{"input":${usage.input},"output":${usage.output},"estimated":${usage.estimated}}${exchanged.more}${tried.more}${besides(planned.classified)},"cost":${exchanged.cost},"status":${exchanged.status},"end":"${exchanged.end}","ms":${now - planned.classified.authenticated.arrived}`,
    tried.borders.length === 0,
  )
}
const NOBODY = '"endpoint":null,"model":null,"see":[],"stop":[],"change":[]'

/** A call that law or the key's purposes refused. */
export const refusalEntry = (
  ports: GatewayPorts,
  classified: Classified,
  record: string,
  why: 'no-permitted-endpoint' | 'purpose-forbidden',
  considered: readonly Considered[],
): Entry => {
  const list = considered.map(({ endpoint, model, refusedBy }) => ({ endpoint, model, by: refusedBy.map((policy) => policy.id) }))
  const members = `${opening(ports.clock(), 'refusal', classified, record)},"why":"${why}","considered":${JSON.stringify(list)},"request":"${commitToRequest(ports, classified)}"${besides(classified)}`
  return entry(ports, classified, members, true)
}

const opening = (time: number, kind: string, classified: Classified, record: string): string =>
  `"time":${time},"kind":"${kind}","call":"${classified.call}",${record}`

/** Says what raised the class of the call, and in which drill it took part. */
const besides = ({ raised, drill }: Classified): string =>
  `${raised === undefined ? '' : `,"raised":${JSON.stringify(raised)}`}${drill === undefined ? '' : `,"drill":${JSON.stringify(drill)}`}`

/** The salt travels with the first record of a call only, so that a later one cannot bring back what was erased. */
const entry = (ports: GatewayPorts, classified: Classified, members: string, withSecret: boolean): Entry => {
  const { call, salt, subject } = classified
  const stream = classified.authenticated.key.id
  const committed =
    subject === undefined ? members : `${members},"subject":"${ports.hashing.digest([salt, SUBJECT, encoder.encode(subject)])}"`
  if (!withSecret) return { stream, members: committed }
  const named = subject === undefined ? '' : `,"subject":${JSON.stringify(subject)}`
  return { stream, members: committed, secret: `{"call":"${call}","salt":"${ports.hashing.hex(salt)}"${named}}` }
}
