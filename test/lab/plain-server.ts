// A small endpoint of OpenAI's chat on this machine, which does with each member what a test wants: honour, ignore or reject it.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../src/core/json.ts'

export type Manner = 'honours' | 'ignores' | 'rejects'
export type Manners = {
  readonly [what in
    | 'max_tokens'
    | 'max_completion_tokens'
    | 'seed'
    | 'stop'
    | 'n'
    | 'strange'
    | 'tool_choice'
    | 'response_format'
    | 'system'
    | 'key'
    | 'stream']?: Manner
}
export type PlainServer = {
  readonly url: string
  readonly calls: () => number
  /** Replaced to change the vendor under the lab. */
  manners: Manners
  /** Answers instead of the endpoint, where it is set. */
  answer: ((body: JsonObject, response: ServerResponse) => void) | undefined
  stop(): Promise<void>
}
export const KEY = 'plain-secret-key-1234'

export const startPlain = async (manners: Manners = {}): Promise<PlainServer> => {
  let calls = 0
  const server = createServer((request, response) => {
    calls += 1
    void read(request).then((text) => {
      const parsed = parseJson(text)
      const body = parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined
      if (plain.answer !== undefined) plain.answer(body ?? {}, response)
      else reply(body, request, response, plain.manners)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const plain: PlainServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls: () => calls,
    manners,
    answer: undefined,
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return plain
}

const read = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

const refuse = (response: ServerResponse, status: number, message: string): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }))
}

const KNOWN =
  /^(?:model|messages|max_tokens|max_completion_tokens|seed|stop|n|tool_choice|tools|response_format|stream|stream_options|temperature|top_p|user)$/

type Refusal = readonly [status: number, message: string]

const refusalOf = (body: JsonObject | undefined, key: string, manners: Manners): Refusal | undefined => {
  if (manners.key === 'honours' && key !== `Bearer ${KEY}`) return [401, `the key ${key} is wrong`]
  if (body === undefined || !Array.isArray(body.messages)) return [400, 'no messages']
  if (body.model !== 'plain') return [404, 'no such model']
  for (const name of Object.keys(body)) {
    const manner = KNOWN.test(name) ? manners[name as keyof Manners] : manners.strange
    if (manner === 'rejects') return [422, `${name} is not permitted`]
  }
  if (manners.seed === 'honours' && body.seed !== undefined && !Number.isInteger(body.seed)) return [400, 'seed must be a whole number']
  if (manners.system === 'rejects' && (body.messages as readonly Json[]).some((each) => isJsonObject(each) && each.role === 'system'))
    return [400, 'no system messages']
  return undefined
}

const reply = (body: JsonObject | undefined, request: IncomingMessage, response: ServerResponse, manners: Manners): void => {
  const [status, message] = refusalOf(body, request.headers.authorization ?? '', manners) ?? []
  if (status === undefined) write(body ?? {}, response, manners)
  else refuse(response, status, message ?? '')
}

let drawn = 0
const textFor = (body: JsonObject, manners: Manners): { readonly text: string; readonly stop: string } => {
  const messages = (body.messages as readonly Json[]).filter(isJsonObject)
  const said = messages.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content))).join(' ')
  const obeyed = manners.system === 'ignores' ? String(messages.at(-1)?.content) : said
  const until = Number(/Count from 1 to (\d+)/.exec(said)?.[1] ?? 0)
  const take = manners.seed === 'honours' && typeof body.seed === 'number' ? body.seed : ++drawn
  let text = until > 0 ? Array.from({ length: until }, (_, index) => index + 1).join(' ') : `${obeyed} (${take})`
  const format = isJsonObject(body.response_format) ? body.response_format.type : undefined
  if (format !== undefined && manners.response_format === 'honours')
    text = format === 'json_object' ? '{"answer":"yes"}' : '{"degrees":9,"sky":"clear"}'
  if (manners.stop === 'honours') for (const word of Array.isArray(body.stop) ? body.stop : []) text = text.split(String(word))[0] ?? ''
  const limit = ['max_tokens', 'max_completion_tokens']
    .map((name) => (manners[name as keyof Manners] === 'ignores' ? undefined : body[name]))
    .find((each) => typeof each === 'number')
  const words = text.split(' ')
  return typeof limit === 'number' && words.length > limit
    ? { text: words.slice(0, limit).join(' '), stop: 'length' }
    : { text, stop: 'stop' }
}

const messageFor = (body: JsonObject, manners: Manners): { readonly message: JsonObject; readonly stop: string; readonly text: string } => {
  const choice = body.tool_choice
  const tools = Array.isArray(body.tools) ? (body.tools as readonly JsonObject[]) : []
  const { text, stop } = textFor(body, manners)
  const first = isJsonObject(tools[0]?.function) ? String(tools[0].function.name) : undefined
  const named = isJsonObject(choice) && isJsonObject(choice.function) ? String(choice.function.name) : undefined
  const wanted = manners.tool_choice === 'honours' ? (choice === 'none' ? undefined : (named ?? first)) : undefined
  if (wanted === undefined || choice === undefined) return { message: { role: 'assistant', content: text }, stop, text }
  const call = { id: 'call_1', type: 'function', function: { name: wanted, arguments: '{"city":"Reims"}' } }
  return { message: { role: 'assistant', content: null, tool_calls: [call] }, stop: 'tool_calls', text: '' }
}

const write = (body: JsonObject, response: ServerResponse, manners: Manners): void => {
  const { message, stop, text } = messageFor(body, manners)
  const usage = { prompt_tokens: JSON.stringify(body.messages).split(' ').length, completion_tokens: text.split(' ').length }
  const count = manners.n === 'honours' && typeof body.n === 'number' ? body.n : 1
  const envelope = { id: 'chatcmpl-1', created: 1, model: 'plain' }
  if (body.stream === true && manners.stream !== 'ignores') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunk = (delta: JsonObject, finish: string | null) =>
      `data: ${JSON.stringify({ ...envelope, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
    response.end(
      `${chunk(message, null)}${chunk({}, stop)}data: ${JSON.stringify({ ...envelope, choices: [], usage })}\n\ndata: [DONE]\n\n`,
    )
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  const choices = Array.from({ length: count }, (_, index) => ({ index, message, finish_reason: stop }))
  response.end(JSON.stringify({ ...envelope, object: 'chat.completion', choices, usage }))
}
