// What can be asked of this exchange: each service in the words of one dialect, made of the rows that the dialects' folders bring.
import type { Codec, Dialect, Traits } from './dialects/dialect.ts'
import type { EmbeddingAnswer, EmbeddingQuestion } from './dialects/embeddings/index.ts'
import { DIALECTS, SERVICE_ROWS } from './dialects/index.ts'
import type { DialectName, NeutralRequest } from './dialects/neutral.ts'
import type { RerankAnswer, RerankQuestion } from './dialects/rerank/index.ts'
import type { ServiceRow, TokenCount, Tongue } from './dialects/service.ts'

export type Route = (typeof SERVICE_ROWS)[number]['route']

export type Service = Tongue &
  Omit<ServiceRow, 'kind' | 'codec' | 'route' | 'dialect' | 'forwards'> & {
    readonly route: Route
    /** Whose callers ask so: their errors are written as this dialect writes them. */
    readonly dialect: Dialect
    /** Headers of the caller's, beside `accept`, that a native endpoint may see. */
    readonly forwards: ReadonlySet<string>
  }

const ROWS: readonly (ServiceRow & { readonly route: Route })[] = SERVICE_ROWS

export const SERVICES = Object.fromEntries(
  ROWS.map((row): [Route, Service] => [row.route, { ...row, dialect: DIALECTS[row.dialect], forwards: new Set(row.forwards ?? []) }]),
) as { readonly [route in Route]: Service }

/** What an endpoint of a dialect is asked in, by the kind of service; undefined where it has none of that kind. */
const askedIn = (kind: Tongue['kind']) =>
  Object.fromEntries(ROWS.filter((row) => row.kind === kind).flatMap(({ asks = [], codec }) => asks.map((name) => [name, codec])))
export const EMBEDS = askedIn('embeddings') as { readonly [name in DialectName]?: Codec<EmbeddingQuestion, EmbeddingAnswer> }
export const RANKS = askedIn('rerank') as { readonly [name in DialectName]?: Codec<RerankQuestion, RerankAnswer> }
export const COUNTS = askedIn('count') as { readonly [name in DialectName]?: Codec<NeutralRequest, TokenCount> }

/** `maxOutputTokens`: said to an endpoint that demands a limit where the caller named none, because so much is reserved (G10). */
export const chatDialect = (name: DialectName, maxOutputTokens: number, traits: Traits = {}): Dialect => {
  const dialect = DIALECTS[name]
  return dialect.withTraits?.({ ...traits, defaultMaxTokens: maxOutputTokens }) ?? dialect
}
