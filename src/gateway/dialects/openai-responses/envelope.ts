// What surrounds an answer's content: its id, and the question repeated as the vendor repeats it.
import type { JsonObject } from '../../../core/json.ts'
import type { AnswerContext } from '../dialect.ts'
import { Losses } from '../losses.ts'
import type { NeutralRequest } from '../neutral.ts'
import { ME } from './content.ts'
import { responseId } from './ids.ts'
import { instructionsOf } from './input.ts'
import { encodeOptions } from './request.ts'

/**
 * All members that the SDK's type has, but for how the answer ended, its output and its usage. What the question left open is given the
 * vendor's documented default; decoding reads nothing of it.
 */
export const envelope = (
  context: AnswerContext<NeutralRequest>,
  answer: { readonly model: string; readonly created?: number | undefined },
): JsonObject => {
  const { request } = context
  const mine = request.extensions?.dialect === ME ? request.extensions.members : {}
  const { include: _, ...asked } = encodeOptions(request, new Losses())
  return {
    id: responseId(context.call),
    object: 'response',
    created_at: answer.created ?? context.now,
    model: answer.model,
    background: false,
    instructions: instructionsOf(request.messages) ?? null,
    max_output_tokens: null,
    metadata: {},
    parallel_tool_calls: true,
    previous_response_id: mine.previous_response_id ?? null,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: mine.truncation ?? 'disabled',
    user: null,
    ...asked,
    reasoning: { effort: null, summary: null, ...asked.reasoning },
    store: mine.store ?? false,
    ...context.telling?.before,
  }
}
