import {
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import OpenAI from 'openai'
import type { Asked, Driver, Heard, Raised, Way } from '../driver.ts'

const messagesOf = ({ question, before }: Asked): BaseMessage[] => {
  if (before === undefined) return [new HumanMessage(question)]
  const said = [new HumanMessage(before.question), before.turn as AIMessage]
  const results = before.results.map(({ call, text }) => new ToolMessage({ tool_call_id: call.id, name: call.name, content: text }))
  return [...said, ...(results.length > 0 ? results : [new HumanMessage(question)])]
}

const ask = async ({ url, key }: Way, asked: Asked): Promise<Heard> => {
  const model = new ChatOpenAI({
    model: asked.model,
    apiKey: key,
    configuration: { baseURL: `${url}/v1` },
    maxRetries: 0,
    maxTokens: 100,
    ...(asked.reasoning && { modelKwargs: { reasoning_effort: 'high' } }),
  })
  const messages = messagesOf(asked)
  if (asked.schema !== undefined) {
    const bound = model.withStructuredOutput({ ...asked.schema, title: 'described' }, { method: 'jsonSchema', includeRaw: true })
    const { raw, parsed: structured } = await bound.invoke(messages)
    return heard(raw as AIMessage, structured ?? undefined)
  }
  const tools = (asked.tools ?? []).map((tool) => ({
    type: 'function' as const,
    function: { ...tool, parameters: { ...tool.parameters } },
  }))
  const bound = tools.length === 0 ? model : model.bindTools(tools)
  if (!asked.stream) return heard(await bound.invoke(messages))
  let whole: AIMessageChunk | undefined
  for await (const chunk of await bound.stream(messages)) whole = whole === undefined ? chunk : whole.concat(chunk)
  if (whole === undefined) throw new Error('the stream has no message')
  return heard(whole)
}

const heard = (message: AIMessage, structured?: unknown): Heard => {
  // Its type of a message leaves this open.
  const counts = message.usage_metadata as UsageMetadata | undefined
  return {
    text: message.text,
    reasoning: String(message.additional_kwargs.reasoning_content ?? ''),
    calls: (message.tool_calls ?? []).map(({ id = '', name, args }) => ({ id, name, arguments: args })),
    ...(structured !== undefined && { structured }),
    finish: String(message.response_metadata.finish_reason ?? ''),
    usage: { input: counts?.input_tokens, output: counts?.output_tokens },
    turn: message,
  }
}

/** What the library raises is OpenAI's error, under its own name where it knows the kind. */
const raised = (failure: unknown): Raised => {
  if (!(failure instanceof Error)) throw failure
  const api = failure instanceof OpenAI.APIError ? failure : undefined
  return {
    name: failure.constructor.name,
    status: api?.status,
    retryAfter: api?.headers?.get('retry-after') ?? undefined,
    message: failure.message,
  }
}

export const langchain: Driver = {
  name: 'LangChain',
  package: '@langchain/openai',
  finish: { stop: 'stop', calls: 'tool_calls' },
  raises: { 400: 'BadRequestError', 401: 'AuthenticationError', 429: 'RateLimitError', 451: 'APIError' },
  without: { 'reasoning echoed': 'an assistant’s message is sent back without the thoughts in it' },
  echoes: 'nothing',
  dropsCallSeals: 'of a call, its id, its name and its arguments alone are handed back',
  ask,
  raised,
}
