// Reads one answer twice over: its bytes, and what the official SDK makes of it, as values that can be compared.
import { type Agent, type IncomingMessage, request } from 'node:http'
import OpenAI from 'openai'
import type { Call } from './cases.ts'

/** Where a call is sent. */
export type Way = { readonly baseUrl: string; readonly key: string; readonly agent: Agent; readonly client: OpenAI }

export const wayTo = (baseUrl: string, key: string, agent: Agent): Way => ({
  baseUrl,
  key,
  agent,
  client: new OpenAI({ baseURL: baseUrl, apiKey: key, maxRetries: 0, logLevel: 'off', timeout: 20_000 }),
})

const PATHS = { chat: '/chat/completions', completions: '/completions', embeddings: '/embeddings' } as const
const QUESTION = [{ role: 'user' as const, content: 'Qui est né libre ? 誰?' }]

/** The request of a call as the SDK's parameters; `mark` names the case to the upstream. */
const parametersOf = ({ route, more }: Call, model: string, mark: string) => {
  const input = route === 'chat' ? { messages: QUESTION } : route === 'completions' ? { prompt: 'Tous les êtres' } : { input: 'né libre' }
  return { model, ...input, metadata: { case: mark }, ...more }
}

// ---- bytes --------------------------------------------------------------------------------------------------------------

export type RawRead = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Whether the body came whole by its own framing. */
  readonly whole: boolean
  readonly call: string | undefined
}

/** Headers that say something of the answer to a caller; the exchange hands these on and adds its own. */
const isRelevant = (name: string): boolean =>
  ['content-type', 'retry-after', 'retry-after-ms', 'x-should-retry', 'x-request-id', 'request-id', 'content-language'].includes(name) ||
  name.startsWith('openai-') ||
  name.startsWith('x-ratelimit-')

/** Undefined when no HTTP answer came. */
export const readRaw = (way: Way, call: Call, model: string, mark: string): Promise<RawRead | undefined> =>
  new Promise((resolve) => {
    const body = JSON.stringify({ ...parametersOf(call, model, mark), ...(call.stream ? { stream: true } : {}) })
    const sent = request(
      `${way.baseUrl}${PATHS[call.route]}`,
      {
        method: 'POST',
        agent: way.agent,
        headers: { authorization: `Bearer ${way.key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => resolve(collect(response)),
    )
    sent.on('error', () => resolve(undefined))
    sent.end(body)
  })

const collect = (response: IncomingMessage): Promise<RawRead> =>
  new Promise((resolve) => {
    const parts: Buffer[] = []
    response.on('data', (part: Buffer) => parts.push(part))
    // A body that breaks off raises an error and closes as well; `complete` tells.
    response.on('error', () => {})
    response.on('close', () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: relevant(response.rawHeaders),
        body: Buffer.concat(parts),
        whole: response.complete,
        call: response.headers['allod-call'] as string | undefined,
      }),
    )
  })

const relevant = (raw: readonly string[]): Record<string, string> => {
  const found: Record<string, string> = {}
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase()
    if (isRelevant(name)) found[name] = found[name] === undefined ? (raw[i + 1] as string) : `${found[name]}, ${raw[i + 1]}`
  }
  return found
}

// ---- the SDK ------------------------------------------------------------------------------------------------------------

/** What the SDK gave: the value or the chunks, and how it ended. Compared with deep equality. */
export type SdkRead = {
  readonly value: unknown
  readonly chunks: readonly unknown[]
  readonly status: number | undefined
  readonly requestId: string | null | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly error: Readonly<Record<string, unknown>> | undefined
}

export const readBySdk = async (way: Way, call: Call, model: string, mark: string): Promise<SdkRead> => {
  const chunks: unknown[] = []
  let head: Pick<SdkRead, 'status' | 'requestId' | 'headers'> = { status: undefined, requestId: undefined, headers: {} }
  try {
    const parameters = parametersOf(call, model, mark)
    const options = call.maxRetries === undefined ? {} : { maxRetries: call.maxRetries }
    if (call.by === 'accumulate') return { ...head, value: await accumulated(way, parameters, chunks), chunks, error: undefined }
    const { data, response, request_id } = await send(way, call, parameters, options).withResponse()
    head = { status: response.status, requestId: request_id, headers: headersOf(response.headers) }
    if (!call.stream) return { ...head, value: { data, requestId: requestIdOf(data) }, chunks, error: undefined }
    for await (const chunk of data as AsyncIterable<unknown>) chunks.push(chunk)
    return { ...head, value: undefined, chunks, error: undefined }
  } catch (failure) {
    return { ...head, value: undefined, chunks, error: errorOf(failure) }
  }
}

type Parameters = ReturnType<typeof parametersOf>
type Sent = { withResponse(): Promise<{ data: unknown; response: Response; request_id: string | null | undefined }> }
/** The SDK's methods differ in type but not in shape; answers are compared as they come, whatever their type says. */
const send = ({ client }: Way, call: Call, parameters: Parameters, options: { maxRetries?: number }): Sent => {
  const body = (call.stream ? { ...parameters, stream: true } : parameters) as never
  if (call.by === 'parse') return client.chat.completions.parse(body, options)
  if (call.route === 'embeddings') return client.embeddings.create(body, options)
  return call.route === 'completions' ? client.completions.create(body, options) : client.chat.completions.create(body, options)
}

/** The SDK's own accumulation of a stream into one completion, with each event it tells of on the way. */
const accumulated = async ({ client }: Way, parameters: Parameters, events: unknown[]): Promise<unknown> => {
  const runner = client.chat.completions.stream({ ...parameters, stream: true } as never)
  for (const name of ['content.delta', 'content.done', 'refusal.delta', 'refusal.done', 'logprobs.content.delta'] as const)
    runner.on(name, (event: unknown) => events.push([name, structuredClone(event)]))
  runner.on('tool_calls.function.arguments.done', (event) => events.push(['tool', structuredClone(event)]))
  return structuredClone(await runner.finalChatCompletion())
}

const requestIdOf = (data: unknown): unknown => (data as { _request_id?: unknown } | null | undefined)?._request_id

const headersOf = (headers: Headers): Record<string, string> => Object.fromEntries([...headers].filter(([name]) => isRelevant(name)))

const errorOf = (failure: unknown): Record<string, unknown> => {
  if (!(failure instanceof Error)) return { kind: 'thrown', failure }
  const { message } = failure
  const kind = failure.constructor.name
  if (!(failure instanceof OpenAI.APIError)) return { kind, message }
  const { status, code, param, type, error, requestID, headers } = failure
  return { kind, message, status, code, param, type, error, requestID, headers: headers === undefined ? undefined : headersOf(headers) }
}
