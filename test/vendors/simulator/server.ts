// One real HTTP server for one simulated vendor. It is strict where the vendor is, and every answer says that it is simulated.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, parseJson } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import type { DialectName } from '../../../src/gateway/dialects/neutral.ts'
import { Doors } from './doors.ts'
import { ScriptedModel } from './model.ts'
import type { Answered, ErrorForm, Fault, Incoming, Refusal, Reply, Service, Vendor, World } from './vendor.ts'

export type VendorOptions = {
  /** The place that the address stands for, where the vendor has one for each. */
  readonly region?: string
  /** After so many requests the vendor answers 429. */
  readonly requests?: number
  /** Bytes that are written at once, through characters if need be. */
  readonly pieceLength?: number
}
export type Received = Incoming & { readonly status: number }
export type Simulated = {
  readonly vendor: Vendor
  /** The base address of the first interface, and of each; as a profile has it. */
  readonly url: string
  readonly urls: { readonly [dialect in DialectName]?: string }
  readonly origin: string
  readonly key: string
  /** What came in, in order, tokens included. */
  readonly requests: readonly Received[]
  /** Lets the next answer go wrong. */
  readonly fail: (fault: Fault) => void
  readonly stop: () => Promise<void>
}

type Called = { readonly service: Service; readonly named: { readonly [name: string]: string } }
type Streamed = Extract<Reply, { kind: 'stream' }>
const MAX_BODY = 4 << 20

