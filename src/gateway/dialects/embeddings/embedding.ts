// The neutral form of a question for embeddings, and of its answer.
import type { Extensions, Source } from '../neutral.ts'

export type EmbeddingQuestion = {
  readonly model: string
  /** At least one. */
  readonly inputs: readonly EmbeddingInput[]
  /** How the vectors are to be written; at least one way, each once. Where nobody says, it is `float`. */
  readonly encodings: readonly Encoding[]
  /** Of each vector. */
  readonly dimensions?: number
  /** What the vectors are for. */
  readonly task?: EmbeddingTask
  /** Which end of an input that is too long is cut off; `none`: the question is refused. */
  readonly truncation?: 'none' | 'start' | 'end'
  /** The caller's own name for who asks; opaque. */
  readonly user?: string
  /** Members without a place above, of the vendor that the dialect's name says. */
  readonly extensions?: Extensions
}
/** One vector is made of each. `content` is text and pictures taken together, at least one part. */
export type EmbeddingInput =
  | { readonly kind: 'content'; readonly parts: readonly EmbeddingPart[] }
  /** Numbers of the model's own vocabulary. */
  | { readonly kind: 'tokens'; readonly tokens: readonly number[] }
export type EmbeddingPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'image'; readonly source: Source }
export type EmbeddingTask =
  | 'query'
  | 'document'
  | 'similarity'
  | 'classification'
  | 'clustering'
  | 'question-answering'
  | 'fact-verification'
  | 'code-query'

/** `base64` holds the bytes of 32-bit floats, the lowest byte first; `binary` and `ubinary` hold eight dimensions a number. */
export type Encoding = 'float' | 'base64' | 'int8' | 'uint8' | 'binary' | 'ubinary'
export const ENCODINGS = ['float', 'base64', 'int8', 'uint8', 'binary', 'ubinary'] as const satisfies readonly Encoding[]
export const INTEGER_ENCODINGS = ['int8', 'uint8', 'binary', 'ubinary'] as const satisfies readonly Encoding[]

export type EmbeddingAnswer = {
  /** Empty where the wire has none. */
  readonly id: string
  /** As the endpoint names it; empty where it does not. */
  readonly model: string
  /** One for each input, in their order. */
  readonly embeddings: readonly Embedding[]
  /** Tokens of all inputs. */
  readonly usage?: { readonly input: number }
  readonly extensions?: Extensions
}
/** One vector, in each encoding that was asked for. */
export type Embedding = { readonly [encoding in Exclude<Encoding, 'base64'>]?: readonly number[] } & { readonly base64?: string }

/** The text of an input that is a single text. */
export const onlyText = (input: EmbeddingInput): string | undefined => {
  const [part] = input.kind === 'content' ? input.parts : []
  return input.kind === 'content' && input.parts.length === 1 && part?.kind === 'text' ? part.text : undefined
}

export const textInput = (text: string): EmbeddingInput => ({ kind: 'content', parts: [{ kind: 'text', text }] })
