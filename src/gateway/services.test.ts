import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodedProfile, shipped } from '../../test/providers/shipped.ts'
import type { JsonObject } from '../core/json.ts'
import type { DialectName, NeutralRequest } from './dialects/neutral.ts'
import { deviationsOf, type Profile, parseProfile } from './providers/profile.ts'
import { chatDialect } from './services.ts'

const LIMIT = 20_000
const QUESTION: NeutralRequest = {
  model: 'm',
  messages: [
    { role: 'user', parts: [{ kind: 'text', text: 'Salut' }] },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'open' },
        { kind: 'text', text: 'Oui' },
      ],
    },
    { role: 'user', parts: [{ kind: 'text', text: 'Encore' }] },
  ],
  tools: [],
  sampling: { temperature: 0.5 },
  reasoning: { effort: 'high' },
  stream: false,
}
/** The body in which an endpoint of this profile is asked. */
const asked = (profile: Profile, dialect: DialectName, model: string, question = QUESTION): JsonObject => {
  const spoken = chatDialect(dialect, LIMIT, deviationsOf(profile, dialect, model).traits)
  const encoded = spoken.encodeRequest(question)
  return encoded.ok ? encoded.value.body : assert.fail(JSON.stringify(encoded))
}
const having = (dialect: DialectName, file: string, traits: JsonObject): Profile => {
  const stated = { ...traits, source: 'general', evidence: 'unverified' }
  const parsed = parseProfile({
    ...decodedProfile(file),
    places: [{ ...PLACE, urls: { [dialect]: 'https://x.example' } }],
    dialects: { [dialect]: { traits: stated } },
  })
  return parsed.ok ? parsed.value : assert.fail(parsed.error.messages.join('; '))
}
const PLACE = { name: 'x', in: 'unknown', source: 'general', evidence: 'unverified' }

test('the traits that a profile states decide how a question is written', () => {
  const older = asked(having('anthropic-messages', 'anthropic.yaml', { thinking: 'budget' }), 'anthropic-messages', 'm')
  const newer = asked(having('anthropic-messages', 'anthropic.yaml', { thinking: 'adaptive' }), 'anthropic-messages', 'm')
  assert.equal((older.thinking as JsonObject).type, 'enabled')
  assert.equal((newer.thinking as JsonObject).type, 'adaptive')
  const reasons = (openReasoning: boolean): boolean => {
    const { input } = asked(having('openai-responses', 'minimax.yaml', { openReasoning }), 'openai-responses', 'm')
    return (input as readonly JsonObject[]).some(({ type }) => type === 'reasoning')
  }
  assert.deepEqual([reasons(true), reasons(false)], [true, false])
})

test('what a shipped profile states of one model holds for it alone, and the most that is reserved is the limit where nobody named one', () => {
  const { reasoning: _, ...plain } = QUESTION
  const [newest, other] = ['claude-opus-4-7', 'claude-sonnet-4-5'].map((model) =>
    asked(shipped('anthropic'), 'anthropic-messages', model, plain),
  )
  assert.deepEqual([newest?.temperature, other?.temperature], [undefined, 0.5])
  assert.deepEqual([newest?.max_tokens, other?.max_tokens], [LIMIT, LIMIT])
})
