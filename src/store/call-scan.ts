// Searching through outcomes: blocks are passed over by what their heads say, and what is left is read column by column.
import { type CallId, callTime } from '../core/ids.ts'
import { isJsonObject, type Json, parseJson } from '../core/json.ts'
import { type Cold, callAt, type Hot, type OutcomeRow, rowAt } from './outcome-blocks.ts'

/** A call is abroad as soon as one country beyond home and alliance could see it; else unknown where somebody unknown could (G3). */
export type PlaceClass = (typeof PLACE_CLASSES)[number]
export const PLACE_CLASSES = ['home', 'ally', 'abroad', 'unknown'] as const
export type Outcome = 'answered' | 'failed' | 'refused'

/** Words are alternatives; what is left out admits everything. */
export type CallFilter = {
  readonly key?: readonly string[]
  readonly tenant?: readonly string[]
  readonly application?: readonly string[]
  readonly alias?: readonly string[]
  readonly dataClass?: readonly string[]
  readonly purpose?: readonly string[]
  readonly endpoint?: readonly string[]
  readonly model?: readonly string[]
  readonly outcome?: readonly string[]
  readonly place?: readonly string[]
  /** Members of the set of those who could see, stop or change it. */
  readonly see?: readonly string[]
  readonly stop?: readonly string[]
  readonly change?: readonly string[]
  /** Ended at or after, in milliseconds since 1970. */
  readonly from?: number
  /** Ended before. */
  readonly to?: number
  /** Took longer than, in milliseconds. */
  readonly slower?: number
  /** Cost more than, in micros. */
  readonly dearer?: number
  /** How the call’s id begins. */
  readonly call?: string
}
/** Who is home and who is trusted decides what a place is; it is a matter of law, not of what is stored. */
export type Circle = { readonly home: readonly string[]; readonly allies: readonly string[] }

export type Flow = {
  readonly id: number
  readonly key: string
  readonly tenant: string
  readonly application: string
  readonly alias: string
  readonly dataClass: string
  readonly purpose: string
  /** Absent where nobody answered. */
  readonly endpoint?: string
  readonly model?: string
  readonly see: readonly string[]
  readonly stop: readonly string[]
  readonly change: readonly string[]
  readonly outcome: Outcome
}
export type FoundCall = Omit<OutcomeRow, 'flow'> & Omit<Flow, 'id'>

/** What is known of a block without reading it. `flows`: pairs of a flow and how many of the block are of it. */
export type Head = {
  readonly first: number
  readonly count: number
  readonly earliest: number
  readonly latest: number
  readonly slowest: number
  readonly dearest: number
  readonly flows: Uint32Array
}
export type Blocks = {
  /** Oldest first. */
  readonly heads: readonly Head[]
  readonly flows: ReadonlyMap<number, Flow>
  hot(head: Head): Hot
  cold(head: Head): Cold
}
/** Whether to stop: whoever asked is gone, or time is up. */
export type Stop = () => boolean

export const readFlow = (id: number, members: string): Flow => {
  const parsed = parseJson(`{${members}}`, { maxLength: 65_536, maxDepth: 3 })
  const flow = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
  const { endpoint, model } = flow
  return {
    id,
    key: String(flow.key),
    tenant: String(flow.tenant),
    application: String(flow.application),
    alias: String(flow.alias),
    dataClass: String(flow.class),
    purpose: String(flow.purpose),
    ...(typeof endpoint === 'string' && typeof model === 'string' ? { endpoint, model } : {}),
    see: texts(flow.see),
    stop: texts(flow.stop),
    change: texts(flow.change),
    outcome: flow.outcome as Outcome,
  }
}
const texts = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? (value as readonly Json[]).map(String) : [])

/** Where a call went, by the farthest of those who could see it; undefined where it went nowhere. */
export const placeOf = ({ endpoint, see }: Pick<Flow, 'endpoint' | 'see'>, { home, allies }: Circle): PlaceClass | undefined => {
  if (endpoint === undefined) return undefined
  const isKnown = !see.includes('unknown') && see.length > 0
  if (see.some((each) => each !== 'unknown' && !home.includes(each) && !allies.includes(each))) return 'abroad'
  if (!isKnown) return 'unknown'
  return see.every((each) => home.includes(each)) ? 'home' : 'ally'
}

const has = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value))
const hasAny = (wanted: readonly string[] | undefined, values: readonly string[]): boolean =>
  wanted === undefined || values.some((value) => wanted.includes(value))

