// Vercel's AI SDK: one way to ask, through the provider of three dialects.
import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogle } from '@ai-sdk/google'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, generateText, jsonSchema, type LanguageModel, type ModelMessage, Output, streamText, type ToolSet, tool } from 'ai'
import type { Asked, Driver, Heard, Raised, ToolSketch, Way } from '../driver.ts'

type Provider = {
  readonly name: string
  readonly package: string
  readonly model: (way: Way, name: string) => LanguageModel
  readonly echoes: Driver['echoes']
  readonly dropsCallSeals?: string
}

const PROVIDERS: readonly Provider[] = [
  {
    name: 'AI SDK, OpenAI-compatible',
    package: '@ai-sdk/openai-compatible',
    echoes: 'text',
    dropsCallSeals:
      'of what seals a call, Google’s signature alone is handed back, and of a stream where it comes before the arguments end',
    model: ({ url, key }, name) =>
      createOpenAICompatible({ name: 'allod', baseURL: `${url}/v1`, apiKey: key, includeUsage: true, supportsStructuredOutputs: true })(
        name,
      ),
  },
  {
    name: 'AI SDK, Anthropic',
    package: '@ai-sdk/anthropic',
    echoes: 'all',
    model: ({ url, key }, name) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(name),
  },
  {
    name: 'AI SDK, Google',
    package: '@ai-sdk/google',
    echoes: 'all',
    model: ({ url, key }, name) => createGoogle({ baseURL: `${url}/v1beta`, apiKey: key })(name),
  },
]

const user = (content: string): ModelMessage => ({ role: 'user', content })

const messagesOf = ({ question, before }: Asked): ModelMessage[] => {
  if (before === undefined) return [user(question)]
  const said = [user(before.question), ...(before.turn as readonly ModelMessage[])]
  const results: ModelMessage = {
    role: 'tool',
    content: before.results.map(({ call, text }) => ({
      type: 'tool-result',
      toolCallId: call.id,
      toolName: call.name,
      output: { type: 'text', value: text },
    })),
  }
  return [...said, before.results.length > 0 ? results : user(question)]
}

/** Tools that the application runs itself. */
const toolsOf = (tools: readonly ToolSketch[]): ToolSet =>
  Object.fromEntries(
    tools.map(({ name, description, parameters }) => [name, tool({ description, inputSchema: jsonSchema({ ...parameters }) })]),
  )

const parametersOf = (model: LanguageModel, asked: Asked) => ({
  model,
  messages: messagesOf(asked),
  maxOutputTokens: 4000,
  maxRetries: 0,
  ...(asked.tools && { tools: toolsOf(asked.tools) }),
  ...(asked.reasoning && {
    reasoning: 'high' as const,
    providerOptions: {
      anthropic: { thinking: { type: 'enabled' as const, budgetTokens: 2000 } },
      google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2000 } },
    },
  }),
})

const ask = async (model: LanguageModel, asked: Asked): Promise<Heard> => {
  const parameters = parametersOf(model, asked)
  const output = asked.schema && { output: Output.object({ schema: jsonSchema({ ...asked.schema }) }) }
  if (!asked.stream) {
    const result = await generateText({ ...parameters, ...output })
    return heard(result, asked.schema && result.output)
  }
  // What goes wrong in a stream comes in as a part of it; `onError` keeps the SDK from printing it.
  const result = streamText({ ...parameters, ...output, onError: () => undefined })
  for await (const part of result.stream) if (part.type === 'error') throw part.error
  const [text, reasoningText, toolCalls, finishReason, usage, responseMessages] = await Promise.all([
    result.text,
    result.finalStep.then((step) => step.reasoningText),
    result.toolCalls,
    result.finishReason,
    result.usage,
    result.responseMessages,
  ])
  return heard({ text, reasoningText, toolCalls, finishReason, usage, responseMessages })
}

type Result = {
  readonly text: string
  readonly reasoningText: string | undefined
  readonly toolCalls: readonly { readonly toolCallId: string; readonly toolName: string; readonly input: unknown }[]
  readonly finishReason: string
  readonly usage: { readonly inputTokens: number | undefined; readonly outputTokens: number | undefined }
  readonly responseMessages: readonly ModelMessage[]
}
const heard = (result: Result, structured?: unknown): Heard => ({
  text: result.text,
  reasoning: result.reasoningText ?? '',
  calls: result.toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, arguments: input })),
  ...(structured !== undefined && { structured }),
  finish: result.finishReason,
  usage: { input: result.usage.inputTokens, output: result.usage.outputTokens },
  turn: result.responseMessages,
})

const raised = (failure: unknown): Raised => {
  if (!(failure instanceof Error)) throw failure
  const api = APICallError.isInstance(failure) ? failure : undefined
  return {
    name: failure.name,
    status: api?.statusCode,
    retryAfter: api?.responseHeaders?.['retry-after'],
    message: failure.message,
  }
}

export const aiSdk: readonly Driver[] = PROVIDERS.map(({ name, package: from, model, echoes, dropsCallSeals }) => ({
  name,
  package: from,
  finish: { stop: 'stop', calls: 'tool-calls' },
  raises: { 400: 'AI_APICallError', 401: 'AI_APICallError', 429: 'AI_APICallError', 451: 'AI_APICallError' },
  without: {},
  echoes,
  ...(dropsCallSeals !== undefined && { dropsCallSeals }),
  ask: (way, asked) => ask(model(way, asked.model), asked),
  raised,
}))
