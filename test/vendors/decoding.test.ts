// What a simulated vendor answers, through our own decoders and adapters: the same thing whoever says it and however it comes.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { AssistantPart, DialectName, NeutralRequest, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import type { Profile } from '../../src/gateway/providers/profile.ts'
import { shipped } from '../providers/shipped.ts'
import { type Called, callVendor } from './call.ts'
import { startVendor, VENDORS } from './index.ts'
import { WEATHER } from './questions.ts'
import type { Simulated } from './simulator/server.ts'

/** Characters of one to four bytes. */
const WORDS = 'Grüße, 世界 🌍!'
const SAY: NeutralRequest = {
  model: 'any',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: `Say “${WORDS}”` }] }],
  tools: [],
  sampling: { maxTokens: 256 },
  stream: false,
}
const CALL: NeutralRequest = {
  ...SAY,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'What is the weather in Paris, and in Łódź?' }] }],
  tools: [WEATHER],
}
/** Whose tokens are had for a statement that the simulator does not check. */
const TAKES_ANY_KEY: ReadonlySet<string> = new Set(['google-vertex'])
/** Whose wire has a place for one call. */
const ONE_AT_A_TIME: ReadonlySet<string> = new Set(['gigachat'])

const started: Simulated[] = []
after(async () => {
  for (const simulated of started) await simulated.stop()
})
/** Five bytes at a time: through lines, through characters. */
const start = async (name: string): Promise<Simulated> => {
  const simulated = await startVendor(name, { pieceLength: 5 })
  started.push(simulated)
  return simulated
}
const profileOf = (name: string): Profile => shipped(name === 'liberties' ? 'openai-compatible' : name)

const responseOf = ({ answer }: Called): NeutralResponse => {
  assert.ok(answer.ok, answer.ok ? '' : answer.error.message)
  return answer.value
}
const partsOf = (called: Called): readonly AssistantPart[] => responseOf(called).choices[0]?.parts ?? []
const textOf = (called: Called): string =>
  partsOf(called)
    .map((part) => (part.kind === 'text' ? part.text : ''))
    .join('')
    .trim()
const callsOf = (called: Called) => partsOf(called).flatMap((part) => (part.kind === 'tool-call' ? [part] : []))

const checkWords = (called: Called): void => {
  assert.equal(textOf(called), WORDS)
  const { choices, usage } = responseOf(called)
  assert.equal(choices.length, 1)
  assert.equal(choices[0]?.stop.kind, 'stop')
  if (usage !== undefined) assert.ok(usage.input > 0 && usage.output > 0, JSON.stringify(usage))
  assert.equal(called.headers.get('x-simulated'), 'true')
}

const checkCalls = (called: Called, name: string): void => {
  const calls = callsOf(called)
  const cities = ONE_AT_A_TIME.has(name) ? ['Paris'] : ['Paris', 'Łódź']
  assert.deepEqual(
    calls.map((call) => [call.name, JSON.parse(call.arguments)]),
    cities.map((city) => ['get_weather', { city }]),
  )
  assert.equal(new Set(calls.map(({ id }) => id)).size, calls.length, 'each call has an id of its own')
  assert.ok(calls.every(({ id }) => id !== ''))
  assert.equal(responseOf(called).choices[0]?.stop.kind, 'tool-calls')
}

