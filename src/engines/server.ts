import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Json, parseJson } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import type { Clock, Random } from '../core/units.ts'
import type { Asked } from './answers.ts'
import type { TokenChance } from './chances.ts'
import { type CallFailure, failureBody, refuse } from './failure.ts'
import type { Finish, PreparedPrompt } from './generate.ts'
import type { Inference } from './inference.ts'
import { readChatCall, readEmbeddingCall, readTextCall, type Streaming } from './request.ts'
import { type Choice, chatWriting, embeddingBody, type Heading, textWriting, type Writing } from './response.ts'

export type EngineServerOptions = {
  /** The model name callers must use. */
  readonly name: string
  /** SHA-256 of the model file, in hex; shown as `system_fingerprint` and at `/v1/models`. */
  readonly digest: string
  readonly inference: Inference
  readonly clock: Clock
  readonly random: Random
}

const MAX_BODY_BYTES = 8 << 20
const JSON_LIMITS = { maxLength: MAX_BODY_BYTES, maxDepth: 64 }

/** Serves a loaded model in the `openai-chat` dialect. Knows no keys and no callers: whoever can open its socket may use it. */
export const engineServer = (options: EngineServerOptions): Server => {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((failure: unknown) => {
      const message = `the engine failed: ${failure instanceof Error ? failure.message : String(failure)}`
      fail(response, refuse('engine_error', message, null, 500).error)
    })
  })
  // A call takes as long as its text; whoever called decides when it is too long.
  server.requestTimeout = 0
  return server
}

const answer = async (options: EngineServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { pathname } = new URL(request.url ?? '/', 'http://engine')
  const route = `${request.method} ${pathname}`
  if (route === 'GET /health') return send(response, 200, { status: 'ok', model: options.name, ...options.inference.load() })
  if (route === 'GET /v1/models') return send(response, 200, modelList(options))
  const handler = POSTS[pathname]
  if (handler === undefined) return fail(response, refuse('not_found', `this engine has nothing at \`${pathname}\``, null, 404).error)
  if (request.method !== 'POST') return fail(response, refuse('method_not_allowed', `\`${pathname}\` takes POST only`, null, 405).error)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const body = await readBody(request)
  const done = body.ok ? await handler(options, body.value, response, gone.signal) : body
  if (!done.ok) fail(response, done.error)
}

type Handler = (
  options: EngineServerOptions,
  body: Json,
  response: ServerResponse,
  signal: AbortSignal,
) => Promise<Result<void, CallFailure>>

const chat: Handler = async (options, body, response, signal) => {
  const call = readChatCall(body)
  if (!call.ok) return call
  if (call.value.model !== options.name) return unknownModel(options, call.value.model)
  const prompt = options.inference.prompts.chat(call.value.messages)
  if (!prompt.ok) return prompt
  const asked: Asked = { field: 'messages', prompts: [prompt.value], settings: call.value.settings, echo: false, answers: 1, candidates: 1 }
  return write(options, { id: 'chatcmpl', writing: chatWriting, ...call.value, asked }, response, signal)
}

const text: Handler = async (options, body, response, signal) => {
  const call = readTextCall(body)
  if (!call.ok) return call
  const { model, settings, echo, answers, candidates } = call.value
  if (model !== options.name) return unknownModel(options, model)
  const prompts: PreparedPrompt[] = []
  for (const prompt of call.value.prompts) {
    const prepared = options.inference.prompts.text(prompt)
    if (!prepared.ok) return prepared
    prompts.push(prepared.value)
  }
  const asked: Asked = { field: 'prompt', prompts, settings, echo, answers, candidates }
  return write(options, { id: 'cmpl', writing: textWriting, ...call.value, asked }, response, signal)
}

const embeddings: Handler = async (options, body, response, signal) => {
  const call = readEmbeddingCall(body)
  if (!call.ok) return call
  if (call.value.model !== options.name) return unknownModel(options, call.value.model)
  const embedded = await options.inference.embed(call.value.inputs, signal)
  if (!embedded.ok) return embedded
  send(response, 200, embeddingBody(options.name, embedded.value.vectors, embedded.value.tokens, call.value.base64))
  return ok(undefined)
}

const POSTS: Readonly<Record<string, Handler>> = {
  '/v1/chat/completions': chat,
  '/v1/completions': text,
  '/v1/embeddings': embeddings,
}

type Written = Streaming & { readonly id: string; readonly writing: Writing; readonly asked: Asked }

