import { ESSENTIAL } from './adapt-body.ts'
import type { Deviations, Place } from './profile.ts'

/** Names of the members at the top of a request; '' stands for any that are longer than those the exchange acts on. */
export type MemberNames = ReadonlySet<string>

/**
 * Whether a caller's bytes in the endpoint's own dialect may be sent on as they are, with nothing but the model's name replaced: true
 * only where no deviation could change, drop or refuse anything in them, and the place asks for nothing in the body. What such an
 * endpoint answers may pass through as well. `members`: those of one request; without it, whatever the dialect's own documentation knows.
 */
export const passesThrough = (deviations: Deviations, place: Pick<Place, 'body'>, members?: MemberNames): boolean =>
  place.body === undefined &&
  takesMembers(deviations, members) &&
  takesLimits(deviations, members) &&
  takesTools(deviations, members) &&
  takesConversation(deviations) &&
  answersAsTheDialect(deviations, members)

/** Whether there can be any of these. */
const some = (members: MemberNames | undefined, names: readonly string[]): boolean =>
  members === undefined ? names.length > 0 : names.some((name) => members.has(name))

/** Members go by the dialect's own names, and none is left out. */
const takesMembers = ({ unknownFields, seed, stopSequences, reasoningToggle }: Deviations, members: MemberNames | undefined): boolean =>
  (unknownFields === undefined || (takesNames(unknownFields, members) && members?.has('') !== true)) &&
  (seed === undefined || seed.member === 'seed' || !some(members, ['seed'])) &&
  (stopSequences === undefined || stopSequences.most >= DIALECT_STOPS || !some(members, STOPS)) &&
  (reasoningToggle === undefined || !some(members, [...REASONING, ...reasoningToggle.disregards]))
/** As many as OpenAI's own endpoint takes. */
const DIALECT_STOPS = 4
const STOPS = ['stop', 'stop_sequences']
const REASONING = ['reasoning_effort', 'reasoning', 'thinking', 'output_config']

type UnknownFields = NonNullable<Deviations['unknownFields']>
const takesNames = ({ accepted, ignored, rejected }: UnknownFields, members: MemberNames | undefined): boolean => {
  if (members === undefined) return accepted === undefined && ignored.length === 0 && rejected.length === 0
  for (const name of members) {
    if (ESSENTIAL.has(name)) continue
    if (accepted?.includes(name) === false || ignored.includes(name) || rejected.includes(name)) return false
  }
  return true
}

/** A limit that the endpoint sets where nobody names one is said to it, which adds a member. */
const takesLimits = ({ tokenLimit }: Deviations, members: MemberNames | undefined): boolean =>
  tokenLimit === undefined ||
  (tokenLimit.default === undefined &&
    (tokenLimit.maximum === undefined || !some(members, LIMITS)) &&
    (tokenLimit.member === undefined || !some(members, othersThan(tokenLimit.member, members))))
const LIMITS = ['max_completion_tokens', 'max_tokens', 'max_output_tokens']
/** The dialect's own documentation names one of the limits, and the older one that it also knows is seen in a request alone. */
const othersThan = (member: string, members: MemberNames | undefined): readonly string[] =>
  members === undefined && member === 'max_completion_tokens' ? NONE : LIMITS.filter((name) => name !== member)
const NONE: readonly string[] = []

const takesTools = ({ toolChoice, toolCalls, toolSchema }: Deviations, members: MemberNames | undefined): boolean =>
  (toolChoice === undefined ||
    !some(members, CHOICES) ||
    (toolChoice.named === 'function' &&
      toolChoice.parallel !== false &&
      (['auto', 'none', 'required'] as const).every((choice) => toolChoice.words[choice] === choice))) &&
  // Calls of earlier turns stand in the messages, where nobody looked.
  (toolCalls === undefined || toolCalls.arrive === 'fragments' || toolCalls.arrive === 'whole') &&
  (!some(members, TOOLS) ||
    (toolCalls?.ask === undefined && (toolSchema === undefined || (toolSchema.dialect !== 'mfjs' && toolSchema.strictFlag !== false))))
const TOOLS = ['tools', 'functions']
const CHOICES = ['tool_choice', 'function_call', 'parallel_tool_calls']

const takesConversation = ({ roles, content, reasoningOutput }: Deviations): boolean =>
  (roles === undefined ||
    ((roles.system ?? 'anywhere') === 'anywhere' &&
      [roles.developer, roles.tool, roles.names].every((taken) => taken !== false) &&
      roles.alternate !== true &&
      roles.needsUser !== true &&
      roles.prefill === undefined)) &&
  content?.shape !== 'text' &&
  (reasoningOutput === undefined || reasoningOutput.echo === 'allowed' || reasoningOutput.echo === 'unknown')

const answersAsTheDialect = ({ jsonModes, streaming, reasoningOutput }: Deviations, members: MemberNames | undefined): boolean =>
  (jsonModes === undefined || (jsonModes.object && jsonModes.schema) || !some(members, FORMATS)) &&
  (streaming === undefined ||
    (streaming.only !== true && streaming.ask === undefined && (streaming.options !== false || !some(members, ['stream_options'])))) &&
  (reasoningOutput === undefined || (reasoningOutput.ask === undefined && !['tags', 'parts'].includes(reasoningOutput.stands)))
/** Members that may demand a form of the answer, in dialects that have the model's name in the body. */
export const FORMATS = ['response_format', 'text', 'output_config', 'output_format']