const admits = (filter: CallFilter, circle: Circle, flow: Flow): boolean =>
  has(filter.key, flow.key) &&
  has(filter.tenant, flow.tenant) &&
  has(filter.application, flow.application) &&
  has(filter.alias, flow.alias) &&
  has(filter.dataClass, flow.dataClass) &&
  has(filter.purpose, flow.purpose) &&
  has(filter.endpoint, flow.endpoint) &&
  has(filter.model, flow.model) &&
  has(filter.outcome, flow.outcome) &&
  hasAny(filter.see, flow.see) &&
  hasAny(filter.stop, flow.stop) &&
  hasAny(filter.change, flow.change) &&
  (filter.place === undefined || has(filter.place, placeOf(flow, circle)))

const FOREVER = Number.MAX_SAFE_INTEGER
/** No call that is looked for by its id ended later than this after it arrived. */
const LONGEST_CALL = 86_400_000
/** A clock that was set right while a call ran lets it end before it arrived. */
const CLOCK_SET_BACK = 60_000
/** From its id's beginning: the moments between which a call arrived. */
const arrivalsOf = (call: string): readonly [from: number, to: number] => {
  const time = call.slice('call_'.length).slice(0, TIME_CHARACTERS)
  return [callTime(`call_${time.padEnd(TIME_CHARACTERS, '0')}` as CallId), callTime(`call_${time.padEnd(TIME_CHARACTERS, 'Z')}` as CallId)]
}
const TIME_CHARACTERS = 10

/** A filter made ready for blocks that know these flows. */
class Sieve {
  private readonly blocks: Blocks
  private readonly from: number
  private readonly to: number
  private readonly slower: number
  private readonly dearer: number
  private readonly call: string | undefined
  /** By the flow’s number: 1 where it is admitted. */
  readonly admitted: Uint8Array
  private readonly admitsAll: boolean

  constructor(blocks: Blocks, filter: CallFilter, circle: Circle) {
    this.blocks = blocks
    const [arrivedFrom, arrivedTo] = filter.call === undefined ? [0, FOREVER] : arrivalsOf(filter.call)
    this.from = Math.max(filter.from ?? 0, arrivedFrom - CLOCK_SET_BACK)
    this.to = Math.min(filter.to ?? FOREVER, arrivedTo + LONGEST_CALL)
    this.slower = filter.slower ?? -1
    this.dearer = filter.dearer ?? -1
    this.call = filter.call
    this.admitted = new Uint8Array(1 + Math.max(0, ...blocks.flows.keys()))
    for (const flow of blocks.flows.values()) this.admitted[flow.id] = admits(filter, circle, flow) ? 1 : 0
    this.admitsAll = [...blocks.flows.keys()].every((id) => this.admitted[id] === 1)
  }

  mayHold(head: Head): boolean {
    if (head.latest < this.from || head.earliest >= this.to || head.slowest <= this.slower || head.dearest <= this.dearer) return false
    return this.admitsAll || this.estimate(head) > 0
  }

  /** Of a block whose rows need not be looked at one by one: how many pass, in all. */
  estimate({ count, flows }: Head): number {
    if (this.admitsAll) return count
    let sum = 0
    for (let i = 0; i < flows.length; i += 2) if (this.admitted[flows[i] as number] === 1) sum += flows[i + 1] as number
    return sum
  }

  /** Whether the flows of a block alone decide: all of it lies between the times, and nothing else is asked. */
  decidesByFlows(head: Head): boolean {
    return head.earliest >= this.from && head.latest < this.to && this.slower < 0 && this.dearer < 0 && this.call === undefined
  }

  passes({ ended, flow, took, cost }: Hot, i: number): boolean {
    const at = ended[i] as number
    return (
      this.admitted[flow[i] as number] === 1 &&
      at >= this.from &&
      at < this.to &&
      (took[i] as number) > this.slower &&
      (cost[i] as number) > this.dearer
    )
  }

  /** The same with the one thing that stands in the cold half. */
  passesWhole(head: Head, hot: Hot, i: number): boolean {
    return this.passes(hot, i) && (this.call === undefined || callAt(this.blocks.cold(head), i).startsWith(this.call))
  }
}

export type CallPage = {
  readonly rows: readonly FoundCall[]
  /** Give it as `before` for what is older; undefined at the end. */
  readonly next?: number
  /** Time was up before the page was full: what is older has not been looked at. */
  readonly partial: boolean
}
type PageRequest = { readonly filter: CallFilter; readonly circle: Circle; readonly before?: number; readonly limit: number }

