import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Json } from '../core/json.ts'
import { DIALECTS } from './dialects/index.ts'
import { Losses, pointer } from './dialects/losses.ts'
import { weightOf as memberWeight } from './dialects/member-weights.ts'
import type { DialectName, Warning } from './dialects/neutral.ts'
import { asked, refusing, unspeakable, weighed } from './warnings.ts'

const NAMES = Object.keys(DIALECTS) as readonly DialectName[]

/** The weight of losing one member of a dialect's request. */
const weightOf = (dialect: DialectName, name: string, value: Json): Warning['weight'] | undefined => {
  const extensions = { dialect, members: { [name]: value } }
  const losses = new Losses()
  losses.extensions(extensions, dialect === 'gigachat' ? 'gemini' : 'gigachat', 'the wire')
  return weighed(losses.warnings, extensions)[0]?.weight
}

const WEIGHTS: readonly [dialect: DialectName, name: string, value: Json, weight: Warning['weight']][] = [
  // A filter that is to keep nothing back is there where there is no filter; one that is to keep something back is not.
  ['gemini', 'safetySettings', [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }], 'hint'],
  ['gemini', 'safetySettings', [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }], 'hint'],
  ['gemini', 'safetySettings', [], 'hint'],
  ['gemini', 'safetySettings', [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_LOW_AND_ABOVE' }], 'constraint'],
  ['gemini', 'safetySettings', [{ threshold: 'OFF' }, { category: 'HARM_CATEGORY_HARASSMENT' }], 'constraint'],
  ['gemini', 'safetySettings', 'OFF', 'constraint'],
  ['cohere-chat', 'safety_mode', 'NONE', 'hint'],
  ['cohere-chat', 'safety_mode', 'STRICT', 'constraint'],
  ['openai-chat', 'safe_prompt', false, 'hint'],
  ['openai-chat', 'safe_prompt', true, 'constraint'],
  ['bedrock-converse', 'guardrailConfig', { guardrailIdentifier: 'g' }, 'constraint'],
  // How long an answer is depends on it, unless it asks for what is usual.
  ['openai-chat', 'verbosity', 'medium', 'hint'],
  ['openai-chat', 'verbosity', 'low', 'constraint'],
  ['openai-responses', 'text', { verbosity: 'medium' }, 'hint'],
  ['openai-responses', 'text', { verbosity: 'high' }, 'constraint'],
  ['openai-responses', 'text', {}, 'constraint'],
  ['openai-chat', 'store', false, 'hint'],
  ['openai-chat', 'service_tier', 'flex', 'hint'],
  ['openai-chat', 'messages.2.content.0.cache_control', { type: 'ephemeral' }, 'hint'],
  ['openai-chat', 'web_search_options', {}, 'constraint'],
  ['gemini', 'labels', { team: 'a' }, 'hint'],
  // Something said stands behind these.
  ['gemini', 'cachedContent', 'cachedContents/1', 'content'],
  ['openai-responses', 'previous_response_id', 'resp_1', 'content'],
  ['cohere-chat', 'documents', ['a'], 'content'],
  ['bedrock-converse', 'promptVariables', { name: { text: 'a' } }, 'content'],
  // Where it runs is a demand.
  ['anthropic-messages', 'inference_geo', 'us', 'constraint'],
  ['anthropic-messages', 'service_tier', 'auto', 'hint'],
]
test('what a member is for decides what it costs to lose it', () => {
  for (const [dialect, name, value, weight] of WEIGHTS)
    assert.equal(weightOf(dialect, name, value), weight, `${dialect} ${name} ${JSON.stringify(value)}`)
})

test('what nobody knows is a demand, whatever its value', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.jsonValue({ maxDepth: 1 }), (dialect, value) => {
      assert.equal(weightOf(dialect, 'vendor_option', value as Json), 'constraint')
      for (const odd of ['__proto__', 'hasOwnProperty', 'toString'])
        assert.equal(memberWeight(DIALECTS[dialect].weights, odd, 'verbosity'), 'constraint')
    }),
  )
})

test('by default only what is said and what is demanded refuses, and content refuses always', () => {
  const lost = (weight: Warning['weight']): Warning => ({ kind: 'dropped', weight, path: '/x', message: 'x' })
  const alias = { unsupported: 'refuse' } as Parameters<typeof refusing>[1]
  assert.deepEqual(
    (['content', 'constraint', 'hint'] as const).map((weight) => refusing([lost(weight)], alias)?.weight),
    ['content', 'constraint', undefined],
  )
  const lenient = { ...alias, unsupported: 'warn' as const }
  assert.deepEqual(
    (['content', 'constraint', 'hint'] as const).map((weight) => refusing([lost(weight)], lenient)?.weight),
    ['content', undefined, undefined],
  )
})

test('of an answer nobody is told how its endpoint runs, and of everything else that was lost', () => {
  const members = { system_fingerprint: 'fp', 'usage.queue_time': 1, prompt_filter_results: [], 'choices.0.native_finish_reason': 'x' }
  assert.deepEqual(
    unspeakable({ dialect: 'openai-chat', members }).map(({ path, weight }) => [path, weight]),
    [['/extensions/members/prompt_filter_results', 'hint']],
  )
  const lost: Warning[] = ['/choices/0/logProbabilities', pointer('extensions', 'members', 'usage.cost'), '/usage/reasoning'].map(
    (path) => ({
      kind: 'dropped',
      weight: 'hint',
      path,
      message: 'lost',
    }),
  )
  assert.deepEqual(
    asked(lost, 'openai-chat').map(({ path }) => path),
    ['/choices/0/logProbabilities', '/usage/reasoning'],
  )
})
