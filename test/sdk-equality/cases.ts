// What a case is: one call of the SDK, and the answer or answers an upstream gives to it.

export type Call = {
  readonly route: 'chat' | 'completions' | 'embeddings'
  readonly stream: boolean
  /** How the SDK is used: its plain method, its accumulating stream, or its parser of structured output. */
  readonly by: 'create' | 'accumulate' | 'parse'
  /** Members of the request beside model, input and the mark of the case. */
  readonly more?: Readonly<Record<string, unknown>>
  readonly maxRetries?: number
}
export const CHAT: Call = { route: 'chat', stream: false, by: 'create' }
export const CHAT_STREAM: Call = { route: 'chat', stream: true, by: 'create' }
export const TEXT: Call = { route: 'completions', stream: false, by: 'create' }
export const TEXT_STREAM: Call = { route: 'completions', stream: true, by: 'create' }
export const EMBEDDINGS: Call = { route: 'embeddings', stream: false, by: 'create' }

/** Names and values in turn, written as they stand. */
export type RawHeaders = readonly string[]
export type Answer = {
  readonly status: number
  readonly headers: RawHeaders
  readonly body: Buffer
  /** How the end of the body is told: by its length, by a last chunk, or by closing the connection. */
  readonly framing: 'length' | 'chunked' | 'close'
  /** Where the body is cut into pieces, each written by itself. */
  readonly cuts: readonly number[]
  /** Bytes of the whole answer, head included, written as they are before the connection is closed. */
  readonly raw?: Buffer
  /** Break the connection after this many bytes of the body. */
  readonly resetAfter?: number
}

export type Case = {
  readonly name: string
  readonly call: Call
  /** The first request gets the first answer; the last answer is given again and again. */
  readonly answers: readonly [Answer, ...Answer[]]
  /** `same`: the bytes and what the SDK reads are equal. `raises`: the answer is broken, and the SDK raises an error either way. */
  readonly expect: 'same' | 'raises'
}

const JSON_TYPE: RawHeaders = ['content-type', 'application/json']
const STREAM_TYPE: RawHeaders = ['content-type', 'text/event-stream; charset=utf-8']

type AnswerChanges = Partial<Answer>
export const whole = (body: unknown, changes: AnswerChanges = {}): Answer => ({
  status: 200,
  headers: JSON_TYPE,
  body: toBytes(body),
  framing: 'length',
  cuts: [],
  ...changes,
})
export const streamed = (body: string | Buffer, changes: AnswerChanges = {}): Answer => ({
  status: 200,
  headers: STREAM_TYPE,
  body: toBytes(body),
  framing: 'chunked',
  cuts: [],
  ...changes,
})
const toBytes = (body: unknown): Buffer =>
  body instanceof Buffer ? body : typeof body === 'string' ? Buffer.from(body) : Buffer.from(JSON.stringify(body))

/** Every byte a piece of its own. */
export const eachByte = (answer: Answer): Answer => ({ ...answer, cuts: Array.from({ length: answer.body.length }, (_, i) => i) })

/** Cut at places that look random and are the same in each run. */
export const cutSomewhere = (answer: Answer, seed: number, pieces = 6): Answer => {
  let state = (seed * 2654435761 + 1) >>> 0
  const cuts: number[] = []
  for (let i = 0; i < pieces; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    cuts.push(state % Math.max(1, answer.body.length))
  }
  return { ...answer, cuts }
}

export const same = (name: string, call: Call, ...answers: [Answer, ...Answer[]]): Case => ({ name, call, answers, expect: 'same' })
export const raises = (name: string, call: Call, answer: Answer): Case => ({ name, call, answers: [answer], expect: 'raises' })
