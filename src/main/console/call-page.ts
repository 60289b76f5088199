// One call as its records tell it: nothing here is measured anew, and what the records do not say is null.
import { callTime, parseCallId } from '../../core/ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure } from '../../http/console/handlers.ts'
import { type Circle, placeOf } from '../../store/call-scan.ts'
import type { IndexedCall } from '../../store/calls.ts'
import { objectsIn, text, textsIn } from '../members.ts'
import { readRecord } from '../orphans.ts'
import { decisionsOf } from './call-decisions.ts'
import type { ConsoleGround } from './ground.ts'
import { circleOf } from './places.ts'

type CallPage = Answer<'GET /calls/{call}'>
type Indexed = { readonly entry: number; readonly record: JsonObject }

export const describeCall = async (ground: ConsoleGround, named: string): Promise<Result<CallPage, ConsoleFailure>> => {
  const call = parseCallId(named)
  if (call === undefined) return err({ kind: 'unusable', message: `\`${named}\` is no call id, such as \`call_01JD…\`` })
  const { store, ledger } = ground.exchange()
  let found = store.calls.find(call)
  if (found.ok && found.value?.outcome === undefined && ledger.size() < ledger.durable()) {
    // The newest records reach the store with their checkpoint.
    await ledger.publish()
    found = store.calls.find(call)
  }
  if (!found.ok) return err({ kind: 'unavailable', message: found.error.message })
  if (found.value === undefined) return err({ kind: 'not-found', message: `the log has no call \`${call}\`` })
  const read = await readRecords(ground, found.value)
  if (!read.ok) return read
  const { outcome, borders } = read.value
  const told = outcome ?? borders.at(-1)
  if (told === undefined) return err({ kind: 'not-found', message: `the log has no record of call \`${call}\`` })
  return ok({ call, arrived: callTime(call), ...page(ground, told, outcome, borders), erased: found.value.erased })
}

type Read = { readonly outcome: Indexed | undefined; readonly borders: readonly Indexed[] }
const readRecords = async ({ exchange }: ConsoleGround, { outcome, borders }: IndexedCall): Promise<Result<Read, ConsoleFailure>> => {
  const { ledger } = exchange()
  const indices = [...borders, ...(outcome === undefined ? [] : [outcome])]
  const records: Indexed[] = []
  for (const entry of indices) {
    const record = await readRecord(ledger, entry)
    if (!record.ok) return err({ kind: 'unavailable', message: record.error })
    records.push({ entry, record: record.value })
  }
  return ok({ outcome: outcome === undefined ? undefined : records.at(-1), borders: records.slice(0, borders.length) })
}

const page = (
  ground: ConsoleGround,
  { record }: Indexed,
  outcome: Indexed | undefined,
  borders: readonly Indexed[],
): Omit<CallPage, 'call' | 'arrived' | 'erased'> => {
  const circle = circleOf(ground.exchange())
  const { keeping, endpoints } = ground.snapshot()
  const observed = isJsonObject(record.observed) ? record.observed : undefined
  const endpoint = text(record, 'endpoint')
  return {
    row: rowOf(record, circle),
    ended: outcome === undefined ? null : count(outcome.record.time),
    entry: outcome?.entry ?? null,
    stream: { name: text(record, 'stream') ?? '', n: count(record.n) },
    end: text(record, 'end') ?? null,
    estimated: isJsonObject(record.usage) && record.usage.estimated === true,
    dialect: text(record, 'dialect') ?? null,
    drill: text(record, 'drill') ?? null,
    observed: observed === undefined ? null : { place: text(observed, 'place') ?? '', verdict: text(observed, 'verdict') ?? 'unknown' },
    ...wayOf(record, borders, circle),
    why: text(record, 'why') ?? null,
    law: decisionsOf(ground, record),
    commitments: {
      request: text(record, 'request') ?? null,
      response: text(record, 'response') ?? null,
      subject: text(record, 'subject') ?? null,
    },
    keeping: keeping.keep,
    simulated: [...endpoints.values()].some(({ id, simulated }) => simulated && id === endpoint),
  }
}

