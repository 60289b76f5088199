// What can be asked of this exchange: each service in the words of one dialect. A new one is a line here and its path in http/routes.ts.
import { ok } from '../core/result.ts'
import { anthropicMessages, countTokens, type TokenCount } from './dialects/anthropic-messages/index.ts'
import { bedrockConverse } from './dialects/bedrock-converse/index.ts'
import { cohereChat } from './dialects/cohere-chat/index.ts'
import type { Codec, Dialect, Traits } from './dialects/dialect.ts'
import {
  cohereEmbeddings,
  type EmbeddingAnswer,
  type EmbeddingQuestion,
  geminiEmbedding,
  geminiEmbeddings,
  openaiEmbeddings,
} from './dialects/embeddings/index.ts'
import { decodeCountTokens, decodeTokenCount, encodeCountTokens, encodeTokenCount, gemini } from './dialects/gemini/index.ts'
import { DIALECTS } from './dialects/index.ts'
import type { DialectName, NeutralRequest } from './dialects/neutral.ts'
import { openaiChat } from './dialects/openai-chat/index.ts'
import { openaiCompletions } from './dialects/openai-completions/index.ts'
import { openaiResponses } from './dialects/openai-responses/index.ts'
import { cohereRerank, jinaRerank, type RerankAnswer, type RerankQuestion } from './dialects/rerank/index.ts'

export type Route =
  | 'chat'
  | 'mistral-chat'
  | 'completions'
  | 'embeddings'
  | 'responses'
  | 'kept-responses'
  | 'messages'
  | 'count-tokens'
  | 'gemini'
  | 'gemini-count'
  | 'gemini-embedding'
  | 'gemini-embeddings'
  | 'cohere-chat'
  | 'cohere-embeddings'
  | 'cohere-rerank'
  | 'rerank'
  | 'converse'

/** Services of one kind ask and answer the same in different words, so that each can be translated into each. */
export type Tongue =
  | { readonly kind: 'chat'; readonly codec: Dialect }
  | { readonly kind: 'embeddings'; readonly codec: Codec<EmbeddingQuestion, EmbeddingAnswer> }
  | { readonly kind: 'rerank'; readonly codec: Codec<RerankQuestion, RerankAnswer> }
  | { readonly kind: 'count'; readonly codec: Codec<NeutralRequest, TokenCount> }

export type Service = Tongue & {
  readonly route: Route
  /** Whose callers ask so: their errors are written as this dialect writes them. */
  readonly dialect: Dialect
  /**
   * Where an endpoint of one of the dialects `at` is asked the same, with the model's name in the body. Absent where the name stands in
   * the path.
   */
  readonly native?: { readonly path: string; readonly at: readonly DialectName[] }
  /** Its clients read a streamed call of a tool in one piece alone. */
  readonly wholeCalls?: true
  /** Headers of the caller's, beside `accept`, that such an endpoint may see. */
  readonly forwards: ReadonlySet<string>
}

/** Endpoints of any of these have OpenAI's embeddings, and what grew beside them, under the same address. */
const OPENAI = ['openai-chat', 'openai-completions', 'openai-responses'] as const
const OPENAI_BETA = new Set(['openai-beta'])
const ANTHROPIC_BETA = new Set(['anthropic-beta'])
const NONE = new Set<string>()

const geminiCount: Codec<NeutralRequest, TokenCount> = {
  decodeRequest: decodeCountTokens,
  encodeRequest: encodeCountTokens,
  decodeResponse: (body) => {
    const count = decodeTokenCount(body)
    return count.ok ? ok({ input: count.value }) : count
  },
  encodeResponse: ({ input }) => ({ body: encodeTokenCount(input), warnings: [] }),
}

