// Neutral values for properties: rich, and valid as the comments on their types demand. Beyond those comments they hold to this:
// a tool message follows the assistant message whose calls it answers; a call's id is unique in its conversation; what every dialect
// takes for granted (`{kind: 'text'}`, one choice) is left unsaid or said, and means the same (see `equivalences.ts`).
import fc, { type Arbitrary } from 'fast-check'
import { ExactNumber, type Json, type JsonObject } from '../../src/core/json.ts'
import { millis } from '../../src/core/units.ts'
import { defined } from '../../src/gateway/dialects/defined.ts'
import type {
  AssistantPart,
  AudioPart,
  Choice,
  Citation,
  DialectName,
  EndpointError,
  Extensions,
  FilePart,
  ImagePart,
  Message,
  NeutralRequest,
  NeutralResponse,
  Opaque,
  OutputFormat,
  ReasoningRequest,
  Sampling,
  Source,
  Stop,
  TextPart,
  TokenProbability,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
  Usage,
  UserPart,
} from '../../src/gateway/dialects/neutral.ts'
import { statusOf } from '../../src/gateway/dialects/status.ts'

export const DIALECT_NAMES: readonly DialectName[] = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'anthropic-messages',
  'gemini',
  'cohere-chat',
  'bedrock-converse',
  'gigachat',
]

const word: Arbitrary<string> = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,11}$/)
const base64: Arbitrary<string> = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'))

type KnownOpaque = {
  readonly owner: DialectName
  readonly field: string
  readonly on: 'reasoning' | 'tool-call'
  /** Comes with an id of its own. */
  readonly id?: true
  /** Stands for reasoning that nobody else can read: there is no text beside it. */
  readonly silent?: true
  /** What it holds around the secret itself, base64 when absent. */
  readonly around?: (secret: string) => string
}
/** The opaque things that the dialects really have: which field, on which part, what it holds. */
export const OPAQUES: readonly KnownOpaque[] = [
  { owner: 'anthropic-messages', field: 'signature', on: 'reasoning' },
  { owner: 'anthropic-messages', field: 'redacted_thinking', on: 'reasoning', silent: true },
  { owner: 'openai-responses', field: 'encrypted_content', on: 'reasoning', id: true },
  {
    owner: 'openai-chat',
    field: 'reasoning_details',
    on: 'reasoning',
    silent: true,
    around: (data) => JSON.stringify([{ type: 'reasoning.encrypted', data }]),
  },
  {
    owner: 'openai-chat',
    field: 'extra_content',
    on: 'tool-call',
    around: (data) => JSON.stringify({ google: { thought_signature: data } }),
  },
  { owner: 'gemini', field: 'thoughtSignature', on: 'reasoning' },
  { owner: 'gemini', field: 'thoughtSignature', on: 'tool-call' },
  { owner: 'bedrock-converse', field: 'signature', on: 'reasoning' },
  { owner: 'bedrock-converse', field: 'redactedContent', on: 'reasoning', silent: true },
  { owner: 'gigachat', field: 'functions_state_id', on: 'tool-call' },
]

/** Keeps only what was given: the types know no members that are undefined. */
const optional = <T>(required: { [K in keyof T]?: Arbitrary<T[K]> }, possible: { [K in keyof T]?: Arbitrary<T[K]> }): Arbitrary<T> =>
  fc.record({ ...required, ...possible } as Record<string, Arbitrary<unknown>>, {
    requiredKeys: Object.keys(required) as never[],
  }) as Arbitrary<T>

const sometimes = <T>(arbitrary: Arbitrary<T>, weight: number): Arbitrary<T | undefined> =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary })

const PHRASES = [
  'Bonjour',
  'नमस्ते दुनिया',
  '你好，世界',
  'Ünïcödé e\u0301\u0323',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '𝔄𝔩𝔩𝔬𝔡 𐍈',
  'a\nb\r\n\tc',
  '"\\/\u2028\u2029',
  ' ',
  '\u0000\u007f',
  'data: {}\n\n',
  '</s>',
]
/** Text that is not empty; well-formed UTF-16, as JSON on a wire is. */
export const someText: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.lorem({ maxCount: 6 }) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...PHRASES), { minLength: 1, maxLength: 3 }).map((phrases) => phrases.join('')) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }) },
)
const anyText: Arbitrary<string> = fc.oneof({ weight: 12, arbitrary: someText }, { weight: 1, arbitrary: fc.constant('') })
const url: Arbitrary<string> = fc
  .tuple(word, word)
  .map(([host, path]) => `https://${host.toLowerCase().replaceAll('_', '-')}.example/${path}`)
