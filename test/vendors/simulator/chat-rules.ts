// What an endpoint of OpenAI's chat interface may do in a way of its own, class by class.
import type { JsonObject } from '../../../src/core/json.ts'
import * as shape from './shape.ts'

export type ChatModel = {
  readonly name: string
  /** Tokens of question and answer; small, so that its end can be reached. */
  readonly context?: number
  /** The places it is served from; everywhere where absent. */
  readonly regions?: readonly string[]
}
/** What a rule may look at. `words`: the user's last. */
export type Situation = { readonly body: JsonObject; readonly model: string; readonly words: string }

export type ChatRules = {
  readonly models: readonly ChatModel[]
  /** Any name will do: one server has one model. */
  readonly anyModel?: boolean
  /** The form of a model's name, where it is said how to write it; and what is said of a wrong one. */
  readonly modelForm?: { readonly pattern: RegExp; readonly message: string }
  /** 1. The members it knows beside the conversation; what it says to others. */
  readonly takes: readonly MemberName[]
  readonly own?: shape.Members
  readonly unknown: 'ignore' | { readonly status: 400 | 422 }
  /** Members it knows and refuses, with its words. */
  readonly refuses?: { readonly [member: string]: string }
  /** Taken without an effect. */
  readonly without?: (situation: Situation, reasons: boolean) => readonly string[]
  /** 2. The names that have an effect, and how much is written where none is given. */
  readonly limit: {
    readonly members: readonly ('max_tokens' | 'max_completion_tokens')[]
    readonly default?: number
    readonly most?: number
  }
  /** 3. */
  readonly seed?: 'seed' | 'random_seed'
  /** 4. Its words for the choices; what it does with others. `named`: one function can be forced. `forced`: tools are read only then. */
  readonly choices: { readonly [word: string]: 'auto' | 'none' | 'required' }
  readonly otherChoices?: 'refuse' | 'ignore'
  readonly named?: boolean
  readonly toolsOnlyWhenForced?: boolean
  /** 5. `late`: nothing until the end, unless asked to stream calls. */
  readonly calls?: 'fragments' | 'repeated-id' | 'whole' | 'late' | 'none'
  readonly callId?: (call: string, index: number) => string
  readonly streamsCallsWhen?: (body: JsonObject) => boolean
  /** 6. */
  readonly toolSchema?: (schema: JsonObject) => string | undefined
  readonly strictFlag?: boolean
  /** Strict tools and outputs are held to schemas that can be followed to the letter. */
  readonly strictSchemas?: boolean
  /** 7. */
  readonly reasons?: (situation: Situation) => boolean
  /** 8. Where it stands in an answer; what of it may come back, and what must. */
  readonly reasoningIn?: (body: JsonObject) => 'reasoning_content' | 'reasoning' | 'tags' | 'parts' | 'hidden'
  readonly takesBack?: readonly ('reasoning_content' | 'reasoning' | 'reasoning_details' | 'refusal')[]
  readonly mustEcho?: string
  /** 9. */
  readonly content?: 'text' | 'parts'
  readonly partTypes?: readonly ('image_url' | 'input_audio' | 'file')[]
  readonly contentRefusal?: string
  /** 10. */
  readonly roles?: {
    readonly developer?: boolean
    readonly tool?: boolean
    readonly names?: boolean
    readonly toolNames?: boolean
    readonly alternate?: string
    readonly needsUser?: { readonly message: string; readonly code: string }
    readonly prefix?: boolean
  }
  /** 11. */
  readonly finish?: { readonly context?: string; readonly interrupted?: string; readonly calls?: string }
  /** 12. `word`: the conversation must speak of JSON. */
  readonly json: { readonly object: boolean; readonly schema: boolean; readonly word?: boolean }
  /** 13. */
  readonly stream?: {
    readonly only?: (situation: Situation) => string | undefined
    readonly usage?: 'asked' | 'always' | 'never'
    readonly usageWith?: 'own chunk' | 'last chunk' | 'every chunk'
    readonly done?: boolean
    readonly lineEnd?: '\n' | '\r\n'
    readonly comment?: string
    readonly size?: number
    readonly space?: '' | ' '
    readonly preamble?: JsonObject
  }
  readonly stops?: number
  /** Members beside the usual ones, in an answer and its choices and its count. */
  readonly extra?: JsonObject
  readonly choiceExtra?: JsonObject
  readonly usageExtra?: (input: number) => JsonObject
  /** 17. What is said where the place has not the model. */
  readonly outOfRegion?: string
  /** What is otherwise for models of these names; the last that fits wins. */
  readonly perModel?: readonly { readonly fits: RegExp; readonly rules: Partial<ChatRules> }[]
}

/** The rules that hold for a model. */
export const rulesFor = (rules: ChatRules, model: string): ChatRules =>
  Object.assign({}, rules, ...(rules.perModel ?? []).filter(({ fits }) => fits.test(model)).map((each) => each.rules)) as ChatRules

