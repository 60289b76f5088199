import { Agent, request } from 'undici'
import { isJsonObject, type Json, parseJson } from '../core/json.ts'
import type { DialectName } from '../gateway/dialects/neutral.ts'
import type { Authenticator, Credentials, Outgoing } from '../http/authentication/index.ts'

/** What is asked, before it is. */
export type ProbeQuestion = {
  readonly url: string
  /** Names and values in turn, authentication not among them. */
  readonly headers: readonly string[]
  readonly certificateAuthority: string | undefined
}
/** `failed`: unreachable, or no answer that can be read. Each sentence speaks of the address as `it`. */
export type ProbeOutcome =
  | { readonly kind: 'listed'; readonly models: readonly string[] }
  | { readonly kind: 'no-list' | 'refused' | 'failed' | 'skipped'; readonly message: string }

/** Where an endpoint of a dialect lists its models, below its base; undefined where it does not. */
export const modelListUrl = (dialect: DialectName, baseUrl: string): string | undefined =>
  dialect === 'cohere-chat' || dialect === 'bedrock-converse' ? undefined : `${baseUrl.replace(/\/+$/, '')}/models`

const SECONDS = 15
const MAX_BYTES = 8 << 20

/** Asks an endpoint for its models: one GET without content. INVARIANT(G9): no redirect is followed, no other host is asked. */
export const probeModels = async (question: ProbeQuestion, authenticator: Authenticator): Promise<ProbeOutcome> => {
  const outgoing: Outgoing = { method: 'GET', url: question.url, headers: question.headers, body: new Uint8Array() }
  const credentials = await new Promise<Credentials>((resolve) => {
    const now = authenticator.authenticate(outgoing, resolve)
    if (now !== undefined) resolve(now)
  })
  if (!credentials.ok) return { kind: 'failed', message: credentials.error.message }
  const { certificateAuthority: ca } = question
  const agent = new Agent({ connect: { timeout: 5000, ...(ca === undefined ? {} : { ca }) } })
  try {
    const answer = await request(question.url, {
      dispatcher: agent,
      headers: ['accept', 'application/json', 'user-agent', 'allod', ...question.headers, ...credentials.value],
      signal: AbortSignal.timeout(SECONDS * 1000),
    })
    return outcomeOf(answer.statusCode, await readBounded(answer.body))
  } catch (thrown) {
    const { code, name } = thrown as NodeJS.ErrnoException
    return { kind: 'failed', message: `it could not be reached (${code ?? name})` }
  } finally {
    await agent.destroy()
  }
}

const readBounded = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    if (length > MAX_BYTES) return ''
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Nothing that it says in words is repeated: it may repeat the key. */
const outcomeOf = (status: number, body: string): ProbeOutcome => {
  if (status === 401 || status === 403) return { kind: 'refused', message: `it refuses the key (${status})` }
  if (status === 404 || status === 405 || status === 501) return { kind: 'no-list', message: `it answers, but lists no models (${status})` }
  if (status >= 300 && status < 400) return { kind: 'failed', message: `it answers with a redirect (${status}), which is not followed` }
  const parsed = parseJson(body, { maxLength: MAX_BYTES, maxDepth: 32 })
  const models = status === 200 && parsed.ok ? modelsIn(parsed.value) : undefined
  return models === undefined ? { kind: 'failed', message: `it answers what is no list of models (${status})` } : { kind: 'listed', models }
}

/** `data[].id` as OpenAI and Anthropic list them, `models[].name` as Google does, or the bare list of some servers. */
const modelsIn = (value: Json): readonly string[] | undefined => {
  const list = isJsonObject(value) ? (value.data ?? value.models) : value
  if (!Array.isArray(list)) return undefined
  return (list as readonly Json[]).flatMap((each) => {
    const name = isJsonObject(each) ? (each.id ?? each.name) : each
    return typeof name === 'string' ? [name.replace(/^models\//, '')] : []
  })
}