/** Whole numbers and fractions of more digits than a double has. */
export const longNumber: Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.bigInt({ min: 10n ** 18n, max: 10n ** 30n }),
    fc.constantFrom('', '.5', '.000000000000000000000000000001'),
  )
  .map(([sign, whole, fraction]) => `${sign}${whole}1${fraction}`)
const jsonText: Arbitrary<JsonObject> = fc.dictionary(
  word,
  fc.oneof(
    { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 2, noUnicodeString: false } as never) as Arbitrary<Json> },
    { weight: 1, arbitrary: longNumber.map((digits) => new ExactNumber(digits)) },
  ),
  { maxKeys: 3 },
)

export type Sealed = { readonly opaque: Opaque; readonly silent: boolean }
export const knownOpaque = ({ owner, field, id, silent, around }: KnownOpaque): Arbitrary<Sealed> =>
  fc
    .tuple(around === undefined ? base64 : base64.map(around), word)
    .map(([held, own]) => ({ opaque: { owner, field, data: held, ...(id && { id: `rs_${own}` }) }, silent: silent === true }))
const opaqueOn = (on: KnownOpaque['on'], owner?: DialectName): Arbitrary<Sealed> =>
  fc.constantFrom(...OPAQUES.filter((known) => known.on === on && (owner ?? known.owner) === known.owner)).chain(knownOpaque)

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
export const textPart: Arbitrary<TextPart> = anyText.map((text) => ({ kind: 'text', text }))

const source = (mediaTypes: readonly string[]): Arbitrary<Source> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('data' as const), mediaType: fc.constantFrom(...mediaTypes), data: base64 }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('url' as const), url }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('reference' as const),
        owner: fc.constantFrom(...DIALECT_NAMES),
        id: word.map((id) => `file-${id}`),
      }),
    },
  )
const imagePart: Arbitrary<ImagePart> = optional<ImagePart>(
  { kind: fc.constant('image' as const), source: source(['image/png', 'image/jpeg', 'image/webp', 'image/gif']) },
  { detail: fc.constantFrom('auto' as const, 'low' as const, 'high' as const) },
)
const audioPart: Arbitrary<AudioPart> = fc.record({
  kind: fc.constant('audio' as const),
  data: base64,
  format: fc.constantFrom('wav', 'mp3', 'flac', 'ogg'),
})
const filePart: Arbitrary<FilePart> = optional<FilePart>(
  { kind: fc.constant('file' as const), source: source(['application/pdf', 'text/plain']) },
  { name: word.map((name) => `${name}.pdf`) },
)
const userPart: Arbitrary<UserPart> = fc.oneof(
  { weight: 6, arbitrary: textPart },
  { weight: 2, arbitrary: imagePart },
  { weight: 1, arbitrary: audioPart },
  { weight: 1, arbitrary: filePart },
)

const citationsOf = (text: string): Arbitrary<readonly Citation[]> => {
  const bounds = [0]
  for (const character of text) bounds.push((bounds.at(-1) ?? 0) + character.length)
  const place = fc
    .tuple(fc.nat(bounds.length - 1), fc.nat(bounds.length - 1))
    .map(([a, b]) => ({ from: bounds[Math.min(a, b)] ?? 0, to: bounds[Math.max(a, b)] ?? 0 }))
  const said = fc.oneof(
    fc.record({ url, title: someText }, { requiredKeys: ['url'] }),
    fc.record({ title: someText, quoted: someText }, { requiredKeys: ['title'] }),
  )
  return fc.array(
    fc.tuple(said, sometimes(place, 7)).map(([what, where]) => ({ ...what, ...where })),
    { minLength: 1, maxLength: 3 },
  )
}
const answerText: Arbitrary<TextPart> = fc.oneof(
  { weight: 8, arbitrary: textPart },
  { weight: 1, arbitrary: someText.chain((text) => citationsOf(text).map((citations) => ({ kind: 'text' as const, text, citations }))) },
)
const reasoningPart: Arbitrary<AssistantPart> = fc
  .tuple(someText, sometimes(opaqueOn('reasoning'), 6))
  .map(([text, sealed]) => ({ kind: 'reasoning', text: sealed?.silent ? '' : text, ...(sealed && { opaque: sealed.opaque }) }))

