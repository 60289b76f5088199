// Who outside can see, stop and change how much of what the owner runs, for whoever shows it: computed once for a law, a configuration and an hour.
import { err, ok, type Result } from '../../core/result.ts'
import { dayOf, epochMillis } from '../../core/units.ts'
import type { RouteName } from '../../drills/estate.ts'
import { type ActorExposure, exposeActors } from '../../drills/exposure/actors.ts'
import { type ExposureGround, measuresOf, outsideTest, sortTraffic, type TrafficWindow } from '../../drills/exposure/ground.ts'
import type { ConsoleFailure, Visitor } from '../../http/console/handlers.ts'
import type { Exchange } from '../exchange.ts'
import { exposureGround } from '../exposure-ground.ts'
import { askWindow } from '../traffic.ts'
import type { ConsoleGround } from './ground.ts'

export type ExposureFigures = {
  readonly day: string
  /** The traffic that is counted: the last so many days. */
  readonly days: number
  readonly window: TrafficWindow
  readonly ground: ExposureGround
  readonly actors: readonly ActorExposure[]
  /** Calls of the window that a route of today answered, in all and by route. */
  readonly calls: number
  readonly callsBy: ReadonlyMap<RouteName, number>
}

export const EXPOSURE_DAYS = 30
const DAY = 86_400_000
/** Calls of the last moments change no share that anybody could read; facts, policies and configuration do, and are seen at once. */
const STALE = 30_000

/** What is known of the law and the configuration alone, which takes far longer than counting calls. */
type Kept = { readonly loaded: Exchange['loaded']; readonly law: Exchange['law']; readonly ground: ExposureGround }

/** One for all pages of an exchange. */
export class ExposureBook {
  readonly #ground: Pick<ConsoleGround, 'exchange' | 'operate'>
  #kept: Kept | undefined
  #figures: { readonly at: number; readonly of: Kept; readonly figures: ExposureFigures } | undefined

  constructor(ground: Pick<ConsoleGround, 'exchange' | 'operate'>) {
    this.#ground = ground
  }

  async read(who: Visitor): Promise<Result<ExposureFigures, ConsoleFailure>> {
    const kept = this.#read()
    const now = this.#ground.exchange().clock()
    if (this.#figures?.of === kept && Math.abs(now - this.#figures.at) < STALE) return ok(this.#figures.figures)
    const from = epochMillis(now - EXPOSURE_DAYS * DAY)
    const window = await askWindow({ from, to: now }, async (name, input) => {
      const answer = await this.#ground.operate(name, input, who)
      return answer.ok ? answer : err({ kind: 'unavailable', message: answer.error.message })
    })
    if (window === undefined) return err({ kind: 'unavailable', message: 'the exchange does not answer' })
    if (!window.ok) return window
    const figures = figuresOf({ ...kept.ground, window: window.value }, window.value, dayOf(now))
    this.#figures = { at: now, of: kept, figures }
    return ok(figures)
  }

  #read(): Kept {
    const { loaded, law } = this.#ground.exchange()
    if (this.#kept?.loaded !== loaded || this.#kept.law !== law) this.#kept = { loaded, law, ground: exposureGround(loaded, law) }
    return this.#kept
  }
}

const figuresOf = (ground: ExposureGround, window: TrafficWindow, day: string): ExposureFigures => {
  const sorted = sortTraffic(ground)
  return {
    day,
    days: EXPOSURE_DAYS,
    window,
    ground,
    actors: exposeActors(ground, sorted, outsideTest(ground)),
    calls: sorted.answered.calls,
    callsBy: new Map([...sorted.byRoute].map(([route, traffic]) => [route, measuresOf(traffic).calls])),
  }
}
