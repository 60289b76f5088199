// The callers of the soak, a process of their own. They come at a steady rate however long answers take (an open loop), and each looks at
// what it was told; some leave, some hardly read.
import { type ChildProcess, fork } from 'node:child_process'
import { type Dispatcher, Pool } from 'undici'
import { Collector } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { EndpointError, NeutralRequest, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import { HOST } from '../processes.ts'
import { Chance } from './chance.ts'
import { APPLICATIONS, answerTo, LIMITS, MAX_TOKENS, type StagedApplication } from './stage.ts'

/**
 * How a call ended for its caller. `answered`: whole, and the answer to this question. `failed`: told so, by a status or an error in the
 * stream. `vanished`: the caller left. `left-behind`: the caller did not read, and the exchange hung up. Never right are `wrong` (an answer,
 * but not to this question), `untold` (it broke off without a word) and `endless` (no end within the time that a call may take).
 */
export type Ending = 'answered' | 'failed' | 'vanished' | 'left-behind' | 'wrong' | 'untold' | 'endless'
export type Whim = 'none' | 'vanishes' | 'reads-slowly' | 'stops-reading'
export type Heard = {
  readonly number: number
  readonly application: string
  readonly alias: string
  readonly dialect: string
  readonly stream: boolean
  readonly whim: Whim
  /** Milliseconds since the epoch, and until the end. */
  readonly at: number
  readonly millis: number
  readonly ending: Ending
  readonly status: number
  /** What the exchange or the endpoint calls the failure. */
  readonly code: string
  readonly endpoint: string
  readonly call: string
}
export type Plan = {
  readonly port: number
  readonly keys: Readonly<Record<string, string>>
  readonly rate: number
  readonly seconds: number
  readonly seed: number
  /** Questions that were asked before; the next has the next number. */
  readonly from: number
}

/** `late`: milliseconds after their time that callers came, at most; much of it means that the machine was too busy for them. */
export type Called = { readonly heard: readonly Heard[]; readonly late: number }
export type Callers = {
  /** Resolves when the last call has ended, with all of them. */
  call(plan: Plan): Promise<Called>
  stop(): void
}
export const startCallers = (): Callers => {
  const child: ChildProcess = fork(import.meta.filename, ['serve'], { serialization: 'advanced' })
  process.once('exit', () => child.kill('SIGKILL'))
  return {
    call: (plan) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void => reject(new Error(`the callers ended with ${code}`))
        const heard: Heard[] = []
        const listen = (part: readonly Heard[] | number): void => {
          if (typeof part !== 'number') {
            heard.push(...part)
            return
          }
          child.off('exit', ended)
          child.off('message', listen)
          resolve({ heard, late: part })
        }
        child.once('exit', ended)
        child.on('message', listen)
        child.send(plan)
      }),
    stop: () => child.disconnect(),
  }
}

// ---- in the process of the callers ------------------------------------------------------------------------------------------

const DIALECT_NAMES = ['openai-chat', 'anthropic-messages'] as const
const PADDING = 'Everyone is entitled to all the rights and freedoms set forth in this Declaration. '.repeat(122)
const VANISHING = 0.02
const SLOW = 0.01
/** Between two looks of a slow reader; half of the slow ones stop reading for longer than they may. */
const LOOK = 40
const TOO_LONG = LIMITS.callerIdleSeconds * 1000 * 2.5
const DEADLINE = LIMITS.callTimeoutSeconds * 1000 + TOO_LONG
/** Calls told at once. */
const PART = 1000

type Question = {
  readonly number: number
  readonly application: StagedApplication
  readonly alias: string
  readonly dialect: Dialect
  readonly stream: boolean
  readonly large: boolean
  readonly whim: Whim
  readonly patience: number
}

