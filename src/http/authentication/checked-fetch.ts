// A fetch for libraries that bring none: it speaks to hosts that the configuration names, and to no other.
import { Agent, request } from 'undici'
import { isPrivateHost, publicLookup } from './private-addresses.ts'

export type CheckedFetchSettings = {
  /** INVARIANT(G9): `host:port`, or `host` for the port of the protocol. */
  readonly hosts: readonly string[]
  /** The configuration itself names an address inside, so that names may lead there. */
  readonly privateNetwork: boolean
}
/** What a library asks; a part of what `fetch` takes. */
export type Asking = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}
export type CheckedFetch = (url: string, asking?: Asking) => Promise<Response>

const CONNECT_MS = 5_000
const ANSWER_MS = 10_000
const MAX_BYTES = 262_144

/** INVARIANT(G1, G9): no redirect is followed and no proxy is asked; a host that is not named, or turns out to be inside, is refused. */
export const openCheckedFetch = ({ hosts, privateNetwork }: CheckedFetchSettings): CheckedFetch => {
  const agent = new Agent({
    connections: 2,
    keepAliveTimeout: 1_000,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    connect: { timeout: CONNECT_MS, ...(privateNetwork ? {} : { lookup: publicLookup }) },
  })
  return async (text, { method = 'GET', headers = {}, body, signal } = {}) => {
    const url = new URL(text)
    if (!hosts.includes(url.host)) throw new Error(`the host \`${url.host}\` is not named in the configuration`)
    if (!privateNetwork && isPrivateHost(url.hostname)) throw new Error('a private address is not named in the configuration')
    const sent = body === undefined || body === null ? {} : { body: String(body) }
    const answer = await request(url, {
      method: method as 'GET',
      dispatcher: agent,
      headers,
      ...sent,
      ...(signal === undefined ? {} : { signal }),
    })
    const [type = ''] = [answer.headers['content-type']].flat()
    const bytes = await bounded(answer.body)
    return new Response(NO_BODY.has(answer.statusCode) ? null : bytes, { status: answer.statusCode, headers: { 'content-type': type } })
  }
}
const NO_BODY = new Set([204, 205, 304])

const bounded = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    if (length > MAX_BYTES) throw new Error('the answer is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
