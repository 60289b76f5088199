import type { JsonObject } from '../core/json.ts'
import { type EpochMillis, millis } from '../core/units.ts'
import type { Health } from '../gateway/health/health.ts'
import type { HealthRules } from '../gateway/health/rules.ts'
import type { Snapshot } from '../gateway/snapshot.ts'
import type { Configuration } from './config-schema.ts'

const orUndefined = <T extends object>(value: T | 'off'): T | undefined => (value === 'off' ? undefined : value)

/** The rules of the configuration, in the units of the gateway. */
export const healthRulesOf = ({ health }: Pick<Configuration, 'health'>): HealthRules => {
  const breaker = orUndefined(health.breaker)
  const cuts = orUndefined(health.cuts)
  const outliers = orUndefined(health.outliers)
  return {
    breaker: breaker && {
      failures: breaker.failures,
      share: breaker.failureShare,
      calls: breaker.minimumCalls,
      rest: millis(breaker.restSeconds * 1000),
      longest: millis(breaker.longestRestSeconds * 1000),
      trials: breaker.trials,
    },
    retries: orUndefined(health.retries),
    cut: cuts && {
      attempts: cuts.attempts,
      after: millis(cuts.seconds * 1000),
      rest: millis(cuts.restSeconds * 1000),
      longest: millis(cuts.longestRestSeconds * 1000),
    },
    ageing: millis(health.ageingSeconds * 1000),
    outliers: outliers && { calls: outliers.minimumCalls, share: outliers.failureShare, factor: outliers.factor },
  }
}

/** What is configured, as `endpoint/model`. */
export const namesIn = ({ endpoints }: Snapshot): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const { id, models } of endpoints.values()) for (const model of models.keys()) names.add(`${id}/${model}`)
  return names
}

/** How an endpoint model is, for `allod status`; undefined for what no call came to since the start. */
export const describeHealth = (health: Health, name: string, now: EpochMillis): JsonObject | undefined => {
  const condition = health.condition(name, now)
  if (condition === undefined) return undefined
  const { state, until, cut, running, waiting, failureShare, timeToFirstToken, timeToAnswer, tokensPerSecond } = condition
  return {
    breaker: state,
    running,
    waiting,
    failureShare: Number(failureShare.toFixed(3)),
    ...(until === undefined ? {} : { triedInMs: Math.max(0, until - now) }),
    ...(cut === undefined ? {} : { cut }),
    ...rounded({ firstTokenMs: timeToFirstToken, answerMs: timeToAnswer, tokensPerSecond }),
  }
}

const rounded = (figures: Readonly<Record<string, number | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(figures).flatMap(([name, value]) => (value === undefined ? [] : [[name, Math.round(value)]])))