/** Mostly the text of an object; sometimes with space, sometimes none at all, as models are. */
const argumentsText: Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: jsonText.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: jsonText.map((value) => JSON.stringify(value, null, 2)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{"city": "Par',
      '[1]',
      'null',
      '"text"',
      '{"id": 12345678901234567890, "rate": 1.10, "most": 1e400}',
      '{"a":1,"a":2}',
    ),
  },
)
const toolCall = (index: number, tools: readonly string[]): Arbitrary<ToolCallPart> =>
  fc
    .tuple(word, tools.length > 0 ? fc.constantFrom(...tools) : word, argumentsText, sometimes(opaqueOn('tool-call'), 2))
    .map(([id, name, text, sealed]) => ({
      kind: 'tool-call',
      id: `call_${index}_${id}`,
      name,
      arguments: text,
      ...(sealed && { opaque: sealed.opaque }),
    }))

const assistantParts = (message: number, tools: readonly string[], bare: Arbitrary<AssistantPart>): Arbitrary<readonly AssistantPart[]> => {
  const calls = fc.nat(3).chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => toolCall(message * 10 + i, tools))))
  const reasoning = fc.array(reasoningPart, { maxLength: 1 })
  const said = fc.array(bare, { maxLength: 2 })
  const usual = fc.tuple(reasoning, said, calls).map(([thought, texts, called]) => [...thought, ...texts, ...called])
  const mixed = usual.chain((parts) => fc.shuffledSubarray(parts, { minLength: parts.length }))
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: mixed })
}
const spokenPart: Arbitrary<AssistantPart> = fc.oneof(
  { weight: 12, arbitrary: answerText },
  { weight: 1, arbitrary: someText.map((text): AssistantPart => ({ kind: 'refusal', text })) },
)

// ── Conversations ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
const resultOf = (call: ToolCallPart): Arbitrary<ToolResultPart> =>
  fc
    .record({
      name: fc.constantFrom(undefined, call.name),
      failed: fc.constantFrom(undefined, undefined, false, true),
      parts: fc.oneof(
        { weight: 8, arbitrary: textPart.map((part) => [part]) },
        {
          weight: 2,
          arbitrary: fc.array(
            fc.oneof({ weight: 4, arbitrary: textPart }, { weight: 1, arbitrary: imagePart }, { weight: 1, arbitrary: filePart }),
            { maxLength: 3 },
          ),
        },
      ),
    })
    .map((said) => defined({ kind: 'tool-result', call: call.id, ...said }))

const resultsOf = (calls: readonly ToolCallPart[]): Arbitrary<readonly ToolResultPart[]> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.tuple(...calls.map(resultOf)) },
    { weight: 1, arbitrary: fc.shuffledSubarray([...calls], { minLength: 1 }).chain((some) => fc.tuple(...some.map(resultOf))) },
  )

/** An assistant message and, where it calls tools, mostly the message with their results. */
const turn = (index: number, tools: readonly string[]): Arbitrary<readonly Message[]> =>
  assistantParts(index, tools, spokenPart).chain((made) => {
    const parts: readonly AssistantPart[] = made.length > 0 ? made : [{ kind: 'text', text: 'Yes.' }]
    const calls = parts.filter((part) => part.kind === 'tool-call')
    const spoken: Arbitrary<Message> = sometimes(word, 1).map((name) => defined({ role: 'assistant', name, parts }))
    if (calls.length === 0) return spoken.map((message) => [message])
    return fc.tuple(spoken, resultsOf(calls)).map(([message, results]) => [message, { role: 'tool', parts: results }])
  })
const instruction: Arbitrary<Message> = fc
  .record({
    role: fc.constantFrom('system' as const, 'developer' as const),
    name: sometimes(word, 1),
    parts: fc.array(textPart, { minLength: 1, maxLength: 2 }),
  })
  .map((message) => defined(message as never))
const question: Arbitrary<Message> = fc
  .record({ name: sometimes(word, 1), parts: fc.array(userPart, { minLength: 1, maxLength: 3 }) })
  .map((message) => defined({ role: 'user', ...message }))

