import { type Millis, millis } from '../../core/units.ts'

/** When an endpoint model is left alone, and for how long. */
export type BreakerRules = {
  /** So many failures in a row open it. */
  readonly failures: number
  /** So does this share of failures, 0 to 1, once `calls` of the last half minute or so have been counted. */
  readonly share: number
  readonly calls: number
  /** The first rest; each that follows without a success between is twice as long, up to `longest`. */
  readonly rest: Millis
  readonly longest: Millis
  /** Calls that may be on their way at once when it is tried again. */
  readonly trials: number
}

/** How much an endpoint model that is not well may be asked by calls that failed elsewhere. */
export type RetryRules = {
  /** For each call that begins with it, so much of a retry is saved up. */
  readonly share: number
  /** So many retries may be saved up; as many are there from the start. */
  readonly most: number
}

/** When failures are taken for a cut: somebody refuses the service, or nobody is there any more. */
export type CutRules = {
  /** So many failures in a row of one kind are enough, whatever time they took; clear words are believed earlier. */
  readonly attempts: number
  /** Several failures in a row are enough when they go on for so long. */
  readonly after: Millis
  readonly rest: Millis
  readonly longest: Millis
}

/** When an endpoint model is asked last because its peers in the plan do so much better. */
export type OutlierRules = {
  /** Calls of the last half minute or so that must have been counted before it is judged. */
  readonly calls: number
  /** The least share of failures, and how many times that of the best peer. */
  readonly share: number
  readonly factor: number
}

/** Undefined: switched off. */
export type HealthRules = {
  readonly breaker: BreakerRules | undefined
  readonly retries: RetryRules | undefined
  readonly cut: CutRules | undefined
  readonly outliers: OutlierRules | undefined
  /** Waiting so long in line raises by one rank. */
  readonly ageing: Millis
}

export const DEFAULT_RULES: HealthRules = {
  breaker: { failures: 5, share: 0.5, calls: 20, rest: millis(1000), longest: millis(10_000), trials: 1 },
  retries: { share: 0.2, most: 10 },
  cut: { attempts: 10, after: millis(5000), rest: millis(30_000), longest: millis(600_000) },
  outliers: undefined,
  ageing: millis(15_000),
}
