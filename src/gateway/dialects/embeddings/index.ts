// Embeddings in the words of three vendors: codecs, as there is nothing to stream.
export { cohereEmbeddings } from './cohere.ts'
export type { Embedding, EmbeddingAnswer, EmbeddingInput, EmbeddingPart, EmbeddingQuestion, EmbeddingTask, Encoding } from './embedding.ts'
export { geminiEmbedding, geminiEmbeddings } from './gemini.ts'
export { openaiEmbeddings } from './openai.ts'
