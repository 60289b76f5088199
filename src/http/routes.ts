import { type CallId, parseCallId } from '../core/ids.ts'
import type { CallFailure } from '../gateway/failure.ts'
import type { Route } from '../gateway/ports.ts'

/** Where a request goes. */
export type Routed =
  | { readonly kind: 'inference'; readonly route: Route }
  | { readonly kind: 'models'; readonly name?: string }
  | { readonly kind: 'receipt'; readonly call: CallId }
  | { readonly kind: 'public'; readonly path: string }
  | { readonly kind: 'well-known' }
  | { readonly kind: 'health' }
  | { readonly kind: 'failure'; readonly failure: CallFailure }

const FIXED: ReadonlyMap<string, Routed> = new Map<string, Routed>([
  ['/v1/chat/completions', { kind: 'inference', route: 'chat' }],
  ['/v1/completions', { kind: 'inference', route: 'completions' }],
  ['/v1/embeddings', { kind: 'inference', route: 'embeddings' }],
  ['/v1/models', { kind: 'models' }],
  ['/.well-known/allod.json', { kind: 'well-known' }],
  ['/health', { kind: 'health' }],
])
/** Paths of C2SP tlog-tiles: https://c2sp.org/tlog-tiles. */
const LOG = /^\/log\/(checkpoint|tile\/(?:entries|[0-9]|[1-5][0-9]|6[0-3])(?:\/x[0-9]{3})*\/[0-9]{3}(?:\.p\/[0-9]{1,3})?)$/
const MODEL = '/v1/models/'
const RECEIPT = '/v1/receipts/'
const UNKNOWN_PATH: Routed = { kind: 'failure', failure: { kind: 'path-unknown', message: 'there is nothing at this path' } }

/** Paths are compared as they were sent: nothing is decoded, collapsed or resolved, so no second spelling reaches a route. */
export const routeOf = (method: string, url: string): Routed => {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  const routed = FIXED.get(path) ?? matched(path)
  if (routed.kind === 'failure') return routed
  const allow = routed.kind === 'inference' ? 'POST' : 'GET, HEAD'
  if (method === 'POST' ? allow === 'POST' : allow !== 'POST' && (method === 'GET' || method === 'HEAD')) return routed
  return { kind: 'failure', failure: { kind: 'method-unsupported', message: `this path takes ${allow}`, allow } }
}

const matched = (path: string): Routed => {
  if (path.startsWith(MODEL)) {
    const name = decoded(path.slice(MODEL.length))
    return name === undefined || name === '' ? UNKNOWN_PATH : { kind: 'models', name }
  }
  if (path.startsWith(RECEIPT)) {
    const call = parseCallId(path.slice(RECEIPT.length))
    return call === undefined ? UNKNOWN_PATH : { kind: 'receipt', call }
  }
  const log = LOG.exec(path)?.[1]
  return log === undefined ? UNKNOWN_PATH : { kind: 'public', path: log }
}

/** A model's name may hold `/` or `:`, which SDKs send escaped; it is only ever looked up. */
const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
