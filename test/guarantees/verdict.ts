// What must be true of each call once its world has come to rest.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { collect } from '../../src/gateway/dialects/collect.ts'
import { decodedStream } from '../dialects/wire.ts'
import { gateOf } from './calls.ts'
import { hasOutcome, isSame, lastOf, type Running, type Sending } from './judge.ts'
import { callerOf, canTake } from './spoken.ts'
import type { Tally } from './trial.ts'
import { dialectOf } from './world.ts'

/** What stands in the record of who was not sent anything. */
const NOT_CONTACTED = new Set(['cut-off', 'unsupported', 'resting', 'spared', 'busy', 'unneeded', 'unrecorded'])

type Failure = { readonly error?: { readonly code?: string; readonly type?: string } }

const headerOf = ({ headers }: Running, name: string): string | undefined => {
  const at = headers.findIndex((each, i) => i % 2 === 0 && each === name)
  return at < 0 ? undefined : headers[at + 1]
}

export const judgeCall = (call: Running, tally: Tally): void => {
  const what = `call ${call.plan.number}`
  const count = (name: string) => {
    tally[name] = (tally[name] ?? 0) + 1
  }
  assert.equal(call.pending, 0, `${what}: a record is still on its way`)
  assert.notEqual(call.reserved, 'open', `${what}: its reservation was never settled`)
  judgeRecords(call, what, count)
  if (call.gone) {
    count('gone')
    return
  }
  assert.ok(call.answer !== 'none' && call.answer !== 'started', `${what}: never answered`)
  if (call.answer === 'whole') judgeWhole(call, what, count)
  else judgeStream(call, what, count)
  judgeCommitment(call, what)
}

/** Exactly one outcome of each call that was planned, unless the ledger failed; none of any other. */
const judgeRecords = (call: Running, what: string, count: (name: string) => void): void => {
  const outcomes = call.records.filter(({ kind }) => kind !== 'border')
  if (call.reserved === 'no')
    assert.deepEqual([call.records.length, call.sendings.length], [0, 0], `${what}: not planned, but recorded or sent`)
  else
    assert.ok(outcomes.length === 1 || (outcomes.length === 0 && call.failed.length > 0), `${what}: ${outcomes.length} outcomes on record`)
  assert.ok(
    call.records.every(({ hasSecret }, i) => hasSecret === (i === 0)),
    `${what}: the salt is kept once, with its first record`,
  )
  const [outcome] = outcomes
  if (outcome?.kind !== 'call') return
  const attempts = outcome.members.attempts as readonly { readonly endpoint: string; readonly model: string; readonly result: string }[]
  const sent = attempts.filter(({ result }) => !NOT_CONTACTED.has(result)).map(({ endpoint, model }) => `${endpoint}/${model}`)
  const left = call.sendings.map(({ target }) => `${target.endpoint}/${target.model}`)
  // Of two that were asked at once, the one that ended first stands first.
  const isHedged = call.sendings.some(({ beside }) => beside)
  assert.deepEqual(isHedged ? sent.sort() : sent, isHedged ? left.sort() : left, `${what}: the attempts on record`)
  for (const { result, endpoint, model } of attempts.filter((each) => each.result === 'outpaced')) {
    const loser = call.sendings.slice(0, 2).find(({ target }) => isSame(target, { endpoint, model }))
    assert.ok(isHedged && loser?.aborted && !loser.ended, `${what}: ${endpoint}/${model} ${result}`)
    count(result)
  }
  if (attempts.some(({ result }) => result === 'unneeded')) count('unneeded')
  if (attempts.some(({ result }) => result === 'ended-by-cut'))
    count(`ended by a cut, and ${call.answer === 'whole' ? 'answered' : 'told'}`)
  const borders = outcome.members.border as readonly number[]
  assert.equal(borders.length, call.records.filter(({ kind }) => kind === 'border').length, `${what}: the borders on record`)
}

