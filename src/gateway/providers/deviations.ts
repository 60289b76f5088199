// What an endpoint does otherwise than the dialect it speaks, class by class. The numbers are those of the compatibility matrix;
// classes 14 to 18 belong to the provider and stand in profile.ts.
import { z } from 'zod'
import type { AnthropicTraits } from '../dialects/anthropic-messages/index.ts'
import type { ResponsesTraits } from '../dialects/openai-responses/index.ts'
import { count, flag, jsonObject, memberPath, stated, word } from './statement.ts'

export const STOP_KINDS = [
  'stop',
  'stop-sequence',
  'length',
  'tool-calls',
  'content-filter',
  'refusal',
  'paused',
  'failed',
  'other',
] as const
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'maximal'] as const
const members = z.array(z.string().regex(/^\w{1,64}$/, 'must be the name of a member'))
const marks = z.strictObject({ open: word, close: word })
const textCalls = z.strictObject({ open: word, close: word, syntax: z.enum(['json', 'calls']) })

/**
 * 1. Members the endpoint does not know. `accepted` closes the list: a member outside it is not sent, and that is declared. `also`: what
 * it takes beyond its dialect.
 */
const unknownFields = stated({
  behaviour: z.enum(['honour', 'ignore', 'reject', 'unknown']),
  status: z.union([z.literal(400), z.literal(422)]).optional(),
  accepted: members.optional(),
  also: z.array(z.enum(['top_k', 'min_p'])).default([]),
  ignored: members.default([]),
  rejected: members.default([]),
})
/** 2. `default` is what holds for a caller who names no limit, where that would cut an answer. `maximum` is the most it takes. */
const tokenLimit = stated({ member: memberPath.optional(), default: count.optional(), maximum: count.optional() })
/** 3. Null: there is none. */
const seed = stated({ member: memberPath.nullable() })
/** 4. The endpoint's word for each choice; a choice without a word is not offered. `filter`: a named tool is sent alone, as required. */
const toolChoice = stated({
  words: z.strictObject({ auto: word.optional(), none: word.optional(), required: word.optional() }),
  named: z.enum(['function', 'filter', 'none']),
  parallel: flag.optional(),
})
/**
 * 5. How a call comes. `text`: written into the answer between `marks`, unless a call is forced. `none`: the model cannot call tools.
 * Between the marks stands `{"name": …, "arguments": {…}}`, or in the other syntax `name(argument="value")`. `ask`: sent with a stream.
 */
const toolCalls = stated({
  arrive: z.enum(['fragments', 'whole', 'text', 'none']),
  marks: textCalls.optional(),
  ask: jsonObject.optional(),
})
/** 6. `mfjs`: object root, `type` inside the branches of `anyOf`, tuples as `prefixItems`. `strict`: whether the flag is taken. */
const toolSchema = stated({ dialect: z.enum(['full', 'mfjs', 'strict', 'unknown']), strictFlag: flag.optional() })
/**
 * 7. What is merged into the body to switch reasoning on, off, to an effort; where a budget of tokens goes; or the words that are
 * written at the end of the last user message. `off` absent where something else is known: it cannot be switched off.
 * `disregards`: members without effect while the model reasons.
 */
const reasoningToggle = stated({
  default: z.enum(['on', 'off', 'unknown']),
  on: jsonObject.optional(),
  off: jsonObject.optional(),
  efforts: z.partialRecord(z.enum(EFFORTS), jsonObject).optional(),
  budget: memberPath.optional(),
  text: z.strictObject({ on: word, off: word }).optional(),
  disregards: members.default([]),
})
/** 8. Where reasoning stands in an answer, and whether it goes back. `ask` is merged into the body to get it there. */
const reasoningOutput = stated({
  stands: z.enum(['reasoning_content', 'reasoning', 'tags', 'parts', 'hidden']),
  tags: marks.default({ open: '<think>', close: '</think>' }),
  echo: z.enum(['required-after-tools', 'allowed', 'forbidden', 'unknown']).default('unknown'),
  ask: jsonObject.optional(),
})
/** 9. `text`: content is one string, and nothing but text is taken. */
const content = stated({ shape: z.enum(['text', 'parts']) })
/** 10. Each absent rule is the dialect's own. `prefill`: the member that says of a last assistant message that it is to be continued. */
const roles = stated({
  system: z.enum(['anywhere', 'first', 'none']).optional(),
  developer: flag.optional(),
  tool: flag.optional(),
  names: flag.optional(),
  alternate: flag.optional(),
  needsUser: flag.optional(),
  prefill: memberPath.optional(),
})
/** 11. The endpoint's own words, beside those of the dialect. */
const finishReasons = stated({ words: z.record(word, z.enum(STOP_KINDS)) })
/** 12. What the endpoint itself guarantees; the rest is asked for in words. */
const jsonModes = stated({ object: flag, schema: flag })
/** 13. `only`: there is no whole answer. `options`: `stream_options` is taken. `ask`: sent with every stream. */
const streaming = stated({
  only: flag.optional(),
  usage: z.enum(['asked', 'always', 'never']).optional(),
  options: flag.optional(),
  comments: flag.optional(),
  ask: jsonObject.optional(),
})
/** Beside the 18: the most stop sequences that are taken, 0 for none. */
const stopSequences = stated({ most: z.number().int().nonnegative() })
/** Beside the 18: where the count of cached tokens stands, if not where the dialect has it. */
const usage = stated({ cached: memberPath })
/** Beside the 18: in what endpoints of one dialect differ from each other, each trait as that dialect names it. */
const traits = stated({
  ...({
    systemInConversation: flag.optional(),
    thinking: z.enum(['as-asked', 'budget', 'adaptive']).optional(),
    sampling: z.enum(['all', 'one', 'none']).optional(),
    unsignedThinking: flag.optional(),
  } satisfies { readonly [trait in Exclude<keyof AnthropicTraits, 'defaultMaxTokens'>]: z.ZodType<AnthropicTraits[trait] | undefined> }),
  ...({ openReasoning: flag.optional() } satisfies {
    readonly [trait in keyof ResponsesTraits]: z.ZodType<ResponsesTraits[trait] | undefined>
  }),
})

const classes = {
  unknownFields: unknownFields.optional(),
  tokenLimit: tokenLimit.optional(),
  seed: seed.optional(),
  toolChoice: toolChoice.optional(),
  toolCalls: toolCalls.optional(),
  toolSchema: toolSchema.optional(),
  reasoningToggle: reasoningToggle.optional(),
  reasoningOutput: reasoningOutput.optional(),
  content: content.optional(),
  roles: roles.optional(),
  finishReasons: finishReasons.optional(),
  jsonModes: jsonModes.optional(),
  streaming: streaming.optional(),
  stopSequences: stopSequences.optional(),
  usage: usage.optional(),
  traits: traits.optional(),
}
/** For models of these names (`*` stands for any text), each class said here replaces the one of the dialect whole; the last fit wins. */
const modelDeviations = z.strictObject({ match: z.array(word).min(1), ...classes })

export const dialectDeviations = z.strictObject({ ...classes, models: z.array(modelDeviations).default([]) })
export const deviationsOnly = z.strictObject(classes)
