// One call as the test sees it, and what must be true of each request that leaves for it and each record that is written of it.
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../src/core/json.ts'
import type { CallControl, Entry, UpstreamRequest } from '../../src/gateway/ports.ts'
import { askingOf, type CallPlan, canary } from './calls.ts'
import type { Script } from './scripts.ts'
import { dialectNamed, isDirect, modelIn, pathOf } from './spoken.ts'
import { type Edition, endpointOf, isAtHome, reachIn, type Target, TOKENS } from './world.ts'

/** What leaves for an endpoint. */
export type Sending = {
  readonly call: Running
  readonly target: Target
  readonly script: Script
  /** Its bytes are the caller's but for the name of the model, and its answer passes as it comes. */
  readonly direct: boolean
  /** The same endpoint's answer before was not in the form demanded. */
  readonly again: boolean
  /** It left while another was asked. */
  readonly beside: boolean
  readonly left: number
  /** The head of an answer has come. */
  begun: boolean
  received: string
  ended: boolean
  /** By the wire. */
  failed: boolean
  aborted: boolean
}

export type DurableRecord = { readonly kind: string; readonly members: Readonly<Record<string, unknown>>; readonly hasSecret: boolean }

/** One call, as the test sees it. */
export type Running = {
  readonly plan: CallPlan
  edition: Edition
  permitted: readonly Target[]
  /** Whether, when the call was planned, every endpoint it might use had been cut. */
  allCut: boolean
  salt: Buffer | undefined
  request: string
  control: CallControl | undefined
  began: boolean
  gone: boolean
  interrupted: boolean
  readonly sendings: Sending[]
  readonly records: DurableRecord[]
  /** Appends not yet answered, those answered, and those that failed, by kind. */
  pending: number
  readonly failed: string[]
  reserved: 'no' | 'open' | 'settled'
  answer: 'none' | 'started' | 'whole' | 'end' | 'abort'
  status: number
  headers: readonly string[]
  body: string
  writes: number
  /** The caller does not read, or did not when its answer ended. */
  full: boolean
}

export const newCall = (plan: CallPlan, edition: Edition): Running => ({
  plan,
  edition,
  permitted: [],
  allCut: false,
  salt: undefined,
  request: '',
  control: undefined,
  began: false,
  gone: false,
  interrupted: false,
  sendings: [],
  records: [],
  pending: 0,
  failed: [],
  reserved: 'no',
  answer: 'none',
  status: 0,
  headers: [],
  body: '',
  writes: 0,
  full: false,
})

export const hasOutcome = ({ records }: Running): boolean => records.some(({ kind }) => kind !== 'border')
export const isOpen = ({ answer, gone }: Running): boolean => !gone && (answer === 'none' || answer === 'started')
export const isSame = (one: Target | undefined, other: Target): boolean => one?.endpoint === other.endpoint && one.model === other.model

/** INVARIANT(G1): only what was permitted under the edition the call arrived in, and only while the call runs. */
export const judgeSending = (call: Running, request: UpstreamRequest, target: Target, again: boolean, what: string): void => {
  const { edition } = call
  assert.equal(request.endpoint, endpointOf(edition, target.endpoint), `${what}: the endpoint is not of the edition it arrived in`)
  assert.ok(
    call.permitted.some((each) => isSame(each, target)),
    `${what}: nothing permits it`,
  )
  assert.ok(!call.gone && !call.interrupted, `${what}: the call is over`)
  assert.ok(call.answer === 'none' || goesOn(call), `${what}: the call has been answered`)
  assert.ok(call.reserved === 'open', `${what}: no money is reserved`)
  if (!isAtHome(edition, target)) judgeBorder(call, target, again, what)
}

/** Whether it leaves while another is asked: once in a call, where its owner allows it, and beside the first that says nothing for so long. */
export const judgeBeside = ({ sendings, edition }: Running, target: Target, now: number, what: string): boolean => {
  const [first, ...others] = sendings.filter(({ ended, aborted }) => !ended && !aborted)
  if (first === undefined) return false
  const { hedge } = edition.features
  assert.ok(hedge !== undefined && others.length === 0 && sendings.length === 1, `${what}: an earlier attempt still runs`)
  assert.ok(!first.begun && now - first.left >= hedge.afterMs, `${what}: the first has time left`)
  assert.ok(!isSame(first.target, target), `${what}: beside itself`)
  return true
}

