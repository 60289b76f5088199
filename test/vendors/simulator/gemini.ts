// Google's generateContent. https://ai.google.dev/api/generate-content
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import type { Ask, Turn } from './ask.ts'
import type { Completion } from './model.ts'
import { piecesOf } from './pieces.ts'
import * as shape from './shape.ts'
import type { Answered, Incoming, Refusal, Service, World } from './vendor.ts'

export type GeminiRules = { readonly base: string; readonly models: readonly string[]; readonly idPrefix: string }

const blob = shape.object({ mimeType: shape.text, data: shape.text, displayName: shape.text }, ['mimeType', 'data'])
const file = shape.object({ mimeType: shape.text, fileUri: shape.text, displayName: shape.text }, ['fileUri'])
const call = shape.object({ id: shape.text, name: shape.text, args: shape.freeObject }, ['name'])
const answered = shape.object({ id: shape.text, name: shape.text, response: shape.freeObject, parts: shape.list(shape.freeObject) }, [
  'name',
  'response',
])
const part = shape.object({
  text: shape.text,
  thought: shape.flag,
  thoughtSignature: shape.text,
  inlineData: blob,
  fileData: file,
  functionCall: call,
  functionResponse: answered,
  mediaResolution: shape.freeObject,
  videoMetadata: shape.freeObject,
})
const content = shape.object({ role: shape.oneOf('user', 'model', 'function'), parts: shape.list(part, 1) }, ['parts'])
const declaration = shape.object(
  {
    name: shape.text,
    description: shape.text,
    parameters: shape.freeObject,
    parametersJsonSchema: shape.freeObject,
    behavior: shape.text,
    response: shape.freeObject,
    responseJsonSchema: shape.freeObject,
  },
  ['name'],
)
const BODY = shape.object(
  {
    contents: shape.list(content, 1),
    systemInstruction: shape.object({ role: shape.text, parts: shape.list(part, 1) }, ['parts']),
    tools: shape.list(
      shape.object({
        functionDeclarations: shape.list(declaration),
        googleSearch: shape.freeObject,
        codeExecution: shape.freeObject,
        urlContext: shape.freeObject,
      }),
    ),
    toolConfig: shape.object({
      functionCallingConfig: shape.object({
        mode: shape.oneOf('AUTO', 'ANY', 'NONE', 'VALIDATED'),
        allowedFunctionNames: shape.list(shape.text),
      }),
    }),
    safetySettings: shape.list(shape.freeObject),
    cachedContent: shape.text,
    labels: shape.freeObject,
    generationConfig: shape.object({
      stopSequences: shape.list(shape.text, 0, 5),
      responseMimeType: shape.oneOf('text/plain', 'application/json', 'text/x.enum'),
      responseSchema: shape.freeObject,
      responseJsonSchema: shape.freeObject,
      candidateCount: shape.wholeFrom(1, 8),
      maxOutputTokens: shape.wholeFrom(1),
      temperature: shape.between(0, 2),
      topP: shape.between(0, 1),
      topK: shape.number,
      seed: shape.wholeFrom(-(2 ** 31), 2 ** 31 - 1),
      presencePenalty: shape.between(-2, 2),
      frequencyPenalty: shape.between(-2, 2),
      responseLogprobs: shape.flag,
      logprobs: shape.wholeFrom(0, 20),
      thinkingConfig: shape.object({
        includeThoughts: shape.flag,
        thinkingBudget: shape.integer,
        thinkingLevel: shape.oneOf('MINIMAL', 'LOW', 'MEDIUM', 'HIGH'),
      }),
      responseModalities: shape.list(shape.text),
      mediaResolution: shape.text,
    }),
  },
  ['contents'],
)
type Read = { readonly ask: Ask; readonly candidates: number; readonly thoughts: boolean; readonly probabilities: boolean }
const invalid = (message: string, issues?: readonly shape.Issue[]): Result<never, Refusal> =>
  err({ status: 400, kind: 'invalid', message, ...(issues !== undefined && { issues }) })

