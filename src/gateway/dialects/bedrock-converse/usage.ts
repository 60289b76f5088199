import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Usage } from '../neutral.ts'

/** What was read from a cache or written to one is not among the vendor's `inputTokens`. */
export const decodeUsage = (usage: Members, left?: Leftovers): Usage => {
  const fresh = usage.integer('inputTokens') ?? 0
  const cachedInput = usage.integer('cacheReadInputTokens')
  const cacheWrites = usage.integer('cacheWriteInputTokens')
  const output = usage.integer('outputTokens') ?? 0
  usage.value('totalTokens')
  left?.keep(usage)
  return defined({ input: fresh + (cachedInput ?? 0) + (cacheWrites ?? 0), output, cachedInput, cacheWrites })
}

export const encodeUsage = ({ input, output, cachedInput, cacheWrites, reasoning }: Usage, losses: Losses): JsonObject => {
  if (reasoning !== undefined && reasoning > 0)
    losses.dropped('hint', '/usage/reasoning', 'bedrock does not count the tokens of reasoning apart')
  return defined({
    inputTokens: Math.max(0, input - (cachedInput ?? 0) - (cacheWrites ?? 0)),
    outputTokens: output,
    totalTokens: input + output,
    cacheReadInputTokens: cachedInput,
    cacheWriteInputTokens: cacheWrites,
  })
}
