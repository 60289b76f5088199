// One run of the lab. What touches the world is a port.
import type { JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type Clock, type EpochMillis, type Micros, type Millis, micros, millis } from '../../core/units.ts'
import type { Price } from '../snapshot.ts'
import { encodeQuestion } from './asking.ts'
import type { Experiment, Finding, Question, Received, Step, Subject, Transcript } from './experiment.ts'
import { GROUNDWORK } from './experiments/index.ts'
import { type Heard, Hearing, hear } from './hearing.ts'
import { judgeAll } from './judge-all.ts'
import { boundOfBody, costOf, SPARE } from './plan.ts'

export type Sending = {
  /** Begins with `/`; appended to the endpoint's base. */
  readonly path: string
  readonly body: string
  readonly authentication: 'own' | 'none' | 'wrong'
}
export type LabPorts = {
  /**
   * Asks whether the run may be, and makes its record durable. INVARIANT(G1, G2): nothing is sent before this said yes; it says no where
   * policy does not permit public data at this endpoint, or where nothing can be recorded.
   */
  readonly open: () => Promise<Result<void, Refusal>>
  /** One call; never rejects. Secrets are removed from what it gives back. */
  readonly send: (sending: Sending) => Promise<Received>
  readonly wait: (time: Millis) => Promise<void>
  readonly clock: Clock
  /** Whether the owner wants the run to end now. */
  readonly stopped: () => boolean
  readonly progress?: (experiment: string, asked: number) => void
}
export type Refusal = { readonly kind: 'refused' | 'unavailable'; readonly message: string }
export type Bounds = { readonly maxCalls: number; readonly maxCost: Micros }

/** `complete`: all was asked. Otherwise what was asked counts: `stopped` by the owner, at the `bound`, or `unreachable`. */
export type Ending = 'complete' | 'stopped' | 'bound' | 'unreachable'
export type Spent = { readonly calls: number; readonly input: number; readonly output: number; readonly cost: Micros }
export type Unasked = { readonly experiment: string; readonly label: string; readonly why: string }
export type Run = {
  readonly started: EpochMillis
  readonly ended: EpochMillis
  readonly ending: Ending
  readonly experiments: readonly { readonly id: string; readonly findings: readonly Finding[] }[]
  readonly classes: { readonly [deviationClass: string]: JsonObject }
  readonly transcripts: readonly Transcript[]
  readonly unasked: readonly Unasked[]
  readonly spent: Spent
}

/** How long a busy endpoint is waited for when it names no time, and at most. */
const PATIENCE = millis(5_000)
const MOST_PATIENCE = millis(60_000)

/** Asks, within the bounds, and judges at the end, when everything was heard. Fails only where it may not begin. */
export const runLab = async (
  experiments: readonly Experiment[],
  given: Subject,
  limits: Bounds & { readonly price: Price },
  ports: LabPorts,
): Promise<Result<Run, Refusal>> => {
  const opened = await ports.open()
  if (!opened.ok) return opened
  const asking = new Asking(given, limits, ports)
  const started = ports.clock()
  const ending = await asking.all(experiments)
  const { transcripts, unasked, spent, heard, subject } = asking
  const { results, classes } = judgeAll(experiments, heard, subject)
  return ok({ started, ended: ports.clock(), ending, experiments: results, classes, transcripts, unasked, spent })
}

const NOTHING = { input: 0, output: 0 }
/** An endpoint may count what it likes; what no answer can have is not taken for a count. */
const MOST_TOKENS = 10_000_000
const isCount = (tokens: number): boolean => Number.isSafeInteger(tokens) && tokens >= 0 && tokens <= MOST_TOKENS

const LAST_OF_GROUNDWORK = GROUNDWORK.at(-1)?.id

class Asking {
  subject: Subject
  readonly transcripts: Transcript[] = []
  readonly heard: Heard[] = []
  readonly unasked: Unasked[] = []
  spent: Spent = { calls: 0, input: 0, output: 0, cost: micros(0) }
  private readonly limits: Bounds & { readonly price: Price }
  private readonly ports: LabPorts

