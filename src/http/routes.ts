import { type CallId, parseCallId } from '../core/ids.ts'
import type { PathParameters } from '../gateway/dialects/dialect.ts'
import type { CallFailure } from '../gateway/failure.ts'
import type { Route } from '../gateway/ports.ts'
import { SERVICES } from '../gateway/services.ts'

/** Where a request goes. */
export type Routed =
  | { readonly kind: 'inference'; readonly route: Route; readonly path?: PathParameters }
  /** `gemini`: asked for as Google's SDK does. */
  | { readonly kind: 'models'; readonly name?: string; readonly gemini?: true }
  | { readonly kind: 'receipt'; readonly call: CallId }
  | { readonly kind: 'public'; readonly path: string }
  | { readonly kind: 'well-known' }
  /** What the lab measured; without a form, in the one that is accepted. */
  | { readonly kind: 'lab'; readonly form?: 'json' }
  | { readonly kind: 'health' }
  /** The console, its files and the API behind it. */
  | { readonly kind: 'console' }
  /** `route`: whose callers hear of it, where that is known. */
  | { readonly kind: 'failure'; readonly failure: CallFailure; readonly route?: Route }

const FIXED: ReadonlyMap<string, Routed> = new Map<string, Routed>([
  ...Object.values(SERVICES).flatMap(({ route, paths }) =>
    paths.flatMap((path): [string, Routed][] => (typeof path === 'string' ? [[path, { kind: 'inference', route }]] : [])),
  ),
  ['/v1/models', { kind: 'models' }],
  ['/v1beta/models', { kind: 'models', gemini: true }],
  ['/.well-known/allod.json', { kind: 'well-known' }],
  ['/lab', { kind: 'lab' }],
  ['/lab.json', { kind: 'lab', form: 'json' }],
  ['/health', { kind: 'health' }],
])
/** Paths of C2SP tlog-tiles: https://c2sp.org/tlog-tiles. */
const LOG = /^\/log\/(checkpoint|tile\/(?:entries|[0-9]|[1-5][0-9]|6[0-3])(?:\/x[0-9]{3})*\/[0-9]{3}(?:\.p\/[0-9]{1,3})?)$/
/** Services whose callers name the model in the path. */
const IN_PATH = Object.values(SERVICES).flatMap(({ route, paths }) =>
  paths.flatMap((path) => (typeof path === 'string' ? [] : [{ ...path, route }])),
)
const MODEL = /^\/v1(beta)?\/models\/(.+)$/
const RECEIPT = '/v1/receipts/'
/** Only where nothing else answers, so that no call pays for the question. */
const CONSOLE = /^\/(?:$|console(?:\/|$)|admin\/v1\/)/
const UNKNOWN_PATH: Routed = { kind: 'failure', failure: { kind: 'path-unknown', message: 'there is nothing at this path' } }

/** Paths are compared as they were sent: nothing is decoded, collapsed or resolved, so no second spelling reaches a route. */
export const routeOf = (method: string, url: string): Routed => {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  const routed = FIXED.get(path) ?? matched(path, query < 0 ? '' : url.slice(query + 1))
  if (routed.kind === 'failure' || routed.kind === 'console') return routed
  const allow = routed.kind === 'inference' ? 'POST' : 'GET, HEAD'
  if (method === 'POST' ? allow === 'POST' : allow !== 'POST' && (method === 'GET' || method === 'HEAD')) return routed
  const failure = { kind: 'method-unsupported', message: `this path takes ${allow}`, allow } as const
  return routed.kind === 'inference' ? { kind: 'failure', failure, route: routed.route } : { kind: 'failure', failure }
}

const matched = (path: string, query: string): Routed => {
  const model = ofModel(path, query)
  if (model !== undefined) return model
  const [listed, beta, text = ''] = MODEL.exec(path) ?? []
  if (listed !== undefined) {
    const name = decoded(text)
    return name === undefined ? UNKNOWN_PATH : { kind: 'models', name, ...(beta !== undefined && { gemini: true }) }
  }
  if (path.startsWith(RECEIPT)) {
    const call = parseCallId(path.slice(RECEIPT.length))
    return call === undefined ? UNKNOWN_PATH : { kind: 'receipt', call }
  }
  if (CONSOLE.test(path)) return { kind: 'console' }
  const log = LOG.exec(path)?.[1]
  return log === undefined ? UNKNOWN_PATH : { kind: 'public', path: log }
}

/** What names its model in the path. A name that is none leads to no alias, and is looked up like any other. */
const ofModel = (path: string, query: string): Routed | undefined => {
  for (const { pattern, route, stream, wants } of IN_PATH) {
    const name = pattern.exec(path)?.[1]
    if (name === undefined) continue
    const model = decoded(name)
    if (model === undefined) return UNKNOWN_PATH
    if (wants?.query.test(query) === false) return { kind: 'failure', failure: { kind: 'request-invalid', message: wants.message }, route }
    return { kind: 'inference', route, path: { model, stream } }
  }
  return undefined
}

/** A model's name may hold `/` or `:`, which SDKs send escaped; it is only ever looked up. */
const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