const rowOf = (record: JsonObject, circle: Circle): CallPage['row'] => {
  const [endpoint, model] = [text(record, 'endpoint'), text(record, 'model')]
  const { input = 0, output = 0 } = isJsonObject(record.usage) ? record.usage : {}
  const see = textsIn(record.see)
  return {
    key: text(record, 'stream') ?? '',
    tenant: text(record, 'tenant') ?? '',
    application: text(record, 'application') ?? '',
    alias: text(record, 'alias') ?? '',
    class: text(record, 'class') ?? '',
    purpose: text(record, 'purpose') ?? '',
    outcome: outcomeOf(record),
    endpoint: endpoint ?? null,
    model: model ?? null,
    place: placeOf({ see, ...(endpoint === undefined ? {} : { endpoint }) }, circle) ?? null,
    see: [...see],
    stop: [...textsIn(record.stop)],
    change: [...textsIn(record.change)],
    input: count(input),
    output: count(output),
    cost: count(record.cost),
    took: count(record.ms),
    status: count(record.status),
  }
}

const outcomeOf = ({ kind, end, status }: JsonObject): CallPage['row']['outcome'] => {
  if (kind === 'refusal') return 'refused'
  return kind === 'border' || (end === 'complete' && count(status) < 400) ? 'answered' : 'failed'
}

/** Where the call went, in order, as far as the records say. */
const wayOf = (
  record: JsonObject,
  borders: readonly Indexed[],
  circle: Circle,
): Pick<CallPage, 'attempts' | 'seams' | 'warnings' | 'moreWarnings' | 'borders'> => {
  const crossings = borders.map(({ entry, record: border }) => ({ ...crossingOf(border, circle), entry }))
  const answeredBy = `${String(record.endpoint)}/${String(record.model)}`
  const placeAt = (route: string): CallPage['row']['place'] =>
    crossings.find(({ endpoint, model }) => `${endpoint}/${model}` === route)?.place ??
    (route === answeredBy ? (placeOf({ endpoint: route, see: textsIn(record.see) }, circle) ?? null) : null)
  return {
    borders: crossings,
    attempts: objectsIn(record.attempts).map((each) => {
      const [endpoint, model, result] = [text(each, 'endpoint') ?? '', text(each, 'model') ?? '', text(each, 'result') ?? '']
      return { endpoint, model, result, place: placeAt(`${endpoint}/${model}`) }
    }),
    seams: objectsIn(record.seams).map((seam) => {
      const see = [...textsIn(seam.see)]
      const [from, to] = [text(seam, 'from') ?? '', text(seam, 'to') ?? '']
      return { from, to, see, place: knownPlace(to, see, circle), characters: count(seam.characters), events: count(seam.events) }
    }),
    warnings: objectsIn(record.warnings).map((each) => ({
      path: text(each, 'path') ?? '',
      kind: text(each, 'kind') ?? '',
      weight: text(each, 'weight') ?? '',
    })),
    moreWarnings: count(record.warningsMore),
  }
}

const crossingOf = (border: JsonObject, circle: Circle): Omit<CallPage['borders'][number], 'entry'> => {
  const [endpoint, model, see] = [text(border, 'endpoint') ?? '', text(border, 'model') ?? '', [...textsIn(border.see)]]
  return {
    time: count(border.time),
    endpoint,
    model,
    attempt: count(border.attempt),
    reserved: count(border.reserved),
    place: knownPlace(endpoint, see, circle),
    see,
  }
}

const knownPlace = (endpoint: string, see: readonly string[], circle: Circle) => placeOf({ endpoint, see }, circle) ?? 'unknown'
const count = (value: Json | undefined): number => (typeof value === 'number' ? value : 0)
