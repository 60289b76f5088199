// Calls that may only go out under pseudonyms: every dialect asks every dialect, whole and streamed, and the wire is looked at byte by byte.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anthropicMessages } from '../../src/gateway/dialects/anthropic-messages/index.ts'
import { eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { NeutralEvent, NeutralRequest, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import { openaiChat } from '../../src/gateway/dialects/openai-chat/index.ts'
import { callers, endpoints, type Paired, startPairs, textsOf, wordOf } from '../end-to-end/pairs.ts'
import { publishedLog } from '../end-to-end/published.ts'

const VALUES = [
  'anna.müller@beispiel.example',
  'DE89 3704 0044 0532 0130 00',
  '529.982.247-25',
  '+49 (30) 2345678',
  '93.184.216.34',
  'Anna Müller',
  '4111 1111 1111 1111',
]
const QUESTION = `Frau Anna Müller (${VALUES.slice(0, 5).join(', ')}; ${VALUES[6]}) fragt: Wer ist Müller? 🙂`
const PSEUDONYM = /(?:IBAN|CARD|BR-CPF|PHONE|PERSON)-[B-T]{12}|[b-t]{12}@person\.invalid|2[45]\d\.\d{3}\.\d{3}\.\d{3}/g

/** All that came over the wire to any endpoint. */
let received = ''
/** A stream in pieces of five units, so that each pseudonym comes in several. */
const inPieces = (answer: NeutralResponse): readonly NeutralEvent[] =>
  eventsOf(answer).flatMap((event): readonly NeutralEvent[] => {
    if (event.kind !== 'part-delta') return [event]
    const characters = [...event.text]
    const starts = characters.map((_, at) => at).filter((at) => at % 5 === 0)
    return starts.map((at) => ({ ...event, text: characters.slice(at, at + 5).join('') }))
  })

let paired: Paired
before(async () => {
  paired = await startPairs({
    policy: '@id("veiled")\n@reason("only under pseudonyms")\n@obligation("pseudonymise")\npermit (principal, action, resource);\n',
    configuration: 'personalData: {raise: {iban: confidential}}\n',
    // Answers with what it was asked, in text or, where it was given a tool, in the call of one.
    answer: (question, _, body) => {
      received += `${body}\n`
      const text = textsOf(question)
      const asked = question.tools.length > 0
      const part = asked
        ? ({ kind: 'tool-call', id: 'call_1', name: 'look', arguments: JSON.stringify({ who: text.match(PSEUDONYM) }) } as const)
        : ({ kind: 'text', text } as const)
      return {
        id: 'answer_1',
        model: 'there',
        choices: [{ index: 0, parts: [part], stop: { kind: asked ? 'tool-calls' : 'stop' } }],
        usage: { input: 11, output: 7 },
      }
    },
    beside: (path, body) => {
      if (!/embeddings|rerank/.test(path)) return undefined
      received += `${body}\n`
      const { documents } = JSON.parse(body) as { readonly documents?: readonly string[] }
      return documents === undefined
        ? {
            object: 'list',
            model: 'there',
            data: [{ object: 'embedding', index: 0, embedding: [1, 2] }],
            usage: { prompt_tokens: 1, total_tokens: 1 },
          }
        : { model: 'there', results: [{ index: 0, relevance_score: 1, document: { text: documents[0] } }] }
    },
    events: inPieces,
  })
})
after(() => paired.stop())

const ask = (model: string, stream: boolean, more: Partial<NeutralRequest> = {}): NeutralRequest => ({
  model,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: QUESTION }] }],
  tools: [],
  sampling: { maxTokens: 500 },
  stream,
  ...(stream && { streamUsage: true }),
  ...more,
})
/** INVARIANT(G1): not one value, in any of its pieces that says something. */
const nothingLeft = (): void => {
  for (const value of [...VALUES, 'Müller', '37040044', '982.247', '2345678'])
    assert.ok(!received.includes(value), `\`${value}\` left: ${received.slice(0, 500)}`)
}

for (const caller of callers)
  for (const endpoint of endpoints)
    for (const stream of [false, true])
      test(`${caller.name} asks ${endpoint.name} under pseudonyms${stream ? ', streamed' : ''}`, async () => {
        received = ''
        const { answer, headers } = await paired.ask(caller, ask(wordOf(endpoint), stream))
        nothingLeft()
        assert.ok((received.match(PSEUDONYM) ?? []).length >= 7, received)
        const [part] = answer.choices[0]?.parts ?? []
        assert.ok(part?.kind === 'text' && part.text.includes(QUESTION), JSON.stringify(answer.choices))
        if (!stream) assert.match(headers.get('allod-warnings') ?? '', /"\/messages";kind=emulated;weight=constraint/)
      })

test('a value has the same pseudonym in every call of a tenant, whatever dialect carries it', async () => {
  received = ''
  for (const endpoint of endpoints.slice(0, 3)) await paired.ask(openaiChat, ask(wordOf(endpoint), false))
  const all = received.match(/IBAN-[B-T]{12}/g) ?? []
  assert.ok(all.length >= 3)
  assert.equal(new Set(all).size, 1)
})