/** Instructions mostly first, then questions and answers mostly in turn. */
const conversation = (tools: readonly string[]): Arbitrary<readonly Message[]> =>
  fc
    .tuple(
      fc.array(instruction, { maxLength: 2 }),
      fc
        .nat(3)
        .chain((turns) =>
          fc.tuple(
            ...Array.from({ length: turns }, (_, index) =>
              fc
                .tuple(
                  fc.array(question, { minLength: 1, maxLength: 2 }),
                  turn(index, tools),
                  fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: instruction.map((late) => [late]) }),
                )
                .map((messages) => messages.flat()),
            ),
          ),
        ),
      question,
    )
    .map(([first, turns, last]) => [...first, ...turns.flat(), last])

// ── What is asked beside them ────────────────────────────────────────────────────────────────────────────────────────────────────
const schemaLeaf: Arbitrary<JsonObject> = fc.constantFrom<JsonObject>(
  { type: 'string' },
  { type: 'integer', minimum: 0 },
  { type: 'number', description: 'degrees' },
  { type: 'boolean' },
  { type: 'integer', const: new ExactNumber('12345678901234567890') },
  { type: 'string', enum: ['a', 'b'] },
  { type: ['string', 'null'] },
  { $ref: '#/$defs/thing' },
  { type: 'string', format: 'date-time', pattern: '^[^/~]+$' },
)
/** JSON Schemas of objects, nested as people nest them. */
export const schema: Arbitrary<JsonObject> = fc.letrec<{ any: JsonObject; object: JsonObject }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    schemaLeaf,
    tie('object'),
    tie('any').map((items) => ({ type: 'array', items })),
    fc.array(tie('any'), { minLength: 1, maxLength: 2 }).map((anyOf) => ({ anyOf })),
  ),
  object: fc
    .dictionary(word, tie('any'), { minKeys: 1, maxKeys: 3 })
    .map((properties) => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false })),
})).object

const toolsArbitrary: Arbitrary<readonly Tool[]> = fc.uniqueArray(
  optional<Tool>({ name: word }, { description: someText, parameters: schema, strict: fc.boolean() }),
  { selector: (tool) => tool.name, maxLength: 3 },
)
const toolChoiceAmong = (tools: readonly Tool[]): Arbitrary<ToolChoice> =>
  fc.oneof(
    fc.constantFrom<ToolChoice>({ kind: 'auto' }, { kind: 'none' }, { kind: 'required' }),
    fc.constantFrom(...tools).map((tool): ToolChoice => ({ kind: 'named', name: tool.name })),
  )
const outputFormat: Arbitrary<OutputFormat> = fc.oneof(
  fc.constantFrom<OutputFormat>({ kind: 'text' }, { kind: 'json' }),
  optional<OutputFormat & { kind: 'schema' }>(
    { kind: fc.constant('schema' as const), schema },
    { name: word, description: someText, strict: fc.boolean() },
  ),
)
const hundredths = (min: number, max: number): Arbitrary<number> =>
  fc.integer({ min: min * 100, max: max * 100 }).map((value) => value / 100)
const sampling: Arbitrary<Sampling> = fc
  .record({
    maxTokens: sometimes(fc.integer({ min: 1, max: 100_000 }), 6),
    temperature: sometimes(hundredths(0, 2), 4),
    topP: sometimes(hundredths(0, 1), 3),
    topK: sometimes(fc.integer({ min: 1, max: 100 }), 2),
    minP: sometimes(hundredths(0, 1), 1),
    frequencyPenalty: sometimes(hundredths(-2, 2), 2),
    presencePenalty: sometimes(hundredths(-2, 2), 2),
    seed: sometimes(fc.integer({ min: 0, max: 2 ** 31 - 1 }), 3),
    stop: sometimes(fc.uniqueArray(someText, { minLength: 1, maxLength: 6 }), 3),
    choices: sometimes(fc.integer({ min: 1, max: 4 }), 2),
    logProbabilities: sometimes(fc.record({ top: fc.nat(20) }), 2),
    logitBias: sometimes(fc.dictionary(fc.nat(50_000).map(String), fc.integer({ min: -100, max: 100 }), { minKeys: 1, maxKeys: 2 }), 1),
  })
  .map((said) => defined(said))
