import assert from 'node:assert/strict'
import { test } from 'node:test'
import OpenAI from 'openai'
import { decodedStream } from '../../test/dialects/wire.ts'
import type { JsonObject } from '../core/json.ts'
import { epochMillis } from '../core/units.ts'
import { collect } from '../gateway/dialects/collect.ts'
import { DIALECTS } from '../gateway/dialects/index.ts'
import { startSimulation } from './simulated.ts'

test('a simulated endpoint says so in JSON and in a stream, and counts alike', async () => {
  const simulation = await startSimulation({ name: 'far', standsFor: 'a provider in US', dialect: 'openai-chat' }, () => epochMillis(0))
  try {
    const client = new OpenAI({ baseURL: simulation.baseUrl, apiKey: 'none', maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'hello' }]
    const whole = await client.chat.completions.create({ model: 'm', messages })
    assert.match(whole.choices[0]?.message.content ?? '', /^\[simulated\] .* a provider in US/)
    let streamed = ''
    let completionTokens = 0
    for await (const chunk of await client.chat.completions.create({
      model: 'm',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })) {
      streamed += chunk.choices[0]?.delta.content ?? ''
      completionTokens = chunk.usage?.completion_tokens ?? completionTokens
    }
    assert.equal(streamed, whole.choices[0]?.message.content)
    assert.equal(completionTokens, whole.usage?.completion_tokens)
    await assert.rejects(client.chat.completions.create({ model: 'm', messages }, { path: '/nowhere' }), /no such path/)
  } finally {
    await simulation.close()
  }
})

test('a simulated endpoint speaks each dialect', async () => {
  for (const dialect of Object.values(DIALECTS)) {
    const simulation = await startSimulation({ name: 'far', standsFor: 'nobody', dialect: dialect.name }, () => epochMillis(0))
    try {
      for (const stream of [false, true]) {
        const messages = [{ role: 'user', parts: [{ kind: 'text', text: 'hello' }] }] as const
        const question = dialect.encodeRequest({ model: 'm', messages, tools: [], sampling: { maxTokens: 9 }, stream })
        assert.ok(question.ok)
        const response = await fetch(`${simulation.baseUrl}${question.value.path}`, {
          method: 'POST',
          body: JSON.stringify(question.value.body),
        })
        assert.equal(response.status, 200, dialect.name)
        assert.equal(response.headers.get('allod-simulated'), 'true')
        const answer = stream
          ? collect(decodedStream(dialect, new Uint8Array(await response.arrayBuffer())))
          : dialect.decodeResponse((await response.json()) as JsonObject)
        assert.ok(answer.ok, dialect.name)
        const [part] = answer.value.choices[0]?.parts ?? []
        assert.ok(part?.kind === 'text' && part.text.startsWith('[simulated]'), dialect.name)
      }
    } finally {
      await simulation.close()
    }
  }
})
