import type { EndpointId } from '../core/ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { dayOf, millis } from '../core/units.ts'
import type { Engine, EngineEvent } from '../engines/index.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import { Health } from '../gateway/health/health.ts'
import type { Desk } from '../gateway/object-answers.ts'
import type { GatewayPorts } from '../gateway/ports.ts'
import type { Endpoint, EndpointModel, Snapshot } from '../gateway/snapshot.ts'
import { authenticatedUpstream } from '../http/authentication/upstream.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../http/native.ts'
import { DEFAULT_PATIENCE, type RunningServer, startServer } from '../http/server.ts'
import { createUpstream, type HttpUpstream } from '../http/upstream.ts'
import { type Operations, serveOperations } from './admin.ts'
import { Alerting } from './alerting.ts'
import { EndpointAuthentication } from './authentication.ts'
import { type LoadedConfiguration, loadConfiguration } from './config.ts'
import { ConsoleDoor } from './console/door.ts'
import type { CutEvent } from './cutting.ts'
import { sha256Hex } from './digest.ts'
import { DrillDesk } from './drill-desk.ts'
import { DrillSchedule } from './drill-schedule.ts'
import { type Exchange, synchronise } from './exchange.ts'
import { type Governing, governing } from './governing.ts'
import { describeHealth, namesIn } from './health.ts'
import { tellIncident } from './incidents.ts'
import { Laboratory } from './laboratory.ts'
import { type Law, readLaw } from './law.ts'
import { besideDrills, LiveDrills } from './live-drills.ts'
import { needsRestart } from './needs-restart.ts'
import { ownerOperations } from './operations.ts'
import { startEngines } from './own-engines.ts'
import { personalDataFor } from './personal-data.ts'
import { OWNER } from './persons.ts'
import { namedTexts, type PolicyOrder, PolicyVersions } from './policy-versions.ts'
import { Pulse } from './pulse.ts'
import { receiptFor } from './receipt-for.ts'
import { record } from './record.ts'
import { restrictKeys } from './ring.ts'
import { prepareSetup } from './setup.ts'
import { Simulations } from './simulations.ts'
import { buildSnapshot, type Places } from './snapshot.ts'
import { describeRunning, wellKnown } from './well-known.ts'

export type StartOptions = {
  readonly sandbox: boolean
  readonly listen: { readonly host: string; readonly port: number }
  readonly environment: Readonly<Record<string, string | undefined>>
  /** One sentence for the operator. */
  readonly say: (sentence: string) => void
}
/** Sentences; nothing is left running. */
export type StartFailure = { readonly kind: 'start'; readonly messages: readonly string[] }

/** What changes while an exchange runs, replaced by reference. */
type Current = { exchange: Exchange; snapshot: Snapshot; keys: ReturnType<typeof restrictKeys> }

const fail = (messages: readonly string[]): Result<never, StartFailure> => err({ kind: 'start', messages })

/** An exchange that serves calls. */
export class RunningExchange {
  readonly #options: StartOptions
  readonly #places: Places & { readonly authentication: EndpointAuthentication }
  readonly #current: Current
  readonly #lab: Laboratory
  readonly #engines: ReadonlyMap<string, Engine>
  readonly #governing: Governing
  readonly #alerting: Alerting
  readonly #health = new Health()
  readonly #simulations: Simulations
  readonly #upstream: HttpUpstream = createUpstream()
  readonly #gateway: Gateway
  readonly #drills: LiveDrills
  readonly #pulse: Pulse
  readonly #schedule: DrillSchedule
  readonly #drillDesk: DrillDesk
  readonly #console: ConsoleDoor
  readonly #versions: PolicyVersions
  #server: RunningServer | undefined
  #admin: Awaited<ReturnType<typeof serveOperations>> | undefined
  readonly #timers: NodeJS.Timeout[] = []
  #complaints: ReadonlySet<string> = new Set()

  /** Starts everything, in the order in which it can fail; what had started is stopped again. */
  static async start(exchange: Exchange, options: StartOptions): Promise<Result<RunningExchange, StartFailure>> {
    const { loaded, law, paths } = exchange
    const simulations = new Simulations(exchange.clock, options.sandbox)
    await simulations.start(loaded.configuration)
    const { environment } = options
    const places = {
      engineSocket: (name: string) => paths.engineSocket(name),
      simulation: (name: string, kind: string) => simulations.urlOf(name, kind),
      environment,
      authentication: new EndpointAuthentication({ clock: exchange.clock, random: exchange.random, environment }),
    }
    const lab = new Laboratory(paths, options.say)
    await lab.read()
    const personal = await personalDataFor(loaded, law, paths.secrets, exchange.random)
    const snapshot = personal.ok
      ? buildSnapshot(loaded, law, places, lab.measured(loaded.configuration, law.day), personal.value)
      : fail([personal.error.message])
    if (!snapshot.ok) {
      await simulations.close()
      return fail(snapshot.error.messages)
    }
    const running = new RunningExchange(exchange, snapshot.value, lab, simulations, places, options)
    const opened = await running.#open()
    if (opened.ok) return ok(running)
    await running.stop(0)
    return opened
  }

