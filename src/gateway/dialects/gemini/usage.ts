// https://ai.google.dev/api/generate-content#UsageMetadata
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Usage } from '../neutral.ts'

/** The wire counts thoughts beside the candidates, and the prompts of tools beside the prompt; absent numbers are 0 (ProtoJSON). */
export const decodeUsage = (body: Members, leftovers: Leftovers): Usage | undefined => {
  const usage = body.members('usageMetadata')
  if (usage === undefined) return undefined
  const reasoning = usage.integer('thoughtsTokenCount')
  const cachedInput = usage.integer('cachedContentTokenCount')
  const toolPrompts = usage.integer('toolUsePromptTokenCount') ?? 0
  const input = (usage.integer('promptTokenCount') ?? 0) + toolPrompts
  const output = (usage.integer('candidatesTokenCount') ?? 0) + (reasoning ?? 0)
  usage.value('totalTokenCount')
  leftovers.keep(usage)
  return defined({ input, output, cachedInput, reasoning })
}

export const encodeUsage = (usage: Usage, losses: Losses): JsonObject => {
  const { input, output, cachedInput, cacheWrites, reasoning } = usage
  if (cacheWrites) losses.dropped('hint', pointer('usage', 'cacheWrites'), 'the wire does not count what was written to a cache')
  const spoken = Math.max(0, output - (reasoning ?? 0))
  if (spoken + (reasoning ?? 0) !== output)
    losses.approximated('hint', pointer('usage', 'output'), 'more tokens of reasoning than of output; the wire counts them apart')
  return defined({
    promptTokenCount: input,
    candidatesTokenCount: spoken,
    totalTokenCount: input + spoken + (reasoning ?? 0),
    cachedContentTokenCount: cachedInput,
    thoughtsTokenCount: reasoning,
  })
}