const effort = shape.nullable(shape.text)
const part = (types: readonly string[]): shape.Check =>
  shape.variant('type', {
    text: shape.object({ type: shape.text, text: shape.text }, ['text']),
    ...(types.includes('image_url') && {
      image_url: shape.object(
        { type: shape.text, image_url: shape.object({ url: shape.text, detail: shape.oneOf('auto', 'low', 'high') }, ['url']) },
        ['image_url'],
      ),
    }),
    ...(types.includes('input_audio') && {
      input_audio: shape.object(
        { type: shape.text, input_audio: shape.object({ data: shape.text, format: shape.oneOf('wav', 'mp3') }, ['data', 'format']) },
        ['input_audio'],
      ),
    }),
    ...(types.includes('file') && { file: shape.object({ type: shape.text, file: shape.freeObject }, ['file']) }),
  })

const schemaFormat = shape.object(
  { name: shape.text, description: shape.text, schema: shape.freeObject, strict: shape.nullable(shape.flag) },
  ['name', 'schema'],
)
/** Every member of the interface that somebody takes, with what it may be. */
export const MEMBERS = {
  temperature: shape.between(0, 2),
  top_p: shape.between(0, 1),
  top_k: shape.integer,
  min_p: shape.between(0, 1),
  frequency_penalty: shape.between(-2, 2),
  presence_penalty: shape.between(-2, 2),
  seed: shape.nullable(shape.integer),
  random_seed: shape.nullable(shape.integer),
  stop: shape.nullable(shape.either(shape.text, shape.list(shape.text))),
  n: shape.wholeFrom(1, 128),
  logprobs: shape.flag,
  top_logprobs: shape.wholeFrom(0, 20),
  logit_bias: shape.freeObject,
  max_tokens: shape.nullable(shape.wholeFrom(1)),
  max_completion_tokens: shape.nullable(shape.wholeFrom(1)),
  tools: shape.anything,
  tool_choice: shape.anything,
  parallel_tool_calls: shape.flag,
  response_format: shape.variant('type', {
    text: shape.object({ type: shape.text }),
    json_object: shape.object({ type: shape.text }),
    json_schema: shape.object({ type: shape.text, json_schema: schemaFormat }, ['json_schema']),
  }),
  reasoning_effort: effort,
  user: shape.text,
  metadata: shape.freeObject,
  stream_options: shape.nullable(shape.object({ include_usage: shape.flag, include_obfuscation: shape.flag })),
  store: shape.nullable(shape.flag),
  service_tier: shape.nullable(shape.text),
  prompt_cache_key: shape.text,
  safety_identifier: shape.text,
  verbosity: shape.oneOf('low', 'medium', 'high'),
  prediction: shape.freeObject,
  modalities: shape.list(shape.text),
} as const satisfies shape.Members
export type MemberName = keyof typeof MEMBERS

/** The members that most endpoints take. */
export const USUAL = [
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'stop',
  'max_tokens',
  'tools',
  'tool_choice',
  'response_format',
  'stream_options',
  'user',
] as const satisfies readonly MemberName[]

const message = (members: shape.Members, required: readonly string[], names: boolean): shape.Check =>
  shape.object({ role: shape.text, ...(names && { name: shape.text }), ...members }, ['role', ...required])

/** A body as these rules know it. What tools and choices may be depends on more than their shape. */
export const bodyShape = (rules: ChatRules): shape.Check => {
  const names = rules.roles?.names !== false
  const texts = rules.content === 'text' ? shape.text : shape.either(shape.text, shape.list(part([]), 1))
  const parts = rules.content === 'text' ? shape.text : shape.either(shape.text, shape.list(part(rules.partTypes ?? ['image_url']), 1))
  const said = rules.reasoningIn === undefined ? texts : shape.either(texts, shape.list(shape.freeObject, 1))
  const call = shape.object(
    {
      id: shape.text,
      type: shape.text,
      index: shape.integer,
      function: shape.object({ name: shape.text, arguments: shape.text }, ['name', 'arguments']),
    },
    ['id', 'function'],
  )
  const assistant: shape.Members = {
    content: shape.nullable(said),
    tool_calls: shape.nullable(shape.list(call, 1)),
    ...(rules.unknown === 'ignore' && { refusal: shape.nullable(shape.text) }),
    ...Object.fromEntries((rules.takesBack ?? []).map((name) => [name, shape.anything])),
    ...(rules.roles?.prefix === true && { prefix: shape.flag }),
  }
  const roles: { [role: string]: shape.Check } = {
    system: message({ content: texts }, ['content'], names),
    user: message({ content: parts }, ['content'], names),
    assistant: message(assistant, [], names),
    ...(rules.roles?.developer !== false && { developer: message({ content: texts }, ['content'], names) }),
    ...(rules.roles?.tool !== false && {
      tool: message(
        { content: texts, tool_call_id: shape.text, ...(rules.roles?.toolNames !== false && { name: shape.text }) },
        ['content', 'tool_call_id'],
        false,
      ),
    }),
  }
  const known = Object.fromEntries(rules.takes.map((name) => [name, MEMBERS[name]]))
  const fixed = { model: shape.text, messages: shape.list(shape.variant('role', roles), 1), stream: shape.nullable(shape.flag) }
  return shape.object({ ...known, ...rules.own, ...fixed }, ['model', 'messages'])
}
