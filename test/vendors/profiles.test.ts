// Profile and simulator agree: whatever a caller asks, what the profile makes of it is taken by a vendor that is strict.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { DialectName, NeutralRequest } from '../../src/gateway/dialects/neutral.ts'
import { PROFILES } from '../providers/shipped.ts'
import { type Choice, callVendor } from './call.ts'
import { startVendor, VENDORS } from './index.ts'
import { QUESTIONS } from './questions.ts'
import type { Simulated } from './simulator/server.ts'

/** Other models and versions of a vendor that differ from its usual ones. */
const OTHERS: { readonly [vendor: string]: readonly Partial<Choice>[] } = {
  'alibaba-model-studio': [{ model: 'qwq-plus' }, { model: 'qwen3-32b' }],
  deepseek: [{ model: 'deepseek-v4-flash' }],
  moonshot: [{ model: 'kimi-k2.7-code' }],
  mistral: [{ model: 'magistral-medium-latest' }],
  sarvam: [{ model: 'glm5.3', parameters: { version: 'v2' } }],
  scaleway: [{ model: 'llama-3.1-8b-instruct' }],
  'sea-lion': [{ model: 'aisingapore/Llama-SEA-LION-v3.5-70B-R' }],
  upstage: [{ model: 'solar-pro2' }],
  zai: [{ model: 'glm-4.7' }],
  'google-gemini': [{ model: 'gemini-2.5-flash' }],
  'google-vertex': [{ place: 'europe-west4' }],
  'aws-bedrock': [{ place: 'eu-profile' }, { model: 'amazon.nova-lite-v1:0' }],
  anthropic: [{ place: 'us' }],
}

const started = new Map<string, Promise<Simulated>>()
after(async () => {
  for (const simulated of started.values()) await (await simulated).stop()
})
const running = (name: string): Promise<Simulated> => {
  const simulated = started.get(name) ?? startVendor(name, name === 'aws-bedrock' ? { region: 'eu-central-1' } : {})
  started.set(name, simulated)
  return simulated
}

/** All that can be continued. */
const isOneText = ({ messages }: NeutralRequest): boolean =>
  messages.length === 1 && messages.every(({ role, parts }) => role === 'user' && parts.every(({ kind }) => kind === 'text'))

for (const profile of PROFILES) {
  const vendor = VENDORS.get(profile.name)
  if (vendor === undefined) continue
  const spoken = [...new Set(vendor.services.map(({ dialect }) => dialect))].filter((dialect) => profile.dialects[dialect] !== undefined)
  const choices: readonly Choice[] = spoken.flatMap((dialect: DialectName) => [
    { dialect },
    ...(OTHERS[vendor.name] ?? [])
      .filter(({ model }) => model === undefined || dialect === vendor.services[0]?.dialect)
      .map((other) => ({ dialect, ...other })),
  ])
  for (const choice of choices)
    test(`${vendor.title} takes what its profile makes of every question: ${Object.values(choice)
      .filter((each) => typeof each === 'string')
      .join(', ')}`, async () => {
      const simulated = await running(vendor.name)
      const refused: string[] = []
      for (const [name, question] of Object.entries(QUESTIONS)) {
        if (choice.dialect === 'openai-completions' && !isOneText(question)) continue
        const { status, answer } = await callVendor(simulated, profile, question, choice)
        if (!answer.ok) refused.push(`${name}: ${status} ${answer.error.message}`)
        else if (answer.value.choices.length === 0) refused.push(`${name}: an answer without a choice`)
      }
      assert.deepEqual(refused, [])
    })
}

test('every simulator but those of nobody has a profile', () => {
  const named = new Set(PROFILES.map(({ name }) => name))
  assert.deepEqual(
    [...VENDORS.keys()].filter((name) => !named.has(name)),
    ['liberties'],
  )
})
