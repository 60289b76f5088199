import Anthropic from '@anthropic-ai/sdk'
import type { ContentBlock, MessageParam, Tool } from '@anthropic-ai/sdk/resources/messages'
import type { Asked, Driver, Heard, Raised, Way } from '../driver.ts'

const user = (content: string): MessageParam => ({ role: 'user', content })

const messagesOf = ({ question, before }: Asked): MessageParam[] => {
  if (before === undefined) return [user(question)]
  const results = before.results.map(({ call, text }) => ({ type: 'tool_result', tool_use_id: call.id, content: text }) as const)
  return [
    user(before.question),
    { role: 'assistant', content: before.turn as ContentBlock[] },
    results.length > 0 ? { role: 'user', content: results } : user(question),
  ]
}

const parametersOf = (asked: Asked) => ({
  model: asked.model,
  messages: messagesOf(asked),
  max_tokens: 4000,
  ...(asked.tools && {
    tools: asked.tools.map(({ parameters, ...tool }): Tool => ({ ...tool, input_schema: parameters as Tool['input_schema'] })),
  }),
  ...(asked.schema && { output_config: { format: { type: 'json_schema' as const, schema: { ...asked.schema } } } }),
  ...(asked.reasoning && { thinking: { type: 'enabled' as const, budget_tokens: 2000 } }),
})

const ask = async ({ url, key }: Way, asked: Asked): Promise<Heard> => {
  const { messages } = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 })
  const parameters = parametersOf(asked)
  const answer = asked.stream ? await messages.stream(parameters).finalMessage() : await messages.parse(parameters)
  const text = answer.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('')
  return {
    text,
    reasoning: answer.content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join(''),
    calls: answer.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: block.input }] : [],
    ),
    ...(asked.schema && { structured: answer.parsed_output ?? undefined }),
    finish: answer.stop_reason ?? '',
    usage: { input: answer.usage.input_tokens, output: answer.usage.output_tokens },
    turn: answer.content,
  }
}

const raised = (failure: unknown): Raised => {
  if (!(failure instanceof Error)) throw failure
  const api = failure instanceof Anthropic.APIError ? failure : undefined
  return {
    name: failure.constructor.name,
    status: api?.status,
    retryAfter: api?.headers?.get('retry-after') ?? undefined,
    message: failure.message,
  }
}

export const anthropic: Driver = {
  name: 'Anthropic',
  package: '@anthropic-ai/sdk',
  finish: { stop: 'end_turn', calls: 'tool_use' },
  raises: { 400: 'BadRequestError', 401: 'AuthenticationError', 429: 'RateLimitError', 451: 'APIError' },
  without: {},
  echoes: 'all',
  ask,
  raised,
}
