import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gigachat } from './gigachat/index.ts'
import type { NeutralRequest, ReasoningRequest } from './neutral.ts'
import { openaiChat } from './openai-chat/index.ts'
import { openaiResponses } from './openai-responses/index.ts'

const asked = (reasoning: ReasoningRequest): NeutralRequest => ({
  model: 'm',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'a' }] }],
  tools: [],
  sampling: {},
  stream: false,
  reasoning,
})

test('where a wire knows efforts alone, a budget becomes the nearest one, and that is told', () => {
  for (const dialect of [openaiChat, openaiResponses, gigachat]) {
    const sent = (reasoning: ReasoningRequest) => {
      const encoded = dialect.encodeRequest(asked(reasoning))
      assert.ok(encoded.ok)
      const { body, warnings } = encoded.value
      const effort = body.reasoning_effort ?? (body.reasoning as { readonly effort?: string } | undefined)?.effort
      return [effort, ...warnings.map(({ kind, path }) => `${kind} ${path}`)]
    }
    assert.deepEqual(sent({ budget: 2000 }), ['low', 'approximated /reasoning'], dialect.name)
    assert.deepEqual(sent({ budget: 10_000 }), ['medium', 'approximated /reasoning'], dialect.name)
    assert.deepEqual(sent({ budget: 50_000 }), ['high', 'approximated /reasoning'], dialect.name)
    assert.deepEqual(sent({ effort: 'low', budget: 50_000 }), ['low', 'dropped /reasoning/budget'], dialect.name)
    assert.deepEqual(sent({ effort: 'high' }), ['high'], dialect.name)
  }
})
