// The wire to a token service: one POST, one small answer.
import { Agent, request } from 'undici'
import { err, ok, type Result } from '../../core/result.ts'
import { isPrivateHost, PRIVATE_ADDRESS, publicLookup } from './private-addresses.ts'

export type TokenRequest = { readonly headers: Readonly<Record<string, string>>; readonly body: string }
export type TokenAnswer = { readonly status: number; readonly retryAfter: string | undefined; readonly body: string }
/** `passing`: trying again may help. The message is a sentence without its subject: "could not be reached (ECONNREFUSED)". */
export type WireFailure = { readonly kind: 'wire'; readonly message: string; readonly passing: boolean }

export type TokenWireSettings = {
  /** INVARIANT(G9): the one address this wire speaks to. */
  readonly url: string
  /** PEM text of the authorities to trust instead of the system's. */
  readonly certificateAuthority: string | undefined
  /** The configuration itself names an address inside, so that names may lead there. */
  readonly privateNetwork: boolean
}
export type TokenWire = {
  post(sent: TokenRequest, signal: AbortSignal): Promise<Result<TokenAnswer, WireFailure>>
  close(): void
}

const CONNECT_MS = 5_000
const ANSWER_MS = 10_000
/** Tokens are a few kilobytes. */
const MAX_BYTES = 131_072

/** INVARIANT(G1, G9): no redirect is followed and no proxy is asked; a host that turns out to be inside is refused unless it is configured so. */
export const openTokenWire = ({ url, certificateAuthority, privateNetwork }: TokenWireSettings): TokenWire => {
  const agent = new Agent({
    connections: 1,
    keepAliveTimeout: 1_000,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    connect: {
      timeout: CONNECT_MS,
      ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
      ...(privateNetwork ? {} : { lookup: publicLookup }),
    },
  })
  const inside = !privateNetwork && isPrivateHost(new URL(url).hostname)
  return {
    post: async ({ headers, body }, signal) => {
      if (inside) return fail({ code: PRIVATE_ADDRESS })
      try {
        const answer = await request(url, { method: 'POST', dispatcher: agent, headers, body, signal })
        const text = await readBounded(answer.body)
        const [retryAfter] = [answer.headers['retry-after']].flat()
        return ok({ status: answer.statusCode, retryAfter, body: text })
      } catch (thrown) {
        return fail(thrown as NodeJS.ErrnoException)
      }
    },
    close: () => {
      // An agent that cannot close cleanly has nothing left to lose.
      agent.destroy().catch(() => {})
    },
  }
}

const readBounded = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    // Leaving the loop early destroys the body, and its connection with it.
    if (length > MAX_BYTES) break
    parts.push(part)
  }
  return length > MAX_BYTES ? '' : Buffer.concat(parts).toString('utf8')
}

/** Node and OpenSSL name what is wrong with a certificate so. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|HOSTNAME_MISMATCH/

/** The code alone is told: whatever else an error holds may repeat what was sent. */
const fail = (thrown: { readonly code?: unknown; readonly name?: string }): Result<never, WireFailure> => {
  const code = typeof thrown.code === 'string' ? thrown.code : (thrown.name ?? 'unknown')
  if (code === PRIVATE_ADDRESS) return wireFailure('lies in a private network, which the configuration does not name', false)
  if (CERTIFICATE.test(code)) return wireFailure(`has a certificate of no authority that is trusted for it (${code})`, false)
  return wireFailure(`could not be reached (${code})`, code !== 'ERR_INVALID_URL')
}
const wireFailure = (message: string, passing: boolean): Result<never, WireFailure> => err({ kind: 'wire', message, passing })