for (const vendor of VENDORS.values())
  for (const dialect of new Set<DialectName>(vendor.services.map((service) => service.dialect))) {
    const profile = profileOf(vendor.name)
    test(`${vendor.title} (${dialect}): words and calls, whole and streamed`, async () => {
      const simulated = await start(vendor.name)
      const call = (question: NeutralRequest): Promise<Called> => callVendor(simulated, profile, question, { dialect })
      checkWords(await call(SAY))
      checkWords(await call({ ...SAY, stream: true }))
      const counted = await call({ ...SAY, stream: true, streamUsage: true })
      checkWords(counted)
      assert.ok((responseOf(counted).usage?.output ?? 0) > 0, 'a stream that was asked to count')
      if (dialect === 'openai-completions') return
      checkCalls(await call(CALL), vendor.name)
      checkCalls(await call({ ...CALL, stream: true }), vendor.name)
    })
    test(`${vendor.title} (${dialect}): refusals say what is the matter, and a broken stream is no answer`, async () => {
      const simulated = await start(vendor.name)
      const call = (question: NeutralRequest, key?: string): Promise<Called> =>
        callVendor(simulated, profile, question, { dialect, ...(key !== undefined && { key }) })
      const kindOf = ({ answer }: Called): string => (answer.ok ? 'answered' : answer.error.kind)
      // A token must be had before anything else can go wrong.
      await call(SAY)
      if (vendor.anonymous !== true && !TAKES_ANY_KEY.has(vendor.name)) assert.equal(kindOf(await call(SAY, 'wrong')), 'authentication')
      simulated.fail('rate-limited')
      const { answer } = await callVendor(simulated, profile, SAY, { dialect })
      assert.ok(!answer.ok && answer.error.kind === 'rate-limited', JSON.stringify(answer))
      assert.equal(answer.error.retryAfter, 7000)
      simulated.fail('overloaded')
      assert.equal(kindOf(await call(SAY)), 'overloaded')
      simulated.fail('cut')
      const cut = await call({ ...SAY, stream: true }).catch(() => undefined)
      assert.ok(cut === undefined || !cut.answer.ok, 'a stream that broke')
      if (vendor.errors.streamed === undefined) return
      simulated.fail('stream-error')
      const failed = await call({ ...SAY, stream: true })
      assert.ok(!failed.answer.ok && failed.answer.error.message.includes('simulated'), JSON.stringify(failed.answer))
    })
  }

/** Reasoning, wherever each of them has it, comes before what is said, and nothing of it is left in the text. */
const THINKING: readonly (readonly [vendor: string, dialect: DialectName, model?: string])[] = [
  ['alibaba-model-studio', 'openai-chat'],
  ['anthropic', 'anthropic-messages'],
  ['aws-bedrock', 'bedrock-converse'],
  ['cohere', 'cohere-chat', 'command-a-reasoning-08-2025'],
  ['deepseek', 'openai-chat'],
  ['deepseek', 'anthropic-messages'],
  ['gigachat', 'gigachat'],
  ['minimax', 'openai-chat'],
  ['minimax', 'anthropic-messages'],
  ['mistral', 'openai-chat', 'magistral-medium-latest'],
  ['moonshot', 'openai-chat'],
  ['ollama', 'openai-chat'],
  ['ovhcloud', 'openai-chat'],
  ['sarvam', 'openai-chat'],
  ['scaleway', 'openai-chat'],
  ['sea-lion', 'openai-chat', 'aisingapore/Llama-SEA-LION-v3.5-70B-R'],
  ['stepfun', 'openai-chat'],
  ['upstage', 'openai-chat'],
  ['xai', 'openai-chat'],
  ['zai', 'openai-chat'],
]
for (const [name, dialect, model] of THINKING)
  test(`${name} (${dialect}): what it thinks stands apart from what it says`, async () => {
    const simulated = await start(name)
    for (const stream of [false, true]) {
      const question: NeutralRequest = { ...SAY, sampling: { maxTokens: 4000 }, reasoning: { effort: 'high' }, stream }
      const called = await callVendor(simulated, shipped(name), question, { dialect, ...(model !== undefined && { model }) })
      const parts = partsOf(called)
      assert.equal(parts[0]?.kind, 'reasoning', JSON.stringify(parts))
      assert.match(
        parts.map((part) => (part.kind === 'reasoning' ? part.text : '')).join(''),
        /The user wrote \d+ words; I shall answer them\./,
      )
      assert.equal(textOf(called), WORDS)
    }
  })

test('a text that is continued comes with the text and the probability of each of its tokens but the first', async () => {
  const simulated = await start('vllm')
  const question: NeutralRequest = {
    ...SAY,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Grüße aus Łódź' }] }],
    sampling: { maxTokens: 4, temperature: 0, logProbabilities: { top: 1 } },
    continuation: { echo: true },
  }
  for (const stream of [false, true]) {
    const called = await callVendor(simulated, shipped('vllm'), { ...question, stream }, { dialect: 'openai-completions' })
    assert.equal(textOf(called), 'Grüße aus ŁódźGrüße aus Łódź')
    const tokens = responseOf(called).choices[0]?.logProbabilities ?? []
    assert.equal(tokens.map(({ token }) => token).join(''), textOf(called), `streamed: ${stream}`)
    assert.ok(Number.isNaN(tokens[0]?.logProbability) && tokens.slice(1).every(({ logProbability }) => logProbability === -0.25))
  }
})
