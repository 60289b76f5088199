// What a simulated vendor is: a description in data, the forms of its interfaces, and how it refuses.
import type { JsonObject } from '../../../src/core/json.ts'
import type { Result } from '../../../src/core/result.ts'
import type { DialectName } from '../../../src/gateway/dialects/neutral.ts'
import type { ScriptedModel } from './model.ts'
import type { Issue } from './shape.ts'

export type Incoming = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: { readonly [name: string]: string }
  readonly text: string
  readonly body: JsonObject
}
export type Refusal = {
  readonly status: number
  readonly kind:
    | 'invalid'
    | 'unknown-member'
    | 'authentication'
    | 'permission'
    | 'not-found'
    | 'unavailable'
    | 'too-long'
    | 'rate-limited'
    | 'overloaded'
  /** In the vendor's words where they are documented. */
  readonly message: string
  readonly code?: string
  readonly parameter?: string
  readonly issues?: readonly Issue[]
}
export type Reply =
  | { readonly kind: 'whole'; readonly body: JsonObject; readonly headers?: { readonly [name: string]: string } }
  /** Each piece is written by itself. */
  | { readonly kind: 'stream'; readonly contentType: string; readonly pieces: readonly (string | Uint8Array)[] }
export type Answered = Result<Reply, Refusal>

/** Something that goes wrong once. `cut`: the stream breaks. `elsewhere`: it ran, and says so, where it was not asked to run. */
export type Fault = 'overloaded' | 'rate-limited' | 'cut' | 'stream-error' | 'elsewhere' | 'interrupted'

/** What a service may look at beside the request. */
export type World = {
  readonly model: ScriptedModel
  readonly region: string | undefined
  readonly fault: Fault | undefined
  /** Seconds since 1970. */
  readonly now: number
  /** The next of a series. */
  readonly id: () => string
}
/** One interface. `base` and `path` are the vendor's own; groups of the pattern are handed on by name. */
export type Service = {
  readonly dialect: DialectName
  readonly base: string
  readonly path: RegExp
  /** Where this interface refuses otherwise than the vendor's others. */
  readonly errors?: ErrorForm
  readonly answer: (incoming: Incoming, named: { readonly [name: string]: string }, world: World) => Answered
}
/** A way to say who asks. `signed`: the key signs the request (AWS, version 4). */
export type Gate =
  | { readonly kind: 'key'; readonly header: string; readonly prefix?: string }
  | { readonly kind: 'token'; readonly header: string; readonly prefix?: string; readonly exchange: TokenExchange }
  | { readonly kind: 'signed'; readonly service: string }
export type TokenExchange = {
  readonly path: string
  /** Says what is wrong with a request for a token. */
  readonly refuse: (incoming: Incoming, key: string) => (Refusal & { readonly body: JsonObject }) | undefined
  readonly answer: (token: string, nowMillis: number) => JsonObject
  readonly lifetimeMillis: number
}
export type ErrorForm = {
  readonly body: (refusal: Refusal, id: string) => JsonObject
  readonly headers?: (refusal: Refusal, id: string) => { readonly [name: string]: string }
  /** An error in the midst of a stream; absent where the vendor just breaks off. */
  readonly streamed?: (refusal: Refusal) => string | Uint8Array
}
export type Vendor = {
  readonly name: string
  readonly title: string
  /** The documentation a simulator was built from, and the day for which it was read. */
  readonly builtFrom: readonly { readonly address: string; readonly asOf: string }[]
  readonly errors: ErrorForm
  readonly gates: readonly Gate[]
  readonly key?: string
  /** Asked without a key, it answers all the same. */
  readonly anonymous?: boolean
  /** Headers that must be there. */
  readonly headers?: { readonly [name: string]: RegExp }
  /** The names under which it says how much is left. */
  readonly rateLimit?: { readonly [header: string]: 'limit' | 'remaining' | 'reset' }
  /** It keeps what it is asked unless this header says this; `x-simulated-logged` in each answer says what it did. */
  readonly logsUnless?: { readonly header: string; readonly says: string }
  readonly services: readonly Service[]
  /** A model by the name its owner uses, and the parameters of the profile that lead here. */
  readonly model: string
  readonly parameters?: { readonly [name: string]: string }
}
