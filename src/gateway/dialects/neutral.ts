// The neutral form: what any dialect can say, each thing once. A dialect translates between its wire and this; nothing else does.
//
// INVARIANT(G4): encoding never loses anything in silence. What the wire of a dialect cannot carry comes back as a `Warning` whose
// `path` (RFC 6901) names the place in the neutral value; decoding what was encoded gives an equal value except at those paths.
import type { JsonObject } from '../../core/json.ts'
import type { Millis } from '../../core/units.ts'

export type DialectName =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-completions'
  | 'anthropic-messages'
  | 'gemini'
  | 'cohere-chat'
  | 'bedrock-converse'
  | 'gigachat'

export type NeutralRequest = {
  readonly model: string
  /** In order; system and developer messages stand where the caller put them. At least one. */
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice?: ToolChoice
  /** Whether the model may call several tools at once; undefined leaves it to the endpoint. */
  readonly parallelToolCalls?: boolean
  readonly output?: OutputFormat
  readonly sampling: Sampling
  readonly reasoning?: ReasoningRequest
  /** Present when the caller asked to continue a text, not to answer a message; the text is the one user message. */
  readonly continuation?: { readonly echo: boolean; readonly suffix?: string }
  readonly stream: boolean
  /** Whether a stream ends with a count of tokens. */
  readonly streamUsage?: boolean
  /** The caller's own name for who asks; opaque. */
  readonly user?: string
  readonly metadata?: { readonly [name: string]: string }
  /** Members of the dialect the request came in that have no place above. The same dialect sends them on; another warns of each. */
  readonly extensions?: Extensions
}
export type Extensions = { readonly dialect: DialectName; readonly members: JsonObject }

export type Message =
  | { readonly role: 'system' | 'developer'; readonly name?: string; readonly parts: readonly TextPart[] }
  | { readonly role: 'user'; readonly name?: string; readonly parts: readonly UserPart[] }
  | { readonly role: 'assistant'; readonly name?: string; readonly parts: readonly AssistantPart[] }
  /** The results of tool calls that the assistant message before asked for. */
  | { readonly role: 'tool'; readonly parts: readonly ToolResultPart[] }

export type UserPart = TextPart | ImagePart | AudioPart | FilePart
/** In the order in which the model made them. */
export type AssistantPart = TextPart | RefusalPart | ReasoningPart | ToolCallPart

export type TextPart = { readonly kind: 'text'; readonly text: string; readonly citations?: readonly Citation[] }
export type ImagePart = { readonly kind: 'image'; readonly source: Source; readonly detail?: 'auto' | 'low' | 'high' }
/** `format` as in a media subtype: `wav`, `mp3`, … */
export type AudioPart = { readonly kind: 'audio'; readonly data: string; readonly format: string }
export type FilePart = { readonly kind: 'file'; readonly source: Source; readonly name?: string }
/** `data` is base64 (RFC 4648 section 4) as the caller wrote it. A `reference` is an id that only its owner's servers know. */
export type Source =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'data'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'reference'; readonly owner: DialectName; readonly id: string }
export type RefusalPart = { readonly kind: 'refusal'; readonly text: string }
/** What the model thought. `opaque` must go back to its owner as it came, and means nothing to anyone else. */
export type ReasoningPart = { readonly kind: 'reasoning'; readonly text: string; readonly opaque?: Opaque }
/** `arguments` is the JSON text as the model wrote it; it need not be valid. */
export type ToolCallPart = {
  readonly kind: 'tool-call'
  readonly id: string
  readonly name: string
  readonly arguments: string
  readonly opaque?: Opaque
}
export type ToolResultPart = {
  readonly kind: 'tool-result'
  /** The id of the call it answers. */
  readonly call: string
  /** The tool's name, where the dialect says it. */
  readonly name?: string
  readonly parts: readonly (TextPart | ImagePart | FilePart)[]
  readonly failed?: boolean
}
/** Something only its owner can read: a signature, encrypted reasoning. `field` says which of the owner's fields held it. */
export type Opaque = { readonly owner: DialectName; readonly field: string; readonly data: string; readonly id?: string }
/** Where a statement comes from; `from` and `to` count UTF-16 units of the text that carries it. */
export type Citation = {
  readonly url?: string
  readonly title?: string
  readonly quoted?: string
  readonly from?: number
  readonly to?: number
}

export type Tool = {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments; absent for a tool without any. */
  readonly parameters?: JsonObject
  /** Whether arguments must follow the schema to the letter. */
  readonly strict?: boolean
}
export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'required' }
  | { readonly kind: 'named'; readonly name: string }

