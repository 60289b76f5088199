// The mock upstream of all targets: answers every call at once, in the shape of an OpenAI chat completion. `node bench/upstream.ts PORT`
import { createServer, type ServerResponse } from 'node:http'

const CHUNKS = 40
const SENTENCE = 'Everyone is entitled to all the rights and freedoms set forth in this Declaration, without distinction of any kind. '
const HEAD = { id: 'chatcmpl-bench', created: 1_790_000_000, model: 'seed' }
const USAGE = { prompt_tokens: 120, completion_tokens: CHUNKS, total_tokens: 120 + CHUNKS }

const ANSWER = Buffer.from(
  JSON.stringify({
    ...HEAD,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: SENTENCE.repeat(6) }, logprobs: null, finish_reason: 'stop' }],
    usage: USAGE,
  }),
)
const event = (delta: object, finish: string | null, more: object = {}): string =>
  `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`
const FIRST = Buffer.from(event({ role: 'assistant', content: '' }, null))
const CHUNK = Buffer.from(event({ content: ' dignity and rights' }, null))
const LAST = Buffer.from(`${event({}, 'stop', { usage: USAGE })}data: [DONE]\n\n`)

/** One event per turn of the loop, so that most leave as packets of their own. */
const sendEvents = (response: ServerResponse): void => {
  response.writeHead(200, ['content-type', 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache'])
  response.write(FIRST)
  let left = CHUNKS
  const next = (): void => {
    if (response.destroyed) return
    if (left-- === 0) {
      response.end(LAST)
      return
    }
    response.write(CHUNK)
    setImmediate(next)
  }
  setImmediate(next)
}

/** Whether the body asks for a stream; `stream` stands in the first or last bytes of what clients and gateways write. */
const asksForStream = (first: Buffer, last: Buffer): boolean => {
  const pattern = /"stream": ?true/
  return pattern.test(first.toString('latin1', 0, 400)) || pattern.test(last.toString('latin1', Math.max(0, last.length - 400)))
}

const server = createServer((request, response) => {
  let [first, last]: Buffer[] = []
  request.on('data', (part: Buffer) => {
    first ??= part
    last = part
  })
  request.on('end', () => {
    if (first !== undefined && last !== undefined && asksForStream(first, last)) return sendEvents(response)
    response.writeHead(200, ['content-type', 'application/json', 'content-length', String(ANSWER.length)])
    response.end(ANSWER)
  })
})
server.keepAliveTimeout = 120_000
server.listen(Number(process.argv[2]), '127.0.0.1')