const applicationAt = (share: number): StagedApplication => {
  let sum = 0
  for (const application of APPLICATIONS) {
    sum += application.share
    if (share < sum) return application
  }
  return APPLICATIONS[0] as StagedApplication
}
const draw = (chance: Chance, number: number): Question => {
  const application = applicationAt(chance.share())
  const whims = chance.share()
  const whim =
    whims < VANISHING ? 'vanishes' : whims < VANISHING + SLOW / 2 ? 'reads-slowly' : whims < VANISHING + SLOW ? 'stops-reading' : 'none'
  const isSlow = whim === 'reads-slowly' || whim === 'stops-reading'
  return {
    number,
    application,
    alias: chance.pick(application.aliases),
    dialect: DIALECTS[chance.pick(DIALECT_NAMES)],
    stream: chance.share() < 0.5 || isSlow,
    large: chance.share() < 0.3,
    whim,
    patience: chance.wait(100),
  }
}

const bodyOf = ({ number, application, alias, dialect, stream, large, whim }: Question): Buffer => {
  const length = whim === 'reads-slowly' ? 'At length.' : whim === 'stops-reading' ? 'At great length.' : 'Briefly.'
  const text = `Nr. ${String(number).padStart(8, '0')} Class ${application.dataClass}. ${length} ${large ? PADDING : ''}`
  const question: NeutralRequest = {
    model: alias,
    messages: [{ role: 'user', parts: [{ kind: 'text', text }] }],
    tools: [],
    sampling: { maxTokens: MAX_TOKENS },
    stream,
    ...(stream && { streamUsage: true }),
  }
  const encoded = dialect.encodeRequest(question)
  if (!encoded.ok) throw new Error(`the question cannot be asked in ${dialect.name}`)
  return Buffer.from(JSON.stringify(encoded.value.body))
}
const PATHS: Readonly<Record<string, string>> = { 'openai-chat': '/v1/chat/completions', 'anthropic-messages': '/v1/messages' }

/** What a body with success says: an answer, an error in its place, or neither, where it broke off. */
type Read = { readonly answer?: NeutralResponse | undefined; readonly failure?: EndpointError | undefined }
const NOTHING: Read = {}
const readWhole = (dialect: Dialect, bytes: Buffer): Read => {
  const decoded = dialect.decodeResponse(JSON.parse(bytes.toString()))
  return decoded.ok ? { answer: decoded.value } : NOTHING
}
/** Only an error that was said is one: what a decoder makes of a stream that broke off is not. */
const readStream = (dialect: Dialect, bytes: Buffer): Read => {
  const [reader, decoder, collector] = [framingOf(dialect).reader(), dialect.streamDecoder(), new Collector()]
  for (const wired of reader.push(bytes))
    for (const event of decoder.push(wired)) {
      if (event.kind === 'failure') return { failure: event.error }
      collector.push(event)
    }
  for (const event of decoder.end()) collector.push(event)
  const answer = collector.conclude()
  return answer.ok ? { answer: answer.value } : NOTHING
}
const textOf = ({ choices }: NeutralResponse): string =>
  choices.flatMap(({ parts }) => parts.map((part) => (part.kind === 'text' ? part.text : ''))).join('')

type Headers = Readonly<Record<string, string | string[] | undefined>>
/** One call, from its question to what it came to. */
class Caller implements Dispatcher.DispatchHandler {
  readonly #question: Question
  readonly #over: (heard: Heard) => void
  readonly #at = Date.now()
  readonly #deadline: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #parts: Buffer[] = []
  #status = 0
  #headers: Headers = {}
  #left = false
  #stopped = false
  #ended = false
  #code = ''

