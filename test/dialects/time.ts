// Long inputs take time in proportion to their length. Each case is made in two sizes, one eight times the other; work that grows with
// the square takes 64 times as long, and is told from the noise of a busy machine by a bound of 30.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/core/json.ts'
import { eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import type { AssistantPart, Message, NeutralEvent, NeutralRequest, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import { EventReader, type ServerSentEvent } from '../../src/gateway/dialects/server-sent-events.ts'
import { contextOf, encodedStream, wire } from './wire.ts'

const GROWTH = 8
const BOUND = 30
/** Times below this many milliseconds are noise. */
const FLOOR = 4

const LIMITED: ReadonlySet<string> = new Set(['openai-completions'])

export const testTime = (dialect: Dialect): void =>
  void test(`${dialect.name}: long requests, answers, streams and errors take time in proportion`, () => {
    for (const [name, prepare] of casesOf(dialect)) {
      const [short, long] = [prepare(SIZE), prepare(SIZE * GROWTH)]
      short()
      const base = Math.max(FLOOR, Math.min(milliseconds(short), milliseconds(short)))
      // A pause of the collector is not the dialect's: the better of two stands.
      let time = milliseconds(long)
      if (time > BOUND * base) time = milliseconds(long)
      assert.ok(time <= BOUND * base, `${name}: ${time.toFixed(1)} ms for ${GROWTH} times what took ${base.toFixed(1)} ms`)
    }
  })

const SIZE = 400
type Work = () => void

const milliseconds = (work: Work): number => {
  const began = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

const casesOf = (dialect: Dialect): readonly [string, (size: number) => Work][] => [
  ...requestsFor(dialect).flatMap(([name, make]): [string, (size: number) => Work][] => [
    [`${name}, encoded`, (size) => bound(make(size), (request) => void dialect.encodeRequest(request))],
    [
      `${name}, decoded`,
      (size) => bound(bodyOf(dialect, make(size)), (body) => void dialect.decodeRequest(body, { model: 'm', stream: false })),
    ],
  ]),
  ...ANSWERS.flatMap(([name, make]): [string, (size: number) => Work][] => [
    [`${name}, encoded`, (size) => bound(make(size), (response) => void dialect.encodeResponse(response, contextOf(response, false)))],
    [
      `${name}, decoded`,
      (size) =>
        bound(wire(dialect.encodeResponse(make(size), contextOf(make(size), false)).body), (body) => void dialect.decodeResponse(body)),
    ],
    [
      `${name}, streamed out`,
      (size) => bound(fragmentsOf(make(size)), (events) => void encodedStream(dialect, events, contextOf(make(1), true))),
    ],
    [
      `${name}, streamed in`,
      (size) => bound(wireEvents(dialect, fragmentsOf(make(size)), make(1)), (events) => void readAll(dialect, events)),
    ],
  ]),
  [
    'an error of long text',
    (size) => bound('{"error":{"message":"'.padEnd(size * 64, 'a {'), (body) => void dialect.decodeError(500, () => undefined, body)),
  ],
]
const bound =
  <T>(value: T, work: (value: T) => void): Work =>
  () =>
    work(value)

const words = (text: string): Message => ({ role: 'user', parts: [{ kind: 'text', text }] })
const call = (index: number, text: string): AssistantPart => ({ kind: 'tool-call', id: `call${index}`, name: 'look', arguments: text })
const asking = (messages: readonly Message[]): NeutralRequest => ({
  model: 'm',
  messages,
  tools: [{ name: 'look' }],
  sampling: { maxTokens: 9 },
  stream: false,
})

const requestsFor = (dialect: Dialect): readonly [string, (size: number) => NeutralRequest][] =>
  LIMITED.has(dialect.name)
    ? [
        [
          'a long text',
          (size) => ({
            model: 'm',
            messages: [words('é '.repeat(size * 64))],
            tools: [],
            sampling: {},
            continuation: { echo: true },
            stream: false,
          }),
        ],
      ]
    : [
        ['a long text', (size) => asking([words('é '.repeat(size * 64))])],
        [
          'many messages',
          (size) =>
            asking(
              Array.from(
                { length: size },
                (_, index): Message => (index % 2 === 0 ? words('a') : { role: 'assistant', parts: [{ kind: 'text', text: 'b' }] }),
              ),
            ),
        ],
        [
          'many instructions',
          (size) =>
            asking(
              Array.from(
                { length: size },
                (_, index): Message => (index % 2 === 0 ? words('a') : { role: 'system', parts: [{ kind: 'text', text: 'b' }] }),
              ),
            ),
        ],
        [
          'many parts',
          (size) => asking([{ role: 'user', parts: Array.from({ length: size }, () => ({ kind: 'text' as const, text: 'a' })) }]),
        ],
        [
          'many calls and results',
          (size) =>
            asking([
              words('a'),
              { role: 'assistant', parts: Array.from({ length: size }, (_, index) => call(index, '{"a":"b"}')) as AssistantPart[] },
              {
                role: 'tool',
                parts: Array.from({ length: size }, (_, index) => ({
                  kind: 'tool-result' as const,
                  call: `call${index}`,
                  parts: [{ kind: 'text' as const, text: 'c' }],
                })),
              },
              words('d'),
            ]),
        ],
        [
          'many turns with a call',
          (size) => asking([...Array.from({ length: size / 4 }, (_, index) => turnWithCall(index)).flat(), words('d')]),
        ],
        [
          'long arguments',
          (size) =>
            asking([words('a'), { role: 'assistant', parts: [call(0, JSON.stringify({ a: '\\"'.repeat(size * 32) }))] }, words('b')]),
        ],
        [
          'arguments that never end',
          (size) => asking([words('a'), { role: 'assistant', parts: [call(0, `{"a":"${'\\"'.repeat(size * 32)}`)] }, words('b')]),
        ],
        [
          'many tools',
          (size) => ({
            ...asking([words('a')]),
            tools: Array.from({ length: size }, (_, index) => ({
              name: `tool${index}`,
              parameters: { type: 'object', properties: { a: { type: 'string' } } },
            })),
          }),
        ],
        [
          'many extensions',
          (size) => ({
            ...asking([words('a')]),
            extensions: {
              dialect: dialect.name,
              members: Object.fromEntries(Array.from({ length: size }, (_, index) => [`vendor_${index}`, index])),
            },
          }),
        ],
      ]

const turnWithCall = (index: number): readonly Message[] => [
  words('a'),
  { role: 'assistant', parts: [call(index, '{"a":"b"}')] },
  { role: 'tool', parts: [{ kind: 'tool-result', call: `call${index}`, parts: [{ kind: 'text', text: 'c' }] }] },
]

const answering = (parts: readonly AssistantPart[]): NeutralResponse => ({
  id: 'a',
  model: 'm',
  choices: [{ index: 0, parts, stop: { kind: parts.some((part) => part.kind === 'tool-call') ? 'tool-calls' : 'stop' } }],
})
const ANSWERS: readonly [string, (size: number) => NeutralResponse][] = [
  ['an answer of long text', (size) => answering([{ kind: 'text', text: 'é😀 '.repeat(size * 3) }])],
  ['an answer of many texts', (size) => answering(Array.from({ length: size }, () => ({ kind: 'text', text: 'a' })))],
  ['an answer of many calls', (size) => answering(Array.from({ length: size }, (_, index) => call(index, '{"a":"b"}')))],
  ['an answer of long arguments', (size) => answering([call(0, JSON.stringify({ a: 'é '.repeat(size * 6) }))])],
  [
    'an answer of much reasoning',
    (size) =>
      answering([
        { kind: 'reasoning', text: 'hm '.repeat(size * 3) },
        { kind: 'text', text: 'a' },
      ]),
  ],
  [
    'an answer of many citations',
    (size) =>
      answering([
        {
          kind: 'text',
          text: 'ab '.repeat(size),
          citations: Array.from({ length: size }, (_, index) => ({ url: 'https://a.example/', title: 'a', from: index, to: index + 1 })),
        },
      ]),
  ],
]

/** Each text in pieces of four units, as a model makes them; all parts open before the first ends. */
const fragmentsOf = (response: NeutralResponse): readonly NeutralEvent[] => {
  const events = eventsOf(response).flatMap((event): NeutralEvent[] =>
    event.kind === 'part-delta' ? piecesOf(event.text).map((text) => ({ ...event, text })) : [event],
  )
  const rank = {
    start: 0,
    'part-start': 1,
    'part-delta': 2,
    citation: 2,
    'part-end': 3,
    'log-probabilities': 4,
    finish: 5,
    usage: 6,
    end: 7,
    failure: 7,
  }
  return events.sort((one, other) => rank[one.kind] - rank[other.kind])
}
const piecesOf = (text: string): string[] => text.match(/.{1,4}/gsu) ?? []

const bodyOf = (dialect: Dialect, request: NeutralRequest): JsonObject => {
  const encoded = dialect.encodeRequest(request)
  assert.ok(encoded.ok, JSON.stringify(encoded).slice(0, 200))
  return wire(encoded.value.body)
}
const wireEvents = (dialect: Dialect, events: readonly NeutralEvent[], response: NeutralResponse): readonly ServerSentEvent[] =>
  new EventReader().push(Buffer.from(encodedStream(dialect, events, contextOf(response, true)).text))
const readAll = (dialect: Dialect, events: readonly ServerSentEvent[]): void => {
  const decoder = dialect.streamDecoder()
  for (const event of events) decoder.push(event)
  decoder.end()
}
