// OpenAI's older interface, which continues a text, as engines serve it. https://platform.openai.com/docs/api-reference/completions
import type { JsonObject } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import type { Ask } from './ask.ts'
import { type Completion, tokensOf } from './model.ts'
import { piecesOf } from './pieces.ts'
import * as shape from './shape.ts'
import type { Answered, Incoming, Refusal, Service, World } from './vendor.ts'

export type CompletionsRules = {
  /** Undefined: any name will do. */
  readonly models?: readonly string[]
  /** Written where no limit is named; the reference says 16. */
  readonly defaultTokens: number | undefined
  /** Whether log probabilities of an echoed prompt are given. */
  readonly scoresPrompt: boolean
}

const BODY = shape.object(
  {
    model: shape.text,
    prompt: shape.either(shape.text, shape.list(shape.text, 1, 1)),
    suffix: shape.nullable(shape.text),
    echo: shape.flag,
    max_tokens: shape.nullable(shape.wholeFrom(0)),
    temperature: shape.between(0, 2),
    top_p: shape.between(0, 1),
    n: shape.wholeFrom(1, 128),
    stop: shape.nullable(shape.either(shape.text, shape.list(shape.text))),
    frequency_penalty: shape.between(-2, 2),
    presence_penalty: shape.between(-2, 2),
    seed: shape.integer,
    logprobs: shape.nullable(shape.wholeFrom(0, 20)),
    logit_bias: shape.freeObject,
    user: shape.text,
    stream: shape.flag,
    stream_options: shape.nullable(shape.object({ include_usage: shape.flag })),
  },
  ['model', 'prompt'],
)

const read = ({ body }: Incoming, { models, defaultTokens }: CompletionsRules): Result<Ask, Refusal> => {
  const issues = shape.issuesOf(BODY, body).filter(({ kind }) => kind !== 'unknown')
  const [first] = issues
  if (first !== undefined)
    return err({ status: 400, kind: 'invalid', message: `Invalid value for '${shape.placeOf(first)}': ${first.message}`, issues })
  if (models?.includes(String(body.model)) === false)
    return err({ status: 404, kind: 'not-found', message: `The model \`${String(body.model)}\` does not exist.`, parameter: 'model' })
  const { stop } = body
  return ok({
    turns: [{ role: 'user', text: promptOf(body) }],
    tools: [],
    choice: 'none',
    parallel: false,
    reasons: false,
    maxTokens: (body.max_tokens as number | null | undefined) ?? defaultTokens,
    temperature: body.temperature as number | undefined,
    seed: body.seed as number | undefined,
    stop: typeof stop === 'string' ? [stop] : ((stop ?? undefined) as readonly string[] | undefined),
    context: 8192,
  })
}
const promptOf = ({ prompt }: JsonObject): string => (Array.isArray(prompt) ? String(prompt[0]) : String(prompt))

/** Parallel lists, one entry a token; the first of an echoed prompt has no probability. */
const scores = (prompt: string, text: string, top: number, rules: CompletionsRules): JsonObject => {
  const echoed = tokensOf(rules.scoresPrompt ? prompt : '')
  const tokens = [...echoed, ...tokensOf(text)]
  const begins = rules.scoresPrompt ? 0 : prompt.length
  const offsets = tokens.map((_, index) => begins + tokens.slice(0, index).join('').length)
  const first = (index: number): boolean => index === 0 && echoed.length > 0
  return {
    tokens,
    token_logprobs: tokens.map((_, index) => (first(index) ? null : -0.25)),
    top_logprobs:
      top === 0
        ? null
        : tokens.map((token, index) =>
            first(index)
              ? null
              : Object.fromEntries(Array.from({ length: top }, (_, other) => [other === 0 ? token : `${token}~${other}`, -0.25 - other])),
          ),
    text_offset: offsets,
  }
}

const finishOf = ({ stop }: Completion): string => (stop === 'length' || stop === 'context' ? 'length' : 'stop')

const answer = (incoming: Incoming, rules: CompletionsRules, world: World): Answered => {
  const ask = read(incoming, rules)
  if (!ask.ok) return ask
  const { body } = incoming
  const completions = Array.from({ length: Number(body.n ?? 1) }, () => world.model.answer(ask.value))
  const prompt = body.echo === true ? promptOf(body) : ''
  const about = { id: `cmpl-${world.id()}`, object: 'text_completion', created: world.now, model: body.model ?? null }
  const input = completions[0]?.usage.input ?? 0
  const output = completions.reduce((sum, each) => sum + each.usage.output, 0)
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
  const logprobs = (text: string, echoed: string) => (typeof body.logprobs === 'number' ? scores(echoed, text, body.logprobs, rules) : null)
  if (body.stream !== true) {
    const choices = completions.map((each, index) => ({
      text: prompt + each.text,
      index,
      logprobs: logprobs(each.text, prompt),
      finish_reason: finishOf(each),
    }))
    return ok({ kind: 'whole', body: { ...about, choices, usage } })
  }
  const counted = (body.stream_options as JsonObject | null | undefined)?.include_usage === true
  const chunks = completions.flatMap((each, index) => [
    ...(prompt === '' ? [] : [{ text: prompt, index, logprobs: logprobs('', prompt), finish_reason: null }]),
    ...piecesOf(each.text, 6).map((text) => ({
      text,
      index,
      logprobs: typeof body.logprobs === 'number' ? scores('', text, body.logprobs, rules) : null,
      finish_reason: null,
    })),
    { text: '', index, logprobs: null, finish_reason: finishOf(each) },
  ])
  const events: readonly JsonObject[] = [
    ...chunks.map((choice) => ({ ...about, choices: [choice] })),
    ...(counted ? [{ ...about, choices: [], usage }] : []),
  ]
  const pieces = [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n']
  return ok({ kind: 'stream', contentType: 'text/event-stream; charset=utf-8', pieces })
}

export const completionsService = (rules: CompletionsRules): Service => ({
  dialect: 'openai-completions',
  base: '/v1',
  path: /^\/completions$/,
  answer: (incoming, _, world) => answer(incoming, rules, world),
})