  constructor(question: Question, over: (heard: Heard) => void) {
    this.#question = question
    this.#over = over
    this.#deadline = setTimeout(() => {
      this.#end('endless')
      this.#controller?.abort(new Error('too late'))
    }, DEADLINE)
    if (question.whim === 'vanishes') setTimeout(() => this.#vanish(), question.patience)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#left) controller.abort(new Error('gone'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(controller: Dispatcher.DispatchController, part: Buffer): void {
    this.#parts.push(part)
    const { whim } = this.#question
    if (whim === 'reads-slowly') this.#pause(controller, LOOK)
    else if (whim === 'stops-reading' && !this.#stopped) {
      this.#stopped = true
      this.#pause(controller, TOO_LONG)
    }
  }

  onResponseEnd(): void {
    this.#end(this.#judge(true))
  }

  onResponseError(_controller: Dispatcher.DispatchController, failure: Error): void {
    this.#end(this.#left ? 'vanished' : this.#judge(false), failure.message)
  }

  #pause(controller: Dispatcher.DispatchController, millis: number): void {
    controller.pause()
    setTimeout(() => controller.resume(), millis)
  }

  #vanish(): void {
    if (this.#ended) return
    this.#left = true
    this.#controller?.abort(new Error('gone'))
  }

  /** `clean`: the connection says that this was all. */
  #judge(clean: boolean): Ending {
    const { dialect, stream, number } = this.#question
    const bytes = Buffer.concat(this.#parts)
    if (this.#status === 0) return 'untold'
    if (this.#status >= 300) {
      const decoded = dialect.decodeError(this.#status, () => undefined, bytes.toString())
      this.#code = decoded.code ?? decoded.kind
      return clean && bytes.length > 0 ? 'failed' : 'untold'
    }
    const { answer, failure } = stream ? readStream(dialect, bytes) : clean ? readWhole(dialect, bytes) : NOTHING
    if (failure !== undefined) {
      this.#code = failure.code ?? failure.kind
      return 'failed'
    }
    if (answer !== undefined && clean) return textOf(answer).endsWith(answerTo(String(number).padStart(8, '0'))) ? 'answered' : 'wrong'
    return this.#stopped ? 'left-behind' : 'untold'
  }

  #end(ending: Ending, code = ''): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#deadline)
    const { number, application, alias, dialect, stream, whim } = this.#question
    const header = (name: string): string => String(this.#headers[name] ?? '')
    this.#over({
      number,
      application: application.name,
      alias,
      dialect: dialect.name,
      stream,
      whim,
      at: this.#at,
      millis: Date.now() - this.#at,
      ending,
      status: this.#status,
      code:
        this.#code ||
        (ending === 'untold' || ending === 'endless' ? `${code} after …${Buffer.concat(this.#parts).toString().slice(-200)}` : ''),
      endpoint: header('allod-endpoint'),
      call: header('allod-call'),
    })
    this.#parts = []
  }
}

const run = async ({ port, keys, rate, seconds, seed, from }: Plan, tell: (part: readonly Heard[]) => void): Promise<number> => {
  const pool = new Pool(`http://${HOST}:${port}`, { connections: 2048, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
  const chance = new Chance(seed)
  let [running, number, next, late] = [0, from, performance.now(), 0]
  const until = next + seconds * 1000
  let heard: Heard[] = []
  const ask = (question: Question): void => {
    running++
    const headers = { authorization: `Bearer ${keys[question.application.name]}`, 'content-type': 'application/json' }
    const caller = new Caller(question, (one) => {
      running--
      heard.push(one)
      if (heard.length >= PART) flush()
    })
    pool.dispatch({ path: PATHS[question.dialect.name] ?? '', method: 'POST', headers, body: bodyOf(question) }, caller)
  }
  const flush = (): void => {
    tell(heard)
    heard = []
  }
  while (next < until) {
    while (next <= performance.now() && next < until) {
      late = Math.max(late, performance.now() - next)
      ask(draw(chance, ++number))
      next += chance.wait(1000 / rate)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, next - performance.now())))
  }
  while (running > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  flush()
  await pool.destroy()
  return Math.round(late)
}

if (process.argv[1] === import.meta.filename && process.argv[2] === 'serve') {
  process.on('message', (plan: Plan) => {
    run(plan, (part) => process.send?.(part)).then((late) => process.send?.(late))
  })
  process.once('disconnect', () => process.exit())
}