const judgeWhole = (call: Running, what: string, count: (name: string) => void): void => {
  const { status } = call
  const gate = call.began || call.plan.person === undefined ? gateOf(call.plan) : new Set<number>()
  if (headerOf(call, 'allod-endpoint') !== undefined) {
    const last = answeredBy(call, what, count)
    // Passed through: from the last endpoint asked, whole, to the byte, and of no other call.
    assert.ok(last?.ended && last.script.whole, `${what}: half an answer passed for a whole one`)
    assert.equal(headerOf(call, 'allod-endpoint'), last.target.endpoint)
    if (last.direct && !isDeclared(call)) assert.equal(call.body, last.received, `${what}: the answer was altered`)
    else if (call.body.includes('answer-'))
      assert.match(call.body, new RegExp(`answer-${call.plan.number}-`), `${what}: the answer of another`)
    assert.equal(headerOf(call, 'set-cookie'), undefined)
    count(`${last.direct ? 'passed on' : 'translated'} ${status}`)
    return
  }
  const code = codeOf(call)
  assert.ok(code !== undefined, `${what}: a failure without a name: ${call.body}`)
  count(`${status} ${code}`)
  assert.ok(!call.body.includes('answer-'), `${what}: an endpoint's words in the exchange's own failure`)
  judgeFailure(call, { status, code, gate }, what)
}

/** Whose answer it is: of whoever was asked last, unless that was to mend an answer and came to nothing, or to nothing better. */
const answeredBy = (call: Running, what: string, count: (name: string) => void): Sending | undefined => {
  const { sendings, body } = call
  const last = lastOf(call)
  if (last?.again !== true) return last
  const isBetter = last.ended && last.script.name === 'answers' && last.script.inForm === true
  const mark = body.match(/answer-\d+-(\d+)\./)?.[1]
  const given = sendings[Number(mark)]
  assert.ok(given !== undefined && isSame(given.target, last.target), `${what}: another answer than the two: ${body}`)
  assert.equal(given === last, isBetter, `${what}: the worse of two answers`)
  assert.match(body, given === last ? /json-by-asking-again/ : /does not hold to the form/, `${what}: and nothing is said of it`)
  count(given === last ? 'given a better answer' : 'given the first answer')
  return given
}

/** Whether the answer's bytes came as they are. */
const wasDirect = (call: Running): boolean => lastOf(call)?.direct === true && !isDeclared(call)

/** Scarcity says in the answer itself what it did, also where the question left as it came. */
const isDeclared = (call: Running): boolean => call.edition.features.scarcity.length > 0 && headerOf(call, 'allod-warnings') !== undefined

/** The name of the exchange's own failure, where the caller's dialect has it. */
const codeOf = (call: Running): string | undefined => {
  const caller = callerOf(call.plan.head.route)
  if (!caller.name.startsWith('openai')) return caller.decodeError(call.status, () => undefined, call.body).code
  const { error } = JSON.parse(call.body) as Failure
  return error?.type === undefined ? undefined : error.code
}

