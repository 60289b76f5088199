import type { EpochMillis } from '../../core/units.ts'
import type { Condition, Health } from '../../gateway/health/health.ts'
import { namesIn } from '../health.ts'
import type { ConsoleGround } from './ground.ts'

export type Turn = 'answering' | 'idle' | 'resting' | 'trying' | 'cut'
export type HealthPoint = {
  readonly at: EpochMillis
  readonly turn: Turn
  readonly failureShare: number | null
  readonly firstTokenMs: number | null
  readonly answerMs: number | null
}

const EVERY = 15_000
/** Six hours of each endpoint model: 1,440 points of about 100 bytes. */
const MOST = 1440

/**
 * How each endpoint model was, looked at every quarter of a minute since the console was first opened, in memory. INVARIANT: bounded for
 * each model, and what is configured no longer is forgotten.
 */
export class HealthHistory {
  readonly everyMs = EVERY
  readonly since: EpochMillis
  readonly #points = new Map<string, HealthPoint[]>()
  readonly #ground: ConsoleGround

  constructor(ground: ConsoleGround) {
    this.#ground = ground
    this.since = ground.exchange().clock()
    this.#look()
    // Nobody waits for the next look when the exchange ends.
    setInterval(() => this.#look(), EVERY).unref()
  }

  /** Oldest first; `name` is `endpoint/model`. */
  of(name: string): readonly HealthPoint[] {
    return this.#points.get(name) ?? []
  }

  #look(): void {
    const { health, snapshot, exchange } = this.#ground
    const names = namesIn(snapshot())
    const now = exchange().clock()
    for (const name of this.#points.keys()) if (!names.has(name)) this.#points.delete(name)
    for (const name of names) {
      const points = this.#points.get(name) ?? []
      if (points.length === MOST) points.shift()
      points.push({ at: now, ...figuresOf(health.condition(name, now), isCut(this.#ground, name)) })
      this.#points.set(name, points)
    }
  }
}

/** Whether calls are kept from this `endpoint/model`, by its owner or because it cut itself off. */
export const isCut = ({ snapshot, governing }: ConsoleGround, name: string): boolean => {
  for (const endpoint of snapshot().endpoints.values())
    for (const model of endpoint.models.values())
      if (`${endpoint.id}/${model.model}` === name) return governing.cutting.inForce.isCut(endpoint, model)
  return false
}

export const turnOf = (condition: Condition | undefined, cut: boolean): Turn => {
  if (cut || condition?.cut !== undefined) return 'cut'
  if (condition?.state === 'open') return 'resting'
  if (condition?.state === 'half-open') return 'trying'
  return condition === undefined || (condition.timeToAnswer === undefined && condition.running === 0) ? 'idle' : 'answering'
}

const figuresOf = (condition: Condition | undefined, cut: boolean): Omit<HealthPoint, 'at'> => ({
  turn: turnOf(condition, cut),
  failureShare: condition?.failureShare ?? null,
  firstTokenMs: rounded(condition?.timeToFirstToken),
  answerMs: rounded(condition?.timeToAnswer),
})
const rounded = (value: number | undefined): number | null => (value === undefined ? null : Math.round(value))

/** How an endpoint model is now, as the contract tells it. */
export const describeTurn = (health: Health, name: string, cut: boolean, now: EpochMillis) => {
  const condition = health.condition(name, now)
  return {
    ...figuresOf(condition, cut),
    until: condition?.until ?? null,
    running: condition?.running ?? 0,
    waiting: condition?.waiting ?? 0,
    tokensPerSecond: rounded(condition?.tokensPerSecond),
  }
}
