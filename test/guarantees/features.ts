// What an owner may switch on beside the plan itself: health, orders and room. None of it may widen where a call goes.
import type { Configuration } from '../../src/main/config-schema.ts'
import { MODELS } from './facts.ts'
import type { Tape } from './tape.ts'

type AliasConfiguration = Configuration['aliases'][string]
export type Features = {
  /** Whether anything is on. Off, calls go through their plan as it is listed. */
  readonly on: boolean
  readonly health: Configuration['health']
  readonly order: AliasConfiguration['order']
  readonly weights: AliasConfiguration['weights']
  readonly scarcity: AliasConfiguration['scarcity']
  readonly continuations: number
  readonly hedge: AliasConfiguration['hedge']
  /** Endpoints elsewhere have no JSON mode: an answer is held against the form that was demanded, and may be asked for again. */
  readonly formless: boolean
  /** By `endpoint/model`; unlimited where nothing stands here. */
  readonly rooms: ReadonlyMap<string, { readonly calls: number; readonly queue: number; readonly waitSeconds: number }>
  readonly priority: string | undefined
}

export const PRIORITIES = ['first', 'middle', 'last']
const OFF: Configuration['health'] = { breaker: 'off', retries: 'off', cuts: 'off', outliers: 'off', ageingSeconds: 1 }
export const NO_FEATURES: Features = {
  on: false,
  health: OFF,
  order: 'listed',
  weights: {},
  scarcity: [],
  continuations: 0,
  hedge: undefined,
  formless: false,
  rooms: new Map(),
  priority: undefined,
}

export const drawFeatures = (tape: Tape): Features => {
  const formless = tape.chance(50)
  if (!tape.chance(50)) return { ...NO_FEATURES, formless }
  const breaker = { failures: tape.pick([1, 2, 4]), failureShare: 0.5, minimumCalls: 3, restSeconds: 1, longestRestSeconds: 3, trials: 1 }
  const cuts = { attempts: tape.pick([1, 3]), seconds: 1, restSeconds: 2, longestRestSeconds: 5 }
  const targets = ['near', 'far', 'ally'].flatMap((endpoint) => MODELS.map((model) => `${endpoint}/${model}`))
  return {
    on: true,
    health: {
      breaker: tape.chance(70) ? breaker : 'off',
      retries: tape.chance(50) ? { share: 0.1, most: 1 } : 'off',
      cuts: tape.chance(50) ? cuts : 'off',
      outliers: tape.chance(50) ? { minimumCalls: 1, failureShare: 0.2, factor: 2 } : 'off',
      ageingSeconds: tape.pick([1, 100]),
    },
    order: tape.pick(['listed', 'weighted', 'fastest', 'cheapest', 'best']),
    weights: Object.fromEntries(targets.map((target) => [target, tape.below(4)])),
    scarcity: tape.chance(40)
      ? [
          { above: 0, spares: [...tape.some(PRIORITIES, 30)], model: tape.pick(['ally/m1', 'far/m2', 'near/m1']) },
          { above: 0.5, spares: [], maxOutputTokens: 20 },
          ...(tape.chance(30) ? [{ above: 2, spares: [], refuse: true as const }] : []),
        ]
      : [],
    continuations: tape.pick([0, 1, 2, 2]),
    hedge: tape.chance(80) ? { afterMs: tape.pick([250, 1, 700]), share: tape.pick([1, 1, 0.5]) } : undefined,
    formless,
    rooms: new Map(
      targets.flatMap((target) =>
        tape.chance(50) ? [[target, { calls: 1 + tape.below(2), queue: tape.below(3), waitSeconds: tape.pick([1, 4]) }] as const] : [],
      ),
    ),
    priority: tape.pick([undefined, ...PRIORITIES]),
  }
}
