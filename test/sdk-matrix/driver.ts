// What an official SDK is to the matrix: one function that asks with it, in the one way its documentation shows, and one that reads
// what it raised. Nothing is set but the base address and the key; what an SDK would try again is asked once.
import type { JsonObject } from '../../src/core/json.ts'

/** Where the exchange is: its origin without a path, and a key. */
export type Way = { readonly url: string; readonly key: string }

export type Asked = {
  readonly model: string
  readonly stream: boolean
  readonly question: string
  /** The turn before: its question, what the SDK made of its answer, and the results of the calls in it, which then are the question. */
  readonly before?: { readonly question: string; readonly turn: unknown; readonly results: readonly ToolResult[] }
  readonly tools?: readonly ToolSketch[]
  readonly schema?: JsonObject
  readonly reasoning?: boolean
}
export type ToolSketch = { readonly name: string; readonly description: string; readonly parameters: JsonObject }
export type ToolCall = { readonly id: string; readonly name: string; readonly arguments: unknown }
export type ToolResult = { readonly call: ToolCall; readonly text: string }

/** What the application gets to know of an answer. `arguments` and `structured` are values, as the SDK or one parse gives them. */
export type Heard = {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly ToolCall[]
  readonly structured?: unknown
  /** The SDK's word. */
  readonly finish: string
  readonly usage: { readonly input: number | undefined; readonly output: number | undefined }
  /** What an application appends to its conversation. */
  readonly turn: unknown
}

/** What an application can read of a failure. `name` is that of the class it would catch. */
export type Raised = {
  readonly name: string
  readonly status: number | undefined
  readonly retryAfter: string | undefined
  readonly message: string
}

export const VERBS = [
  'asked whole',
  'asked streamed',
  'unicode, cut at every byte',
  'one tool',
  'parallel tools, streamed in fragments',
  'structured output',
  'reasoning shown',
  'reasoning echoed',
  'sealed calls echoed',
  'usage',
  'error 400',
  'error 401',
  'error 429',
  'refusal 451',
  'broken stream',
] as const
export type Verb = (typeof VERBS)[number]

export type Driver = {
  /** As it is called in the table. */
  readonly name: string
  readonly package: string
  /** Its words for the end of an answer, of one that calls tools. */
  readonly finish: { readonly stop: string; readonly calls: string }
  /** The names of the classes it raises. */
  readonly raises: { readonly [status in '400' | '401' | '429' | '451']: string }
  /** What it has no words for, and why that is so. */
  readonly without: { readonly [verb in Verb]?: string }
  /** What it hands back of a thought in the next turn: all, seal included, the text alone, or nothing. */
  readonly echoes: 'all' | 'text' | 'nothing'
  /** Why a call comes back without what its endpoint sealed it with, where that is so. */
  readonly dropsCallSeals?: string
  readonly ask: (way: Way, asked: Asked) => Promise<Heard>
  readonly raised: (failure: unknown) => Raised
}

/** Arguments that the SDK hands on as text. */
export const parsed = (text: string): unknown => JSON.parse(text) as unknown

/** The one of a list; an answer with none or with several is not what was asked for. */
export const only = <T>(list: readonly T[] | undefined, what: string): T => {
  const [first, second] = list ?? []
  if (first === undefined || second !== undefined) throw new Error(`the answer has ${list?.length ?? 0} ${what}`)
  return first
}
