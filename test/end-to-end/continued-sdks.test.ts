// An endpoint dies in the middle of a stream and another goes on: what the official clients make of it, by their own helpers. Each is to see
// one whole answer, and nothing that it stumbles over.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { newData, removeData, type Started, startAllod } from './allod.ts'

const BEGUN = 'Once upon a time, '
const REST = 'there was an exchange — that nobody could cut.'
const QUESTION = [{ role: 'user' as const, content: 'Tell it.' }]

const chunk = (more: object): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...more })}\n\n`
const words = (content: string, finish: string | null = null): string =>
  chunk({ choices: [{ index: 0, delta: finish === null ? { role: 'assistant', content } : {}, finish_reason: finish }] })
const said = (type: string, more: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`

/** Begins its answer and is gone. */
const DYING = {
  openai: words(BEGUN),
  anthropic: [
    said('message_start', {
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 9, output_tokens: 1 },
      },
    }),
    said('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    said('content_block_delta', { index: 0, delta: { type: 'text_delta', text: BEGUN } }),
  ].join(''),
} as const
const GOES_ON = `${words(REST)}${words('', 'stop')}${chunk({ choices: [], usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 } })}data: [DONE]\n\n`

const servers: Server[] = []
const stand = async (answer: (response: ServerResponse) => void): Promise<string> => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      answer(response)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const dies = (text: string) => (response: ServerResponse) => response.write(text, () => setTimeout(() => response.destroy(), 30))

const data = newData()
let exchange: Started
before(async () => {
  const [openai, anthropic, near] = [
    await stand(dies(DYING.openai)),
    await stand(dies(DYING.anthropic)),
    await stand((response) => response.end(GOES_ON)),
  ]
  writeFileSync(join(data, 'all.cedar'), '@id("all")\n@reason("only streams are looked at")\npermit (principal, action, resource);\n')
  writeFileSync(
    join(data, 'sdks.yaml'),
    `exchange: {name: sdks.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
health: {breaker: off}
endpoints:
  openai: {kind: openai-chat, baseUrl: '${openai}/v1', models: {m: {}}}
  anthropic: {kind: anthropic-messages, baseUrl: '${anthropic}', models: {m: {}}}
  near: {kind: openai-chat, baseUrl: '${near}/v1', models: {m: {}}}
aliases:
  openai: {targets: [openai/m, near/m], continuations: 1}
  anthropic: {targets: [anthropic/m, near/m], continuations: 1}
tenants: {t: {applications: {app: {}}}}
`,
  )
  exchange = await startAllod(join(data, 'data'), '--config', join(data, 'sdks.yaml'))
})
after(async () => {
  await exchange.stop()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  removeData(data)
})

type Heard = { readonly text: string; readonly finish: unknown; readonly output: number | undefined; readonly events: readonly unknown[] }
type Ask = (model: string) => Promise<Heard>
const openai = () => new OpenAI({ baseURL: `${exchange.url}/v1`, apiKey: exchange.key, maxRetries: 0 })

const SDKS: Readonly<Record<string, Ask>> = {
  'openai, chat': async (model) => {
    const stream = openai().chat.completions.stream({ model, messages: QUESTION, stream_options: { include_usage: true } })
    const events: unknown[] = []
    for await (const event of stream) events.push(event)
    const { choices, usage } = await stream.finalChatCompletion()
    return { text: choices[0]?.message.content ?? '', finish: choices[0]?.finish_reason, output: usage?.completion_tokens, events }
  },
  'openai, responses': async (model) => {
    const stream = openai().responses.stream({ model, input: 'Tell it.', store: false })
    const events: unknown[] = []
    for await (const event of stream) events.push(event)
    const { output_text: text, status, usage } = await stream.finalResponse()
    return { text, finish: status, output: usage?.output_tokens, events }
  },
  anthropic: async (model) => {
    const { messages } = new Anthropic({ baseURL: exchange.url, apiKey: exchange.key, maxRetries: 0 })
    const stream = messages.stream({ model, max_tokens: 100, messages: QUESTION })
    const events: unknown[] = []
    for await (const event of stream) events.push(event)
    const { content, stop_reason, usage } = await stream.finalMessage()
    assert.equal(content.length, 1)
    return { text: await stream.finalText(), finish: stop_reason, output: usage.output_tokens, events }
  },
  gemini: async (model) => {
    const { models } = new GoogleGenAI({ apiKey: exchange.key, httpOptions: { baseUrl: exchange.url } })
    const events: unknown[] = []
    let [text, finish, output] = ['', undefined as unknown, undefined as number | undefined]
    for await (const part of await models.generateContentStream({ model, contents: 'Tell it.' })) {
      events.push(part)
      text += part.text ?? ''
      finish = part.candidates?.[0]?.finishReason ?? finish
      output = part.usageMetadata?.candidatesTokenCount ?? output
    }
    return { text, finish, output, events }
  },
}
const FINISH: Readonly<Record<string, string>> = {
  'openai, chat': 'stop',
  'openai, responses': 'completed',
  anthropic: 'end_turn',
  gemini: 'STOP',
}

for (const [sdk, ask] of Object.entries(SDKS))
  for (const dead of ['openai', 'anthropic'])
    test(`${sdk}: a stream that begins at an endpoint of ${dead} and is gone on with elsewhere is one answer`, async () => {
      const { text, finish, output, events } = await ask(dead)
      assert.equal(text, BEGUN + REST)
      assert.equal(finish, FINISH[sdk])
      assert.ok((output ?? 0) >= 7, `output: ${output}`)
      // Google's client hands on only what it knows.
      if (sdk === 'gemini') return
      assert.match(JSON.stringify(events), /`\w+\/m` failed, and `near\/m` went on from there/, 'what happened can be read from the events')
    })