/** The newest of what passes, older than the record `before`. */
export const findPage = (blocks: Blocks, { filter, circle, before, limit }: PageRequest, stop: Stop): CallPage => {
  const sieve = new Sieve(blocks, filter, circle)
  const rows: FoundCall[] = []
  const { heads } = blocks
  for (let at = heads.length - 1; at >= 0; at--) {
    const head = heads[at] as Head
    if (before !== undefined && head.first >= before) continue
    if (!sieve.mayHold(head)) continue
    if (stop()) return { rows, next: head.first + head.count, partial: true }
    const hot = blocks.hot(head)
    let i = Math.min(hot.count, head.count)
    if (before !== undefined) while (i > 0 && (blocks.cold(head).entry[i - 1] as number) >= before) i--
    while (i-- > 0) {
      if (!sieve.passesWhole(head, hot, i)) continue
      rows.push(show(blocks, rowAt(hot, blocks.cold(head), i)))
      if (rows.length === limit) return { rows, next: (rows.at(-1) as FoundCall).entry, partial: false }
    }
  }
  return { rows, partial: false }
}

const show = ({ flows }: Blocks, { flow, ...row }: OutcomeRow): FoundCall => {
  const { id: _, ...words } = flows.get(flow) as Flow
  return { ...row, ...words }
}

/** How many passed between two moments, by what came of them. */
export type Bucket = { readonly from: number; readonly answered: number; readonly failed: number; readonly refused: number }
export type CallHistogram = {
  readonly from: number
  readonly to: number
  /** Milliseconds in each bucket. */
  readonly step: number
  readonly buckets: readonly Bucket[]
  readonly total: number
  /** False where time was up: then older parts are estimated from what their blocks say of themselves. */
  readonly exact: boolean
}
type HistogramRequest = { readonly filter: CallFilter; readonly circle: Circle; readonly buckets: number }
const OUTCOMES: readonly Outcome[] = ['answered', 'failed', 'refused']
const MINUTE = 60_000

/** All that passes, over time. Where the filter names no times, from the first record to the last. */
export const countOverTime = (blocks: Blocks, { filter, circle, buckets }: HistogramRequest, stop: Stop): CallHistogram => {
  const sieve = new Sieve(blocks, filter, circle)
  const { heads } = blocks
  const from = filter.from ?? heads[0]?.earliest ?? 0
  const to = Math.max(filter.to ?? (heads.at(-1)?.latest ?? 0) + 1, from + MINUTE)
  const step = Math.ceil((to - from) / buckets)
  const counts = new Float64Array(buckets * OUTCOMES.length)
  const kinds = new Uint8Array(sieve.admitted.length)
  for (const { id, outcome } of blocks.flows.values()) kinds[id] = OUTCOMES.indexOf(outcome)
  const bucketOf = (moment: number): number => Math.min(Math.max(Math.floor((moment - from) / step), 0), buckets - 1)
  let exact = true
  let [passed, seen] = [0, 0]

  const addByFlows = ({ flows, earliest }: Head, share: number): void => {
    const base = OUTCOMES.length * bucketOf(earliest)
    for (let i = 0; i < flows.length; i += 2) {
      const flow = flows[i] as number
      if (sieve.admitted[flow] === 1) (counts[base + (kinds[flow] as number)] as number) += share * (flows[i + 1] as number)
    }
  }
  for (let at = heads.length - 1; at >= 0; at--) {
    const head = heads[at] as Head
    if (!sieve.mayHold(head)) continue
    if (sieve.decidesByFlows(head) && bucketOf(head.earliest) === bucketOf(head.latest)) {
      addByFlows(head, 1)
      continue
    }
    exact &&= !stop()
    if (!exact) {
      addByFlows(head, seen === 0 ? 1 : passed / seen)
      continue
    }
    const hot = blocks.hot(head)
    seen += sieve.estimate(head)
    for (let i = 0; i < Math.min(hot.count, head.count); i++) {
      if (!sieve.passesWhole(head, hot, i)) continue
      passed++
      const index = OUTCOMES.length * bucketOf(hot.ended[i] as number) + (kinds[hot.flow[i] as number] as number)
      ;(counts[index] as number)++
    }
  }
  return { from, to, step, exact, ...summed(counts, from, step) }
}

const summed = (counts: Float64Array, from: number, step: number): Pick<CallHistogram, 'buckets' | 'total'> => {
  const at = (bucket: number, kind: number): number => Math.round(counts[OUTCOMES.length * bucket + kind] as number)
  const buckets = Array.from({ length: counts.length / OUTCOMES.length }, (_, i) => ({
    from: from + i * step,
    answered: at(i, 0),
    failed: at(i, 1),
    refused: at(i, 2),
  }))
  return { buckets, total: buckets.reduce((sum, { answered, failed, refused }) => sum + answered + failed + refused, 0) }
}