const reasoningRequest: Arbitrary<ReasoningRequest> = optional<ReasoningRequest>(
  {},
  {
    effort: fc.constantFrom('none' as const, 'minimal' as const, 'low' as const, 'medium' as const, 'high' as const, 'maximal' as const),
    budget: fc.integer({ min: 1024, max: 60_000 }),
    visible: fc.boolean(),
  },
).filter((said) => Object.keys(said).length > 0)

/** Names that no dialect knows, so that each must be handed on whole or warned of. */
const extensions: Arbitrary<Extensions> = fc.record({
  dialect: fc.constantFrom(...DIALECT_NAMES),
  members: fc.dictionary(
    fc.constantFrom('vendor_option', 'vendor/a~b', 'x-ünïque'),
    fc.oneof(fc.boolean(), fc.integer(), someText, jsonText) as Arbitrary<never>,
    { minKeys: 1 },
  ),
})
const modelName: Arbitrary<string> = fc.constantFrom('assistant', 'national-7b', 'vendor/model-2', 'eu.vendor.model-v1:0')

export const neutralRequest: Arbitrary<NeutralRequest> = toolsArbitrary.chain((tools) =>
  fc
    .record({
      model: modelName,
      messages: conversation(tools.map((tool) => tool.name)),
      tools: fc.constant(tools),
      toolChoice: tools.length > 0 ? sometimes(toolChoiceAmong(tools), 4) : fc.constant(undefined),
      parallelToolCalls: tools.length > 0 ? sometimes(fc.boolean(), 3) : fc.constant(undefined),
      output: sometimes(outputFormat, 3),
      sampling,
      reasoning: sometimes(reasoningRequest, 3),
      stream: fc.boolean(),
      streamUsage: sometimes(fc.boolean(), 4),
      user: sometimes(word, 2),
      metadata: sometimes(fc.dictionary(word, someText, { minKeys: 1, maxKeys: 2 }), 2),
      extensions: sometimes(extensions, 3),
    })
    .map(({ streamUsage, ...said }) => defined({ ...said, continuation: undefined, streamUsage: said.stream ? streamUsage : undefined })),
)

/** A text to be continued: one user message of one text, and no tools. */
export const continuationRequest: Arbitrary<NeutralRequest> = fc
  .record({
    model: modelName,
    text: someText,
    continuation: fc.record({ echo: fc.boolean(), suffix: someText }, { requiredKeys: ['echo'] }),
    sampling,
    stream: fc.boolean(),
    user: sometimes(word, 2),
    extensions: sometimes(extensions, 3),
  })
  .map(({ text, ...said }) => defined({ ...said, messages: [{ role: 'user', parts: [{ kind: 'text', text }] }], tools: [] } as never))

/** Some vendors refuse a text that shows nothing. */
const visibleText = someText.filter((text) => text.trim() !== '')

/** What every chat model on earth takes: instructions, questions and answers in turn, in text; a bound on the tokens. */
export const plainRequest: Arbitrary<NeutralRequest> = fc
  .record({
    model: modelName,
    system: sometimes(visibleText, 5),
    turns: fc.array(fc.tuple(visibleText, visibleText), { maxLength: 3 }),
    last: visibleText,
    maxTokens: fc.integer({ min: 1, max: 4096 }),
    stream: fc.boolean(),
  })
  .map(({ model, system, turns, last, maxTokens, stream }) => {
    const say = (role: 'system' | 'user' | 'assistant', text: string): Message => ({ role, parts: [{ kind: 'text', text }] })
    const messages = [...turns.flatMap(([asked, answered]) => [say('user', asked), say('assistant', answered)]), say('user', last)]
    return {
      model,
      messages: system === undefined ? messages : [say('system', system), ...messages],
      tools: [],
      sampling: { maxTokens },
      stream,
    }
  })

// ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
const logarithm = fc.integer({ min: -900, max: -1 }).map((value) => value / 64)
const token: Arbitrary<{ token: string; logProbability: number; bytes?: readonly number[] }> = fc
  .tuple(someText, logarithm, fc.boolean())
  .map(([text, logProbability, bytes]) => ({ token: text, logProbability, ...(bytes && { bytes: [...Buffer.from(text)] }) }))
