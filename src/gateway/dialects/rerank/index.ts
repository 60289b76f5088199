// Rerank in the two shapes that there are: codecs, as there is nothing to stream.
import { OPENAI_FAMILY, type ServiceRow } from '../service.ts'
import { cohereRerank } from './cohere.ts'
import { jinaRerank } from './jina.ts'

export type { RerankAnswer, RerankDocument, RerankQuestion, RerankResult } from './ranking.ts'
export { cohereRerank, jinaRerank }

export const services = [
  {
    route: 'cohere-rerank',
    kind: 'rerank',
    codec: cohereRerank,
    dialect: 'cohere-chat',
    paths: ['/v2/rerank'],
    native: { path: '/rerank', at: ['cohere-chat'] },
    asks: ['cohere-chat'],
  },
  {
    route: 'rerank',
    kind: 'rerank',
    codec: jinaRerank,
    dialect: 'openai-chat',
    paths: ['/v1/rerank'],
    native: { path: '/rerank', at: OPENAI_FAMILY },
    asks: OPENAI_FAMILY,
  },
] as const satisfies readonly ServiceRow[]
