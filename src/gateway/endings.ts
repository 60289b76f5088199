// How calls end, and what stands of it in their outcome.
import { callHeaders } from './answer-headers.ts'
import type { AnswerStream } from './carriage.ts'
import { NO_USAGE, NOTHING_SPENT, type Spent, spentWith } from './costs.ts'
import type { CallFailure } from './failure.ts'
import type { Inquiry } from './inquiry.ts'
import { nothingObserved } from './observed.ts'
import type { Outflow } from './outflow.ts'
import { commitToResponse } from './record.ts'
import { usageOf } from './reserve.ts'
import type { Ending } from './settle.ts'
import { encodedFailureOf } from './spoken-failure.ts'
import type { Exchanged } from './stages.ts'

/** A stream has come to its end, or broke. `before`: spent before whoever wrote last. */
export const streamed = (
  { recorded, size }: Inquiry,
  outflow: Outflow,
  gate: AnswerStream,
  before: Spent,
  end: Exchanged['end'],
): Exchanged => {
  const { step, carriage, planned } = recorded
  const usage = outflow.isCounted(gate) ? usageOf(gate.seen, planned.classified, step, { bytes: size, events: gate.dataEvents }) : NO_USAGE
  return { step, status: outflow.status, end, response: outflow.digest(), ...spentWith(before, step, usage), more: carriage.record() }
}

/** No endpoint answered, or the law could not be kept: the failure is the answer, and `tell` tells it. */
export const failing = (
  ending: Ending,
  failure: CallFailure,
  spent: Spent,
): { readonly exchanged: Exchanged; readonly tell: () => void } => {
  const { ports, planned, attempts, responder } = ending
  const { classified } = planned
  const { status, headers, body } = encodedFailureOf(classified.authenticated.head.route, failure)
  const response = commitToResponse(ports, classified.salt, [body])
  const more = failure.kind === 'unsupported' ? (attempts.unsupported?.record ?? '') : ''
  return {
    exchanged: { step: undefined, status, end: 'failed', response, ...spent, more },
    tell: () => responder.whole(status, attempts.telling([...headers, ...callHeaders(classified)]), [body]),
  }
}

/** The caller is gone: `answering` had begun an answer, or was `asked` for one. */
export const abandoned = (
  { ports, planned, outflow, inquiry }: Ending,
  asked: Inquiry | undefined,
  answering: Inquiry | undefined,
  before: Spent,
): Exchanged => {
  const { classified } = planned
  const gate = asked?.gate
  // Of an answer that was to be gathered first, nobody has seen anything.
  const came = { bytes: gate === undefined ? 0 : (asked?.size ?? 0), events: gate?.dataEvents ?? 0 }
  const usage = asked === undefined ? NO_USAGE : usageOf(gate?.seen ?? nothingObserved(), classified, asked.recorded.step, came)
  const step = answering?.recorded.step
  return {
    step,
    status: outflow?.status ?? (inquiry?.status || 499),
    end: 'aborted',
    response: outflow?.digest() ?? commitToResponse(ports, classified.salt, []),
    ...(step === undefined ? NOTHING_SPENT : spentWith(before, step, usage)),
    more: answering?.recorded.carriage.record() ?? '',
  }
}
