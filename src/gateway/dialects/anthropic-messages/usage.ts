import type { Json, JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import type { Usage } from '../neutral.ts'

/** Counts of tokens as the wire has them, where input read from or written to a cache stands apart from the rest. */
export type Counts = {
  readonly input?: number
  readonly written?: number
  readonly read?: number
  readonly output?: number
  readonly thinking?: number
}

/** Reads what stands there; what is no count is as if absent. Later counts of a stream replace earlier ones member by member. */
export const decodeCounts = (usage: JsonObject): Counts => {
  const details = usage.output_tokens_details
  const thinking = typeof details === 'object' && details !== null && 'thinking_tokens' in details ? details.thinking_tokens : undefined
  return defined({
    input: count(usage.input_tokens),
    written: count(usage.cache_creation_input_tokens),
    read: count(usage.cache_read_input_tokens),
    output: count(usage.output_tokens),
    thinking: count(thinking),
  })
}

const count = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

/** Undefined until both totals are known. An answer without any token was not counted. */
export const usageOf = ({ input, written, read, output, thinking }: Counts): Usage | undefined =>
  input === undefined || output === undefined || input + (written ?? 0) + (read ?? 0) + output === 0
    ? undefined
    : {
        input: input + (written ?? 0) + (read ?? 0),
        output,
        ...defined({ cachedInput: read, cacheWrites: written, reasoning: thinking }),
      }

/** Members of an answer's usage without a neutral place, such as where the inference ran. */
export const restOfUsage = ({
  input_tokens: _,
  cache_creation_input_tokens: __,
  cache_read_input_tokens: ___,
  output_tokens: ____,
  output_tokens_details: _____,
  ...rest
}: JsonObject): JsonObject | undefined => {
  const said = Object.entries(rest).filter(([, value]) => value !== null)
  return said.length > 0 ? Object.fromEntries(said) : undefined
}

/** All counters that an SDK looks for. It wants numbers for the totals: both are 0 when the endpoint did not count. */
export const encodeUsage = (usage: Usage | undefined, losses: Losses): JsonObject => {
  if (usage?.input === 0 && usage.output === 0) losses.dropped('hint', '/usage', 'no token at all is the same as none counted')
  const { input, output, cachedInput, cacheWrites, reasoning } = usage ?? { input: 0, output: 0 }
  const fresh = input - (cachedInput ?? 0) - (cacheWrites ?? 0)
  if (fresh < 0) losses.approximated('hint', '/usage/input', 'more input was cached than there was')
  return {
    input_tokens: Math.max(0, fresh),
    cache_creation_input_tokens: cacheWrites ?? null,
    cache_read_input_tokens: cachedInput ?? null,
    output_tokens: output,
    output_tokens_details: reasoning === undefined ? null : { thinking_tokens: reasoning },
  }
}
