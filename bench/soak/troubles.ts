// What an endpoint does with a question, well or in trouble. The troubles are those of the fault table, with those added that need time.
import type { Socket } from 'node:net'
import { eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import type { NeutralEvent } from '../../src/gateway/dialects/neutral.ts'
import { encodedStream } from '../../test/dialects/wire.ts'
import { type Act, ANSWERS, STATUSES } from '../../test/faults/table/faults.ts'
import type { Chance } from './chance.ts'
import { answerTo, usageOf } from './stage.ts'

/** `well` and `slow` answer; the others do not, but for `mixed`, which does any of it in turn. `refusing` is done by not listening. */
export const TROUBLES = ['refusing', 'failing', 'limiting', 'silent', 'stalling', 'cutting', 'garbling', 'slow', 'mixed'] as const
export type Trouble = (typeof TROUBLES)[number]

const named = (name: string, kind: 'whole' | 'stream'): Act => {
  const act = [...STATUSES, ...ANSWERS].find((fault) => fault.name === name)?.[kind]?.does
  if (act === undefined) throw new Error(`the fault table has no \`${name}\` for ${kind}`)
  return act
}
type Pair = { readonly whole: readonly [Act, ...Act[]]; readonly stream: readonly [Act, ...Act[]] }
const both = (...names: readonly [string, ...string[]]): Pair => {
  const [first, ...rest] = names
  const pick = (kind: 'whole' | 'stream'): Pair['whole'] => [named(first, kind), ...rest.map((name) => named(name, kind))]
  return { whole: pick('whole'), stream: pick('stream') }
}
const RETRY_AFTER = '{"error":{"type":"rate_limit_error","message":"too many of you"}}'
const limits: Act = (socket) =>
  void socket.write(
    `HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\nretry-after: 2\r\ncontent-length: ${RETRY_AFTER.length}\r\n\r\n${RETRY_AFTER}`,
  )

const ACTS: Readonly<Record<Exclude<Trouble, 'refusing' | 'slow' | 'mixed'>, Pair>> = {
  failing: both('answers 500', 'answers 502', 'answers 503', 'answers 529', 'resets'),
  limiting: { whole: [limits], stream: [limits] },
  silent: both('stalls before its head'),
  stalling: { whole: [named('stalls in its body', 'whole')], stream: [named('stalls in its stream', 'stream')] },
  cutting: {
    whole: [named('cuts its body', 'whole'), named('closes at once', 'whole')],
    stream: [named('cuts its stream between two events', 'stream'), named('cuts its stream in an event', 'stream')],
  },
  garbling: {
    whole: [named('breaks off its JSON, well framed', 'whole'), named('answers with a page', 'whole')],
    stream: [named('sends a malformed event', 'stream'), named('fails inside its stream', 'stream')],
  },
}
const MIXED = [undefined, undefined, undefined, undefined, 'slow', 'failing', 'limiting', 'stalling', 'cutting', 'garbling'] as const

// ---- answering well ---------------------------------------------------------------------------------------------------------

/** Stand in a template where the figures of one answer go; as many digits, so that lengths hold. */
const MODEL = { number: '00000000', input: 587, output: 65 }
const FIGURES = /(?<!\d)(?:00000000|587|652|65)(?!\d)/g
const WORDS = 'Everyone is entitled to all the rights and freedoms set forth in this Declaration, without distinction of any kind. '
/** Of 800 KB, for whoever reads slowly, and of 8 MB: more than the system's buffers hold for whoever stops reading. */
const LONG: readonly string[] = Array.from({ length: 40 }, () => WORDS.repeat(170))
const HUGE: readonly string[] = Array.from({ length: 400 }, () => WORDS.repeat(170))
const SHORT: readonly string[] = WORDS.repeat(2).match(/.{1,24}/g) ?? []
const MILLIS_BETWEEN_WRITES = 25
const SLOWNESS = 15

export type Length = 'short' | 'long' | 'huge'
type Template = { readonly whole: string } & { readonly [length in Length]: readonly string[] }
const templateOf = (dialect: Dialect): Template => {
  const end = answerTo(MODEL.number)
  const answer = {
    id: `answer_${MODEL.number}`,
    model: 'm',
    choices: [{ index: 0, parts: [{ kind: 'text' as const, text: WORDS.repeat(4) + end }], stop: { kind: 'stop' as const } }],
    usage: { input: MODEL.input, output: MODEL.output },
  }
  const context = (stream: boolean) => ({
    request: { model: 'm', messages: [], tools: [], sampling: {}, stream, ...(stream && { streamUsage: true }) },
    call: 'call_1',
    now: 1,
    warnings: [],
  })
  const streamed = (pieces: readonly string[]): readonly string[] => {
    const events = eventsOf(answer).flatMap((event): readonly NeutralEvent[] =>
      event.kind === 'part-delta' ? [...pieces, end].map((text) => ({ ...event, text })) : [event],
    )
    return encodedStream(dialect, events, context(true)).text.split(/(?<=\n\n)/)
  }
  return {
    whole: JSON.stringify(dialect.encodeResponse(answer, context(false)).body),
    short: streamed(SHORT),
    long: streamed(LONG),
    huge: streamed(HUGE),
  }
}

export type Question = { readonly number: string; readonly stream: boolean; readonly length: Length }
export const readQuestion = (request: string): Question => ({
  number: /Nr\. (\d{8})/.exec(request)?.[1] ?? MODEL.number,
  stream: request.includes('"stream":true'),
  length: request.includes('At length.') ? 'long' : request.includes('At great length.') ? 'huge' : 'short',
})

/** Answers questions in one dialect, well or not. */
export class Answering {
  readonly #dialect: Dialect
  readonly #template: Template
  readonly #chance: Chance
  readonly #reported: (question: Question) => void

  /** `reported` is told of each answer whose usage was written. */
  constructor(dialect: Dialect, chance: Chance, reported: (question: Question) => void) {
    this.#dialect = dialect
    this.#template = templateOf(dialect)
    this.#chance = chance
    this.#reported = reported
  }

  answer(socket: Socket, question: Question, trouble: Trouble | undefined): void {
    // Half of what comes to an endpoint in mixed trouble is answered.
    const now = trouble === 'mixed' ? this.#chance.pick(MIXED) : trouble
    if (now === undefined || now === 'slow' || now === 'refusing') this.#well(socket, question, now === 'slow' ? SLOWNESS : 1)
    else this.#chance.pick(ACTS[now][question.stream ? 'stream' : 'whole'])(socket, this.#dialect)
  }

  #well(socket: Socket, question: Question, slowness: number): void {
    const delay = this.#chance.between(0.5, 1.5) * MILLIS_BETWEEN_WRITES * slowness
    const { whole } = this.#template
    const writes = question.stream
      ? [STREAM_HEAD, ...chunked(this.#template[question.length], question)]
      : [`${WHOLE_HEAD}content-length: ${Buffer.byteLength(whole)}\r\n\r\n${filled(whole, question)}`]
    const write = (at: number): void => {
      if (socket.destroyed) return
      socket.write(writes[at] ?? '')
      if (at === writes.length - 1) this.#reported(question)
      else setTimeout(write, question.length === 'short' ? delay : 1, at + 1)
    }
    setTimeout(write, delay, 0)
  }
}

const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const WHOLE_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'

const filled = (template: string, { number }: Question): string => {
  const { input, output } = usageOf(Number(number))
  return template.replace(FIGURES, (figure) =>
    figure === MODEL.number ? number : `${figure === `${MODEL.input}` ? input : figure === `${MODEL.output}` ? output : input + output}`,
  )
}
/** Events in four writes, each event a chunk; the last write holds the usage. */
const chunked = (events: readonly string[], question: Question): readonly string[] => {
  const quarter = Math.ceil(events.length / 4)
  return [0, 1, 2, 3].map((part) => {
    const chunks = events.slice(part * quarter, (part + 1) * quarter).map((event) => {
      const text = filled(event, question)
      return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
    })
    return chunks.join('') + (part === 3 ? '0\r\n\r\n' : '')
  })
}
