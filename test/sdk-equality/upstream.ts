import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from './cases.ts'

/** An upstream that answers each request with what was prepared for the case its body names, and remembers what it was asked. */
export type Upstream = {
  readonly url: string
  prepare(mark: string, answers: readonly [Answer, ...Answer[]]): void
  /** The bodies that came for this case since the last time this was asked; the first answer is up again. */
  take(mark: string): readonly Buffer[]
  close(): Promise<void>
}

type Prepared = { readonly answers: readonly [Answer, ...Answer[]]; asked: Buffer[] }

export const startUpstream = async (): Promise<Upstream> => {
  const prepared = new Map<string, Prepared>()
  const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
    read(request).then((body) => {
      const found = prepared.get(markOf(body))
      if (found === undefined) {
        response.writeHead(500).end('this upstream was asked for a case it does not have')
        return
      }
      found.asked.push(body)
      const answer = found.answers[Math.min(found.asked.length, found.answers.length) - 1] as Answer
      give(answer, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    prepare: (mark, answers) => prepared.set(mark, { answers, asked: [] }),
    take: (mark) => {
      const found = prepared.get(mark)
      const asked = found?.asked ?? []
      if (found !== undefined) found.asked = []
      return asked
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const markOf = (body: Buffer): string => (JSON.parse(body.toString()) as { metadata: { case: string } }).metadata.case

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const give = (answer: Answer, response: ServerResponse): void => {
  if (answer.raw !== undefined) {
    response.socket?.end(answer.raw)
    return
  }
  const { status, headers, body, framing } = answer
  response.sendDate = false
  if (framing === 'close') {
    response.useChunkedEncodingByDefault = false
    response.shouldKeepAlive = false
  }
  response.writeHead(status, [...headers, ...(framing === 'length' ? ['content-length', String(body.length)] : [])])
  giveBody(answer, response)
}

const giveBody = async ({ body, cuts, resetAfter, framing }: Answer, response: ServerResponse): Promise<void> => {
  const ends = [...new Set(cuts)].filter((cut) => cut > 0 && cut < body.length).sort((a, b) => a - b)
  let from = 0
  for (const to of [...ends, body.length]) {
    const stop = Math.min(to, resetAfter ?? to)
    if (stop > from) response.write(body.subarray(from, stop))
    from = to
    // The next turn of the loop writes the next piece, so that each is a segment, and in a chunked body a chunk, of its own.
    await new Promise((resolve) => setImmediate(resolve))
    if (resetAfter !== undefined && to >= resetAfter) {
      response.socket?.destroySoon()
      return
    }
  }
  if (body.length === 0 && framing !== 'length') response.flushHeaders()
  response.end()
}
