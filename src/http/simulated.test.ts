import assert from 'node:assert/strict'
import { test } from 'node:test'
import OpenAI from 'openai'
import { epochMillis } from '../core/units.ts'
import { startSimulation } from './simulated.ts'

test('a simulated endpoint says so in JSON and in a stream, and counts alike', async () => {
  const simulation = await startSimulation({ name: 'far', standsFor: 'a provider in US' }, () => epochMillis(0))
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
