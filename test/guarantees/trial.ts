// One world at work: the exchange's gateway between callers, endpoints, a ledger and budgets that are all made of the test. Each of
// them judges what reaches it at the moment it does; nothing here takes the gateway's word for anything.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { err, ok } from '../../src/core/result.ts'
import { millis } from '../../src/core/units.ts'
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts'
import { Health } from '../../src/gateway/health/health.ts'
import type { Budgets, GatewayPorts, Ledger, Responder, Upstream, UpstreamHandler, UpstreamRequest } from '../../src/gateway/ports.ts'
import { answerFailureOf } from '../../src/gateway/spoken-failure.ts'
import type { Authenticated } from '../../src/gateway/stages.ts'
import { type CallPlan, canary, gateOf, permittedFor } from './calls.ts'
import {
  goesOn,
  hasOutcome,
  isOpen,
  isSame,
  judgeAgain,
  judgeBeside,
  judgeBytes,
  judgeOrder,
  judgeRecord,
  judgeSending,
  newCall,
  type Running,
  type Sending,
} from './judge.ts'
import { Schedule } from './schedule.ts'
import { drawScript, type Script } from './scripts.ts'
import { canTake, isDirect, modelIn } from './spoken.ts'
import type { Tape } from './tape.ts'
import { CALLER_IDLE, dialectOf, type Edition, isAtHome, START, type Target, type World } from './world.ts'

export type Incidents = {
  /** What every endpoint does; drawn for each request where nothing stands here. */
  readonly script?: Script
  readonly cuts: readonly { readonly at: number; readonly endpoint: string; readonly on: boolean }[]
  /** In so many cases of a hundred, an endpoint is cut while it answers. */
  readonly cutsInFlight: number
  /** When the second edition replaces the first. */
  readonly reload: number
  readonly ledger: 'sound' | 'slow' | 'flaky' | 'fails' | 'fails-at-once' | 'heals' | 'hangs'
  readonly trouble: number
  readonly shutdown: number
}

/** What happened in many worlds, so that a test can tell that it tried what it claims. */
export type Tally = Record<string, number>

const decoder = new TextDecoder('latin1')
const encoder = new TextEncoder()
const sha256 = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
/** What memory may hold before it is written over: content of somebody else's. */
const STALE = encoder.encode('content-of-call-0.')

/** Milliseconds between what an endpoint does, and before the first of it where somebody may be asked beside it. */
const PACE: readonly [number, ...number[]] = [1, 1, 1, 0, 300, 900]
const SLOW: readonly [number, ...number[]] = [1, 300, 600, 900, 270, 1300]

/** Telemetry fails open (G7): a listener that throws changes nothing. */
const BROKEN_LISTENER = new Error('a broken listener')

export class Trial {
  readonly schedule = new Schedule(START)
  readonly calls: Running[]
  readonly trace: string[] = []
  private readonly cut = new Set<string>()
  /** Those of them where a cut ends running calls too. */
  private readonly ends = new Set<string>()
  /** Endpoints that are cut, or have been. */
  private readonly wasCut = new Set<string>()
  private edition: Edition
  private readonly gateway: Gateway
  private readonly tape: Tape
  private readonly world: World
  private readonly incidents: Incidents
  private readonly tally: Tally
  private readonly byRequest = new Map<string, Running>()
  private active: Running | undefined
  private broken: unknown
  private closing = false
  private ledgerClosed = false
  private readonly waiting: (() => void)[] = []
  private ledgerFree = START as number
  private index = 0
  private chance = 0
  private unfinished = 0
  private sweeping = false

  constructor(tape: Tape, world: World, plans: readonly CallPlan[], incidents: Incidents, tally: Tally) {
    this.tape = tape
    this.world = world
    this.incidents = incidents
    this.tally = tally
    this.edition = world.first
    this.calls = plans.map((plan) => newCall(plan, world.first))
    this.gateway = createGateway(this.ports())
  }