test('arguments and results of tools go out veiled and come back open, whole and streamed', async () => {
  const tools = [
    {
      name: 'look',
      description: 'Looks up anna.müller@beispiel.example',
      parameters: { type: 'object', properties: { who: { type: 'array' } } },
    },
  ]
  const messages: NeutralRequest['messages'] = [
    { role: 'system', parts: [{ kind: 'text', text: 'You serve Frau Anna Müller.' }] },
    { role: 'user', parts: [{ kind: 'text', text: QUESTION }] },
    {
      role: 'assistant',
      parts: [
        { kind: 'tool-call', id: 'call_0', name: 'look', arguments: '{"iban":"DE89 3704 0044 0532 0130 00","card":4111111111111111}' },
      ],
    },
    {
      role: 'tool',
      parts: [
        { kind: 'tool-result', call: 'call_0', name: 'look', parts: [{ kind: 'text', text: '{"cpf":"529.982.247-25","name":"Müller"}' }] },
      ],
    },
  ]
  for (const stream of [false, true])
    for (const caller of [openaiChat, anthropicMessages])
      for (const endpoint of endpoints.filter(({ name }) => name !== 'openai-completions')) {
        received = ''
        const { answer } = await paired.ask(caller, ask(wordOf(endpoint), stream, { tools, messages }))
        nothingLeft()
        assert.ok(!received.includes('4111111111111111'), received)
        const call = answer.choices[0]?.parts.find((part) => part.kind === 'tool-call')
        assert.ok(call?.kind === 'tool-call', JSON.stringify(answer.choices))
        const { who } = JSON.parse(call.arguments) as { readonly who: readonly string[] }
        for (const value of ['anna.müller@beispiel.example', 'DE89 3704 0044 0532 0130 00', 'Anna Müller'])
          assert.ok(who.includes(value), call.arguments)
      }
})

test('what cannot be looked at is not sent', async () => {
  received = ''
  const image = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } } as const
  const response = await paired.send(openaiChat, ask('anthropic_messages', false, { messages: [{ role: 'user', parts: [image] }] }))
  assert.equal(response.status, 400)
  assert.match(await response.text(), /may only see pseudonyms, and nobody has looked into a picture/)
  assert.equal(received, '')
})

const post = async (path: string, body: object): Promise<Response> =>
  fetch(`${paired.exchange.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${paired.exchange.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test('a conversation that the exchange keeps goes on under the same pseudonyms', async () => {
  received = ''
  const first = (await (await post('/v1/responses', { model: 'gemini', input: QUESTION, store: true })).json()) as { readonly id: string }
  const before = new Set(received.match(PSEUDONYM))
  received = ''
  const next = await post('/v1/responses', { model: 'anthropic_messages', input: 'Und Müller?', previous_response_id: first.id })
  assert.equal(next.status, 200)
  assert.ok((await next.text()).includes('anna.müller@beispiel.example'))
  nothingLeft()
  assert.deepEqual(new Set(received.match(PSEUDONYM)), before)
})

test('personal data raise the data class of a call, in whatever dialect they stand', async () => {
  for (const caller of callers.slice(0, 3)) {
    const { headers } = await paired.ask(caller, ask('openai_chat', false))
    assert.equal(headers.get('allod-data-class'), 'confidential')
  }
  const { headers } = await paired.ask(
    openaiChat,
    ask('openai_chat', false, { messages: [{ role: 'user', parts: [{ kind: 'text', text: 'nichts' }] }] }),
  )
  assert.equal(headers.get('allod-data-class'), 'public')
})

test('embeddings and ranks are asked for under pseudonyms, and documents come back open', async () => {
  received = ''
  assert.equal((await post('/v1/embeddings', { model: 'openai_chat', input: [QUESTION] })).status, 200)
  const question = { model: 'openai_chat', query: QUESTION, documents: [QUESTION, 'other'], return_documents: true }
  const ranked = (await (await post('/v1/rerank', question)).json()) as {
    readonly results: readonly { readonly document: { readonly text: string } }[]
  }
  assert.equal(ranked.results[0]?.document.text, QUESTION)
  assert.ok((received.match(/IBAN-/g) ?? []).length >= 2, received)
  nothingLeft()
  received = ''
  const tokens = await post('/v1/embeddings', { model: 'openai_chat', input: [[1, 2, 3]] })
  assert.equal(tokens.status, 400)
  assert.equal(received, '')
})

test('the record says how many values of which class went out as pseudonyms, and never which', async () => {
  await paired.ask(openaiChat, ask('gemini', false))
  const { records } = await publishedLog(paired.exchange)
  const out = JSON.stringify(records)
  assert.match(out, /pseudonymised[^}]*br-cpf[^}]*card[^}]*email[^}]*iban[^}]*ip[^}]*person[^}]*phone/)
  assert.match(out, /raised[^}]*public[^}]*iban/)
  for (const value of VALUES) assert.ok(!out.includes(value))
})
