// Cutting and restoring as the owner and administrators order them.
import type { Json, JsonObject } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import { type Cut, isInForce } from '../gateway/cuts.ts'
import type { OperationFailure, Operations } from './admin.ts'
import { cutInForce, cutSubject } from './cut-names.ts'
import { previewCut } from './cut-preview.ts'
import type { CutOrder, Cutting } from './cutting.ts'
import type { Exchange } from './exchange.ts'
import type { Governing } from './governing.ts'
import { isLine, misshapen, type Shape, text, textsIn } from './members.ts'
import { type Person, personOf } from './persons.ts'

const unusable = (message: string): Result<never, OperationFailure> => err({ kind: 'unusable', message })

const RESTORE: Shape = { subject: 'text', reason: 'text', breakGlass: 'flag', as: 'text', adminKey: 'text' }
const CUT: Shape = { ...RESTORE, for: 'text', running: 'text', freezes: 'texts', dryRun: 'flag' }

export const cutOperations = (current: () => Exchange, owned: Governing): Operations => ({
  cut: (input, person) => orderCut(current(), owned, input, person),
  restore: (input, person) => orderRestore(current(), owned, input, person),
  'cut/list': async () => ok(listCuts(current(), owned.cutting)),
})

const orderCut = async (
  exchange: Exchange,
  { cutting, approvals }: Governing,
  input: JsonObject,
  known?: Person,
): Promise<Result<Json, OperationFailure>> => {
  const person = personWho(exchange, input, CUT, known)
  if (!person.ok) return person
  const order = cutOrder(exchange, input)
  if (!order.ok) return order
  if (input.dryRun === true) return ok(previewCut(exchange, order.value, cutting.inForce.list()))
  const { subject, reason } = order.value
  return approvals.decide(person.value, {
    kind: 'cut',
    what: `cut ${subject}`,
    reason,
    breakGlass: input.breakGlass === true,
    // Read anew: a length of time counts from the moment the last of them agrees.
    perform: async (by, alone) => {
      const now = cutOrder(exchange, { ...input, subject })
      if (!now.ok) return now
      if (alone !== undefined && hardens(cutting, now.value, alone))
        return err({ kind: 'refused', message: `\`${subject}\` is cut for longer already, and making that harder waits for somebody else` })
      return perform(exchange, cutting, alone === undefined ? now.value : shortened(now.value, alone), by)
    },
  })
}

const orderRestore = async (
  exchange: Exchange,
  { cutting, approvals }: Governing,
  input: JsonObject,
  known?: Person,
): Promise<Result<Json, OperationFailure>> => {
  const person = personWho(exchange, input, RESTORE, known)
  if (!person.ok) return person
  const reason = reasonOf(input)
  if (!reason.ok) return reason
  const subject = cutInForce(
    text(input, 'subject') ?? '',
    cutting.list().map((cut) => cut.subject),
  )
  if (!subject.ok) return subject
  const since = sinceWhen(cutting, subject.value)
  const order = { subject: subject.value, reason: reason.value }
  return approvals.decide(person.value, {
    kind: 'restore',
    what: `restore ${order.subject}`,
    reason: order.reason,
    breakGlass: input.breakGlass === true,
    perform: async (by, until) => {
      // Who agreed to end one cut has not agreed to end the next.
      if (sinceWhen(cutting, order.subject) !== since)
        return err({ kind: 'refused', message: `\`${order.subject}\` was cut anew or restored since this was ordered` })
      const restored = await cutting.restore({ ...order, by, ...(until === undefined ? {} : { until }) })
      return restored.ok ? ok({ subject: order.subject, until: moment(until) }) : restored
    },
  })
}

/** Who orders this. What is not understood of an order is no order: a `dryRun` that was misspelt must not cut. */
const personWho = (exchange: Exchange, input: JsonObject, shape: Shape, known?: Person): Result<Person, OperationFailure> => {
  const person = personOf(exchange, input, known)
  const wrong = person.ok ? misshapen(input, shape) : undefined
  return wrong === undefined ? person : unusable(wrong)
}

const LONGEST_REASON = 500

const reasonOf = (input: JsonObject): Result<string, OperationFailure> => {
  const reason = text(input, 'reason') ?? ''
  return isLine(reason, LONGEST_REASON)
    ? ok(reason)
    : unusable(`a reason is one line of at most ${LONGEST_REASON} characters, none of which moves the cursor or the direction of writing`)
}

