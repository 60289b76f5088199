import { ApiError, type Content, type GenerateContentResponse, GoogleGenAI, type Part, type Tool } from '@google/genai'
import { type Asked, type Driver, type Heard, only, parsed, type Raised, type Way } from '../driver.ts'

const user = (...parts: Part[]): Content => ({ role: 'user', parts })

const contentsOf = ({ question, before }: Asked): Content[] => {
  if (before === undefined) return [user({ text: question })]
  const results = before.results.map(
    ({ call, text }): Part => ({ functionResponse: { id: call.id, name: call.name, response: { output: text } } }),
  )
  return [user({ text: before.question }), ...(before.turn as Content[]), results.length > 0 ? user(...results) : user({ text: question })]
}

const parametersOf = (asked: Asked) => ({
  model: asked.model,
  contents: contentsOf(asked),
  config: {
    maxOutputTokens: 4000,
    ...(asked.tools && { tools: asked.tools.map(toolOf) }),
    ...(asked.schema && { responseMimeType: 'application/json', responseJsonSchema: asked.schema }),
    ...(asked.reasoning && { thinkingConfig: { includeThoughts: true, thinkingBudget: 2000 } }),
  },
})
const toolOf = ({ name, description, parameters }: NonNullable<Asked['tools']>[number]): Tool => ({
  functionDeclarations: [{ name, description, parametersJsonSchema: parameters }],
})

const ask = async ({ url, key }: Way, asked: Asked): Promise<Heard> => {
  const { models } = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url, retryOptions: { attempts: 1 } } })
  const parameters = parametersOf(asked)
  const chunks: GenerateContentResponse[] = []
  if (asked.stream) for await (const chunk of await models.generateContentStream(parameters)) chunks.push(chunk)
  else chunks.push(await models.generateContent(parameters))
  // A stream's pieces stay contents of their own, as the SDK keeps them in its chats.
  const contents = chunks.flatMap(({ candidates }) => (candidates === undefined ? [] : (only(candidates, 'candidates').content ?? [])))
  const parts = contents.flatMap((content) => content.parts ?? [])
  const text = parts.flatMap((part) => (part.thought === true ? [] : (part.text ?? []))).join('')
  const usage = chunks.findLast(({ usageMetadata }) => usageMetadata !== undefined)?.usageMetadata
  return {
    text,
    reasoning: parts.flatMap((part) => (part.thought === true ? (part.text ?? []) : [])).join(''),
    calls: parts.flatMap(({ functionCall: call }) =>
      call === undefined ? [] : [{ id: call.id ?? '', name: call.name ?? '', arguments: call.args }],
    ),
    ...(asked.schema && { structured: parsed(text) }),
    finish: chunks.flatMap(({ candidates }) => candidates?.[0]?.finishReason ?? []).at(-1) ?? '',
    usage: { input: usage?.promptTokenCount, output: usage?.candidatesTokenCount },
    turn: contents,
  }
}

const raised = (failure: unknown): Raised => {
  if (!(failure instanceof Error)) throw failure
  const status = failure instanceof ApiError ? failure.status : undefined
  // It hands on no headers; the body it quotes has Google's own hint.
  const wait = /"retryDelay":\s*"(\d+)s"/.exec(failure.message)?.[1]
  return { name: failure.name, status, retryAfter: wait, message: failure.message }
}

export const google: Driver = {
  name: 'Google Gen AI',
  package: '@google/genai',
  finish: { stop: 'STOP', calls: 'STOP' },
  raises: { 400: 'ApiError', 401: 'ApiError', 429: 'ApiError', 451: 'ApiError' },
  without: {},
  echoes: 'all',
  ask,
  raised,
}
