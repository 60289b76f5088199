// The neutral form of a question for an order of documents, and of its answer.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import type { Leftovers } from '../extensions.ts'
import type { Members } from '../members.ts'
import type { Extensions } from '../neutral.ts'

export type RerankQuestion = {
  readonly model: string
  readonly query: string
  /** At least one. */
  readonly documents: readonly RerankDocument[]
  /** How many of them the answer names, the best; all when absent. */
  readonly top?: number
  /** Whether the answer repeats the documents; each wire has its own habit where nobody says. */
  readonly returnDocuments?: boolean
  /** Longer documents are cut off there, at a length of the vendor's when absent. */
  readonly maxTokensPerDocument?: number
  /** Members without a place above, of the vendor that the dialect's name says. */
  readonly extensions?: Extensions
}
/** An object has members of the caller's own, or a picture; one that holds a `text` alone is a text. */
export type RerankDocument = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'object'; readonly members: JsonObject }

export type RerankAnswer = {
  /** Empty where the wire has none. */
  readonly id: string
  /** As the endpoint names it; empty where it does not. */
  readonly model: string
  /** The best first. */
  readonly results: readonly RerankResult[]
  /** Tokens of query and documents; searches as the vendor bills them. */
  readonly usage?: { readonly input?: number; readonly searches?: number }
  readonly extensions?: Extensions
}
/** `index` counts the documents of the question from 0; scores compare within one answer only. */
export type RerankResult = { readonly index: number; readonly score: number; readonly document?: RerankDocument }

/** A text, or an object; undefined for anything else. */
const decodeDocument = (value: Json | undefined): RerankDocument | undefined => {
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (!isJsonObject(value)) return undefined
  const { text, ...others } = value
  return typeof text === 'string' && Object.keys(others).length === 0 ? { kind: 'text', text } : { kind: 'object', members: value }
}

/** A document in an answer is an object on both wires. */
const encodeReturned = (document: RerankDocument | undefined): JsonObject | undefined =>
  document?.kind === 'text' ? { text: document.text } : document?.members

/** What both wires call by the same names in a question. */
export const readQuestion = (reader: Members) => ({
  model: reader.text('model') ?? reader.missing('model') ?? '',
  query: reader.text('query') ?? reader.missing('query') ?? '',
  documents: readDocuments(reader),
  top: reader.integer('top_n'),
  returnDocuments: reader.boolean('return_documents'),
})

const readDocuments = (reader: Members): readonly RerankDocument[] => {
  const list = reader.list('documents') ?? reader.missing('documents')
  if (list?.length === 0) reader.fail('documents', 'must not be empty')
  return (list ?? []).flatMap((value) => decodeDocument(value) ?? reader.fail('documents', 'must be texts or objects') ?? [])
}

/** The results of an answer, which both wires write alike. */
export const readResults = (reader: Members, leftovers: Leftovers): readonly RerankResult[] =>
  (reader.each('results') ?? reader.missing('results') ?? []).map((result) => {
    const index = result.integer('index') ?? result.missing('index') ?? 0
    const score = result.number('relevance_score') ?? result.missing('relevance_score') ?? 0
    const document = decodeDocument(result.value('document'))
    leftovers.keep(result)
    return document === undefined ? { index, score } : { index, score, document }
  })

/** `repeat`: with its document, from the question where the endpoint did not repeat it. */
export const encodeResult = ({ index, score, document }: RerankResult, repeat: boolean, question: RerankQuestion): JsonObject => {
  const returned = repeat ? encodeReturned(document ?? question.documents[index]) : undefined
  return { index, relevance_score: score, ...(returned !== undefined && { document: returned }) }
}
