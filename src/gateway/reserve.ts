import { err, ok, type Result } from '../core/result.ts'
import { micros, type Tokens, tokens } from '../core/units.ts'
import type { Asked } from './asked.ts'
import type { Carrier } from './carriage.ts'
import { costOf } from './costs.ts'
import type { NeutralRequest } from './dialects/neutral.ts'
import type { CallFailure } from './failure.ts'
import { hedgeOf } from './health/hedging.ts'
import { growthOf } from './hiding.ts'
import type { Observed } from './observed.ts'
import type { Plan } from './plan.ts'
import type { GatewayPorts, Reservation } from './ports.ts'
import { alteringCarrierOf, carrierOf, type Step } from './prepared.ts'
import { FORMATS } from './providers/pass-through.ts'
import { SERVICES } from './services.ts'
import type { Classified, Planned, Usage } from './stages.ts'

/** What English text needs on average; used only where an endpoint reports nothing, and marked as an estimate. */
const BYTES_PER_TOKEN = 4
/** Of an answer that is sent on: more than text of any language has on average. */
const CHARACTERS_PER_TOKEN = 8

/** Reserves the most this plan can cost: each byte in is at most a token, each choice out is as long as it may be (G10). */
export const reserve = (
  ports: GatewayPorts,
  classified: Classified,
  plan: Plan,
): Result<{ readonly reservation: Reservation; readonly most: Planned['most'] }, CallFailure> => {
  const { asked, inputBytes, authenticated } = classified
  const { route } = authenticated.head
  const writes = SERVICES[route].kind === 'chat'
  const rivals = hedgeOf({ classified, plan }) === undefined ? 0 : 1
  let cost = 0
  let most = 0
  for (const step of plan.steps) {
    const { model } = step
    const hides = plan.pseudonymised.has(step)
    const carrier = hides ? alteringCarrierOf(step, route) : carrierOf(step, route)
    const parts = writes ? mostRequests(classified, carrier) : 1
    const output = writes ? outputBound(asked, model.maxOutputTokens) : 0
    // Whoever goes on with an answer, or is to mend it, is sent what there is of it.
    const input = inputBytes + carrier.overhead + (hides ? growthOf(inputBytes) : 0) + (parts > 1 ? output * CHARACTERS_PER_TOKEN : 0)
    cost = Math.max(cost, costOf(model.price, input, output) * (parts + rivals))
    most = Math.max(most, (input + output) * (parts + rivals))
  }
  const bound = { cost: micros(cost), tokens: tokens(Math.min(most, Number.MAX_SAFE_INTEGER)) }
  const reservation = ports.budgets.reserve(authenticated.key, { ...bound, call: classified.call }, authenticated.arrived)
  return reservation.ok ? ok({ reservation: reservation.value, most: bound }) : err(reservation.error)
}

/** How many requests may be paid for one answer. */
const mostRequests = ({ asked, alias, decoded }: Classified, { mayAskAgain }: Carrier): number => {
  if (asked.stream) return 1 + (alias.continuations ?? 0)
  if (mayAskAgain !== true || asked.choices > 1 || !alias.bridges.has('json-by-asking-again')) return 1
  const question = decoded?.ok === true ? (decoded.value as NeutralRequest) : undefined
  return (question === undefined ? FORMATS.some((name) => asked.members.has(name)) : question.output !== undefined) ? 2 : 1
}

/** Tokens of an answer, in all its choices. */
export const outputBound = (asked: Asked, longest: Tokens): number => (asked.maxOutput ?? longest) * asked.choices

/**
 * Usage as this step reported it, what is missing estimated from what passed; `events` is the number of those with data. INVARIANT(G10): an
 * estimate is never more than was reserved for.
 */
export const usageOf = (
  seen: Observed,
  { asked, inputBytes, authenticated }: Classified,
  { model }: Step,
  answer: { readonly bytes: number; readonly events: number },
): Usage => {
  const writes = SERVICES[authenticated.head.route].kind === 'chat'
  const passed = answer.events > 0 ? answer.events : Math.ceil(answer.bytes / BYTES_PER_TOKEN)
  const output = Math.min(passed, outputBound(asked, model.maxOutputTokens))
  return {
    input: tokens(seen.input ?? Math.ceil(inputBytes / BYTES_PER_TOKEN)),
    // An embedding has no output tokens, and so reports none.
    output: tokens(seen.output ?? (writes ? output : 0)),
    estimated: seen.input === undefined || (seen.output === undefined && writes),
  }
}