const judgeFailure = (
  call: Running,
  { status, code, gate }: { readonly status: number; readonly code: string; readonly gate: ReadonlySet<number> },
  what: string,
): void => {
  if (code === 'closing' || code === 'too_many_calls') {
    assert.equal(status, 503)
    assert.ok(code === 'too_many_calls' ? !call.began : call.interrupted || !call.began, `${what}: ${code}`)
    return
  }
  if (gate.size > 0) {
    assert.ok(gate.has(status), `${what}: ${status} ${code} where one of ${[...gate].join(', ')} was due`)
    return
  }
  const { budget, person } = call.plan
  if (budget !== undefined) {
    assert.equal(
      `${status} ${code}`,
      {
        'budget-exhausted': '429 insufficient_quota',
        'rate-limited': '429 rate_limit_exceeded',
        'budget-unavailable': '503 budget_unavailable',
      }[budget],
    )
    return
  }
  // INVARIANT(G2, G7): a record that could not be written is the reason, and no other is given in its place.
  // Who could not be asked beside another is not missed.
  const mayGoWithout = call.interrupted || code === 'call_timed_out' || call.edition.features.hedge !== undefined
  const mustSay = call.failed.some((kind) => kind !== 'border') || (call.failed.length > 0 && !mayGoWithout)
  if (mustSay || (call.failed.length > 0 && code === 'ledger_unavailable')) {
    assert.equal(`${status} ${code}`, '503 ledger_unavailable', what)
    return
  }
  const purpose = call.plan.head.purpose ?? person?.key.purposes[0]
  const mayUse = (person?.key.purposes as readonly (string | undefined)[] | undefined)?.includes(purpose)
  const expected = !mayUse ? '403 purpose_not_allowed' : call.allCut ? '451 no_permitted_endpoint' : undefined
  if (expected !== undefined) {
    assert.equal(`${status} ${code}`, expected, what)
    assert.equal(call.records[0]?.kind, 'refusal')
    return
  }
  if (code === 'unsupported_by_endpoint') {
    const unable = call.permitted.filter((target) => !canTake(call.plan.head.route, dialectOf(call.edition, target)))
    assert.ok(status === 400 && call.sendings.length === 0 && unable.length > 0, `${what}: refused what could be taken`)
    return
  }
  if (code === 'endpoints_resting' || code === 'endpoints_busy') {
    assert.ok(call.edition.features.on && status === (code === 'endpoints_busy' ? 429 : 503), `${what}: ${status} ${code}`)
    assert.ok(Number(headerOf(call, 'retry-after')) >= 1, `${what}: does not say when to come again`)
    return
  }
  assert.match(
    `${status} ${code}`,
    /^(502 endpoint_failed|504 endpoint_timed_out|504 call_timed_out)$/,
    `${what}: it was permitted ${call.permitted.length} endpoints`,
  )
}

/** INVARIANT(G5): a stream ends cleanly only when it came whole; otherwise with an error and a broken connection. */
const judgeStream = (call: Running, what: string, count: (name: string) => void): void => {
  const last = lastOf(call)
  assert.ok(last !== undefined, `${what}: a stream from nowhere`)
  count(`stream ${call.answer}`)
  if (call.answer === 'end') {
    assert.ok(last.script.whole, `${what}: a broken stream passed for a whole one`)
    if (wasDirect(call)) assert.equal(call.body, last.received, `${what}: the stream was altered`)
    else assert.equal(raises(call), last.script.name === 'stream begins with an error', `${what}: ${call.body}`)
    assert.ok(hasOutcome(call), `${what}: ended without a record`)
    return
  }
  if (call.full) return
  if (callerOf(call.plan.head.route).name !== 'openai-chat') {
    assert.ok(raises(call), `${what}: a stream broke off without a word`)
    return
  }
  const tail = call.body.slice(call.body.lastIndexOf('data: {"error"'))
  assert.match(tail, /^data: \{"error":.*"code":"[a-z_]+".*\}\n\n$/, `${what}: a stream broke off without a word`)
  if (call.failed.some((kind) => kind !== 'border')) assert.match(tail, /ledger_unavailable/, what)
}

/** Whether a client of the caller's dialect takes this stream for a failure. */
const raises = (call: Running): boolean =>
  !collect(
    decodedStream(
      callerOf(call.plan.head.route),
      Uint8Array.from(call.body, (unit) => unit.charCodeAt(0)),
    ),
  ).ok

/** What the record commits to is what the caller was sent. */
const judgeCommitment = (call: Running, what: string): void => {
  const outcome = call.records.find(({ kind }) => kind === 'call')
  if (outcome === undefined || outcome.members.end === 'aborted') return
  const sent = createHash('sha256')
    .update(call.salt ?? '')
    .update('response')
    .update(Buffer.from(call.body, 'latin1'))
    .digest('hex')
  assert.equal(outcome.members.response, sent, `${what}: the record commits to another answer`)
  assert.equal(outcome.members.status, call.status, `${what}: the status on record`)
}
