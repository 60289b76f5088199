import type { Carriage } from './carriage.ts'
import { type Half, halfOf, type Seam, seamRecord } from './continuation.ts'
import { costOf, type Spent } from './costs.ts'
import type { Usage as Told, Warning } from './dialects/neutral.ts'
import type { Step } from './prepared.ts'
import { SERVICES } from './services.ts'
import type { Classified, Planned } from './stages.ts'

/** Bytes of a stream that are kept so that it can be gone on with; of a longer one, nobody goes on. */
const MOST_DELIVERED = 1 << 20

/** What the next endpoint goes on from, and on which terms. */
export type Taken = {
  readonly half: Half
  readonly from: string
  /** Events with data that the caller has; as good as tokens. */
  readonly events: number
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
  private delivered: Uint8Array[] = []
  private size = 0
  private events = 0
  private taken: Taken | undefined

  constructor(planned: Planned) {
    this.planned = planned
    this.left = planned.classified.alias.continuations ?? 0
  }

  /** Bytes on their way to the caller. INVARIANT: they end where an event ends. */
  keep(bytes: Uint8Array): void {
    this.size += bytes.length
    if (this.size <= MOST_DELIVERED) this.delivered.push(bytes)
    else this.delivered = []
  }

  /** Whether somebody else may still go on. */
  get mayFollow(): boolean {
    return this.left > 0
  }

  /** The endpoint has failed: what another may go on from, or undefined when nobody can. `spent`: all that the answer took so far. */
  after(step: Step, carriage: Carriage, spent: Spent, events: number): Taken | undefined {
    const service = SERVICES[this.planned.classified.authenticated.head.route]
    if (this.left === 0 || service.kind !== 'chat' || this.size > MOST_DELIVERED) return undefined
    const half = halfOf(service.dialect, this.delivered)
    if (typeof half === 'string') return undefined
    this.events += events
    const { input, output } = spent.usage
    this.taken = {
      half,
      from: `${step.endpoint.id}/${step.model.model}`,
      events: this.events,
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

/** Whether the rest of the answer, however long it may be, is inside what was reserved. */
export const affords = ({ room, half, events }: Taken, { model }: Step, { asked, inputBytes }: Classified): boolean => {
  const rest = Math.max(1, (asked.maxOutput ?? model.maxOutputTokens) - events)
  return costOf(model.price, inputBytes + half.text.length, rest) <= room
}