  private ports(): GatewayPorts {
    return {
      currentSnapshot: () => this.edition.snapshot,
      isCut: ({ id }) => this.cut.has(id),
      endsRunning: ({ id }) => this.ends.has(id),
      keys: { find: (secret) => this.world.people.find((person) => person.secret === secret)?.key },
      budgets: this.budgets(),
      ledger: this.ledger(),
      upstream: this.wire(),
      hashing: {
        digest: (parts) => sha256(...parts),
        hex: (bytes) => Buffer.from(bytes).toString('hex'),
        incremental: () => {
          const hash = createHash('sha256')
          return { update: (part) => void hash.update(part), digest: () => hash.digest('hex') }
        },
      },
      isUtf8: (bytes) => Buffer.from(bytes).toString('utf8').includes('\ufffd') === false,
      allocate: (length) => Uint8Array.from({ length }, (_, i) => STALE[i % STALE.length] ?? 0),
      clock: () => this.schedule.now,
      random: (length) => this.random(length),
      ...(this.edition.features.on ? { health: new Health() } : {}),
      listen: () => {
        throw BROKEN_LISTENER
      },
      incident: () => {
        throw BROKEN_LISTENER
      },
    }
  }

  /** Unpredictable enough; a salt binds the records that follow to the call being planned. */
  private random(length: number): Uint8Array {
    const bytes = createHash('sha256')
      .update(`${this.chance++}`)
      .digest()
      .subarray(0, length)
    if (length === 32 && this.active !== undefined) {
      this.active.salt = bytes
      this.active.request = sha256(bytes, 'request', this.active.plan.body)
      this.byRequest.set(this.active.request, this.active)
    }
    return bytes
  }

  private note(text: string): void {
    this.trace.push(`${this.schedule.now - START} ms: ${text}`)
  }

