import { Mistral } from '@mistralai/mistralai'
import type { AssistantMessage, ChatCompletionRequest, ContentChunk, ToolCall } from '@mistralai/mistralai/models/components'
import { MistralError } from '@mistralai/mistralai/models/errors'
import { type Asked, type Driver, type Heard, only, parsed, type Raised, type Way } from '../driver.ts'

type Messages = ChatCompletionRequest['messages']
const user = (content: string): Messages[number] => ({ role: 'user', content })

const messagesOf = ({ question, before }: Asked): Messages => {
  if (before === undefined) return [user(question)]
  const said = [user(before.question), { ...(before.turn as AssistantMessage), role: 'assistant' as const }]
  const results = before.results.map(({ call, text }) => ({ role: 'tool', toolCallId: call.id, name: call.name, content: text }) as const)
  return [...said, ...(results.length > 0 ? results : [user(question)])]
}

const parametersOf = (asked: Asked): ChatCompletionRequest => ({
  model: asked.model,
  messages: messagesOf(asked),
  maxTokens: 100,
  ...(asked.tools && { tools: asked.tools.map((tool) => ({ type: 'function' as const, function: { ...tool, strict: true } })) }),
  ...(asked.schema && {
    responseFormat: {
      type: 'json_schema' as const,
      jsonSchema: { name: 'described', schemaDefinition: { ...asked.schema }, strict: true },
    },
  }),
  ...(asked.reasoning && { reasoningEffort: 'high' as const }),
})

const ask = async ({ url, key }: Way, asked: Asked): Promise<Heard> => {
  const { chat } = new Mistral({ serverURL: url, apiKey: key, retryConfig: { strategy: 'none' } })
  if (asked.stream) return streamed(await chat.stream(parametersOf(asked)))
  const answer = await chat.complete(parametersOf(asked))
  const { message, finishReason } = only(answer.choices, 'choices')
  if (message === undefined) throw new Error('the answer has no message')
  return heard(chunksOf(message.content), message.toolCalls ?? [], finishReason, answer.usage, message, asked)
}

const streamed = async (events: Awaited<ReturnType<Mistral['chat']['stream']>>): Promise<Heard> => {
  const [chunks, calls]: [ContentChunk[], ToolCall[]] = [[], []]
  let [finish, usage] = ['', undefined as Counts]
  for await (const { data } of events) {
    const [choice] = data.choices
    for (const chunk of chunksOf(choice?.delta.content)) grow(chunks, chunk)
    // The SDK's type has one whole call in each event, and says nothing of fragments.
    calls.push(...(choice?.delta.toolCalls ?? []))
    finish = choice?.finishReason ?? finish
    usage = data.usage ?? usage
  }
  const turn: AssistantMessage = { role: 'assistant', content: chunks, ...(calls.length > 0 && { toolCalls: calls }) }
  return heard(chunks, calls, finish, usage, turn, {})
}

/** The SDK gives pieces; an application puts together those of one text and of one thought. */
const grow = (chunks: ContentChunk[], chunk: ContentChunk): void => {
  const last = chunks.at(-1)
  if (last?.type === 'text' && chunk.type === 'text') chunks[chunks.length - 1] = { ...last, text: last.text + chunk.text }
  else if (last?.type === 'thinking' && chunk.type === 'thinking')
    chunks[chunks.length - 1] = { ...last, ...chunk, thinking: [...last.thinking, ...chunk.thinking] }
  else chunks.push(chunk)
}

type Counts = { readonly promptTokens?: number | undefined; readonly completionTokens?: number | undefined } | undefined
const heard = (
  chunks: readonly ContentChunk[],
  calls: readonly ToolCall[],
  finish: string | null | undefined,
  usage: Counts,
  turn: AssistantMessage,
  { schema }: Pick<Asked, 'schema'>,
): Heard => {
  const text = chunks.flatMap((chunk) => (chunk.type === 'text' ? [chunk.text] : [])).join('')
  return {
    text,
    reasoning: chunks
      .flatMap((chunk) => (chunk.type === 'thinking' ? chunk.thinking.map((inner) => ('text' in inner ? inner.text : '')) : []))
      .join(''),
    calls: calls.map(({ id = '', function: { name, arguments: given } }) => ({
      id,
      name,
      arguments: typeof given === 'string' ? parsed(given) : given,
    })),
    ...(schema && { structured: parsed(text) }),
    finish: finish ?? '',
    usage: { input: usage?.promptTokens, output: usage?.completionTokens },
    turn,
  }
}

const chunksOf = (content: string | readonly ContentChunk[] | null | undefined): readonly ContentChunk[] =>
  typeof content === 'string' ? (content === '' ? [] : [{ type: 'text', text: content }]) : (content ?? [])

const raised = (failure: unknown): Raised => {
  if (!(failure instanceof Error)) throw failure
  const api = failure instanceof MistralError ? failure : undefined
  return {
    name: failure.constructor.name,
    status: api?.statusCode,
    retryAfter: api?.headers.get('retry-after') ?? undefined,
    message: `${failure.message} ${api?.body ?? ''}`,
  }
}

export const mistral: Driver = {
  name: 'Mistral',
  package: '@mistralai/mistralai',
  finish: { stop: 'stop', calls: 'tool_calls' },
  raises: { 400: 'SDKError', 401: 'SDKError', 429: 'SDKError', 451: 'SDKError' },
  without: {},
  echoes: 'all',
  dropsCallSeals: 'of a call, its id, its name and its arguments alone are handed back',
  ask,
  raised,
}
