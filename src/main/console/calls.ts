// Calls as the console shows them: the table, its shape over time, its export, and what the records say of one.
import { err, ok, type Result } from '../../core/result.ts'
import type { Answer, Question } from '../../http/console/contract/index.ts'
import { FileAnswer } from '../../http/console/contract/route.ts'
import type { ConsoleFailure, Handlers, Visitor } from '../../http/console/handlers.ts'
import { type CallFilter, type Circle, type FoundCall, placeOf } from '../../store/call-scan.ts'
import type { CallSearch } from '../../store/call-search.ts'
import type { StoreFailure } from '../../store/failure.ts'
import { record } from '../record.ts'
import { CSV_HEAD, csvLine } from './call-csv.ts'
import { describeCall } from './call-page.ts'
import type { ConsoleGround } from './ground.ts'
import { operated } from './operated.ts'
import { circleOf } from './places.ts'

type CallHandlers = Pick<
  Handlers,
  'GET /calls' | 'GET /calls/histogram' | 'GET /calls/words' | 'GET /calls/export' | 'GET /calls/{call}' | 'GET /calls/{call}/receipt'
>
type Row = Answer<'GET /calls'>['rows'][number]
type Asked = Omit<Question<'GET /calls'>['query'], 'before' | 'limit'>

const MICROS = 1_000_000

export const callHandlers = (ground: ConsoleGround, search: CallSearch): CallHandlers => {
  const asking = (query: Asked) => ({ filter: filterOf(query), circle: circleOf(ground.exchange()) })
  return {
    'GET /calls': async ({ query: { before, limit, ...query } }, _who, gone) => {
      const asked = asking(query)
      const found = await search.page({ ...asked, limit, ...(before === undefined ? {} : { before }) }, gone)
      if (!found.ok) return unavailable(found.error)
      const { rows, next = null, partial, since } = found.value
      return ok({ rows: rows.map((each) => rowOf(each, asked.circle)), next, partial, since: since || null })
    },
    'GET /calls/histogram': async ({ query: { buckets, ...query } }, _who, gone) => {
      const counted = await search.histogram({ ...asking(query), buckets }, gone)
      if (!counted.ok) return unavailable(counted.error)
      const { since, ...histogram } = counted.value
      return ok({ ...histogram, buckets: [...histogram.buckets], since: since || null })
    },
    'GET /calls/words': async (_asked, _who, gone) => {
      const flows = await search.flows(gone)
      if (!flows.ok) return unavailable(flows.error)
      const { circle } = asking({} as Asked)
      const rows = flows.value.map((flow) => wordsOf(flow, circle))
      return ok({ words: Object.fromEntries(WORDS.map((name) => [name, [...new Set(rows.flatMap((row) => row[name] ?? []))].sort()])) })
    },
    'GET /calls/export': async ({ query: { form, ...query } }, who) => exportOf(ground, search, query, form, who),
    'GET /calls/{call}': ({ path: { call } }) => describeCall(ground, call),
    'GET /calls/{call}/receipt': ({ path: { call } }, who) => operated(ground, 'receipt', { call }, who),
  }
}

const unavailable = ({ kind, message }: StoreFailure): Result<never, ConsoleFailure> =>
  err({ kind: kind === 'store-busy' ? 'too-many' : 'unavailable', message })

const filterOf = ({ class: dataClass, dearer, call, ...query }: Asked): CallFilter => {
  const members = {
    ...query,
    dataClass,
    call: call === undefined || call.startsWith('call_') ? call : `call_${call.toUpperCase()}`,
    dearer: dearer === undefined ? undefined : dearer * MICROS,
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && String(value) !== '')) as CallFilter
}

const rowOf = ({ dataClass, ...call }: FoundCall, circle: Circle): Row => ({
  ...call,
  class: dataClass,
  endpoint: call.endpoint ?? null,
  model: call.model ?? null,
  place: placeOf(call, circle) ?? null,
  see: [...call.see],
  stop: [...call.stop],
  change: [...call.change],
})

const WORDS = [
  'key',
  'tenant',
  'application',
  'alias',
  'class',
  'purpose',
  'endpoint',
  'model',
  'outcome',
  'place',
  'see',
  'stop',
  'change',
] as const
const wordsOf = (flow: Omit<FoundCall, 'entry' | 'call' | 'ended' | 'took' | 'cost' | 'input' | 'output' | 'status'>, circle: Circle) => {
  const { dataClass, endpoint, model, ...words } = flow
  const place = placeOf(flow, circle)
  return { ...words, class: dataClass, endpoint: endpoint ?? [], model: model ?? [], place: place ?? [] } as Readonly<
    Record<(typeof WORDS)[number], string | readonly string[]>
  >
}

const EXPORTED_AT_ONCE = 1000

/** INVARIANT(G7): who takes calls out of the exchange stands in its log before the first of them leaves. */
const exportOf = async (
  ground: ConsoleGround,
  search: CallSearch,
  query: Asked,
  form: 'csv' | 'jsonl',
  who: Visitor,
): Promise<Result<FileAnswer, ConsoleFailure>> => {
  const exchange = ground.exchange()
  // What ends while the file goes out is not in it.
  const filter = { ...filterOf(query), to: query.to ?? exchange.clock() }
  const asked = Object.entries(filter).map(([name, value]) => `${name}:${Array.isArray(value) ? value.join(',') : String(value)}`)
  const recorded = await record(exchange, 'export', { what: 'calls', filter: asked.join(' '), form, by: [who.name] })
  if (!recorded.ok) return err({ kind: 'unavailable', message: recorded.error.message })
  const circle = circleOf(exchange)
  const type = form === 'csv' ? 'text/csv' : 'application/jsonl'
  return ok(new FileAnswer(`calls-${recorded.value}.${form}`, type, linesOf(search, { filter, circle }, form)))
}

async function* linesOf(search: CallSearch, asked: { readonly filter: CallFilter; readonly circle: Circle }, form: 'csv' | 'jsonl') {
  if (form === 'csv') yield CSV_HEAD
  let before: number | undefined
  do {
    const page = await search.page({ ...asked, limit: EXPORTED_AT_ONCE, ...(before === undefined ? {} : { before }) })
    // G5: a file that ends early must not look whole.
    if (!page.ok) throw new Error(page.error.message)
    const rows = page.value.rows.map((each) => rowOf(each, asked.circle))
    yield rows.map((row) => (form === 'csv' ? csvLine(row) : `${JSON.stringify(row)}\n`)).join('')
    before = page.value.next
  } while (before !== undefined)
}
