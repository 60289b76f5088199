import type { AnswerStream } from './carriage.ts'
import { GO_ON_BYTES, type Half, halfOf, type Seam, seamRecord } from './continuation.ts'
import { costOf, type Spent } from './costs.ts'
import type { Usage as Told, Warning } from './dialects/neutral.ts'
import { Gathered } from './gathered.ts'
import type { GatewayPorts } from './ports.ts'
import type { Step } from './prepared.ts'
import { SERVICES } from './services.ts'
import type { Classified, Planned, Recorded } from './stages.ts'

/** Bytes of a stream that are kept so that it can be gone on with; of a longer one, nobody goes on. */
const MOST_DELIVERED = 1 << 20
const encoder = new TextEncoder()

/** What the next endpoint goes on from, and on which terms. */
export type Taken = {
  readonly half: Half
  readonly from: string
  /** Events with data that the caller has. */
  readonly events: number
  /** Tokens that the caller has: what endpoints said of it, or else an event for each. */
  readonly written: number
  /** Bytes of its text, each at most a token. */
  readonly bytes: number
  /** What the caller is told of the first half's use, beside that of the second. */
  readonly spent: Told
  /** What the first half lost, which the end of the second tells. */
  readonly warnings: readonly Warning[]
  /** Millionths of the currency unit that the reservation still holds (G10). */
  readonly room: number
}

/** One streamed answer by several endpoints in turn: what the caller has of it, and who took over where. */
export class Takeover {
  private readonly planned: Planned
  private left: number
  private readonly seams: Seam[] = []
  private readonly delivered: Gathered
  private size = 0
  private events = 0
  private written = 0
  private taken: Taken | undefined

  constructor({ allocate }: GatewayPorts, planned: Planned) {
    this.planned = planned
    this.delivered = new Gathered(allocate)
    this.left = planned.classified.alias.continuations ?? 0
  }

  /** Bytes on their way to the caller. INVARIANT: they end where an event ends. */
  keep(bytes: Uint8Array): void {
    this.size += bytes.length
    if (this.mayFollow && this.size <= MOST_DELIVERED) this.delivered.push(bytes)
    else this.delivered.take()
  }

  /** Whether somebody else may still go on. */
  get mayFollow(): boolean {
    return this.left > 0
  }

  /** The endpoint has failed: what another may go on from, or undefined when nobody can. `spent`: all that the answer took so far. */
  after({ step, carriage }: Recorded, { dataEvents, seen }: AnswerStream, spent: Spent): Taken | undefined {
    const service = SERVICES[this.planned.classified.authenticated.head.route]
    if (!this.mayFollow || service.kind !== 'chat' || this.size > MOST_DELIVERED) return undefined
    const half = halfOf(service.dialect, this.delivered.pieces)
    if (typeof half === 'string') return undefined
    this.events += dataEvents
    this.written += Math.max(dataEvents, seen.output ?? 0)
    const { input, output } = spent.usage
    this.taken = {
      half,
      from: `${step.endpoint.id}/${step.model.model}`,
      events: this.events,
      written: this.written,
      bytes: encoder.encode(half.text).length,
      spent: { input, output },
      warnings: carriage.lost?.() ?? [],
      room: this.planned.most.cost - spent.cost,
    }
    return this.taken
  }

  /** This step goes on. */
  joins(step: Step): void {
    if (this.taken === undefined) return
    this.left--
    this.seams.push(seamOf(this.taken, step))
  }

  /** Members of the outcome record, with a comma before each. */
  record(): string {
    return seamRecord(this.seams)
  }
}

/** Where this step takes over. */
export const seamOf = ({ half, from, events }: Taken, { endpoint, model }: Step): Seam => ({
  from,
  to: `${endpoint.id}/${model.model}`,
  ...model.reach,
  characters: half.text.length,
  events,
})

/**
 * Whether the rest of the answer, however long it may be, is inside what was reserved. `overhead`: bytes that the way to the step adds. Where
 * the caller names no limit, nobody is told one, and whoever goes on may write as much as whoever begins.
 */
export const affords = ({ room, bytes, written }: Taken, { model }: Step, { asked, inputBytes }: Classified, overhead: number): boolean => {
  const rest = asked.maxOutput === undefined ? model.maxOutputTokens : Math.max(1, asked.maxOutput - written)
  return costOf(model.price, inputBytes + overhead + bytes + GO_ON_BYTES, rest) <= room
}
