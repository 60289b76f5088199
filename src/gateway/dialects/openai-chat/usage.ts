import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { Members, Reading } from '../members.ts'
import type { Usage } from '../neutral.ts'

/**
 * What an endpoint counted. Cached input is read where OpenAI, Moonshot (`cached_tokens`) and DeepSeek (`prompt_cache_hit_tokens`) put it.
 * Where the total shows that reasoning came on top of the completion, as xAI counts, it is added to the output.
 */
export const decodeUsage = (json: Json | undefined, leftovers?: Leftovers): Usage | undefined => {
  // A count that cannot be read is no reason to refuse an answer: failures of this reading are nobody's.
  const usage = isJsonObject(json) ? new Members(json, new Reading(), 'usage') : undefined
  const input = count(usage, 'prompt_tokens')
  const completion = count(usage, 'completion_tokens')
  if (usage === undefined || input === undefined || completion === undefined) {
    if (json !== undefined && json !== null) leftovers?.put('usage', json)
    return undefined
  }
  const total = count(usage, 'total_tokens')
  const inputs = usage.members('prompt_tokens_details')
  const outputs = usage.members('completion_tokens_details')
  const cached = [count(inputs, 'cached_tokens'), count(usage, 'cached_tokens'), count(usage, 'prompt_cache_hit_tokens')]
  const reasoning = count(outputs, 'reasoning_tokens')
  const onTop = reasoning !== undefined && total === input + completion + reasoning
  const value = defined({
    input,
    output: onTop ? completion + reasoning : completion,
    cachedInput: cached.find((each) => each !== undefined),
    cacheWrites: count(inputs, 'cache_write_tokens'),
    reasoning,
  })
  for (const part of [usage, inputs, outputs]) if (part !== undefined) leftovers?.keep(part)
  return value
}

export const encodeUsage = (usage: Usage): JsonObject => {
  const inputs = defined({ cached_tokens: usage.cachedInput, cache_write_tokens: usage.cacheWrites })
  const outputs = defined({ reasoning_tokens: usage.reasoning })
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    ...(Object.keys(inputs).length > 0 && { prompt_tokens_details: inputs }),
    ...(Object.keys(outputs).length > 0 && { completion_tokens_details: outputs }),
  }
}

/** A count that is not negative; anything else is none. */
const count = (usage: Members | undefined, name: string): number | undefined => {
  const value = usage?.value(name)
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