export type OutputFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | {
      readonly kind: 'schema'
      readonly schema: JsonObject
      readonly name?: string
      readonly description?: string
      readonly strict?: boolean
    }

export type Sampling = {
  /** The most tokens of output, reasoning included. */
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly minP?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly seed?: number
  readonly stop?: readonly string[]
  /** How many answers, 1 when absent. */
  readonly choices?: number
  /** Log probabilities of the chosen tokens, and of so many others beside each. */
  readonly logProbabilities?: { readonly top: number }
  /** Added to the logits, by token id. */
  readonly logitBias?: { readonly [token: string]: number }
}

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'maximal'
export type ReasoningRequest = {
  readonly effort?: Effort
  /** Tokens. */
  readonly budget?: number
  /** Whether the answer shows the reasoning, or a summary of it. */
  readonly visible?: boolean
}

export type NeutralResponse = {
  readonly id: string
  /** As the endpoint names it. */
  readonly model: string
  /** Seconds since 1970, where the endpoint says when. */
  readonly created?: number
  readonly choices: readonly Choice[]
  readonly usage?: Usage
  readonly extensions?: Extensions
}
export type Choice = {
  readonly index: number
  readonly parts: readonly AssistantPart[]
  readonly stop: Stop
  readonly logProbabilities?: readonly TokenProbability[]
}
/** Why the model stopped. `original` is the endpoint's own word where it is another than the dialect's usual one for this kind. */
export type Stop = {
  readonly kind: 'stop' | 'stop-sequence' | 'length' | 'tool-calls' | 'content-filter' | 'refusal' | 'paused' | 'failed' | 'other'
  readonly sequence?: string
  readonly original?: string
}
/** Natural logarithms; NaN where the endpoint gives none, as for the first token of an echoed prompt. `bytes` is the token's UTF-8. */
export type TokenProbability = {
  readonly token: string
  readonly logProbability: number
  readonly bytes?: readonly number[]
  readonly top: readonly { readonly token: string; readonly logProbability: number; readonly bytes?: readonly number[] }[]
}
/** Tokens. `input` includes `cachedInput` and `cacheWrites`, `output` includes `reasoning`, whatever the dialect's own habit is. */
export type Usage = {
  readonly input: number
  readonly output: number
  readonly cachedInput?: number
  readonly cacheWrites?: number
  readonly reasoning?: number
}

/**
 * A streamed answer. `start` comes first; a part is started, grows and ends, and several may be open at once; `part` counts the
 * parts of a choice from 0 in order of their start. Each choice finishes once, with all its parts ended. `usage` may come several
 * times, the last one stands. The last event is `end`, or `failure` for a stream that broke (G5).
 */
export type NeutralEvent =
  | { readonly kind: 'start'; readonly id: string; readonly model: string; readonly created?: number }
  | { readonly kind: 'part-start'; readonly choice: number; readonly part: number; readonly of: PartStart }
  /** A piece of text, of reasoning, of a refusal, or of a tool call's arguments. Never splits a character. */
  | { readonly kind: 'part-delta'; readonly choice: number; readonly part: number; readonly text: string }
  | { readonly kind: 'citation'; readonly choice: number; readonly part: number; readonly citation: Citation }
  | { readonly kind: 'part-end'; readonly choice: number; readonly part: number; readonly opaque?: Opaque }
  | { readonly kind: 'log-probabilities'; readonly choice: number; readonly tokens: readonly TokenProbability[] }
  | { readonly kind: 'finish'; readonly choice: number; readonly stop: Stop }
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'failure'; readonly error: EndpointError }
  | { readonly kind: 'end' }
export type PartStart =
  | { readonly kind: 'text' | 'refusal' | 'reasoning' }
  | { readonly kind: 'tool-call'; readonly id: string; readonly name: string }

/** What an endpoint says when it does not answer. `message` is its own text. */
export type EndpointError = {
  readonly status: number
  readonly kind:
    | 'invalid-request'
    | 'authentication'
    | 'permission'
    | 'not-found'
    | 'too-large'
    | 'rate-limited'
    | 'overloaded'
    | 'timed-out'
    | 'failed'
  readonly message: string
  readonly code?: string
  readonly parameter?: string
  readonly retryAfter?: Millis
}

/**
 * One thing that was not carried as it was asked. `content`: something said would be missing; `constraint`: the answer may differ from
 * what was demanded; `hint`: nothing in the answer depends on it. `approximated` means that the nearest thing stands in its place,
 * `emulated` that it was brought about by other means.
 */
export type Warning = {
  readonly kind: 'dropped' | 'approximated' | 'emulated'
  readonly weight: 'content' | 'constraint' | 'hint'
  readonly path: string
  readonly message: string
}
