// The official SDK, whose accumulation of events is strict, reads what is written for it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import OpenAI from 'openai'
import { accumulateResponse } from 'openai/lib/responses/ResponseAccumulator'
import type { Response, ResponseInput, ResponseStreamEvent } from 'openai/resources/responses/responses'
import { neutralResponse } from '../../../../test/dialects/arbitraries.ts'
import { interleaved } from '../../../../test/dialects/streams.ts'
import { type JsonObject, parseJson } from '../../../core/json.ts'
import { millis } from '../../../core/units.ts'
import { eventsOf } from '../collect.ts'
import type { AnswerContext } from '../dialect.ts'
import type { EndpointError, NeutralEvent, NeutralRequest, NeutralResponse } from '../neutral.ts'
import { EventReader } from '../server-sent-events.ts'
import { openaiResponses } from './index.ts'

const ANSWER: NeutralResponse = {
  id: 'x',
  model: 'm',
  choices: [
    {
      index: 0,
      parts: [
        { kind: 'reasoning', text: 'Hm.', opaque: { owner: 'anthropic-messages', field: 'signature', data: 'AA==' } },
        { kind: 'text', text: 'Grüße 🙂', citations: [{ url: 'https://a.example', title: 'A', from: 0, to: 5 }] },
        { kind: 'tool-call', id: 'c1', name: 'weather', arguments: '{"city":"Paris"}' },
        { kind: 'tool-call', id: 'c2', name: 'weather', arguments: '{"city":"Oslo"}' },
      ],
      stop: { kind: 'tool-calls' },
    },
  ],
  usage: { input: 5, output: 7, cachedInput: 2, reasoning: 3 },
}
const TOOLS = [{ type: 'function' as const, name: 'weather', parameters: { type: 'object' }, strict: true }]

/** What the exchange behind the SDK says next, and the last question it was asked. */
let events: readonly NeutralEvent[] = eventsOf(ANSWER)
let error: EndpointError | undefined
let asked: NeutralRequest | undefined
let server: Server
let client: OpenAI

before(async () => {
  server = createServer(async (incoming, outgoing) => {
    const body = parseJson(await text(incoming))
    const request = openaiResponses.decodeRequest((body.ok ? body.value : {}) as JsonObject, {})
    assert.ok(request.ok)
    asked = request.value
    const context = { request: request.value, call: '7Kf3', now: 1_790_000_000, warnings: [] }
    if (error !== undefined) {
      const { status, headers, body } = openaiResponses.encodeError(error)
      outgoing.writeHead(status, ['content-type', 'application/json', ...headers]).end(JSON.stringify(body))
    } else if (request.value.stream) {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
      const encoder = openaiResponses.streamEncoder(context)
      for (const event of events) outgoing.write(encoder.push(event))
      outgoing.end()
    } else {
      outgoing.writeHead(200, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify(openaiResponses.encodeResponse(ANSWER, context).body))
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  client = new OpenAI({ apiKey: 'k', baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, maxRetries: 0 })
})
after(() => server.close())

test('a whole answer, and what the SDK holds of it sent back', async () => {
  const answer = await client.responses.create({ model: 'm', input: 'Hi', tools: TOOLS })
  assert.equal(answer.output_text, 'Grüße 🙂')
  assert.deepEqual(
    answer.output.map(({ type }) => type),
    ['reasoning', 'message', 'function_call', 'function_call'],
  )
  const input = [...answer.output, { type: 'function_call_output', call_id: 'c1', output: '3 °C' }] as ResponseInput
  await client.responses.create({ model: 'm', input, tools: TOOLS })
  assert.deepEqual(asked?.messages[0], { role: 'assistant', parts: ANSWER.choices[0]?.parts })
  assert.equal(asked?.extensions, undefined)
})

test('the stream helper tells the same, and its items can be sent back', async () => {
  for (const reasoning of [null, { summary: 'auto' as const }]) {
    const stream = client.responses.stream({ model: 'm', input: 'Hi', tools: TOOLS, reasoning })
    const numbers: number[] = []
    stream.on('event', (event) => void numbers.push(event.sequence_number))
    const answer = await stream.finalResponse()
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index),
    )
    assert.equal(answer.output_text, 'Grüße 🙂')
    const call = answer.output[3]
    assert.deepEqual(call?.type === 'function_call' && call.parsed_arguments, { city: 'Oslo' })
    await client.responses.create({ model: 'm', input: answer.output as ResponseInput, tools: TOOLS })
    assert.deepEqual(asked?.messages, [{ role: 'assistant', parts: ANSWER.choices[0]?.parts }])
    assert.equal(asked?.extensions, undefined)
  }
})

test('INVARIANT(G5): a stream that breaks raises an error, as a refusal before it does', async () => {
  const broken: EndpointError = { status: 502, kind: 'failed', message: 'the endpoint went away' }
  events = [...eventsOf(ANSWER).slice(0, 6), { kind: 'failure', error: broken }]
  await assert.rejects(client.responses.stream({ model: 'm', input: 'Hi' }).finalResponse(), /the endpoint went away/)
  const plain = await client.responses.create({ model: 'm', input: 'Hi', stream: true })
  await assert.rejects(async () => {
    for await (const _ of plain);
  }, OpenAI.APIError)
  error = { status: 429, kind: 'rate-limited', message: 'Slow down.', retryAfter: millis(2000) }
  await assert.rejects(
    client.responses.create({ model: 'm', input: 'Hi' }),
    (raised) => raised instanceof OpenAI.RateLimitError && raised.headers.get('retry-after') === '2',
  )
})

/** Tokens that come after their text is done stand in the last event only. */
const withoutTokens = (output: Response['output']): unknown =>
  JSON.parse(JSON.stringify(output, (name, value) => (name === 'logprobs' ? undefined : value)))

test('whatever is streamed, the events add up to the answer that the last one holds', () => {
  const context: AnswerContext<NeutralRequest> = {
    request: { model: 'm', messages: [], tools: [], sampling: {}, stream: true },
    call: '7Kf3',
    now: 1,
    warnings: [],
  }
  fc.assert(
    fc.property(neutralResponse.chain(interleaved), fc.boolean(), (streamed, visible) => {
      const encoder = openaiResponses.streamEncoder({ ...context, request: { ...context.request, reasoning: { visible } } })
      const written = streamed.map((event) => encoder.push(event)).join('')
      const read = new EventReader().push(new TextEncoder().encode(written))
      const told = read.map(({ data }) => JSON.parse(data) as ResponseStreamEvent)
      const last = told.pop()
      let snapshot: Response | undefined
      for (const event of told) snapshot = accumulateResponse(event, snapshot)
      assert.ok(snapshot !== undefined && last !== undefined && 'response' in last)
      assert.deepEqual(withoutTokens(snapshot.output), withoutTokens(last.response.output))
    }),
    { numRuns: 100 },
  )
})
