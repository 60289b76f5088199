// In-memory ports for tests. They are oracles: each fails the test when its caller breaks the contract.
import type { AliasName, ApplicationId, EndpointId, KeyId, ModelName, TenantId } from '../../src/core/ids.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../src/core/json.ts'
import { type Jurisdiction, type Reach, UNKNOWN } from '../../src/core/jurisdiction.ts'
import { err, ok } from '../../src/core/result.ts'
import { type EpochMillis, epochMillis, micros, millis, type Random, tokens } from '../../src/core/units.ts'
import type {
  Budgets,
  Entry,
  GatewayPorts,
  Hashing,
  IncomingHead,
  Key,
  Ledger,
  Responder,
  Upstream,
  UpstreamFailure,
  UpstreamHandler,
  UpstreamHeaders,
  UpstreamRequest,
} from '../../src/gateway/ports.ts'
import { ALL_BRIDGES } from '../../src/gateway/providers/bridging.ts'
import type { CallLimits, Endpoint, EndpointModel, Snapshot, Target } from '../../src/gateway/snapshot.ts'
import type { Decision, PolicyInForce, Question } from '../../src/policy/decision.ts'

const broken: (message: string) => never = (message) => {
  throw new Error(`contract broken: ${message}`)
}

export type LedgerRecord = {
  readonly stream: string
  readonly n: number
  readonly members: JsonObject
  readonly secret: string | undefined
}

/** Keeps records in memory; durable when `flush` is called, or at once in a microtask. */
export class MemoryLedger implements Ledger {
  readonly records: LedgerRecord[] = []
  failing = false
  manual = false
  private readonly numbers = new Map<string, number>()
  private readonly calls = new Set<unknown>()
  private waiting: (() => void)[] = []

  append(entry: Entry, done: Parameters<Ledger['append']>[1]): void {
    if (entry.members.length > 60_000) broken('a record is too long')
    const parsed = parseJson(`{${entry.members}}`)
    const members = parsed.ok && isJsonObject(parsed.value) ? parsed.value : broken(`a record is not JSON: ${entry.members}`)
    this.waiting.push(() => {
      if (this.failing) {
        done(err({ kind: 'ledger-unavailable', message: 'the ledger cannot be written' }))
        return
      }
      if (members.kind === 'call') {
        if (this.calls.has(members.call)) broken(`two outcomes of ${String(members.call)}`)
        this.calls.add(members.call)
      }
      const n = this.numbers.get(entry.stream) ?? 0
      this.numbers.set(entry.stream, n + 1)
      this.records.push({ stream: entry.stream, n, members, secret: entry.secret })
      done(ok({ index: this.records.length - 1 }))
    })
    if (!this.manual) queueMicrotask(() => this.flush())
  }

  /** Records that are not durable yet. */
  get waits(): number {
    return this.waiting.length
  }

  flush(): void {
    const now = this.waiting
    this.waiting = []
    for (const each of now) each()
  }

  kinds(): readonly unknown[] {
    return this.records.map((record) => record.members.kind)
  }

  /** Durable border records that name this endpoint. */
  borders(endpoint: EndpointId): number {
    return this.records.filter(({ members }) => members.kind === 'border' && members.endpoint === endpoint).length
  }
}

/** Unlimited money that counts: each reservation must be settled exactly once. */
export class MemoryBudgets implements Budgets {
  open = 0
  spent = 0
  failure: ReturnType<Budgets['reserve']> | undefined

  reserve(...[, most]: Parameters<Budgets['reserve']>): ReturnType<Budgets['reserve']> {
    if (this.failure !== undefined) return this.failure
    if (!Number.isSafeInteger(most.cost) || most.cost < 0 || most.tokens < 0) broken('a reservation is not a whole amount')
    this.open++
    let settled = false
    return ok({
      settle: (actual) => {
        if (settled) broken('a reservation is settled twice')
        if (!Number.isSafeInteger(actual.cost) || actual.cost < 0) broken('a settlement is not a whole amount')
        settled = true
        this.open--
        this.spent += actual.cost
      },
    })
  }
}

