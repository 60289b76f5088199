// Rerank in the two shapes that there are: codecs, as there is nothing to stream.
export { cohereRerank } from './cohere.ts'
export { jinaRerank } from './jina.ts'
export type { RerankAnswer, RerankDocument, RerankQuestion, RerankResult } from './ranking.ts'
