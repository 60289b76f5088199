// Calls that two endpoints may be asked for at once: the wire is in the test's hand, the world in memory, its clock the test's.
import assert from 'node:assert/strict'
import { isJsonObject, type JsonObject } from '../../src/core/json.ts'
import { epochMillis, millis } from '../../src/core/units.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import { Health } from '../../src/gateway/health/health.ts'
import type { GatewayPorts, UpstreamHandler } from '../../src/gateway/ports.ts'
import type { Alias, Endpoint, EndpointModel, Snapshot } from '../../src/gateway/snapshot.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../../src/http/native.ts'
import { endpointOf, headOf, MemoryResponder, reach, worldOf } from './gateway.ts'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const asking = (stream: boolean): Uint8Array =>
  bytes(`{"model":"assistant","stream":${stream},"max_tokens":10,"messages":[{"role":"user","content":"Salut"}]}`)
/** What a question is taken to have where nobody counted its tokens. */
export const estimateOf = (stream: boolean): number => Math.ceil(asking(stream).length / 4)
export const ANSWER =
  '{"choices":[{"message":{"content":"Bonjour"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}'
export const EVENT = 'data: {"id":"x","choices":[{"index":0,"delta":{"content":"Bon"}}]}\n\n'
export const LAST = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}\n\ndata: [DONE]\n\n`
export const AFTER = 800

export const near = endpointOf({ id: 'near', reach: reach('FR') })
export const far = endpointOf({ id: 'far', reach: reach('US') })
export const last = endpointOf({ id: 'last', reach: reach('FR') })
export const withModel = (endpoint: Endpoint, more: Partial<EndpointModel>): Endpoint => ({
  ...endpoint,
  models: new Map([...endpoint.models].map(([name, model]) => [name, { ...model, ...more }])),
})
export const hedged = (snapshot: Snapshot, more: Partial<Alias> = {}): Snapshot => ({
  ...snapshot,
  aliases: new Map([...snapshot.aliases].map(([name, alias]) => [name, { ...alias, hedge: { after: millis(AFTER), share: 1 }, ...more }])),
})

/** One request that has left, and what the test lets its endpoint do. */
export class Asked {
  aborted = false
  over = false
  readonly endpoint: string
  private readonly handler: UpstreamHandler

  constructor(endpoint: string, handler: UpstreamHandler) {
    this.endpoint = endpoint
    this.handler = handler
  }

  head(status = 200, type = 'text/event-stream'): this {
    this.handler.head(status, { 'content-type': type, 'transfer-encoding': 'chunked' })
    return this
  }
  says(text: string): this {
    this.handler.data(bytes(text))
    return this
  }
  ends(): void {
    this.over = true
    this.handler.end()
  }
  whole(status = 200, text = ANSWER): void {
    this.head(status, 'application/json')
    if (this.aborted) return
    this.says(text)
    if (!this.aborted) this.ends()
  }
  breaks(): void {
    this.over = true
    this.handler.fail({ kind: 'cut', message: 'was cut' })
  }
}

export const worldWith = (snapshot: Snapshot) => {
  const world = worldOf(snapshot, { hashing: nativeHashing, isUtf8, random: pooledRandom() })
  const { ledger, cut } = world
  ledger.manual = true
  const asked: Asked[] = []
  const reserved: number[] = []
  const ends = new Set<string>()
  const health = new Health()
  const ports: GatewayPorts = {
    ...world.ports,
    allocate,
    health,
    endsRunning: ({ id }) => ends.has(id),
    budgets: {
      reserve: (key, most, now) => {
        reserved.push(most.cost)
        return world.budgets.reserve(key, most, now)
      },
    },
    upstream: {
      send: ({ endpoint }, handler) => {
        assert.ok(endpoint.id !== 'far' || ledger.borders(endpoint.id) > 0, 'no record')
        assert.ok(!cut.has(endpoint.id), 'has been cut')
        const sent = new Asked(endpoint.id, handler)
        asked.push(sent)
        const abort = () => {
          sent.aborted = true
        }
        return { abort, pause: () => {}, resume: () => {} }
      },
    },
  }
  const gateway = createGateway(ports)
  const begin = (stream = false, body = asking(stream)) => {
    const responder = new MemoryResponder()
    const admitted = gateway.admit(headOf())
    assert.ok(admitted.ok)
    const control = gateway.call(admitted.value, body, responder)
    return { responder, control }
  }
  const pass = (milliseconds: number): void => {
    world.now = epochMillis(world.now + milliseconds)
    gateway.sweep(world.now)
  }
  const outcome = (): JsonObject => ledger.records.find(({ members }) => members.kind === 'call')?.members ?? assert.fail('no outcome')
  return {
    ...world,
    health,
    asked,
    reserved,
    gateway,
    begin,
    pass,
    outcome,
    of: (endpoint: string): Asked => asked.find((each) => each.endpoint === endpoint) ?? assert.fail(`${endpoint} was not asked`),
    names: () => asked.map(({ endpoint }) => endpoint).join(' '),
    /** Calls that need no second, so that some may have one. */
    saves: (calls: number): void => {
      for (let i = 0; i < calls; i++) {
        begin()
        asked.splice(0)[0]?.whole()
        ledger.flush()
      }
      ledger.records.splice(0)
      reserved.splice(0)
      world.budgets.spent = 0
    },
    /** Cuts it, running calls too. */
    cuts: (...endpoints: string[]): void => {
      for (const each of endpoints) cut.add(each)
      for (const each of endpoints) ends.add(each)
      gateway.cutsChanged()
    },
    /** The attempts on record, once everything has come to rest. */
    attempts: (): string => {
      ledger.flush()
      ledger.flush()
      assert.deepEqual([gateway.running, world.budgets.open, ledger.waits], [0, 0, 0], 'something is left')
      for (const name of ['near', 'far', 'last']) assert.ok((health.condition(`${name}/${name}-model`, world.now)?.running ?? 0) === 0)
      assert.equal(world.budgets.spent, outcome().cost, 'record and budget disagree')
      assert.ok(world.budgets.spent <= (reserved[0] ?? 0), 'more is spent than was reserved')
      const borders = ledger.records.flatMap(({ members }, i) => (members.kind === 'border' ? [i] : []))
      assert.deepEqual(outcome().border, borders, 'the borders on record')
      const list = outcome().attempts
      const results = Array.isArray(list) ? list.filter(isJsonObject) : []
      return results.map(({ endpoint, result }) => `${String(endpoint)} ${String(result)}`).join(', ')
    },
  }
}
export type Trying = ReturnType<typeof worldWith> & ReturnType<ReturnType<typeof worldWith>['begin']>