/** One thing an endpoint does on the wire. */
export type WireAct =
  | { readonly act: 'head'; readonly status: number; readonly headers: UpstreamHeaders }
  | { readonly act: 'data'; readonly bytes: Uint8Array }
  | { readonly act: 'end' }
  | { readonly act: 'fail'; readonly failure: UpstreamFailure }

export type Sent = { readonly endpoint: EndpointId; readonly request: UpstreamRequest; aborted: boolean; paused: boolean }

/**
 * A wire without a network: what each endpoint does is a list of acts, played one per turn. It counts every byte that leaves, and
 * INVARIANT(G2): breaks the test when one leaves for an endpoint outside home without a durable border record of what it asks.
 */
export class MemoryWire implements Upstream {
  readonly sent: Sent[] = []
  readonly acts = new Map<string, readonly WireAct[][]>()
  private readonly ledger: MemoryLedger
  private readonly played = new Map<string, number>()
  /** What each endpoint was asked, each thing once. */
  private readonly asked = new Map<string, Set<string>>()

  constructor(ledger: MemoryLedger) {
    this.ledger = ledger
  }

  /** What an endpoint does, call by call; the last script repeats. */
  script(endpoint: string, ...scripts: WireAct[][]): void {
    this.acts.set(endpoint, scripts)
  }

  send(request: UpstreamRequest, handler: UpstreamHandler): ReturnType<Upstream['send']> {
    const { endpoint } = request
    const model = [...endpoint.models.values()].find((each) => names(request, each.model))
    if (model === undefined) return broken('the request names no model of the endpoint')
    const asked = (this.asked.get(endpoint.id) ?? new Set()).add(textOf(request.body))
    this.asked.set(endpoint.id, asked)
    if (!model.atHome && this.ledger.borders(endpoint.id) < asked.size) broken(`bytes leave for ${endpoint.id} without a record`)
    const sent: Sent = { endpoint: endpoint.id, request, aborted: false, paused: false }
    this.sent.push(sent)
    const scripts = this.acts.get(endpoint.id) ?? broken(`no script for ${endpoint.id}`)
    const turn = this.played.get(endpoint.id) ?? 0
    this.played.set(endpoint.id, turn + 1)
    this.play(sent, handler, [...(scripts[Math.min(turn, scripts.length - 1)] ?? [])])
    return {
      abort: () => {
        sent.aborted = true
      },
      pause: () => {
        sent.paused = true
      },
      resume: () => {
        sent.paused = false
      },
    }
  }

  private play(sent: Sent, handler: UpstreamHandler, acts: WireAct[]): void {
    queueMicrotask(() => {
      if (sent.aborted) return
      if (sent.paused) {
        setTimeout(() => this.play(sent, handler, acts), 1)
        return
      }
      const act = acts.shift()
      if (act === undefined) return
      perform(act, handler)
      this.play(sent, handler, acts)
    })
  }
}

/** In the body, or where the dialect has it in the path. */
const names = ({ path, body }: UpstreamRequest, model: string): boolean =>
  textOf(body).includes(JSON.stringify(model)) || path.split('/').some((segment) => segment.split(':', 1)[0] === encodeURIComponent(model))

const perform = (act: WireAct, handler: UpstreamHandler): void => {
  switch (act.act) {
    case 'head':
      handler.head(act.status, act.headers)
      return
    case 'data':
      handler.data(act.bytes)
      return
    case 'end':
      handler.end()
      return
    case 'fail':
      handler.fail(act.failure)
  }
}

/** Collects an answer; breaks the test when it is answered twice or written to after its end. */
export class MemoryResponder implements Responder {
  status = 0
  headers: readonly string[] = []
  body = ''
  ended: 'whole' | 'end' | 'abort' | undefined
  /** Called when the answer is over. */
  onOver: () => void = () => {}
  full = false

