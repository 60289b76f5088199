// An endpoint of the test's own, down at the socket: it counts every byte that reaches it and answers exactly as it is told to.
import { type AddressInfo, createServer, type Socket } from 'node:net'

export type Behaviour = (socket: Socket, request: string) => void
export type RawUpstream = {
  readonly baseUrl: string
  readonly connections: number
  /** Bytes of requests, heads included. */
  readonly bytes: number
  /** Whole requests. */
  readonly requests: number
  /** Decides the answers from now on. */
  behaves(how: Behaviour): void
  close(): Promise<void>
}

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
export const ANSWER = JSON.stringify({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }],
  usage: USAGE,
})
const chunk = (more: object): string => `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', model: 'm', ...more })}\n\n`
export const EVENT = chunk({ choices: [{ index: 0, delta: { content: 'yes' }, finish_reason: null }] })
const FINISH = { index: 0, delta: {}, finish_reason: 'stop' }
const LAST_EVENTS = `${chunk({ choices: [FINISH] })}${chunk({ choices: [], usage: USAGE })}data: [DONE]\n\n`

export const whole = (body: string, ...headers: readonly string[]): string =>
  ['HTTP/1.1 200 OK', 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n')
export const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
export const chunked = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

/** Answers as an endpoint should, whole or as a stream. */
export const wellBehaved: Behaviour = (socket, request) => {
  if (request.includes('"stream":true')) socket.write(`${STREAM_HEAD}${chunked(EVENT)}${chunked(LAST_EVENTS)}0\r\n\r\n`)
  else socket.write(whole(ANSWER))
}

/** Starts one on loopback; without a port, the system chooses. Rejects where somebody has the port already. */
export const startRawUpstream = (port = 0): Promise<RawUpstream> => {
  let behave = wellBehaved
  let [connections, bytes, requests] = [0, 0, 0]
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    connections++
    open.add(socket)
    let waiting = ''
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
    socket.setEncoding('latin1').on('data', (text: string) => {
      bytes += text.length
      waiting += text
      for (let length = requestLength(waiting); length <= waiting.length; length = requestLength(waiting)) {
        requests++
        behave(socket, waiting.slice(0, length))
        waiting = waiting.slice(length)
      }
    })
  })
  const upstream = (baseUrl: string): RawUpstream => ({
    baseUrl,
    get connections() {
      return connections
    },
    get bytes() {
      return bytes
    },
    get requests() {
      return requests
    },
    behaves: (how) => {
      behave = how
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(upstream(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`)))
  })
}

/** Of the first request in `text`, head and body; infinite while its head has not come whole. */
const requestLength = (text: string): number => {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return Number.POSITIVE_INFINITY
  return end + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? 0)
}
