// An endpoint of the test's own, on loopback, that answers at once in OpenAI's chat dialect with usage.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type TestUpstream = { readonly baseUrl: string; close(): Promise<void> }

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }

export const startUpstream = (): Promise<TestUpstream> => {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      if (!body.includes('"stream":true')) {
        response.writeHead(200, { 'content-type': 'application/json' })
        const choices = [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }]
        response.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices, usage }))
        return
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const content of ['y', 'e', 's'])
        response.write(
          `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`,
        )
      response.write(
        `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`,
      )
      response.end('data: [DONE]\n\n')
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      const close = () =>
        new Promise<void>((done) => {
          server.close(() => done())
          server.closeAllConnections()
        })
      resolve({ baseUrl: `http://127.0.0.1:${port}/v1`, close })
    })
  })
}