const read = ({ body }: Incoming, model: string): Result<Read, Refusal> => {
  const issues = shape.issuesOf(BODY, body)
  const [first] = issues
  if (first !== undefined) {
    const at = first.path
      .slice(0, -1)
      .map((step) => (typeof step === 'number' ? `[${step}]` : step))
      .join('.')
    const unknown = `Invalid JSON payload received. Unknown name "${String(first.path.at(-1))}"${at === '' ? '' : ` at '${at}'`}: Cannot find field.`
    return invalid(first.kind === 'unknown' ? unknown : `Invalid value at '${shape.placeOf(first)}': ${first.message}`, issues)
  }
  const contents = body.contents as readonly JsonObject[]
  const problem = turnProblem(contents)
  if (problem !== undefined) return invalid(problem)
  const config = (body.generationConfig ?? {}) as JsonObject
  const thinking = (config.thinkingConfig ?? {}) as JsonObject
  if (thinking.thinkingBudget !== undefined && thinking.thinkingLevel !== undefined)
    return invalid('You can only set only one of thinking budget and thinking level.')
  if (thinking.thinkingLevel !== undefined && model.startsWith('gemini-2'))
    return invalid('Thinking level is not supported for this model.')
  const calling = ((body.toolConfig as JsonObject | undefined)?.functionCallingConfig ?? {}) as JsonObject
  const allowed = (calling.allowedFunctionNames ?? []) as readonly string[]
  if (allowed.length > 0 && calling.mode !== 'ANY')
    return invalid('allowed_function_names should only be set when function calling mode is ANY.')
  return ok({
    ask: askOf(body, config, calling, thinking),
    candidates: Number(config.candidateCount ?? 1),
    thoughts: thinking.includeThoughts === true,
    probabilities: config.responseLogprobs === true,
  })
}

const partsOf = (each: JsonObject): readonly JsonObject[] => (each.parts ?? []) as readonly JsonObject[]

const turnProblem = (contents: readonly JsonObject[]): string | undefined => {
  for (const [index, each] of contents.entries()) {
    const responses = partsOf(each).filter((one) => one.functionResponse !== undefined).length
    const before = contents[index - 1]
    const calls = before === undefined ? 0 : partsOf(before).filter((one) => one.functionCall !== undefined).length
    if (responses > 0 && responses !== calls)
      return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.'
    if (
      partsOf(each).some(
        (one) =>
          Object.keys(one).filter((name) => !['thought', 'thoughtSignature'].includes(name)).length === 0 &&
          one.thoughtSignature === undefined,
      )
    )
      return `contents[${index}].parts: contents.parts must not be empty.`
  }
  return undefined
}

const turnsOf = ({ role, parts }: JsonObject): readonly Turn[] =>
  ((parts ?? []) as readonly JsonObject[]).map(({ text, functionCall, functionResponse, inlineData, fileData }) => {
    if (isJsonObject(functionResponse)) return { role: 'tool', text: JSON.stringify(functionResponse.response) }
    const said =
      typeof text === 'string'
        ? text
        : isJsonObject(functionCall)
          ? JSON.stringify(functionCall)
          : inlineData !== undefined || fileData !== undefined
            ? '[file]'
            : ''
    return { role: role === 'model' ? 'assistant' : 'user', text: said }
  })

const askOf = (body: JsonObject, config: JsonObject, calling: JsonObject, thinking: JsonObject): Ask => {
  const system = partsOf((body.systemInstruction ?? {}) as JsonObject)
    .map(({ text }) => String(text))
    .join('\n')
  const tools = ((body.tools ?? []) as readonly JsonObject[]).flatMap((tool) => (tool.functionDeclarations ?? []) as readonly JsonObject[])
  const [only] = (calling.allowedFunctionNames ?? []) as readonly string[]
  const schema = config.responseJsonSchema ?? config.responseSchema
  return {
    turns: [
      ...(system === '' ? [] : [{ role: 'system' as const, text: system }]),
      ...(body.contents as readonly JsonObject[]).flatMap(turnsOf),
    ],
    tools: tools.map(({ name, parameters, parametersJsonSchema }) => ({
      name: String(name),
      parameters: (parametersJsonSchema ?? parameters) as JsonObject | undefined,
    })),
    choice: calling.mode === 'ANY' ? (only === undefined ? 'required' : { name: only }) : calling.mode === 'NONE' ? 'none' : 'auto',
    parallel: true,
    output: isJsonObject(schema) ? { schema } : config.responseMimeType === 'application/json' ? 'json' : undefined,
    reasons:
      thinking.thinkingBudget !== 0 &&
      (thinking.includeThoughts === true || thinking.thinkingLevel !== undefined || thinking.thinkingBudget !== undefined),
    maxTokens: config.maxOutputTokens as number | undefined,
    temperature: config.temperature as number | undefined,
    seed: config.seed as number | undefined,
    stop: config.stopSequences as readonly string[] | undefined,
    context: 8192,
  }
}