const write = async (
  options: EngineServerOptions,
  call: Written,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<Result<void, CallFailure>> => {
  const of: Heading = {
    id: `${call.id}-${Buffer.from(options.random(16)).toString('hex')}`,
    created: Math.floor(options.clock() / 1000),
    model: options.name,
    fingerprint: `gguf-${options.digest.slice(0, 16)}`,
  }
  return call.stream
    ? writeStream(options.inference, call, of, response, signal)
    : writeWhole(options.inference, call, of, response, signal)
}

const writeWhole = async (
  inference: Inference,
  { asked, writing }: Written,
  of: Heading,
  response: ServerResponse,
  signal: AbortSignal,
) => {
  const choices: Choice[] = []
  // One answer is complete before the next begins.
  let text = ''
  let tokens: TokenChance[] = []
  const used = await inference.answer(asked, signal, {
    piece(_, piece) {
      text += piece.text
      for (const token of piece.tokens) tokens.push(token)
    },
    end(_, finish: Finish) {
      choices.push({ text, tokens, finish })
      text = ''
      tokens = []
    },
  })
  if (!used.ok) return used
  send(response, 200, writing.whole(of, choices, asked.settings.topLogprobs !== undefined, used.value))
  return ok(undefined)
}

const writeStream = async (inference: Inference, call: Written, of: Heading, response: ServerResponse, signal: AbortSignal) => {
  const { writing, asked } = call
  const logprobs = asked.settings.topLogprobs !== undefined
  let opened = -1
  const event = async (chunk: unknown): Promise<void> => {
    const object = call.includeUsage ? { usage: null, ...(chunk as object) } : chunk
    if (!response.write(`data: ${JSON.stringify(object)}\n\n`)) await drained(response)
  }
  // The status line waits for the first piece, so that what can be refused is refused with its own status.
  const begin = async (answer: number): Promise<void> => {
    if (answer === opened) return
    opened = answer
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
    const opening = writing.opening(of, answer)
    if (opening !== undefined) await event(opening)
  }
  const used = await inference.answer(asked, signal, {
    async piece(answer, piece) {
      await begin(answer)
      await event(writing.piece(of, answer, piece, logprobs))
    },
    async end(answer, finish) {
      await begin(answer)
      await event(writing.closing(of, answer, finish))
    },
  })
  if (!used.ok) return used
  if (call.includeUsage) await event(writing.usage(of, used.value))
  response.end('data: [DONE]\n\n')
  return ok(undefined)
}

/** Waits until the reader has taken what was written; one that takes nothing at all for this long is dropped. */
const SLOWEST_READER_MS = 60_000
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (response.destroyed) return resolve()
    const drop = setTimeout(() => response.destroy(), SLOWEST_READER_MS)
    const settle = (): void => {
      clearTimeout(drop)
      response.off('drain', settle)
      response.off('close', settle)
      resolve()
    }
    response.once('drain', settle)
    response.once('close', settle)
  })

const readBody = async (request: IncomingMessage): Promise<Result<Json, CallFailure>> => {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MAX_BODY_BYTES) return refuse('body_too_large', `the body is longer than ${MAX_BODY_BYTES} bytes`, null, 413)
    parts.push(part)
  }
  let decoded: string
  try {
    decoded = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
  } catch {
    return refuse('invalid_body', 'the body is not UTF-8')
  }
  const parsed = parseJson(decoded, JSON_LIMITS)
  return parsed.ok ? parsed : refuse('invalid_body', `the body is not JSON: ${parsed.error.message}`)
}

const modelList = ({ name, digest, inference }: EngineServerOptions) => ({
  object: 'list',
  data: [
    {
      id: name,
      object: 'model',
      created: 0,
      owned_by: 'local',
      sha256: digest,
      context_length: inference.contextTokens,
      ...inference.description,
    },
  ],
})

const unknownModel = ({ name }: EngineServerOptions, asked: string) =>
  refuse('model_not_found', `this engine serves \`${name}\`, not \`${asked.slice(0, 100)}\``, 'model', 404)

const send = (response: ServerResponse, status: number, body: unknown): void => {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** INVARIANT(G5): a stream that cannot go on says so in an event that SDKs raise, and has no `[DONE]`. */
const fail = (response: ServerResponse, failure: CallFailure): void => {
  if (response.destroyed) return
  if (response.headersSent) {
    response.end(`data: ${failureBody(failure)}\n\n`)
    return
  }
  const headers = failure.status === 503 ? { 'retry-after': '1' } : {}
  // A body that was not read to its end would be taken for the next request.
  response.writeHead(failure.status, { 'content-type': 'application/json', connection: 'close', ...headers }).end(failureBody(failure))
}
