// The least that can be called a pass-through in Node: `node:http` in, `undici` out. It collects the body, sends it on, and hands
// status, content type and bytes back as they come. No key, no policy, no budget, no record. `node bench/bare.ts PORT UPSTREAM_PORT`
import { createServer, type ServerResponse } from 'node:http'
import { type Dispatcher, Pool } from 'undici'

const [, , port, upstreamPort] = process.argv
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: 64, pipelining: 1 })

class Passing implements Dispatcher.DispatchHandler {
  private readonly response: ServerResponse
  constructor(response: ServerResponse) {
    this.response = response
  }
  onRequestStart(): void {}
  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    const length = headers['content-length']
    const type = ['content-type', String(headers['content-type'])]
    this.response.writeHead(status, length === undefined ? type : [...type, 'content-length', String(length)])
  }
  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.response.write(chunk)
  }
  onResponseEnd(): void {
    this.response.end()
  }
  onResponseError(): void {
    this.response.destroy()
  }
}

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const [only] = parts
    const body = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
    const headers = ['content-type', request.headers['content-type'] ?? 'application/json']
    pool.dispatch({ path: request.url ?? '/', method: 'POST', headers, body }, new Passing(response))
  })
})
server.keepAliveTimeout = 120_000
server.listen(Number(port), '127.0.0.1')
