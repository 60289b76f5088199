import type { Deviations, Place } from './profile.ts'

/**
 * Whether a caller's bytes in the endpoint's own dialect may be sent on as they are, with nothing but the model's name replaced: true
 * only where no deviation could change, drop or refuse anything that this dialect's own documentation knows, and the place asks for
 * nothing in the body. What such an endpoint answers may pass through as well.
 */
export const passesThrough = (deviations: Deviations, place: Pick<Place, 'body'>): boolean =>
  place.body === undefined &&
  takesMembers(deviations) &&
  takesTools(deviations) &&
  takesConversation(deviations) &&
  answersAsTheDialect(deviations)

/** Members go by the dialect's own names, and none is left out. */
const takesMembers = ({ unknownFields, tokenLimit, seed, stopSequences, reasoningToggle }: Deviations): boolean =>
  (unknownFields === undefined ||
    (unknownFields.accepted === undefined && unknownFields.ignored.length === 0 && unknownFields.rejected.length === 0)) &&
  (tokenLimit === undefined ||
    (tokenLimit.default === undefined &&
      tokenLimit.maximum === undefined &&
      (tokenLimit.member === undefined || tokenLimit.member === 'max_completion_tokens'))) &&
  (seed === undefined || seed.member === 'seed') &&
  (stopSequences === undefined || stopSequences.most >= DIALECT_STOPS) &&
  reasoningToggle === undefined
/** As many as OpenAI's own endpoint takes. */
const DIALECT_STOPS = 4

const takesTools = ({ toolChoice, toolCalls, toolSchema }: Deviations): boolean =>
  (toolChoice === undefined ||
    (toolChoice.named === 'function' &&
      toolChoice.parallel !== false &&
      (['auto', 'none', 'required'] as const).every((choice) => toolChoice.words[choice] === choice))) &&
  (toolCalls === undefined || (toolCalls.ask === undefined && (toolCalls.arrive === 'fragments' || toolCalls.arrive === 'whole'))) &&
  (toolSchema === undefined || (toolSchema.dialect !== 'mfjs' && toolSchema.strictFlag !== false))

const takesConversation = ({ roles, content, reasoningOutput }: Deviations): boolean =>
  (roles === undefined ||
    ((roles.system ?? 'anywhere') === 'anywhere' &&
      [roles.developer, roles.tool, roles.names].every((taken) => taken !== false) &&
      roles.alternate !== true &&
      roles.needsUser !== true &&
      roles.prefill === undefined)) &&
  content?.shape !== 'text' &&
  (reasoningOutput === undefined || reasoningOutput.echo === 'allowed' || reasoningOutput.echo === 'unknown')

const answersAsTheDialect = ({ jsonModes, streaming, reasoningOutput }: Deviations): boolean =>
  (jsonModes === undefined || (jsonModes.object && jsonModes.schema)) &&
  (streaming === undefined || (streaming.only !== true && streaming.options !== false && streaming.ask === undefined)) &&
  (reasoningOutput === undefined || (reasoningOutput.ask === undefined && !['tags', 'parts'].includes(reasoningOutput.stands)))
