import OpenAI from 'openai'
import type { ChatCompletionMessage, ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import { type Asked, type Driver, type Heard, only, parsed, type Way } from '../driver.ts'
import { raisedByOpenai } from './openai-errors.ts'

const user = (content: string): ChatCompletionMessageParam => ({ role: 'user', content })

const messagesOf = ({ question, before }: Asked): ChatCompletionMessageParam[] => {
  if (before === undefined) return [user(question)]
  const said = [user(before.question), before.turn as ChatCompletionMessage]
  const results = before.results.map(({ call, text }) => ({ role: 'tool', tool_call_id: call.id, content: text }) as const)
  return [...said, ...(results.length > 0 ? results : [user(question)])]
}

const parametersOf = (asked: Asked) => ({
  model: asked.model,
  messages: messagesOf(asked),
  max_completion_tokens: 100,
  ...(asked.tools && { tools: asked.tools.map((tool) => ({ type: 'function' as const, function: { ...tool, strict: true } })) }),
  ...(asked.schema && {
    response_format: { type: 'json_schema' as const, json_schema: { name: 'described', schema: asked.schema, strict: true } },
  }),
  ...(asked.reasoning && { reasoning_effort: 'high' as const }),
})

const ask = async ({ url, key }: Way, asked: Asked): Promise<Heard> => {
  const { completions } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 }).chat
  const parameters = parametersOf(asked)
  let streamed = ''
  const runner = asked.stream ? completions.stream({ ...parameters, stream_options: { include_usage: true } }) : undefined
  runner?.on('chunk', ({ choices }) => {
    streamed += (choices[0]?.delta as { reasoning_content?: string } | undefined)?.reasoning_content ?? ''
  })
  const answer = runner === undefined ? await completions.parse(parameters) : await runner.finalChatCompletion()
  const { message, finish_reason } = only(answer.choices, 'choices')
  return {
    text: message.content ?? '',
    reasoning: streamed || ((message as { reasoning_content?: string }).reasoning_content ?? ''),
    calls: (message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function' ? [{ id: call.id, name: call.function.name, arguments: parsed(call.function.arguments) }] : [],
    ),
    ...(asked.schema && { structured: message.parsed ?? undefined }),
    finish: finish_reason,
    usage: { input: answer.usage?.prompt_tokens, output: answer.usage?.completion_tokens },
    // Members without a type are the application’s to gather from a stream.
    turn: streamed === '' ? asSent(message) : { ...asSent(message), reasoning_content: streamed },
  }
}

/** Without what the SDK's helpers leave in it beside the wire's own members, which OpenAI itself refuses. */
const asSent = (message: object): object =>
  JSON.parse(JSON.stringify(message, (name, value: unknown) => (PARSED.has(name) ? undefined : value))) as object
const PARSED: ReadonlySet<string> = new Set(['parsed', 'parsed_arguments'])

export const openaiChat: Driver = {
  name: 'OpenAI, chat',
  package: 'openai',
  finish: { stop: 'stop', calls: 'tool_calls' },
  raises: { 400: 'BadRequestError', 401: 'AuthenticationError', 429: 'RateLimitError', 451: 'APIError' },
  without: {},
  echoes: 'all',
  ask,
  raised: raisedByOpenai,
}
