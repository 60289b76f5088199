import { millis } from '../core/units.ts'
import type { KeepingRules } from '../gateway/kept.ts'
import type { Configuration } from './config-schema.ts'

const DAY = 86_400_000

/** The owner's rules for what is kept of conversations. */
export const keepingRulesOf = ({ conversations }: Pick<Configuration, 'conversations'>): KeepingRules => {
  const { retentionDays, ...rules } = conversations
  return { ...rules, retention: millis(retentionDays * DAY) }
}
