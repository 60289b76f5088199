import { type Cohere, CohereClientV2, CohereError } from 'cohere-ai'
import { type Asked, type Driver, type Heard, parsed, type Raised, type Way } from '../driver.ts'

type Message = Cohere.ChatMessageV2
const user = (content: string): Message => ({ role: 'user', content })

const messagesOf = ({ question, before }: Asked): Message[] => {
  if (before === undefined) return [user(question)]
  const said = [user(before.question), { ...(before.turn as Cohere.AssistantMessageResponse), role: 'assistant' as const }]
  const results = before.results.map(({ call, text }): Message => ({ role: 'tool', toolCallId: call.id, content: text }))
  return [...said, ...(results.length > 0 ? results : [user(question)])]
}

const parametersOf = (asked: Asked): Cohere.V2ChatRequest => ({
  model: asked.model,
  messages: messagesOf(asked),
  maxTokens: 4000,
  ...(asked.tools && {
    tools: asked.tools.map(({ parameters, ...tool }) => ({ type: 'function', function: { ...tool, parameters: { ...parameters } } })),
  }),
  ...(asked.schema && { responseFormat: { type: 'json_object', jsonSchema: { ...asked.schema } } }),
  ...(asked.reasoning && { thinking: { type: 'enabled', tokenBudget: 2000 } }),
})

const ask = async ({ url, key }: Way, asked: Asked): Promise<Heard> => {
  const client = new CohereClientV2({ environment: url, token: key, maxRetries: 0 })
  if (asked.stream) return streamed(await client.chatStream(parametersOf(asked)))
  const { message, finishReason, usage } = await client.chat(parametersOf(asked))
  return heard(message, finishReason, usage, asked)
}

/** The SDK gives events; an application puts them together as the documentation of each says. */
const streamed = async (events: AsyncIterable<Cohere.V2ChatStreamResponse>): Promise<Heard> => {
  const content: ({ type: 'text'; text: string } | { type: 'thinking'; thinking: string })[] = []
  const toolCalls: { id: string; type: 'function'; function: { name: string; arguments: string } }[] = []
  let [finish, usage] = ['', undefined as Cohere.Usage | undefined]
  for await (const event of events) {
    if (event.type === 'content-start')
      content[event.index ?? 0] =
        event.delta?.message?.content?.type === 'thinking' ? { type: 'thinking', thinking: '' } : { type: 'text', text: '' }
    if (event.type === 'content-delta') {
      const [block, delta] = [content[event.index ?? 0], event.delta?.message?.content]
      if (block?.type === 'text') block.text += delta?.text ?? ''
      else if (block !== undefined) block.thinking += delta?.thinking ?? ''
    }
    if (event.type === 'tool-call-start') {
      const { id = '', function: made } = event.delta?.message?.toolCalls ?? {}
      toolCalls[event.index ?? 0] = { id, type: 'function', function: { name: made?.name ?? '', arguments: made?.arguments ?? '' } }
    }
    const call = event.type === 'tool-call-delta' ? toolCalls[event.index ?? 0] : undefined
    if (call !== undefined && event.type === 'tool-call-delta')
      call.function.arguments += event.delta?.message?.toolCalls?.function?.arguments ?? ''
    if (event.type === 'message-end') {
      finish = event.delta?.finishReason ?? ''
      usage = event.delta?.usage
    }
  }
  return heard({ role: 'assistant', content, ...(toolCalls.length > 0 && { toolCalls }) }, finish, usage, {})
}

const heard = (
  turn: Cohere.AssistantMessageResponse,
  finish: string,
  usage: Cohere.Usage | undefined,
  { schema }: Pick<Asked, 'schema'>,
): Heard => {
  const content = (turn.content ?? []).filter((block) => block !== undefined)
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('')
  return {
    text,
    reasoning: content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join(''),
    calls: (turn.toolCalls ?? []).map(({ id, function: made }) => ({
      id,
      name: made?.name ?? '',
      arguments: parsed(made?.arguments ?? ''),
    })),
    ...(schema && { structured: parsed(text) }),
    finish,
    usage: { input: usage?.tokens?.inputTokens, output: usage?.tokens?.outputTokens },
    turn,
  }
}

const raised = (failure: unknown): Raised => {
  if (!(failure instanceof Error)) throw failure
  const api = failure instanceof CohereError ? failure : undefined
  return {
    name: failure.constructor.name,
    status: api?.statusCode,
    retryAfter: api?.rawResponse?.headers.get('retry-after') ?? undefined,
    message: failure.message,
  }
}

export const cohere: Driver = {
  name: 'Cohere',
  package: 'cohere-ai',
  finish: { stop: 'COMPLETE', calls: 'TOOL_CALL' },
  raises: { 400: 'BadRequestError', 401: 'UnauthorizedError', 429: 'TooManyRequestsError', 451: 'CohereError' },
  without: {},
  echoes: 'text',
  ask,
  raised,
}