  constructor(subject: Subject, limits: Bounds & { readonly price: Price }, ports: LabPorts) {
    this.subject = subject
    this.limits = limits
    this.ports = ports
  }

  async all(experiments: readonly Experiment[]): Promise<Ending> {
    for (const { id, steps, settle } of experiments) {
      for (const step of steps) {
        const ended = await this.one(id, step)
        if (ended !== undefined) return ended
      }
      const hearing = new Hearing(this.heard, id)
      if (settle !== undefined) this.subject = settle(hearing, this.subject)
      // An endpoint that answers not even the groundwork would only be annoyed by a hundred more, and its refusals tell nothing.
      const tried = hearing.own.length > 0 && this.heard.every(({ outcome }) => outcome !== 'answered')
      if (tried && (id === LAST_OF_GROUNDWORK || this.heard.every(({ outcome }) => outcome !== 'refused'))) return 'unreachable'
    }
    return 'complete'
  }

  /** Asks one question, once more if the endpoint was busy; why the run ends, if it does. */
  private async one(experiment: string, step: Step): Promise<Ending | undefined> {
    const question = step.ask(new Hearing(this.heard, experiment), this.subject)
    if (question === undefined) return undefined
    const encoded = encodeQuestion(question, this.subject)
    if (!encoded.ok) {
      this.unasked.push({ experiment, label: step.label, why: encoded.error })
      return undefined
    }
    const first = await this.call(experiment, step, question, encoded.value)
    if (!first.ok) return first.error
    if (first.value.outcome === 'busy' && this.retries > 0) {
      this.retries -= 1
      await this.ports.wait(millis(Math.min(first.value.error?.retryAfter ?? PATIENCE, MOST_PATIENCE)))
      const again = await this.call(experiment, step, question, encoded.value)
      if (!again.ok) return again.error
      this.heard.splice(this.heard.indexOf(first.value), 1, { ...first.value, label: `${step.label}-busy` })
    }
    return undefined
  }
  private retries = SPARE

  /** INVARIANT: never more calls than announced, and none whose bound could exceed the money that is left. */
  private async call(
    experiment: string,
    step: Step,
    question: Question,
    { path, body }: { readonly path: string; readonly body: string },
  ): Promise<Result<Heard, Ending>> {
    if (this.ports.stopped()) return err('stopped')
    const most = costOf(boundOfBody(body, step.output), this.limits.price)
    if (this.spent.calls >= this.limits.maxCalls || this.spent.cost + most > this.limits.maxCost) return err('bound')
    this.ports.progress?.(experiment, this.spent.calls)
    const authentication = question.authentication ?? 'own'
    const received = await this.ports.send({ path, body, authentication })
    const transcript: Transcript = { experiment, label: step.label, path, sent: body, authentication, received }
    const heard = hear(transcript, this.transcripts.length, this.subject.dialect)
    this.transcripts.push(transcript)
    this.heard.push(heard)
    this.settle(heard, body, step.output)
    return this.ports.stopped() && received.kind === 'failure' ? err('stopped') : ok(heard)
  }

  /** What an endpoint does not count, and what broke off, counts with its bound. */
  private settle(heard: Heard, body: string, output: number): void {
    const usage = heard.answer?.usage
    const free = heard.outcome === 'refused' || heard.outcome === 'denied' || heard.outcome === 'busy'
    const counted = free
      ? NOTHING
      : usage !== undefined && isCount(usage.input) && isCount(usage.output)
        ? usage
        : boundOfBody(body, output)
    this.spent = {
      calls: this.spent.calls + 1,
      input: this.spent.input + counted.input,
      output: this.spent.output + counted.output,
      cost: micros(this.spent.cost + costOf(counted, this.limits.price)),
    }
  }
}