const tokenProbability: Arbitrary<TokenProbability> = fc
  .tuple(token, fc.uniqueArray(token, { selector: (other) => other.token, maxLength: 2 }))
  .map(([chosen, top]) => ({ ...chosen, top }))

const stopOf = (parts: readonly AssistantPart[]): Arbitrary<Stop> => {
  const cut = fc.constantFrom<Stop>({ kind: 'length' }, { kind: 'content-filter' }, { kind: 'other', original: 'somehow' })
  if (parts.some((part) => part.kind === 'tool-call'))
    return fc.oneof({ weight: 6, arbitrary: fc.constant<Stop>({ kind: 'tool-calls' }) }, { weight: 1, arbitrary: cut })
  if (parts.some((part) => part.kind === 'refusal')) return fc.constantFrom<Stop>({ kind: 'refusal' }, { kind: 'stop' })
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant<Stop>({ kind: 'stop' }) },
    { weight: 2, arbitrary: cut },
    { weight: 2, arbitrary: someText.map((sequence): Stop => ({ kind: 'stop-sequence', sequence })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Stop>(
        { kind: 'stop-sequence' },
        { kind: 'paused' },
        { kind: 'failed' },
        { kind: 'refusal' },
        { kind: 'stop', original: 'eos' },
      ),
    },
  )
}
const usage: Arbitrary<Usage> = fc
  .record({
    fresh: fc.nat(10_000),
    cachedInput: sometimes(fc.nat(5000), 4),
    cacheWrites: sometimes(fc.nat(5000), 2),
    said: fc.nat(10_000),
    reasoning: sometimes(fc.nat(5000), 4),
  })
  .map(({ fresh, said, cachedInput, cacheWrites, reasoning }) =>
    defined({
      input: fresh + (cachedInput ?? 0) + (cacheWrites ?? 0),
      output: said + (reasoning ?? 0),
      cachedInput,
      cacheWrites,
      reasoning,
    }),
  )
const choiceAt = (index: number): Arbitrary<Choice> =>
  assistantParts(index, [], spokenPart).chain((parts) =>
    fc
      .record({ stop: stopOf(parts), logProbabilities: sometimes(fc.array(tokenProbability, { minLength: 1, maxLength: 3 }), 2) })
      .map((said) => defined({ index, parts, ...said })),
  )

export const neutralResponse: Arbitrary<NeutralResponse> = fc
  .record({
    id: fc.oneof(
      fc.constant(''),
      word.map((id) => `answer-${id}`),
    ),
    model: modelName,
    created: sometimes(fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }), 5),
    choices: fc
      .oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(2) })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => choiceAt(index)))),
    usage: sometimes(usage, 8),
    extensions: sometimes(extensions, 2),
  })
  .map((said) => defined(said))

/** The only question this answer could answer, as far as a dialect looks. */
export const questionOf = (response: NeutralResponse, stream: boolean): NeutralRequest => {
  const names = new Set(
    response.choices.flatMap((choice) => choice.parts.flatMap((part) => (part.kind === 'tool-call' ? [part.name] : []))),
  )
  const stop = response.choices.flatMap(({ stop }) => stop.sequence ?? [])
  const top = Math.max(-1, ...response.choices.flatMap((choice) => choice.logProbabilities?.map((token) => token.top.length) ?? []))
  return {
    model: response.model,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Well?' }] }],
    tools: [...names].map((name) => ({ name })),
    sampling: {
      ...(stop.length > 0 && { stop }),
      ...(response.choices.length > 1 && { choices: response.choices.length }),
      ...(top >= 0 && { logProbabilities: { top } }),
    },
    reasoning: { visible: true },
    stream,
    ...(stream && { streamUsage: true }),
  }
}

// ── Errors ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
const KINDS = [
  'invalid-request',
  'authentication',
  'permission',
  'not-found',
  'too-large',
  'rate-limited',
  'overloaded',
  'timed-out',
  'failed',
] as const
export const endpointError: Arbitrary<EndpointError> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    message: someText,
    code: sometimes(word, 4),
    parameter: sometimes(fc.constantFrom('messages', 'messages.0.content', 'max_tokens'), 3),
    retryAfter: sometimes(
      fc.integer({ min: 1, max: 600 }).map((seconds) => millis(seconds * 1000)),
      4,
    ),
  })
  .map((said) => defined({ status: statusOf(said.kind), ...said }))