const FINISH = { stop: 'STOP', 'stop-sequence': 'STOP', length: 'MAX_TOKENS', context: 'MAX_TOKENS', 'tool-calls': 'STOP' } as const
const SIGNATURE = 'c2ltdWxhdGVk'

const partsSaid = ({ reasoning, text, calls }: Completion, thoughts: boolean, size: number): readonly JsonObject[] => [
  ...(thoughts ? piecesOf(reasoning, size).map((piece) => ({ text: piece, thought: true })) : []),
  ...piecesOf(text, size).map((piece) => ({ text: piece })),
  // Calls are never in pieces; the first carries the signature of the thoughts before it.
  ...calls.map((each, index) => ({
    functionCall: { name: each.name, args: JSON.parse(each.arguments) as Json },
    ...(index === 0 && reasoning !== '' && { thoughtSignature: SIGNATURE }),
  })),
]
const usageOf = ({ usage }: Completion): JsonObject => ({
  promptTokenCount: usage.input,
  candidatesTokenCount: usage.output - usage.reasoning,
  totalTokenCount: usage.input + usage.output,
  ...(usage.reasoning > 0 && { thoughtsTokenCount: usage.reasoning }),
})

const answer = (incoming: Incoming, rules: GeminiRules, model: string, method: string, world: World): Answered => {
  if (!rules.models.includes(model))
    return err({
      status: 404,
      kind: 'not-found',
      message: `models/${model} is not found for API version v1beta, or is not supported for generateContent.`,
    })
  const got = read(incoming, model)
  if (!got.ok) return got
  const { ask, candidates, thoughts } = got.value
  const completions = Array.from({ length: candidates }, () => world.model.answer(ask))
  const responseId = `${rules.idPrefix}${world.id()}`
  const [first] = completions
  const about = { modelVersion: model, responseId, usageMetadata: first === undefined ? {} : usageOf(first) }
  const said = (completion: Completion, index: number, parts: readonly JsonObject[], last: boolean): JsonObject => ({
    content: { parts, role: 'model' },
    ...(last && { finishReason: FINISH[completion.stop] }),
    index,
  })
  if (method === 'generateContent')
    return ok({
      kind: 'whole',
      body: {
        candidates: completions.map((each, index) => said(each, index, partsSaid(each, thoughts, Number.MAX_SAFE_INTEGER), true)),
        ...about,
      },
    })
  const chunks = completions.flatMap((each, index) => {
    const parts = partsSaid(each, thoughts, 11)
    const all = parts.length === 0 ? [{ text: '' }] : parts
    return all.map((one, at) => ({ candidates: [said(each, index, [one], at === all.length - 1)], ...about }))
  })
  if (incoming.query.get('alt') !== 'sse')
    return ok({
      kind: 'stream',
      contentType: 'application/json',
      pieces: chunks.map(
        (chunk, index) => `${index === 0 ? '[' : ',\r\n'}${JSON.stringify(chunk)}${index === chunks.length - 1 ? ']' : ''}`,
      ),
    })
  return ok({ kind: 'stream', contentType: 'text/event-stream', pieces: chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`) })
}

export const geminiService = (rules: GeminiRules): Service => ({
  dialect: 'gemini',
  base: rules.base,
  path: /^\/models\/(?<model>[^/:]+):(?<method>generateContent|streamGenerateContent)$/,
  answer: (incoming, { model = '', method = '' }, world) => answer(incoming, rules, decodeURIComponent(model), method, world),
})
