import type { UpstreamHeaders } from './ports.ts'
import type { Step } from './prepared.ts'
import type { Classified } from './stages.ts'

/** Headers of an endpoint's answer that reach the caller. Cookies, server names and connection headers do not. */
const PASSED: ReadonlySet<string> = new Set([
  'content-type',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'x-request-id',
  'request-id',
  'content-language',
])

/** Names and values in turn: what the exchange says of the call, then what it passes on. */
export const answerHeaders = (classified: Classified, step: Step, upstream: UpstreamHeaders): string[] => {
  const headers = [...callHeaders(classified), ...step.responseHeaders]
  for (const name in upstream) {
    if (!PASSED.has(name) && !name.startsWith('openai-') && !name.startsWith('x-ratelimit-')) continue
    const value = upstream[name]
    if (typeof value === 'string') headers.push(name, value)
    else if (value !== undefined) for (const each of value) headers.push(name, each)
  }
  return headers
}

/** What each answer to a planned call carries, also when no endpoint answered. */
export const callHeaders = ({ call, dataClass, drill }: Classified): readonly string[] => [
  'allod-call',
  call,
  'allod-receipt',
  `/v1/receipts/${call}`,
  'allod-data-class',
  encodeURI(dataClass),
  ...(drill === undefined ? NO_HEADERS : ['allod-drill', drill]),
]
const NO_HEADERS: readonly string[] = []

export const firstOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0]

/** Whether the answer says by itself where it ends. */
export const isFramed = (headers: UpstreamHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined

/** Statuses after which another endpoint may do better: too slow, in conflict with itself, too small for this request, too busy. */
export const isRetryable = (status: number): boolean => status >= 500 || ELSEWHERE.has(status)
const ELSEWHERE: ReadonlySet<number> = new Set([408, 409, 413, 429])

/** The media type without parameters, lower case. */
export const mediaType = (headers: UpstreamHeaders): string => {
  const value = firstOf(headers['content-type']) ?? ''
  const end = value.indexOf(';')
  return (end < 0 ? value : value.slice(0, end)).trim().toLowerCase()
}
export const isJson = (type: string): boolean => type === 'application/json' || type.endsWith('+json')