  private constructor(
    exchange: Exchange,
    snapshot: Snapshot,
    lab: Laboratory,
    simulations: Simulations,
    places: Places & { readonly authentication: EndpointAuthentication },
    options: StartOptions,
  ) {
    this.#options = options
    this.#places = places
    this.#lab = lab
    this.#versions = new PolicyVersions(exchange.paths.policies)
    this.#simulations = simulations
    this.#current = { exchange, snapshot, keys: restrictKeys(exchange.store.keys, exchange.loaded.configuration) }
    this.#engines = startEngines(exchange, (name, event) => this.#engineEvent(name, event))
    this.#alerting = new Alerting({ clock: exchange.clock, random: exchange.random, say: options.say })
    this.#governing = governing(() => this.#current.exchange, {
      changed: (event) => this.#cutsChanged(event),
      proposed: (proposal) => this.#proposed(proposal),
    })
    this.#pulse = new Pulse(exchange.clock)
    const { inForce } = this.#governing.cutting
    const isCut = (endpoint: Endpoint, model: EndpointModel): boolean => inForce.isCut(endpoint, model)
    const ports: GatewayPorts = {
      currentSnapshot: () => this.#current.snapshot,
      isCut,
      endsRunning: (endpoint, model) => inForce.endsRunning(endpoint, model),
      isFrozen: (key) => inForce.isFrozen(key),
      keys: { find: (secret, now) => this.#current.keys.find(secret, now) },
      budgets: exchange.store.budgets,
      ledger: exchange.ledger,
      upstream: authenticatedUpstream(this.#upstream, (endpoint) => places.authentication.of(endpoint), isCut),
      hashing: nativeHashing,
      isUtf8,
      allocate,
      kept: exchange.store,
      clock: exchange.clock,
      random: pooledRandom(),
      health: this.#health,
      incident: (incident) => {
        const { sentence, fields } = tellIncident(incident)
        this.#incident(sentence, fields)
        if (incident.kind === 'place-contradicted') this.#cutOut(incident.endpoint, sentence)
      },
    }
    const { sandbox, say } = options
    const changed = () => this.#console.events.publish('drills')
    this.#drills = new LiveDrills({ ports, health: this.#health, sandbox, exchange: () => this.#current.exchange, say, changed })
    this.#drillDesk = new DrillDesk({
      exchange: () => this.#current.exchange,
      operate: async (name, input) =>
        (await this.#operations()[name]?.(input)) ?? err({ kind: 'unusable', message: `there is no operation \`${name}\`` }),
      changed,
      say,
    })
    this.#gateway = besideDrills(createGateway({ ...ports, listen: this.#pulse.hear }), this.#drills)
    this.#console = new ConsoleDoor({
      exchange: () => this.#current.exchange,
      snapshot: () => this.#current.snapshot,
      governing: this.#governing,
      health: this.#health,
      gateway: this.#gateway,
      isFrozen: (key) => inForce.isFrozen(key),
      pulse: this.#pulse,
      sandbox,
      drills: this.#drillDesk,
      versions: this.#versions,
      environment: options.environment,
      operations: () => this.#operations(),
      reload: () => this.reload(),
      enforce: (order) => this.enforce(order),
      say,
    })
    this.#schedule = new DrillSchedule({
      exchange: () => this.#current.exchange,
      operate: async (name, input) => this.#operations()[name]?.(input),
      isBusy: () => this.#drills.describe() !== null,
      say,
      ended: (sentence, fields) => {
        say(sentence)
        changed()
        this.#alerting.tell('drill', sentence, fields)
      },
      failed: (sentence, fields) => this.#incident(sentence, fields),
    })
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  /** Where people open the console; undefined where it is not served. */
  get consoleUrl(): string | undefined {
    const { address } = this.#console
    return address === undefined ? undefined : `${address}/console/`
  }

  /** Whether the code in its file waits to make the first administrator. */
  get awaitsSetup(): boolean {
    return this.#console.address !== undefined && prepareSetup(this.exchange)
  }

  get hasEngines(): boolean {
    return this.#engines.size > 0
  }

  get exchange(): Exchange {
    return this.#current.exchange
  }

  /** Resolves when every engine answered, or said that it never will, which its event tells. */
  async enginesReady(): Promise<void> {
    for (const engine of this.#engines.values()) await engine.ready
  }

  /**
   * Reads configuration, facts, policies and what the lab measured anew and puts them in force whole, or leaves everything as it is. Where
   * several people must decide that, exactly what was read waits for them. One sentence says what became of it.
   */
  async reload(): Promise<Result<string, StartFailure>> {
    const read = this.#reread()
    if (!read.ok) return read
    const { loaded, law } = read.value
    const digest = sha256Hex(JSON.stringify([loaded.configuration, law.policies.digest, law.factsDigest]))
    const decided = await this.#governing.approvals.decide(OWNER, {
      kind: 'policy',
      what: `put the configuration sha256:${digest} in force`,
      perform: async (by) => {
        await this.#lab.read()
        const enforced = await this.#enforce(loaded, ok(law), { by })
        return enforced.ok ? ok({}) : err({ kind: 'refused', message: enforced.error.messages.join('; ') })
      },
    })
    if (!decided.ok) return fail([decided.error.message])
    const waits = isJsonObject(decided.value) ? decided.value.proposal : undefined
    return ok(
      waits === undefined
        ? 'the configuration was read anew and is in force'
        : `the configuration was read anew and waits for administrators: \`allod approve ${String(waits)}\``,
    )
  }

  /** The same for what these people have decided already: nobody is asked again. */
  async enforce(order: PolicyOrder): Promise<Result<void, StartFailure>> {
    const read = this.#reread()
    if (!read.ok) return read
    await this.#lab.read()
    return this.#enforce(read.value.loaded, ok(read.value.law), order)
  }

  /** Configuration and law as they stand on disk, if this exchange could run on them without a new start. */
  #reread(): Result<{ readonly loaded: LoadedConfiguration; readonly law: Law }, StartFailure> {
    const before = this.#current.exchange
    const loaded = loadConfiguration(before.loaded.file)
    if (!loaded.ok) return fail(loaded.error.messages)
    const fixed = needsRestart(before.loaded.configuration, loaded.value.configuration)
    if (fixed.length > 0) return fail(fixed)
    const law = readLaw(loaded.value, dayOf(before.clock()))
    return law.ok ? ok({ loaded: loaded.value, law: law.value }) : fail(law.error.messages)
  }

  async #enforce(
    loaded: LoadedConfiguration,
    law = readLaw(loaded, dayOf(this.exchange.clock())),
    order?: PolicyOrder,
  ): Promise<Result<void, StartFailure>> {
    const before = this.#current.exchange
    if (!law.ok) return fail(law.error.messages)
    const measured = this.#lab.measured(loaded.configuration, law.value.day)
    await this.#simulations.start(loaded.configuration)
    const personal = await personalDataFor(loaded, law.value, before.paths.secrets, before.random)
    if (!personal.ok) return fail([personal.error.message])
    const snapshot = buildSnapshot(loaded, law.value, this.#places, measured, personal.value)
    if (!snapshot.ok) return fail(snapshot.error.messages)
    const alerting = this.#alerting.prepare(loaded)
    if (!alerting.ok) return fail(alerting.error.messages)
    // The record first: no call is ever decided by a law that the log does not name.
    const { policies, factsDigest, day } = law.value
    const fields = { policy: policies.digest, facts: factsDigest, day, ...(order === undefined ? {} : { ...order, by: [...order.by] }) }
    const recorded = await record(before, 'policy', fields)
    if (!recorded.ok) return fail([recorded.error.message])
    const synchronised = synchronise(before.store, loaded.configuration)
    if (!synchronised.ok) return fail(synchronised.error.messages)
    this.#current.exchange = { ...before, loaded, law: law.value }
    alerting.value()
    this.#current.keys = restrictKeys(before.store.keys, loaded.configuration)
    this.#current.snapshot = snapshot.value
    this.#upstream.retain(snapshot.value.endpoints.values())
    this.#health.retain(namesIn(snapshot.value), snapshot.value.aliases)
    this.#health.forgive()
    this.#places.authentication.retain(snapshot.value.endpoints.values())
    await this.#simulations.retain(loaded.configuration)
    await this.#keepVersion(recorded.value, order)
    for (const topic of ['policy', 'facts']) this.#console.events.publish(topic)
    return ok(undefined)
  }

  /** What is in force now can be read and taken back later. That it could not be kept changes nothing about what is in force. */
  async #keepVersion(index: number, { by, reason = '' }: PolicyOrder = { by: [] }): Promise<void> {
    const { loaded, law, clock } = this.#current.exchange
    const texts = namedTexts(loaded.configuration, law.texts)
    const kept = await this.#versions.keep({ at: clock(), record: index, by, reason, digest: law.policies.digest, texts })
    if (!kept.ok) this.#options.say(kept.error.message)
  }

  /** Takes no more calls, lets running ones finish for so many seconds, and closes everything. */
  async stop(drainSeconds = this.#current.exchange.loaded.configuration.limits.drainSeconds): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    const rehearsed = this.#schedule.close()
    this.#drills.close()
    await this.#server?.close({ drain: millis(drainSeconds * 1000) })
    await this.#console.close()
    await rehearsed
    await this.#drillDesk.close()
    await this.#alerting.close()
    await new Promise<void>((done) => (this.#admin === undefined ? done() : this.#admin.close(() => done())))
    this.#places.authentication.close()
    await this.#upstream.close()
    for (const engine of this.#engines.values()) await engine.stop()
    await this.#simulations.close()
    await this.#current.exchange.close()
  }

  async #open(): Promise<Result<void, StartFailure>> {
    const { exchange } = this.#current
    const { law, loaded } = exchange
    const alerting = this.#alerting.prepare(loaded)
    if (!alerting.ok) return fail(alerting.error.messages)
    const started = await record(exchange, 'start', {
      policy: law.policies.digest,
      facts: law.factsDigest,
      day: law.day,
      sandbox: this.#options.sandbox,
    })
    if (!started.ok) return fail([started.error.message])
    alerting.value()
    await this.#keepVersion(started.value)
    const { host, port } = this.#options.listen
    try {
      this.#server = await startServer({
        gateway: this.#gateway,
        clock: exchange.clock,
        host,
        port,
        wellKnown: () => JSON.stringify(wellKnown(this.#current.exchange)),
        readReceipt: (call, key) => receiptFor(exchange, call, key),
        readPublic: async (path) => {
          const file = await exchange.ledger.readPublic(path)
          return file.ok ? file.value : undefined
        },
        lab: (form) => this.#lab.page(form),
        health: () => this.#state(),
        kept: { snapshot: () => this.#current.snapshot, desk: () => this.#desk() },
        ...(this.#console.isOnExchange(host) ? { console: this.#console.open } : {}),
        patience: { ...DEFAULT_PATIENCE, head: millis(loaded.configuration.limits.headersTimeoutSeconds * 1000) },
        onFault: (fault) =>
          this.#options.say(`a fault in the exchange's own code: ${fault instanceof Error ? fault.stack : String(fault)}`),
      })
      this.#admin = await serveOperations(exchange.paths.adminSocket, this.#operations())
      const served = await this.#console.listen(this.#console.isOnExchange(host) ? this.#server.url : undefined)
      if (!served.ok) return fail(served.error.messages)
    } catch (failure) {
      const { code, message, address = host, port: taken = port } = failure as NodeJS.ErrnoException & { address?: string; port?: number }
      const why = code === 'EADDRINUSE' ? 'it is in use; name another with --listen HOST:PORT' : (code ?? message)
      return fail([`cannot listen on ${address}:${taken}: ${why}`])
    }
    this.#timers.push(
      setInterval(() => this.#refresh(), 100),
      setInterval(() => this.#maintain(), 1000),
    )
    return ok(undefined)
  }

  #desk(): Desk {
    const { exchange, snapshot } = this.#current
    const { store, clock, random } = exchange
    return { conversations: store.conversations, files: store.files, rules: snapshot.keeping, clock, random }
  }

  #operations(): Operations {
    const owner = ownerOperations(() => this.#current.exchange, this.#governing)
    return {
      ...owner,
      ...this.#drills.operations(),
      status: async (input) => {
        const status = await owner.status?.(input)
        if (status === undefined || !status.ok) return status ?? err({ kind: 'unusable', message: 'there is no status' })
        const more = describeRunning(
          this.#current.snapshot,
          this.url,
          (endpoint, model) => (this.#governing.cutting.inForce.isCut(endpoint, model) ? 'cut' : this.#engines.get(endpoint.id)?.state()),
          (name) => describeHealth(this.#health, name, this.exchange.clock()),
        )
        return ok({
          ...(status.value as { readonly [name: string]: Json }),
          ...more,
          running: this.#gateway.running,
          drill: this.#drills.describe(),
        })
      },
    }
  }

  /** An engine's death is an incident of the log; that it cannot be written stops no call by itself. */
  #engineEvent(endpoint: string, event: EngineEvent): void {
    if (event.kind === 'engine-ready') {
      this.#health.forgive(endpoint)
      return
    }
    const message =
      event.kind === 'engine-exited' ? `the engine ended (${event.signal ?? event.code ?? 'unknown'})` : event.kind.replace('-', ' ')
    const detail = 'message' in event ? `: ${event.message}` : ''
    this.#incident(`endpoint \`${endpoint}\`: ${message}${detail}`, {
      endpoint,
      what: event.kind,
      message: `${message}${detail}`.slice(0, 500),
    })
  }

  /** Where an endpoint that contradicts itself runs next is not known either, so nothing more is sent to it until its owner has looked. */
  #cutOut(endpoint: EndpointId, reason: string): void {
    const subject = `endpoint:${endpoint}`
    const { cutting } = this.#governing
    if (cutting.list().some((cut) => cut.subject === subject)) return
    cutting.cut({ subject, reason, by: ['exchange'], running: 'finish', freezes: [] }).then((cut) => {
      if (!cut.ok) this.#options.say(`that \`${subject}\` is cut could not be recorded: ${cut.error.message}`)
    })
  }

  #cutsChanged({ kind, subject, reason, by, until }: CutEvent): void {
    this.#gateway.cutsChanged()
    this.#console.events.publish('cuts')
    if (kind !== 'cut') this.#health.forgive()
    const names = by.length === 0 ? '' : ` by ${by.join(' and ')}`
    const lifted = until === undefined ? 'restored' : `lifted until ${new Date(until).toISOString()}:`
    const sentence = `${kind === 'cut' ? 'cut' : lifted} \`${subject}\`${names}${reason === '' ? '' : `: ${reason}`}`
    this.#options.say(sentence)
    this.#alerting.tell(kind, sentence, { subject, reason, by: [...by] })
  }

  #proposed(proposal: JsonObject): void {
    this.#console.events.publish('proposals')
    const sentence = `\`${String(proposal.what)}\` waits for another administrator: \`allod approve ${String(proposal.proposal)}\``
    this.#options.say(sentence)
    this.#alerting.tell('proposal', sentence, proposal)
  }

  /** `fields` become the record; neither they nor the sentence hold anything a caller said. */
  #incident(sentence: string, fields: JsonObject): void {
    this.#options.say(sentence)
    this.#alerting.tell(fields.what === 'cut-detected' ? 'cut-detected' : 'incident', sentence, fields)
    record(this.#current.exchange, 'incident', fields).then((recorded) => {
      if (!recorded.ok) this.#options.say(`an incident could not be recorded: ${recorded.error.message}`)
    })
  }

  #state(): { healthy: boolean; text: string } {
    const stalled = this.#current.exchange.ledger.stalled()
    const endpoints = Object.fromEntries([...this.#engines].map(([name, engine]) => [name, engine.state()]))
    return {
      healthy: stalled === undefined,
      text: JSON.stringify({ healthy: stalled === undefined, log: stalled ?? 'ok', engines: endpoints }),
    }
  }

  #refresh(): void {
    const refreshed = this.#current.exchange.store.refresh()
    if (!refreshed.ok) this.#options.say(refreshed.error.message)
    this.#governing.cutting.tick(this.#current.exchange.clock())
  }

  #maintain(): void {
    const { store, clock, law, loaded } = this.#current.exchange
    this.#governing.approvals.tick(clock())
    this.#schedule.tick()
    this.#drillDesk.tick()
    this.#alerting.watchBudgets(store, loaded.configuration.currency, clock())
    const maintained = store.maintain(clock())
    if (!maintained.ok) this.#options.say(maintained.error.message)
    const unreadable = this.#current.exchange.takeUnreadable()
    if (unreadable.length > 0) {
      const sentence = `the store could not read ${unreadable.length} records of the log, from entry ${unreadable[0]}`
      this.#incident(sentence, { what: 'records-unreadable', entries: unreadable.slice(0, 100) })
    }
    const rotated = this.#readKeys()
    // Facts have dates: a new day is a new law.
    const dawned = dayOf(clock()) !== law.day
    if (!dawned && !rotated) return
    this.#enforce(loaded).then((enforced) => {
      const what = dawned ? 'the law of the new day is' : 'keys that changed are'
      if (!enforced.ok) this.#options.say(`${what} not in force: ${enforced.error.messages.join('; ')}`)
    })
  }

  /** Reads keys of endpoints that changed on disk. A file that stays unusable is complained of once. */
  #readKeys(): boolean {
    const { changed, complaints } = this.#places.authentication.refresh()
    for (const complaint of complaints)
      if (!this.#complaints.has(complaint)) this.#options.say(`the key before stays in force: ${complaint}`)
    this.#complaints = new Set(complaints)
    return changed
  }
}