export const SERVICES: { readonly [route in Route]: Service } = {
  chat: {
    route: 'chat',
    kind: 'chat',
    codec: openaiChat,
    dialect: openaiChat,
    native: { path: '/chat/completions', at: ['openai-chat'] },
    forwards: OPENAI_BETA,
  },
  // OpenAI's dialect, but for what Mistral's own SDK makes of a stream: no endpoint's bytes will do as they come.
  'mistral-chat': { route: 'mistral-chat', kind: 'chat', codec: openaiChat, dialect: openaiChat, wholeCalls: true, forwards: NONE },
  completions: {
    route: 'completions',
    kind: 'chat',
    codec: openaiCompletions,
    dialect: openaiCompletions,
    native: { path: '/completions', at: ['openai-completions'] },
    forwards: OPENAI_BETA,
  },
  embeddings: {
    route: 'embeddings',
    kind: 'embeddings',
    codec: openaiEmbeddings,
    dialect: openaiChat,
    native: { path: '/embeddings', at: OPENAI },
    forwards: OPENAI_BETA,
  },
  responses: {
    route: 'responses',
    kind: 'chat',
    codec: openaiResponses,
    dialect: openaiResponses,
    native: { path: '/responses', at: ['openai-responses'] },
    forwards: OPENAI_BETA,
  },
  // What was said stays at home and goes on at any endpoint, so that no endpoint gets a caller's bytes or is believed to have kept them.
  'kept-responses': { route: 'kept-responses', kind: 'chat', codec: openaiResponses, dialect: openaiResponses, forwards: NONE },
  messages: {
    route: 'messages',
    kind: 'chat',
    codec: anthropicMessages,
    dialect: anthropicMessages,
    native: { path: '/messages', at: ['anthropic-messages'] },
    forwards: ANTHROPIC_BETA,
  },
  'count-tokens': {
    route: 'count-tokens',
    kind: 'count',
    codec: countTokens,
    dialect: anthropicMessages,
    native: { path: '/messages/count_tokens', at: ['anthropic-messages'] },
    forwards: ANTHROPIC_BETA,
  },
  gemini: { route: 'gemini', kind: 'chat', codec: gemini, dialect: gemini, forwards: NONE },
  'gemini-count': { route: 'gemini-count', kind: 'count', codec: geminiCount, dialect: gemini, forwards: NONE },
  'gemini-embedding': { route: 'gemini-embedding', kind: 'embeddings', codec: geminiEmbedding, dialect: gemini, forwards: NONE },
  'gemini-embeddings': { route: 'gemini-embeddings', kind: 'embeddings', codec: geminiEmbeddings, dialect: gemini, forwards: NONE },
  'cohere-chat': {
    route: 'cohere-chat',
    kind: 'chat',
    codec: cohereChat,
    dialect: cohereChat,
    native: { path: '/chat', at: ['cohere-chat'] },
    forwards: NONE,
  },
  'cohere-embeddings': {
    route: 'cohere-embeddings',
    kind: 'embeddings',
    codec: cohereEmbeddings,
    dialect: cohereChat,
    native: { path: '/embed', at: ['cohere-chat'] },
    forwards: NONE,
  },
  'cohere-rerank': {
    route: 'cohere-rerank',
    kind: 'rerank',
    codec: cohereRerank,
    dialect: cohereChat,
    native: { path: '/rerank', at: ['cohere-chat'] },
    forwards: NONE,
  },
  rerank: {
    route: 'rerank',
    kind: 'rerank',
    codec: jinaRerank,
    dialect: openaiChat,
    native: { path: '/rerank', at: OPENAI },
    forwards: NONE,
  },
  converse: { route: 'converse', kind: 'chat', codec: bedrockConverse, dialect: bedrockConverse, forwards: NONE },
}

/** What an endpoint of a dialect is asked in, by the kind of service; undefined where it has none of that kind. */
export const EMBEDS: { readonly [name in DialectName]?: Codec<EmbeddingQuestion, EmbeddingAnswer> } = {
  'openai-chat': openaiEmbeddings,
  'openai-completions': openaiEmbeddings,
  'openai-responses': openaiEmbeddings,
  gemini: geminiEmbeddings,
  'cohere-chat': cohereEmbeddings,
}
export const RANKS: { readonly [name in DialectName]?: Codec<RerankQuestion, RerankAnswer> } = {
  'openai-chat': jinaRerank,
  'openai-completions': jinaRerank,
  'openai-responses': jinaRerank,
  'cohere-chat': cohereRerank,
}
export const COUNTS: { readonly [name in DialectName]?: Codec<NeutralRequest, TokenCount> } = {
  'anthropic-messages': countTokens,
  gemini: geminiCount,
}
/** `maxOutputTokens`: said to an endpoint that demands a limit where the caller named none, because so much is reserved (G10). */
export const chatDialect = (name: DialectName, maxOutputTokens: number, traits: Traits = {}): Dialect | undefined => {
  const dialect = DIALECTS[name]
  return dialect?.withTraits?.({ ...traits, defaultMaxTokens: maxOutputTokens }) ?? dialect
}