/** Whose the answer is: of whoever was asked last, unless that was asked beside another and lost. */
export const lastOf = ({ sendings }: Running): Sending | undefined => {
  const last = sendings.at(-1)
  const before = sendings.at(-2)
  const isLost = last?.aborted === true || (last?.failed === true && before?.aborted === false && !before.failed)
  return last?.beside === true && isLost ? before : last
}

/** INVARIANT(G2): the record that this call crosses to this endpoint is durable, and says what is true. */
const judgeBorder = (call: Running, target: Target, again: boolean, what: string): void => {
  const borders = call.records.filter(
    ({ kind, members }) => kind === 'border' && members.endpoint === target.endpoint && members.model === target.model,
  )
  const border = borders[again ? 1 : 0]
  assert.ok(border !== undefined, `${what}: leaves home without a durable record`)
  const { see, stop, change } = border.members
  assert.deepEqual({ see, stop, change }, reachIn(call.edition, target), `${what}: the reach on record`)
}

/** Whether a request asks for an answer again; it may, once, of whoever has just answered otherwise than was demanded. */
export const judgeAgain = (call: Running, target: Target, text: string, what: string): boolean => {
  if (!text.includes('Your answer does not hold to the form')) return false
  const { plan, edition, sendings } = call
  const last = lastOf(call)
  assert.ok(plan.demandsForm && !plan.streams && edition.features.formless, `${what}: asks again what nobody demanded`)
  assert.ok(isSame(last?.target, target) && last?.ended, `${what}: asks somebody else again`)
  assert.ok(last.script.name === 'answers' && last.script.inForm === false, `${what}: asks again for what was well`)
  assert.ok(
    sendings.every(({ again }) => !again),
    `${what}: asks again and again`,
  )
  return true
}

/**
 * Attempts go forward through what is permitted, in the owner's order; one is asked again at most once. Returns what was passed over.
 * With features on, the order is another and anybody may be passed over, but nobody is come back to but of two that were asked at once.
 */
export const judgeOrder = (call: Running, target: Target, again: boolean, what: string): readonly Target[] => {
  const place = (each: Target) => call.permitted.findIndex((permitted) => isSame(permitted, each))
  const before = call.sendings.map((sending) => place(sending.target))
  const here = place(target)
  const last = before.at(-1) ?? -1
  assert.ok(before.length < call.edition.maxAttempts, `${what}: more attempts than allowed`)
  const asked = before.filter((each) => each === here).length
  const most = again ? 2 : 1
  if (call.edition.features.on) {
    assert.ok(
      asked === 0 || (asked <= most && (here === last || (call.sendings.at(-1)?.beside === true && here === before.at(-2)))),
      `${what}: come back to`,
    )
    return []
  }
  assert.ok(here > last || (here === last && asked <= most), `${what}: out of order`)
  return call.permitted.slice(last + 1, here)
}

/**
 * What leaves is the caller's body with another model's name, the endpoint's own authentication, and nothing of the caller's head. Returns
 * whether it left as it came; where scarcity may shorten answers, it need not.
 */
export const judgeBytes = (call: Running, request: UpstreamRequest, text: string, again: boolean, what: string): boolean => {
  const { plan, edition } = call
  const spoken = request.endpoint.dialect
  const mayAlter = edition.features.scarcity.length > 0 || goesOn(call) || (plan.demandsForm && edition.features.formless)
  const isAltered = mayAlter && plan.head.route !== 'embeddings' && !isSplice(plan, text)
  const leavesDirectly = isDirect(plan.head.route, spoken) && !isAltered
  if (leavesDirectly) {
    const asked = JSON.parse(Buffer.from(plan.body).toString('utf8')) as Record<string, unknown>
    const sent = JSON.parse(text) as Record<string, unknown>
    assert.deepEqual(sent, { ...asked, model: sent.model }, `${what}: the body`)
    assert.equal(request.path, pathOf(plan.head.route))
  } else judgeTranslation(call, request, text, again, what)
  const head = request.headers.join('\n')
  for (const [name, token] of Object.entries(TOKENS))
    assert.equal(head.includes(token), name === request.endpoint.id, `${what}: the token of ${name}`)
  assert.ok(!/jurisdiction|allod-|subject-7/.test(head), `${what}: the caller's headers leave`)
  return leavesDirectly
}

