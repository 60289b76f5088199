// What translating costs: for each pair of dialects one event of a stream, from the endpoint's bytes to the caller's, and one request of
// 10 KB, from the caller's text to the endpoint's. `node bench/translation.ts` prints one line of JSON.
import type { JsonObject } from '../src/core/json.ts'
import type { AnswerContext, Dialect } from '../src/gateway/dialects/dialect.ts'
import { framingOf } from '../src/gateway/dialects/framing.ts'
import { DIALECTS } from '../src/gateway/dialects/index.ts'
import type { NeutralEvent, NeutralRequest } from '../src/gateway/dialects/neutral.ts'

const CHUNKS = 400
const ROUNDS = 15
const TEXT = 'Toute personne a droit à l’éducation.\n"Education shall be free", at least in the elementary stages. '
const dialects = Object.values(DIALECTS)

const request: NeutralRequest = {
  model: 'seed',
  messages: [
    { role: 'system', parts: [{ kind: 'text', text: 'Answer briefly.' }] },
    { role: 'user', parts: [{ kind: 'text', text: TEXT.repeat(95) }] },
  ],
  tools: [],
  sampling: { maxTokens: 64 },
  stream: true,
}
const context: AnswerContext<NeutralRequest> = { request, call: 'call_01M81J18G0PYQ0RW4WWAEQ8NAM', now: 1_790_000_000, warnings: [] }

const part = { choice: 0, part: 0 }
const events: readonly NeutralEvent[] = [
  { kind: 'start', id: 'x', model: 'seed', created: 1_790_000_000 },
  { kind: 'part-start', ...part, of: { kind: 'text' } },
  ...Array.from({ length: CHUNKS }, (): NeutralEvent => ({ kind: 'part-delta', ...part, text: ' dignity and rights' })),
  { kind: 'part-end', ...part },
  { kind: 'finish', choice: 0, stop: { kind: 'stop' } },
  { kind: 'usage', usage: { input: 120, output: CHUNKS } },
  { kind: 'end' },
]

/** The bytes of a stream as an endpoint sends them: a piece for each event. */
const wireOf = (dialect: Dialect): readonly Uint8Array[] => {
  const encoder = dialect.streamEncoder(context)
  return events.map((event) => framingOf(dialect).bytes(encoder.push(event))).filter(({ length }) => length > 0)
}

const carryStream = (pieces: readonly Uint8Array[], from: Dialect, to: Dialect): number => {
  const reader = framingOf(from).reader()
  const [decoder, encoder] = [from.streamDecoder(), to.streamEncoder(context)]
  let bytes = 0
  const write = (answer: readonly NeutralEvent[]): void => {
    for (const event of answer) bytes += framingOf(to).bytes(encoder.push(event)).length
  }
  for (const piece of pieces) for (const event of reader.push(piece)) write(decoder.push(event))
  write(decoder.end())
  return bytes
}

const bodyOf = (dialect: Dialect): string => {
  const encoded = dialect.encodeRequest(request)
  if (!encoded.ok) throw new Error(encoded.error.message)
  return JSON.stringify(encoded.value.body)
}
const carryRequest = (text: string, from: Dialect, to: Dialect): number => {
  const decoded = from.decodeRequest(JSON.parse(text) as JsonObject, { model: 'seed', stream: true })
  const encoded = decoded.ok ? to.encodeRequest(decoded.value) : decoded
  // A dialect without words for a conversation refuses it; that is cheap, and not measured.
  return encoded.ok ? JSON.stringify(encoded.value.body).length : 0
}

/** Least microseconds of CPU of several rounds: what the code needs when nothing disturbs it. */
const leastOf = (run: () => void): number => {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, user + system)
  }
  return least
}

const chunks: [name: string, micros: number][] = []
const requests: [name: string, micros: number][] = []
for (const from of dialects) {
  const [pieces, body] = [wireOf(from), '']
  for (const to of dialects) {
    const name = `${from.name} to ${to.name}`
    chunks.push([name, leastOf(() => carryStream(pieces, from, to)) / pieces.length])
    const text = from.encodeRequest(request).ok ? bodyOf(from) : body
    if (text === '' || carryRequest(text, from, to) === 0) continue
    const times = 20
    requests.push([
      name,
      leastOf(() => {
        for (let i = 0; i < times; i++) carryRequest(text, from, to)
      }) / times,
    ])
  }
}

const sorted = (list: [string, number][]): [string, number][] => list.toSorted(([, a], [, b]) => a - b)
const summary = (list: [string, number][]) => {
  const order = sorted(list)
  const [worst = '', most = 0] = order.at(-1) ?? []
  return { pairs: order.length, median: Number((order[order.length >> 1]?.[1] ?? 0).toFixed(2)), most: Number(most.toFixed(2)), worst }
}
const [stream, whole] = [summary(chunks), summary(requests)]
console.log(
  JSON.stringify({
    streamPairs: stream.pairs,
    chunkMedianMicros: stream.median,
    chunkMostMicros: stream.most,
    chunkMostPair: stream.worst,
    requestPairs: whole.pairs,
    requestMedianMicros: whole.median,
    requestMostMicros: whole.most,
    requestMostPair: whole.worst,
  }),
)
