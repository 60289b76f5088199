import OpenAI from 'openai'
import { toResponseInputItems } from 'openai/lib/responses/ResponseInputItems'
import type { ResponseInputItem, ResponseOutputItem } from 'openai/resources/responses/responses'
import { type Asked, type Driver, type Heard, parsed, type Way } from '../driver.ts'
import { raisedByOpenai } from './openai-errors.ts'

const user = (content: string): ResponseInputItem => ({ role: 'user', content })

const inputOf = ({ question, before }: Asked): ResponseInputItem[] => {
  if (before === undefined) return [user(question)]
  const said = toResponseInputItems([user(before.question), ...(before.turn as readonly ResponseOutputItem[])])
  const results = before.results.map(({ call, text }) => ({ type: 'function_call_output', call_id: call.id, output: text }) as const)
  return [...said, ...(results.length > 0 ? results : [user(question)])]
}

const parametersOf = (asked: Asked) => ({
  model: asked.model,
  input: inputOf(asked),
  max_output_tokens: 100,
  store: false,
  ...(asked.tools && { tools: asked.tools.map((tool) => ({ type: 'function' as const, ...tool, strict: true })) }),
  ...(asked.schema && { text: { format: { type: 'json_schema' as const, name: 'described', schema: { ...asked.schema }, strict: true } } }),
  ...(asked.reasoning && {
    reasoning: { effort: 'high' as const, summary: 'auto' as const },
    include: ['reasoning.encrypted_content' as const],
  }),
})

const ask = async ({ url, key }: Way, asked: Asked): Promise<Heard> => {
  const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
  const parameters = parametersOf(asked)
  const answer = asked.stream ? await responses.stream(parameters).finalResponse() : await responses.parse(parameters)
  const { output } = answer
  return {
    text: answer.output_text,
    reasoning: output.flatMap((item) => (item.type === 'reasoning' ? item.summary.map(({ text }) => text) : [])).join(''),
    calls: output.flatMap((item) =>
      item.type === 'function_call' ? [{ id: item.call_id, name: item.name, arguments: parsed(item.arguments) }] : [],
    ),
    ...(asked.schema && { structured: answer.output_parsed ?? undefined }),
    finish: answer.status ?? '',
    usage: { input: answer.usage?.input_tokens, output: answer.usage?.output_tokens },
    turn: output,
  }
}

export const openaiResponses: Driver = {
  name: 'OpenAI, responses',
  package: 'openai',
  finish: { stop: 'completed', calls: 'completed' },
  raises: { 400: 'BadRequestError', 401: 'AuthenticationError', 429: 'RateLimitError', 451: 'APIError' },
  without: {},
  echoes: 'all',
  ask,
  raised: raisedByOpenai,
}
