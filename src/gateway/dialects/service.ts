// What a dialect's folder brings beside the dialect: how its callers ask this exchange. The table of routes and that of services are made
// of these rows, and a folder that brings none has no callers.
import type { Codec, Dialect } from './dialect.ts'
import type { EmbeddingAnswer, EmbeddingQuestion } from './embeddings/index.ts'
import type { DialectName, NeutralRequest } from './neutral.ts'
import type { RerankAnswer, RerankQuestion } from './rerank/index.ts'

/** Services of one kind ask and answer the same in different words, so that each can be translated into each. */
export type Tongue =
  | { readonly kind: 'chat'; readonly codec: Dialect }
  | { readonly kind: 'embeddings'; readonly codec: Codec<EmbeddingQuestion, EmbeddingAnswer> }
  | { readonly kind: 'rerank'; readonly codec: Codec<RerankQuestion, RerankAnswer> }
  | { readonly kind: 'count'; readonly codec: Codec<NeutralRequest, TokenCount> }
/** Tokens of input, as the endpoint counts them. */
export type TokenCount = { readonly input: number }

/**
 * Where this exchange is asked: a path as it is sent, or one that names the model, which the first group of the pattern holds, and says
 * whether to stream. `wants`: what the query must hold, and the sentence for a caller who did not say it.
 */
export type ServicePath =
  | string
  | { readonly pattern: RegExp; readonly stream: boolean; readonly wants?: { readonly query: RegExp; readonly message: string } }

export type ServiceRow = Tongue & {
  readonly route: string
  /** Whose callers ask so: their errors are written as this dialect writes them. */
  readonly dialect: DialectName
  readonly paths: readonly ServicePath[]
  /**
   * Where an endpoint of one of the dialects `at` is asked the same, with the model's name in the body. Absent where the name stands in
   * the path.
   */
  readonly native?: { readonly path: string; readonly at: readonly DialectName[] }
  /** Endpoints of these dialects are asked in these words whatever those of the caller; a question for a chat is asked in the dialect itself. */
  readonly asks?: readonly DialectName[]
  /** Its clients read a streamed call of a tool in one piece alone. */
  readonly wholeCalls?: true
  /** Headers of the caller's, beside `accept`, that a native endpoint may see. */
  readonly forwards?: readonly string[]
}

/** Endpoints of any of these have OpenAI's embeddings, and what grew beside them, under the same address. */
export const OPENAI_FAMILY = ['openai-chat', 'openai-completions', 'openai-responses'] as const satisfies readonly DialectName[]
