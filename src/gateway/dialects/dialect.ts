// What a dialect is: one folder, one value of this type, pure functions only.
import type { JsonObject } from '../../core/json.ts'
import type { Result } from '../../core/result.ts'
import type { MemberWeights } from './member-weights.ts'
import type { DialectName, EndpointError, Extensions, NeutralEvent, NeutralRequest, NeutralResponse, Warning } from './neutral.ts'
import type { ServerSentEvent } from './server-sent-events.ts'

/** What cannot be read. `message` is one lower-case sentence; `parameter` names the member at fault, `messages.0.content` for instance. */
export type Unreadable = { readonly kind: 'unreadable'; readonly message: string; readonly parameter: string | null }

/** The two directions of a question and its answer; chat, embeddings and rerank are all spoken in this shape. */
export type Codec<Question, Answer> = {
  /** From a caller. `model` and `stream` are given where the dialect has them in the path, and otherwise stand in the body. */
  readonly decodeRequest: (body: JsonObject, path: PathParameters) => Result<Question, Unreadable>
  /** To an endpoint. Fails only where sending anything would be senseless; what is lost is in `warnings`. */
  readonly encodeRequest: (question: Question) => Result<EncodedRequest, Unreadable>
  /** From an endpoint that answered with success. */
  readonly decodeResponse: (body: JsonObject) => Result<Answer, Unreadable>
  /** To a caller. */
  readonly encodeResponse: (answer: Answer, context: AnswerContext<Question>) => EncodedResponse
}
export type PathParameters = { readonly model?: string; readonly stream?: boolean }
/** `path` is appended to the endpoint's base, query included. */
export type EncodedRequest = { readonly path: string; readonly body: JsonObject; readonly warnings: readonly Warning[] }
export type EncodedResponse = { readonly body: JsonObject; readonly warnings: readonly Warning[] }
/** What an answer needs beside itself: the question it answers, and an id of the exchange's own for answers that came without one. */
export type AnswerContext<Question> = {
  readonly request: Question
  /** Letters, digits and `_`; unique. */
  readonly call: string
  /** Seconds since 1970. */
  readonly now: number
  /** What the request lost on its way; a stream's encoder puts it, with what the answer loses, as `allod` into its last event. */
  readonly warnings: readonly Warning[]
  /**
   * The caller's client is Mistral's own: it reads a streamed tool call in one piece alone, so that one in fragments is held back;
   * thoughts as parts of the content; and a stream's usage though it never asks for it.
   */
  readonly wholeCalls?: boolean
  /** Where the answer says what becomes of it; only the Responses API has words for that. */
  readonly telling?: Telling
}
/** Members that an answer has in place of its own: `before` until its end, then what `conclude` gives, asked once for an answer that succeeded. */
export type Telling = {
  readonly before: JsonObject
  /** `response` is the answer as its end will tell it, `losses` what was lost in writing it. What this warns of joins the context's warnings. */
  conclude(response: JsonObject, losses: readonly Warning[]): JsonObject
}

/** In what endpoints of one dialect differ from each other, as data; each dialect names its own and passes over all others. */
export type Traits = { readonly [name: string]: boolean | number | string | undefined }

export type Dialect = Codec<NeutralRequest, NeutralResponse> & {
  readonly name: DialectName
  /** How the events of a stream lie on the wire, server-sent events when absent; `framing.ts` has their readers and writers. */
  readonly framing?: 'server-sent-events' | 'aws-event-stream'
  readonly streamDecoder: () => StreamDecoder
  readonly streamEncoder: (context: AnswerContext<NeutralRequest>) => StreamEncoder
  /** From an endpoint: any status but success, any body. Never fails: what cannot be read becomes the message. */
  readonly decodeError: (status: number, header: (name: string) => string | undefined, body: string) => EndpointError
  /** To a caller, in the shape its SDK raises. Headers are names and values in turn. */
  readonly encodeError: (error: EndpointError) => ErrorAnswer
  /** The dialect for an endpoint that has these traits, where its endpoints differ. */
  readonly withTraits?: (traits: Traits) => Dialect
  /** What it costs another dialect to drop a member of this one. */
  readonly weights: MemberWeights
}
export type ErrorAnswer = { readonly status: number; readonly headers: readonly string[]; readonly body: JsonObject }

/** Reads an endpoint's events in order. Never throws; a broken stream ends in a `failure` event, and after that nothing comes. */
export type StreamDecoder = {
  push(event: ServerSentEvent): readonly NeutralEvent[]
  /** The wire has ended. A stream that ended before its own end mark ends in `failure` (G5). */
  end(): readonly NeutralEvent[]
  /** What the stream said that no event can hold, named as in a whole answer's `extensions`; complete after the last event (G4). */
  extensions?(): Extensions | undefined
}
/**
 * Writes a caller's events: each push gives whole events as `formatEvent` writes them, or nothing while something is held back. A
 * dialect of another framing writes the same text; the framing makes its bytes of it.
 */
export type StreamEncoder = {
  push(event: NeutralEvent): string
  /** What the answer lost so far; complete after `end` or `failure` was pushed. */
  warnings(): readonly Warning[]
}