export const startSimulator = async (vendor: Vendor, options: VendorOptions = {}): Promise<Simulated> => {
  const running = new Running(vendor, options)
  const server = createServer((request, response) => void running.handle(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const urls = Object.fromEntries([...vendor.services].reverse().map(({ dialect, base }) => [dialect, origin + base]))
  const url = origin + (vendor.services[0]?.base ?? '')
  const { requests, faults, key } = running
  return { vendor, url, urls, origin, key, requests, fail: (fault) => void faults.push(fault), stop: () => stop(server) }
}

const stop = async (server: Server): Promise<void> => {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}

class Running {
  readonly requests: Received[] = []
  readonly faults: Fault[] = []
  readonly key: string
  private readonly vendor: Vendor
  private readonly options: VendorOptions
  private readonly model = new ScriptedModel()
  private readonly doors: Doors
  private answered = 0
  private ids = 0

  constructor(vendor: Vendor, options: VendorOptions) {
    this.vendor = vendor
    this.options = options
    this.key = vendor.key ?? 'simulated-key'
    this.doors = new Doors(vendor, this.key)
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = await incomingOf(request)
    const id = this.id()
    if (!read.ok) {
      this.refuse(response, read.error, this.vendor.errors, id)
      return
    }
    const incoming = read.value
    const token = this.doors.exchange(incoming, Date.now())
    if (token !== undefined) return this.record(incoming, this.send(response, token.status, token.body, {}))
    const fault = this.faults.shift()
    const called = this.serviceAt(incoming.path)
    const form = called?.service.errors ?? this.vendor.errors
    const answered = this.answer(incoming, called, fault)
    if (!answered.ok) return this.record(incoming, this.refuse(response, answered.error, form, id))
    const reply = answered.value
    if (reply.kind === 'whole')
      return this.record(incoming, this.send(response, 200, reply.body, { ...this.about(incoming), ...reply.headers }))
    this.record(incoming, 200)
    await this.stream(response, reply, this.about(incoming), form, fault)
  }

  private record(incoming: Incoming, status: number): void {
    this.requests.push({ ...incoming, status })
  }

  private serviceAt(path: string): Called | undefined {
    for (const service of this.vendor.services) {
      const found = path.startsWith(service.base) ? service.path.exec(path.slice(service.base.length)) : null
      if (found !== null) return { service, named: found.groups ?? {} }
    }
    return undefined
  }

  private answer(incoming: Incoming, called: Called | undefined, fault: Fault | undefined): Answered {
    const { options, model } = this
    const refused = this.doors.refuse(incoming)
    if (refused !== undefined) return err(refused)
    if (++this.answered > (options.requests ?? Number.POSITIVE_INFINITY) || fault === 'rate-limited')
      return err({ status: 429, kind: 'rate-limited', message: 'Too many requests. Try again later.' })
    if (called === undefined)
      return err({
        status: 404,
        kind: 'not-found',
        message: `Unknown request URL: ${incoming.method} ${incoming.path}`,
        code: 'unknown_url',
      })
    const { service, named } = called
    if (fault === 'overloaded') return err({ status: overloadStatus(service), kind: 'overloaded', message: 'Overloaded' })
    if (incoming.method !== 'POST') return err({ status: 405, kind: 'invalid', message: 'Method Not Allowed' })
    const world: World = { model, region: options.region, fault, now: Math.floor(Date.now() / 1000), id: () => this.id() }
    return service.answer(incoming, named, world)
  }

  private id(): string {
    return `sim${String(++this.ids).padStart(6, '0')}`
  }

  private about({ headers }: Incoming): { [name: string]: string } {
    const { logsUnless } = this.vendor
    const logged = logsUnless === undefined ? {} : { 'x-simulated-logged': String(headers[logsUnless.header] !== logsUnless.says) }
    return { ...this.allowance(), ...logged }
  }

  /** Class 18: how much is left, under the vendor's own names. */
  private allowance(): { [name: string]: string } {
    const limit = this.options.requests ?? 600
    const words = { limit: String(limit), remaining: String(Math.max(0, limit - this.answered)), reset: '7s' }
    return Object.fromEntries(Object.entries(this.vendor.rateLimit ?? {}).map(([header, what]) => [header, words[what]]))
  }

  private refuse(response: ServerResponse, refusal: Refusal, errors: ErrorForm, id: string): number {
    const wait = refusal.kind === 'rate-limited' ? { 'retry-after': '7' } : {}
    return this.send(response, refusal.status, errors.body(refusal, id), { ...this.allowance(), ...wait, ...errors.headers?.(refusal, id) })
  }

  private send(response: ServerResponse, status: number, body: object, headers: { readonly [name: string]: string }): number {
    const bytes = Buffer.from(JSON.stringify(body))
    response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': bytes.length, 'x-simulated': 'true' })
    response.end(bytes)
    return status
  }

  private async stream(
    response: ServerResponse,
    reply: Streamed,
    about: { readonly [name: string]: string },
    errors: ErrorForm,
    fault: Fault | undefined,
  ): Promise<void> {
    response.writeHead(200, { ...about, 'content-type': reply.contentType, 'cache-control': 'no-cache', 'x-simulated': 'true' })
    const broken = fault === 'cut' || fault === 'stream-error'
    const kept = broken ? reply.pieces.slice(0, Math.ceil(reply.pieces.length / 2)) : reply.pieces
    for (const piece of cutUp(kept, this.options.pieceLength)) {
      if (response.destroyed) return
      if (!response.write(piece)) await once(response, 'drain')
    }
    const failure = fault === 'stream-error' ? errors.streamed : undefined
    if (failure !== undefined) response.write(failure({ status: 500, kind: 'overloaded', message: 'the simulated model failed' }))
    // What was written must leave before the connection does.
    if (fault === 'cut') setTimeout(() => response.destroy(), 20)
    else response.end()
  }
}

const overloadStatus = ({ dialect }: Service): number => (dialect === 'anthropic-messages' ? 529 : 503)

const cutUp = (pieces: readonly (string | Uint8Array)[], length: number | undefined): readonly (string | Uint8Array)[] => {
  if (length === undefined) return pieces
  const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece)))
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) => bytes.subarray(index * length, (index + 1) * length))
}

const incomingOf = async (request: IncomingMessage): Promise<Result<Incoming, Refusal>> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length > MAX_BODY) return err({ status: 413, kind: 'too-long', message: 'Request too large' })
    chunks.push(chunk as Buffer)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://simulated')
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]))
  const json = (headers['content-type'] ?? '').startsWith('application/json')
  const parsed = json ? parseJson(text, { maxLength: MAX_BODY, maxDepth: 128 }) : undefined
  if (parsed !== undefined && !(parsed.ok && isJsonObject(parsed.value)))
    return err({ status: 400, kind: 'invalid', message: 'We could not parse the JSON body of your request.' })
  const body = parsed?.ok && isJsonObject(parsed.value) ? parsed.value : {}
  return ok({ method: request.method ?? 'GET', path: pathname, query: searchParams, headers, text, body })
}