  private count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1
  }

  // ---- callers --------------------------------------------------------------------------------------------------------

  /** Runs the whole world to its end. */
  run(): void {
    const { cuts, reload, shutdown } = this.incidents
    for (const call of this.calls) this.schedule.after(call.plan.arrives, () => this.arrive(call))
    for (const { at, endpoint, on } of cuts) this.schedule.after(at, () => this.setCut(endpoint, on))
    if (this.world.second !== this.world.first)
      this.schedule.after(reload, () => {
        this.edition = this.world.second
        this.note('reloaded')
      })
    this.schedule.after(shutdown, () => {
      this.closing = true
      this.note('closing')
      for (const call of this.calls) if (isOpen(call) && call.began) call.interrupted = true
      this.gateway.interruptAll()
    })
    // A body that was still on its way may have come since; then the server breaks what is left.
    this.schedule.after(shutdown + 1000, () => {
      for (const call of this.calls) if (!call.interrupted) this.vanish(call)
    })
    this.schedule.after(shutdown + 2000, () => this.closeLedger())
    this.schedule.run()
    if (this.broken !== undefined) throw this.broken
  }

  /** What is found wrong stays found, whoever catches it on the way. */
  private strictly<T>(judge: () => T): T {
    try {
      return judge()
    } catch (failure) {
      this.broken ??= failure
      throw failure
    }
  }

  private setCut(endpoint: string, on: boolean): void {
    on ? this.cut.add(endpoint) : this.cut.delete(endpoint)
    this.wasCut.add(endpoint)
    // Of those that run there already, each cut lets all finish or ends all.
    if (on && this.tape.chance(50)) this.ends.add(endpoint)
    else this.ends.delete(endpoint)
    this.note(`${endpoint} ${on ? 'cut' : 'no longer cut'}${this.ends.has(endpoint) ? ', and what runs there ends' : ''}`)
    this.gateway.cutsChanged()
  }

  private arrive(call: Running): void {
    const { plan } = call
    if (this.closing) {
      this.turnAway(call, 'closing')
      return
    }
    call.edition = this.edition
    const admitted = this.gateway.admit(plan.head)
    assert.equal(admitted.ok, plan.person !== undefined, `call ${plan.number}: whether its key is known`)
    if (!admitted.ok) {
      this.fail(call, admitted.error)
      return
    }
    if (this.unfinished >= admitted.value.snapshot.limits.maxConcurrentCalls) {
      this.turnAway(call, 'too-many-calls')
      return
    }
    this.unfinished++
    this.sweep()
    if (plan.vanishes !== undefined) this.schedule.after(plan.vanishes, () => this.vanish(call))
    this.schedule.after(plan.bodyTakes, () => this.begin(call, admitted.value))
  }

  private turnAway(call: Running, kind: 'closing' | 'too-many-calls'): void {
    this.count(kind)
    this.fail(call, { kind, message: 'not now' })
  }

  private fail(call: Running, failure: Parameters<typeof answerFailureOf>[1]): void {
    const { status, headers, body } = answerFailureOf(call.plan.head.route, failure)
    this.responder(call).whole(status, headers, [encoder.encode(body)])
  }

  private begin(call: Running, admitted: Authenticated): void {
    const { plan, edition } = call
    if (call.gone) return
    call.began = true
    if (plan.person !== undefined && gateOf(plan).size === 0) call.permitted = permittedFor(edition, plan, plan.person)
    call.allCut = call.permitted.every(({ endpoint }) => this.cut.has(endpoint))
    this.note(
      `call ${plan.number} begins; it may go to ${call.permitted.map(({ endpoint, model }) => `${endpoint}/${model}`).join(', ') || 'nobody'}`,
    )
    this.active = call
    call.control = this.gateway.call(admitted, plan.body, this.responder(call))
    this.active = undefined
  }

  private vanish(call: Running): void {
    if (!isOpen(call)) return
    this.note(`caller ${call.plan.number} vanishes`)
    this.count('vanished')
    call.gone = true
    this.unfinished--
    call.control?.vanished()
  }

  /** As the server does it, four times a second while somebody waits. */
  private sweep(): void {
    if (this.sweeping) return
    this.sweeping = true
    const again = () => {
      assert.ok(this.schedule.now < START + this.incidents.shutdown + 60_000, 'the world never comes to rest')
      this.gateway.sweep(this.schedule.now)
      if (this.unfinished > 0 || this.gateway.running > 0) this.schedule.after(250, again)
      else this.sweeping = false
    }
    this.schedule.after(250, again)
  }

  private responder(call: Running): Responder {
    const over = (how: Running['answer']) => {
      const { plan } = call
      assert.ok(
        call.answer === 'none' || (call.answer === 'started' && how !== 'whole'),
        `call ${plan.number}: answered twice, ${call.answer} then ${how}`,
      )
      call.answer = how
      this.note(`call ${plan.number} answered: ${call.status} ${how}`)
      if (!call.began) return
      if (!call.gone) this.unfinished--
      // INVARIANT(G7): the last byte leaves when the record of it is durable, or will never be; an idle caller is cut off before.
      if (call.reserved !== 'no' && !call.full) {
        assert.equal(call.pending, 0, `call ${plan.number}: answered before its record was settled`)
        assert.ok(call.gone || call.failed.length > 0 || hasOutcome(call), `call ${plan.number}: answered without a record`)
      }
    }
    return {
      whole: (status, headers, parts) => {
        call.status = status
        call.headers = headers
        for (const part of parts) call.body += decoder.decode(part)
        over('whole')
      },
      start: (status, headers) => {
        assert.equal(call.answer, 'none', `call ${call.plan.number}: started twice`)
        call.answer = 'started'
        call.status = status
        call.headers = headers
      },
      write: (bytes) => {
        assert.equal(call.answer, 'started', `call ${call.plan.number}: written outside its answer`)
        call.body += decoder.decode(bytes)
        call.full = call.plan.fullAfter !== undefined && call.writes++ >= call.plan.fullAfter
        if (call.full) this.makeFull(call)
        return !call.full
      },
      end: () => over('end'),
      abort: () => over('abort'),
    }
  }

  private makeFull(call: Running): void {
    this.count('caller full')
    const delay = this.tape.pick([200, 1500, CALLER_IDLE * 20])
    this.schedule.after(delay, () => {
      if (!isOpen(call)) return
      call.full = false
      call.control?.drained()
    })
  }

  // ---- the wire -------------------------------------------------------------------------------------------------------

  private wire(): Upstream {
    return {
      send: (request, handler) => {
        const sending = this.strictly(() => this.judge(request))
        let control = { paused: false, resume: () => {} }
        const { acts } = sending.script
        const beginning = sending.call.edition.features.hedge === undefined ? PACE : SLOW
        if (this.tape.chance(this.incidents.cutsInFlight)) this.schedule.after(0, () => this.setCut(request.endpoint.id, true))
        const play = (i: number): void => {
          const act = acts[i]
          if (act === undefined) return
          this.schedule.after(this.tape.pick(i === 0 ? beginning : PACE), () => {
            if (sending.aborted) return
            const perform = () => {
              if (sending.aborted) return
              this.perform(sending, act, handler)
              play(i + 1)
            }
            if (control.paused && act.act === 'data') control = { ...control, resume: perform }
            else perform()
          })
        }
        play(0)
        // The wire's own patience between bytes.
        if (acts.length > 0 && acts.at(-1)?.act !== 'end' && acts.at(-1)?.act !== 'fail')
          this.schedule.after(8000, () => {
            if (!sending.aborted && !sending.ended)
              this.perform(sending, { act: 'fail', failure: { kind: 'timed-out', message: 'stalled' } }, handler)
          })
        return {
          abort: () => {
            sending.aborted = true
          },
          pause: () => {
            control.paused = true
          },
          resume: () => {
            const { resume } = control
            control = { paused: false, resume: () => {} }
            this.schedule.after(0, resume)
          },
        }
      },
    }
  }

  private perform(sending: Sending, act: Script['acts'][number], handler: UpstreamHandler): void {
    switch (act.act) {
      case 'head':
        sending.begun = true
        handler.head(act.status, act.headers)
        return
      case 'data':
        sending.received += act.text
        handler.data(Uint8Array.from(act.text, (letter) => letter.charCodeAt(0)))
        return
      case 'end':
        sending.ended = true
        handler.end()
        return
      case 'fail':
        sending.ended = true
        sending.failed = true
        handler.fail(act.failure)
    }
  }

  /** INVARIANT(G1, G2): every byte that leaves passes here, and here it is asked whether it may. */
  private judge(request: UpstreamRequest): Sending {
    const text = decoder.decode(request.body)
    const named = this.calls.filter(({ plan }) => text.includes(canary(plan.number)))
    assert.equal(named.length, 1, `bytes of ${named.length} calls leave in one request`)
    const call = named[0] as Running
    const { plan, edition } = call
    const endpoint: string = request.endpoint.id
    const model = modelIn(request)
    const target = { endpoint, model }
    const what = `call ${plan.number} to ${endpoint}/${model}`
    this.note(`${what} leaves`)
    this.count(isAtHome(edition, target) ? 'sent home' : 'sent abroad')
    assert.ok(!this.cut.has(endpoint), `${what}: the endpoint has been cut`)
    if (edition.features.on) this.judgeRoom(target, what)
    const again = judgeAgain(call, target, text, what)
    for (const passed of judgeOrder(call, target, again, what)) {
      const unable = !canTake(plan.head.route, dialectOf(edition, passed))
      assert.ok(unable || this.wasCut.has(passed.endpoint), `${what}: ${passed.endpoint}/${passed.model} was passed over`)
      this.count(unable ? 'passed over what cannot take it' : 'passed over what was cut')
    }
    judgeSending(call, request, target, again, what)
    const beside = judgeBeside(call, target, this.schedule.now, what)
    const direct = judgeBytes(call, request, text, again, what)
    for (const { secret } of this.world.people)
      assert.ok(!`${request.headers.join()}${text}`.includes(secret), `${what}: a caller's key leaves`)
    if (this.edition !== edition) this.count('sent behind a reload')
    if (beside) this.count('asked beside another')
    else if (again) this.count('asked for a better answer')
    else if (call.sendings.length > 0) this.count(isSame(call.sendings.at(-1)?.target, target) ? 'asked again' : 'fell back')
    const streams = plan.streams && plan.head.route !== 'embeddings'
    const spoken = request.endpoint.dialect
    if (!direct) this.count('translated')
    if (goesOn(call)) this.count('gone on with')
    else if (!direct && isDirect(plan.head.route, spoken) && !plan.demandsForm) this.count('altered in scarcity')
    const form = {
      dialect: request.path === '/completions' ? 'openai-completions' : spoken,
      embeds: plan.head.route === 'embeddings',
      streams,
      inForm: again ? 70 : plan.demandsForm ? 20 : 0,
    } as const
    const script = this.incidents.script ?? drawScript(this.tape, form, `answer-${plan.number}-${call.sendings.length}.`)
    this.count(script.name)
    this.note(`${endpoint}: ${script.name}`)
    const sending = {
      ...{ call, target, script, direct, again, beside, left: this.schedule.now },
      ...{ begun: false, received: '', ended: false, failed: false, aborted: false },
    }
    call.sendings.push(sending)
    return sending
  }

  /** Nobody is asked by more calls at once than its owner allows. */
  private judgeRoom(target: Target, what: string): void {
    const room = this.edition.features.rooms.get(`${target.endpoint}/${target.model}`)
    if (room === undefined) return
    const open = this.calls
      .flatMap(({ sendings }) => sendings)
      .filter((each) => isSame(each.target, target) && !each.ended && !each.aborted)
    assert.ok(open.length < room.calls, `${what}: ${open.length} of ${room.calls} are there already`)
    this.count('kept to its room')
  }

  // ---- the ledger -----------------------------------------------------------------------------------------------------

  private ledger(): Ledger {
    return {
      append: (entry, done) => {
        const { call, kind, members } = this.strictly(() => {
          const members = JSON.parse(`{${entry.members}}`) as Record<string, unknown>
          const call = this.byRequest.get(String(members.request)) ?? assert.fail(`a record of no call: ${entry.members}`)
          const kind = String(members.kind)
          judgeRecord(call, kind, members, entry)
          return { call, kind, members }
        })
        call.pending++
        const finish = (works: boolean) => {
          call.pending--
          this.note(`call ${call.plan.number}: ${kind} ${works ? 'durable' : 'failed'}`)
          if (works) call.records.push({ kind, members, hasSecret: entry.secret !== undefined })
          else {
            call.failed.push(kind)
            this.count(`${kind} failed`)
          }
          done(works ? ok({ index: this.index++ }) : err({ kind: 'ledger-unavailable', message: 'the ledger cannot be written' }))
        }
        this.write(finish)
      },
    }
  }

  /** How the disk takes it. Records become durable in order of append. */
  private write(finish: (works: boolean) => void): void {
    const { ledger, trouble } = this.incidents
    const isTroubled = this.schedule.now - START >= trouble
    if (this.ledgerClosed) {
      finish(false)
      return
    }
    if (ledger === 'hangs' && isTroubled) {
      this.count('ledger hangs')
      this.waiting.push(() => finish(false))
      return
    }
    if (ledger === 'fails-at-once' && isTroubled) {
      finish(false)
      return
    }
    const works = ledger === 'flaky' ? !this.tape.chance(30) : ledger === 'fails' ? !isTroubled : ledger === 'heals' ? isTroubled : true
    const delay = ledger === 'slow' ? this.tape.pick([5, 400, 2500]) : this.tape.pick([2, 2, 0, 40])
    this.ledgerFree = Math.max(this.ledgerFree, this.schedule.now + delay)
    this.schedule.after(this.ledgerFree - this.schedule.now, () => finish(works))
  }

  private closeLedger(): void {
    this.ledgerClosed = true
    for (const each of this.waiting.splice(0)) each()
  }

  // ---- budgets --------------------------------------------------------------------------------------------------------

  private budgets(): Budgets {
    return {
      reserve: (key, most) => {
        const call = this.active ?? assert.fail('money is reserved for no call')
        assert.equal(call.plan.person?.key, key, 'money of another key')
        assert.equal(call.reserved, 'no', `call ${call.plan.number}: reserved twice`)
        const { budget } = call.plan
        if (budget !== undefined) {
          this.count(budget)
          return err({ kind: budget, message: 'no more', retryAfter: millis(1000) })
        }
        call.reserved = 'open'
        return ok({
          settle: (actual) => {
            assert.equal(call.reserved, 'open', `call ${call.plan.number}: settled twice`)
            call.reserved = 'settled'
            assert.ok(Number.isSafeInteger(actual.cost) && actual.cost >= 0)
            assert.ok(actual.cost <= most.cost, `call ${call.plan.number}: costs more than was reserved`)
            // A crossing without an outcome on record is charged in full after a restart, so in full it is settled now.
            const isOrphan = call.failed.includes('call') && call.records.length > 0
            if (isOrphan || call.sendings.length === 0)
              assert.equal(actual.cost, isOrphan ? most.cost : 0, `call ${call.plan.number}: pays for something else`)
            if (call.sendings.length > 0) assert.equal(call.pending, 0, `call ${call.plan.number}: settled before its record`)
          },
        })
      },
    }
  }
}