const sinceWhen = (cutting: Cutting, subject: string): EpochMillis | undefined =>
  cutting.list().find((cut) => cut.subject === subject)?.since

const perform = async (
  exchange: Exchange,
  cutting: Cutting,
  order: Omit<CutOrder, 'by'>,
  by: readonly string[],
): Promise<Result<Json, OperationFailure>> => {
  const cut = await cutting.cut({ ...order, by })
  return cut.ok ? ok(cutJson(cut.value, exchange.clock(), cutting)) : notRecorded(cut.error)
}

/** Whether this would add something to a cut that is still there when the time of whoever decides alone is over. */
const hardens = (cutting: Cutting, { subject, running, freezes }: Omit<CutOrder, 'by'>, alone: EpochMillis): boolean => {
  const known = cutting.list().find((cut) => cut.subject === subject)
  if (known === undefined || (known.until ?? Number.POSITIVE_INFINITY) <= alone) return false
  return (running === 'abort' && known.running !== 'abort') || freezes.some((frozen) => !known.freezes.includes(frozen))
}

/** What one person decides alone ends by itself. */
const shortened = (order: Omit<CutOrder, 'by'>, alone: EpochMillis): Omit<CutOrder, 'by'> => ({
  ...order,
  until: epochMillis(Math.min(order.until ?? alone, alone)),
})

const notRecorded = ({ message }: OperationFailure): Result<never, OperationFailure> =>
  err({
    kind: 'unavailable',
    message: `the cut is in force, and not on record: if the exchange stops before it can be recorded, it is gone: ${message}`,
  })

export const listCuts = (exchange: Exchange, cutting: Cutting): readonly Json[] =>
  cutting.list().map((cut) => cutJson(cut, exchange.clock(), cutting))

const moment = (time: EpochMillis | undefined): string | null => (time === undefined ? null : new Date(time).toISOString())

const cutJson = (cut: Cut, now: EpochMillis, cutting: Cutting): JsonObject => ({
  subject: cut.subject,
  reason: cut.reason,
  by: [...cut.by],
  since: moment(cut.since),
  until: moment(cut.until),
  running: cut.running,
  freezes: [...cut.freezes],
  inForce: isInForce(cut, now),
  liftedUntil: moment(cut.liftedUntil),
  recorded: cutting.isRecorded(cut),
})

/** Reads `{subject, for, reason, running, freezes}` into an order. */
const cutOrder = (exchange: Exchange, input: JsonObject): Result<Omit<CutOrder, 'by'>, OperationFailure> => {
  const { configuration } = exchange.loaded
  const subject = cutSubject(text(input, 'subject') ?? '', configuration, exchange.law)
  if (!subject.ok) return subject
  const until = untilOf(text(input, 'for'), exchange.clock())
  if (!until.ok) return until
  const running = text(input, 'running') ?? configuration.cuts.running
  if (running !== 'finish' && running !== 'abort')
    return unusable(`\`${running}\` is nothing that running calls can do; say finish or abort`)
  const reason = reasonOf(input)
  if (!reason.ok) return reason
  const freezes = [...new Set(textsIn(input.freezes))]
  const applications = Object.entries(configuration.tenants).flatMap(([name, { applications }]) =>
    Object.keys(applications).map((application) => `${name}/${application}`),
  )
  for (const frozen of freezes) {
    if (applications.includes(frozen)) continue
    const near = nearest(frozen, applications)
    return unusable(
      `there is no application \`${frozen}\`; ${near === undefined ? `there is ${applications.join(', ')}` : `did you mean \`${near}\`?`}`,
    )
  }
  return ok({
    subject: subject.value,
    reason: reason.value,
    ...(until.value === undefined ? {} : { until: until.value }),
    running,
    freezes,
  })
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90s`, `30m`, `2h`, `7d` from now. */
export const untilOf = (length: string | undefined, now: EpochMillis): Result<EpochMillis | undefined, OperationFailure> => {
  if (length === undefined) return ok(undefined)
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(length) ?? []
  const time = Number(count) * (UNITS[unit] ?? 0)
  return time > 0 ? ok(epochMillis(now + time)) : unusable(`\`${length}\` is no length of time such as 90s, 30m, 2h or 7d`)
}