/** Whether a text is the caller's own but for the name of its model. */
const isSplice = ({ body }: CallPlan, text: string): boolean => {
  const asked = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>
  const sent = JSON.parse(text) as Record<string, unknown>
  return isDeepStrictEqual(sent, { ...asked, model: sent.model })
}

/** Whether the caller has a part of its answer, and another endpoint may be asked for the rest. */
export const goesOn = ({ edition, answer, sendings }: Running): boolean =>
  edition.features.continuations > 0 && answer === 'started' && sendings.length > 0

/** Translated, the caller's words are there, in the endpoint's own dialect, and nothing stands for them that was not said. */
const judgeTranslation = (call: Running, request: UpstreamRequest, text: string, again: boolean, what: string): void => {
  const { plan } = call
  if (plan.head.route === 'embeddings') return
  const body = JSON.parse(text) as JsonObject
  const decoded = dialectNamed(request.endpoint.dialect).decodeRequest(body, {
    model: modelIn(request),
    stream: request.path.includes('tream'),
  })
  assert.ok(decoded.ok, `${what}: ${decoded.ok ? '' : decoded.error.message}`)
  const { messages, stream } = decoded.value
  const [first] = messages
  const asksForForm = plan.demandsForm && first?.role === 'system'
  if (asksForForm) assert.match(JSON.stringify(first.parts), /"text":"Answer with one JSON object/, `${what}: words that nobody said`)
  const [said, ...behind] = messages.slice(asksForForm ? 1 : 0).map(({ role, parts }) => ({ role, parts }))
  const question = `${canary(plan.number)} {"model":"m2"}`
  // A text is gone on with as a longer text.
  if (plan.head.route === 'completions' && goesOn(call)) {
    const [part] = said?.parts ?? []
    assert.ok(behind.length === 0 && part?.kind === 'text' && part.text.startsWith(question), `${what}: what was said`)
    return
  }
  assert.deepEqual([said], [{ role: 'user', parts: [{ kind: 'text', text: question }] }], `${what}: what was said`)
  assert.equal(stream, plan.streams, `${what}: whether it is to stream`)
  if (behind.length === 0) return
  // What is sent on is this call's own answer, or the beginning of it, and who is to go on or to mend it is told to.
  assert.ok(goesOn(call) || again, `${what}: words that nobody said`)
  const [begun, told] = behind.map(({ role, parts }) => `${role}: ${parts.map((part) => ('text' in part ? part.text : '')).join('')}`)
  const marks = [...(begun ?? '').matchAll(/answer-(\d+)-/g)].map(([, number]) => Number(number))
  assert.ok(behind.length <= 2 && begun?.startsWith('assistant: ') === true, `${what}: ${begun}`)
  assert.ok(
    marks.every((number) => number === plan.number),
    `${what}: the answer of another`,
  )
  if (again) assert.match(told ?? '', /^user: Your answer does not hold to the form/, what)
  else assert.match(told ?? 'user: Go on from', /^user: .*Go on from/, what)
}

/** A record says what is so under the edition the call arrived in, holds no content, and comes before the outcome or is it. */
export const judgeRecord = (call: Running, kind: string, members: Readonly<Record<string, unknown>>, entry: Entry): void => {
  const { plan, edition } = call
  const person = plan.person ?? assert.fail('a record of a call whose key is not known')
  const asking = askingOf(plan, person)
  const what = `call ${plan.number}: its ${kind} record`
  assert.equal(entry.stream, person.key.id, `${what} stands in another stream`)
  const { tenant, application, alias, policy, facts, purpose } = members
  assert.deepEqual(
    { tenant, application, alias, class: members.class, purpose, policy, facts },
    {
      tenant: person.key.tenant,
      application: person.key.application,
      alias: plan.alias,
      class: asking.dataClass,
      purpose: asking.purpose,
      policy: edition.snapshot.policy.digest,
      facts: edition.snapshot.facts,
    },
    `${what} says what is not so`,
  )
  assert.ok(!hasOutcome(call), `${what} comes after its outcome`)
  assert.ok(!entry.members.includes(canary(plan.number)) && !entry.secret?.includes(canary(plan.number)), `${what} holds content`)
  assert.equal(entry.secret !== undefined, call.records.length === 0, `${what}: the salt travels with the first record only`)
}
