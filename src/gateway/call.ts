// The path of a call, top to bottom:
//
//   IncomingHead ─ authenticate ─► Authenticated ─ classify ─► Classified ─ planOf, reserve ─► Planned
//     ─ Exchange: record ─► Recorded ─ send, stream ─► Exchanged ─ settle ─► the last byte of the answer
import { micros, tokens } from '../core/units.ts'
import type { Bag } from './bag.ts'
import { classify } from './classify.ts'
import { Exchange } from './exchange.ts'
import type { CallFailure } from './failure.ts'
import { type Considered, type Plan, planOf } from './plan.ts'
import type { GatewayPorts, Responder } from './ports.ts'
import { commitToRequest, refusalEntry } from './record.ts'
import { reserve } from './reserve.ts'
import { answerFailureOf } from './spoken-failure.ts'
import type { Authenticated, Classified } from './stages.ts'

const encoder = new TextEncoder()

/** Runs one call whose caller is known. The returned control is how its wire tells it of drains and departures. */
export const runCall = (
  ports: GatewayPorts,
  authenticated: Authenticated,
  body: Uint8Array,
  responder: Responder,
  running: Bag<Exchange>,
  over: (exchange: Exchange) => void,
): Exchange | undefined => {
  const classified = classify(ports, authenticated, body)
  if (!classified.ok) return answer(ports, authenticated, classified.error, responder)
  const plan = planOf(classified.value)
  const refusal = refusalOf(ports, classified.value, plan)
  const reserved = reserve(ports, classified.value, plan)
  if (!reserved.ok) return answer(ports, authenticated, reserved.error, responder)
  if (refusal !== undefined) {
    reserved.value.reservation.settle({ cost: micros(0), tokens: tokens(0) }, ports.clock())
    return recordRefusal(ports, classified.value, plan, refusal, responder)
  }
  const planned = { classified: classified.value, plan, ...reserved.value, request: commitToRequest(ports, classified.value) }
  const exchange = new Exchange(ports, planned, responder, over)
  // Entered before it begins: a ledger that fails at once ends it inside `begin`.
  running.add(exchange)
  exchange.begin()
  return exchange
}

type RefusedCall = {
  readonly why: 'no-permitted-endpoint' | 'purpose-forbidden'
  readonly considered: readonly Considered[]
  readonly failure: CallFailure
}

/** Why this call may not run at all, when it may not. */
const refusalOf = (ports: GatewayPorts, classified: Classified, plan: Plan): RefusedCall | undefined => {
  const { call, alias, dataClass, purpose, authenticated } = classified
  if (!authenticated.key.purposes.includes(purpose)) {
    const message = `this key may not use the purpose \`${purpose}\`, only ${authenticated.key.purposes.join(', ')}`
    return { why: 'purpose-forbidden', considered: [], failure: { kind: 'purpose-forbidden', message, call } }
  }
  const cut = plan.steps.filter((step) => ports.isCut(step.endpoint, step.model))
  if (cut.length < plan.steps.length) return undefined
  const considered: Considered[] = [
    ...plan.refused,
    ...cut.map(({ endpoint, model }) => ({
      endpoint: endpoint.id,
      model: model.model,
      reach: model.reach,
      refusedBy: [{ id: 'cut', reason: 'this endpoint has been cut off' }],
      possible: [`end the cut of \`${endpoint.id}/${model.model}\``],
    })),
  ]
  const message = `no endpoint of \`${alias.name}\` may be used for ${dataClass} data and the purpose ${purpose}: ${considered.map(sentence).join('; ') || 'it leads to none'}`
  const refusal = { call, alias: alias.name, dataClass, purpose, considered }
  return { why: 'no-permitted-endpoint', considered, failure: { kind: 'refused', message, refusal } }
}
const sentence = ({ endpoint, refusedBy }: Considered): string =>
  `\`${endpoint}\`: ${refusedBy.map((policy) => policy.reason.replace(/\.$/, '')).join(', ')}`

/** INVARIANT(G7): a refusal is answered only once it is on record. */
const recordRefusal = (ports: GatewayPorts, classified: Classified, plan: Plan, refusal: RefusedCall, responder: Responder): undefined => {
  ports.ledger.append(refusalEntry(ports, classified, plan.record, refusal.why, refusal.considered), (result) =>
    answer(ports, classified.authenticated, result.ok ? refusal.failure : result.error, responder),
  )
}

/** The answer to a call that nobody was asked for. */
const answer = (ports: GatewayPorts, { head, arrived }: Authenticated, failure: CallFailure, responder: Responder): undefined => {
  const { status, headers, body } = answerFailureOf(head.route, failure)
  const told = ports.drill === undefined ? headers : [...headers, 'allod-drill', ports.drill]
  responder.whole(status, told, [encoder.encode(body)])
  try {
    ports.listen?.({ kind: 'call-refused', why: failure.kind, milliseconds: ports.clock() - arrived })
  } catch {
    // Telemetry fails open (G7).
  }
}