  whole(status: number, headers: readonly string[], parts: readonly Uint8Array[]): void {
    if (this.status !== 0) broken('answered twice')
    this.status = status
    this.headers = headers
    for (const part of parts) this.body += textOf(part)
    this.finish('whole')
  }

  start(status: number, headers: readonly string[]): void {
    if (this.status !== 0) broken('answered twice')
    this.status = status
    this.headers = headers
  }

  write(bytes: Uint8Array): boolean {
    if (this.status === 0 || this.ended !== undefined) broken('written outside an answer')
    this.body += textOf(bytes)
    return !this.full
  }

  end(): void {
    this.finish('end')
  }

  abort(): void {
    this.finish('abort')
  }

  header(name: string): string | undefined {
    const at = this.headers.findIndex((each, i) => i % 2 === 0 && each === name)
    return at < 0 ? undefined : this.headers[at + 1]
  }

  private finish(how: 'whole' | 'end' | 'abort'): void {
    if (this.ended !== undefined) broken('ended twice')
    this.ended = how
    this.onOver()
  }
}

const decoder = new TextDecoder('latin1')
/** Bytes as latin 1, so that nothing is lost or joined wrongly. */
const textOf = (bytes: Uint8Array): string => decoder.decode(bytes)

// ---- a small world ------------------------------------------------------------------------------------------------------

export const reach = (see: string, stop: string = see, change: string = see): Reach => {
  const set = (text: string): readonly Jurisdiction[] => text.split(' ').filter((each) => each !== '') as Jurisdiction[]
  return { see: set(see), stop: set(stop), change: set(change) }
}

export type EndpointSketch = { readonly id: string; readonly reach: Reach; readonly baseUrl?: string; readonly model?: string } & Partial<
  Pick<Endpoint, 'timeouts' | 'authentication' | 'simulated' | 'tags' | 'socketPath' | 'dialect' | 'alsoSpeaks' | 'provider'>
>

export const FRANCE = 'FR' as Jurisdiction

export const endpointOf = (sketch: EndpointSketch, home: ReadonlySet<Jurisdiction> = new Set([FRANCE])): Endpoint => {
  const model: EndpointModel = {
    model: (sketch.model ?? `${sketch.id}-model`) as ModelName,
    nameThere: sketch.model ?? `${sketch.id}-model`,
    reach: sketch.reach,
    stoppedBy: new Set(sketch.reach.stop.map((member) => (member === UNKNOWN ? member : `country:${member}`))),
    serves: new Set(),
    facts: [],
    atHome: sketch.reach.see.every((member) => home.has(member)),
    price: { input: micros(1_000_000), output: micros(2_000_000) },
    maxOutputTokens: tokens(1000),
  }
  return {
    id: sketch.id as EndpointId,
    dialect: sketch.dialect ?? 'openai-chat',
    alsoSpeaks: sketch.alsoSpeaks ?? (sketch.dialect === undefined ? ['openai-completions'] : []),
    ...(sketch.provider === undefined ? {} : { provider: sketch.provider }),
    baseUrl: sketch.baseUrl ?? 'http://127.0.0.1:9/v1',
    ...(sketch.socketPath === undefined ? {} : { socketPath: sketch.socketPath }),
    authentication: sketch.authentication ?? { kind: 'none' },
    models: new Map([[model.model, model]]),
    timeouts: sketch.timeouts ?? { connect: millis(1000), firstByte: millis(5000), idle: millis(5000) },
    maxConnections: 16,
    tags: sketch.tags ?? [],
    simulated: sketch.simulated ?? false,
  }
}

export const LIMITS: CallLimits = {
  maxBodyBytes: 1 << 20,
  maxResponseBytes: 1 << 20,
  maxAttempts: 3,
  callTimeout: millis(60_000),
  maxConcurrentCalls: 100,
  callerIdle: millis(5000),
}

