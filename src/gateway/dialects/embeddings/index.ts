// Embeddings in the words of three vendors: codecs, as there is nothing to stream.
import { OPENAI_FAMILY, type ServiceRow } from '../service.ts'
import { cohereEmbeddings } from './cohere.ts'
import { geminiEmbedding, geminiEmbeddings } from './gemini.ts'
import { openaiEmbeddings } from './openai.ts'

export type { Embedding, EmbeddingAnswer, EmbeddingInput, EmbeddingPart, EmbeddingQuestion, EmbeddingTask, Encoding } from './embedding.ts'
export { cohereEmbeddings, geminiEmbedding, geminiEmbeddings, openaiEmbeddings }

export const services = [
  {
    route: 'embeddings',
    kind: 'embeddings',
    codec: openaiEmbeddings,
    dialect: 'openai-chat',
    paths: ['/v1/embeddings'],
    native: { path: '/embeddings', at: OPENAI_FAMILY },
    asks: OPENAI_FAMILY,
    forwards: ['openai-beta'],
  },
  {
    route: 'gemini-embedding',
    kind: 'embeddings',
    codec: geminiEmbedding,
    dialect: 'gemini',
    paths: [{ pattern: /^\/v1(?:beta)?\/models\/([^/:]+):embedContent$/, stream: false }],
  },
  {
    route: 'gemini-embeddings',
    kind: 'embeddings',
    codec: geminiEmbeddings,
    dialect: 'gemini',
    paths: [{ pattern: /^\/v1(?:beta)?\/models\/([^/:]+):batchEmbedContents$/, stream: false }],
    asks: ['gemini'],
  },
  {
    route: 'cohere-embeddings',
    kind: 'embeddings',
    codec: cohereEmbeddings,
    dialect: 'cohere-chat',
    paths: ['/v2/embed'],
    native: { path: '/embed', at: ['cohere-chat'] },
    asks: ['cohere-chat'],
  },
] as const satisfies readonly ServiceRow[]
