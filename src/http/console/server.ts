import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RunningConsole = { readonly url: string; close(): Promise<void> }

const MAX_HEAD_BYTES = 16_384
const HEAD_PATIENCE = 10_000
const BODY_PATIENCE = 120_000

/** Serves the console at an address of its own, which no caller's key opens. Port 0 lets the system choose. Rejects when it cannot be taken. */
export const startConsole = (
  { host, port }: { readonly host: string; readonly port: number },
  open: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<RunningConsole> => {
  const server = createServer({ maxHeaderSize: MAX_HEAD_BYTES, headersTimeout: HEAD_PATIENCE, requestTimeout: BODY_PATIENCE }, open)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const taken = (server.address() as AddressInfo).port
      resolve({
        url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            server.closeAllConnections()
          }),
      })
    })
  })
}