/** Public data may go anywhere, everything else only where all that can see it are at home. */
export const seenAtHome = (home: ReadonlySet<Jurisdiction>): PolicyInForce => ({
  digest: 'sha256:test',
  decide: (question: Question): Decision => {
    const policies = [{ id: 'seen-at-home', reason: 'only home may see this' }]
    const permit = question.dataClass === 'public' || question.reach.see.every((member) => home.has(member))
    return permit ? { permit, policies, obligations: [], facts: [] } : { permit, policies, facts: [] }
  },
})

/** One alias, `assistant`, that leads to the endpoints in the order given. */
export const snapshotOf = (endpoints: readonly Endpoint[], more: Partial<Snapshot> = {}): Snapshot => {
  const home = new Set([FRANCE])
  const targets: Target[] = endpoints.flatMap((endpoint) => [...endpoint.models.keys()].map((model) => ({ endpoint: endpoint.id, model })))
  const name = 'assistant' as AliasName
  return {
    home,
    seat: FRANCE,
    dataClasses: ['public', 'internal', 'confidential'],
    purposes: ['service', 'research'],
    policy: seenAtHome(home),
    facts: 'facts@test',
    blocs: new Map([['EU', new Set(['FR', 'DE'] as Jurisdiction[])]]),
    endpoints: new Map(endpoints.map((endpoint) => [endpoint.id, endpoint])),
    aliases: new Map([[name, { name, targets, byJurisdiction: new Map(), bridges: ALL_BRIDGES, unsupported: 'refuse' as const }]]),
    limits: LIMITS,
    keeping: { keep: 'unless-refused', retention: millis(86_400_000), maxBytesPerTurn: 1 << 20, maxBytesPerApplication: 1 << 24 },
    ...more,
  }
}

export const SECRET = 'allod_test'
export const testKey = (more: Partial<Key> = {}): Key => ({
  id: 'key1' as KeyId,
  tenant: 'city' as TenantId,
  application: 'desk' as ApplicationId,
  dataClassFloor: 'public',
  purposes: ['service', 'research'],
  aliases: 'all',
  ...more,
})

/** What a request to the chat route with that key says before its body. */
export const headOf = (more: Partial<IncomingHead> = {}): IncomingHead => ({
  route: 'chat',
  authorization: `Bearer ${SECRET}`,
  dataClass: undefined,
  purpose: undefined,
  jurisdictionAccept: undefined,
  subject: undefined,
  forwarded: [],
  ...more,
})

export type World = {
  readonly ports: GatewayPorts
  readonly ledger: MemoryLedger
  readonly budgets: MemoryBudgets
  readonly wire: MemoryWire
  readonly cut: Set<string>
  now: EpochMillis
  snapshot: Snapshot
}

/** All ports in memory around one snapshot. Time stands still unless the test moves it. */
export const worldOf = (
  snapshot: Snapshot,
  given: { readonly hashing: Hashing; readonly isUtf8: (bytes: Uint8Array) => boolean; readonly random: Random; readonly key?: Key },
): World => {
  const ledger = new MemoryLedger()
  const budgets = new MemoryBudgets()
  const wire = new MemoryWire(ledger)
  const cut = new Set<string>()
  const key = given.key ?? testKey()
  const world = { ledger, budgets, wire, cut, now: epochMillis(1_700_000_000_000), snapshot }
  const ports: GatewayPorts = {
    currentSnapshot: () => world.snapshot,
    isCut: ({ id }) => cut.has(id),
    keys: { find: (secret) => (secret === SECRET ? key : undefined) },
    budgets,
    ledger,
    upstream: wire,
    hashing: given.hashing,
    isUtf8: given.isUtf8,
    // Filled, so that a byte that is not overwritten shows.
    allocate: (length) => new Uint8Array(length).fill(0x58),
    clock: () => world.now,
    random: given.random,
  }
  return Object.assign(world, { ports })
}
