// The judge is judged: what it must let pass, and what it must not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Message, NeutralRequest, TextPart, Warning } from '../../src/gateway/dialects/neutral.ts'
import { neutralRequest, neutralResponse } from './arbitraries.ts'
import { leavesThatDiffer, undeclared } from './declared.ts'
import { sameArguments } from './equivalences.ts'

const text = (words: string): TextPart => ({ kind: 'text', text: words })
const say = (role: 'user' | 'system', ...words: string[]): Message => ({ role, parts: words.map(text) })
const request = (messages: readonly Message[], rest: Partial<NeutralRequest> = {}): NeutralRequest => ({
  model: 'm',
  messages,
  tools: [],
  sampling: {},
  stream: false,
  ...rest,
})
const warn = (path: string, weight: Warning['weight'] = 'content', kind: Warning['kind'] = 'approximated'): Warning => ({
  kind,
  weight,
  path,
  message: 'lost',
})

const accepts = (name: string, before: NeutralRequest, after: NeutralRequest, ...warnings: Warning[]): void =>
  void test(`accepts: ${name}`, () => assert.deepEqual(undeclared(before, after, warnings), []))
const rejects = (name: string, why: RegExp, before: NeutralRequest, after: NeutralRequest, ...warnings: Warning[]): void =>
  void test(`rejects: ${name}`, () => assert.match(undeclared(before, after, warnings).join('\n'), why))

const two = request([say('user', 'a', 'b'), say('user', 'c')])
accepts('the same', two, two)
rejects('a warning for nothing', /names no difference/, two, two, warn('/messages/1'))
rejects('a part that is gone', /\/messages\/0\/parts\/1 did not come back/, two, request([say('user', 'a'), say('user', 'c')]))
accepts('a part that is gone and said to be', two, request([say('user', 'a'), say('user', 'c')]), warn('/messages/0/parts/1'))
rejects(
  'a part that is gone, made light of',
  /vanished/,
  two,
  request([say('user', 'a'), say('user', 'c')]),
  warn('/messages/0/parts/1', 'hint'),
)
rejects('parts in another order', /not in its place/, two, request([say('user', 'b', 'a'), say('user', 'c')]))
accepts('parts in another order, said of one', two, request([say('user', 'b', 'a'), say('user', 'c')]), warn('/messages/0/parts/0', 'hint'))
accepts(
  'parts in another order, said of the list',
  two,
  request([say('user', 'b', 'a'), say('user', 'c')]),
  warn('/messages/0/parts', 'hint'),
)
rejects(
  'a part that is gone behind a warning of order',
  /only the order/,
  two,
  request([say('user', 'b'), say('user', 'c')]),
  warn('/messages/0/parts'),
)
rejects('messages joined', /\/messages\/1 did not come back/, two, request([say('user', 'a', 'b', 'c')]))
accepts('messages joined, said of the later', two, request([say('user', 'a', 'b', 'c')]), warn('/messages/1', 'hint'))
rejects(
  'messages joined, said of both',
  /\/messages\/0 names no difference/,
  two,
  request([say('user', 'a', 'b', 'c')]),
  warn('/messages/0', 'hint'),
  warn('/messages/1', 'hint'),
)
rejects('a part moved to the next message', /not in its place/, two, request([say('user', 'a'), say('user', 'b', 'c')]))
rejects('something new', /never sent/, two, request([say('user', 'a', 'b'), say('user', 'c', 'd')]))
accepts('words instead of another thing', two, request([say('user', 'a', 'b'), say('user', '[c]')]), warn('/messages/1/parts/0'))

const late = request([say('user', 'a'), say('system', 's'), say('user', 'b')])
const hoisted = request([say('system', 's'), say('user', 'a'), say('user', 'b')])
rejects('an instruction moved to the front', /not in its place/, late, hoisted)
accepts('an instruction moved to the front, and said to be', late, hoisted, warn('/messages/1', 'constraint'))
accepts('a folded instruction', late, request([say('user', 's', 'a'), say('user', 'b')]), warn('/messages/1', 'constraint', 'emulated'))

const developer = request([{ role: 'developer', parts: [text('d')] }, say('user', 'a')])
accepts('a role exchanged', developer, request([say('system', 'd'), say('user', 'a')]), warn('/messages/0/role', 'hint'))
rejects('a role exchanged in silence', /\/messages\/0 did not come back/, developer, request([say('system', 'd'), say('user', 'a')]))

const cold = request([say('user', 'a')], { sampling: { temperature: 0, topK: 4, stop: ['x', 'y'] } })
rejects('a member lost', /\/sampling\/topK differs/, cold, request([say('user', 'a')], { sampling: { temperature: 0, stop: ['x', 'y'] } }))
rejects(
  'a member clamped',
  /\/sampling\/temperature differs/,
  cold,
  request([say('user', 'a')], { sampling: { temperature: 1, topK: 4, stop: ['x', 'y'] } }),
)
rejects('a default put in', /\/sampling\/maxTokens differs/, cold, { ...cold, sampling: { ...cold.sampling, maxTokens: 4096 } })
accepts(
  'a default put in, and said to be',
  cold,
  { ...cold, sampling: { ...cold.sampling, maxTokens: 4096 } },
  warn('/sampling/maxTokens', 'constraint'),
)
accepts(
  'a list cut short, and said to be',
  cold,
  { ...cold, sampling: { temperature: 0, topK: 4, stop: ['x'] } },
  warn('/sampling/stop/1', 'constraint'),
)
accepts('what goes without saying', cold, { ...cold, toolChoice: { kind: 'auto' }, output: { kind: 'text' }, metadata: {} })
rejects('the same said twice', /warned twice/, cold, { ...cold, model: 'n' }, warn('/model'), warn('/model'))
accepts(
  'extensions of another dialect',
  { ...cold, extensions: { dialect: 'gemini', members: { 'a/b': 1 } } },
  cold,
  warn('/extensions/members/a~1b', 'hint'),
)

test('arguments are the same but for their notation', () => {
  for (const [one, other] of [
    ['{ "a" : 1.10 }', '{"a":1.1}'],
    ['', '{}'],
    ['{"a":"\\u00e9"}', '{"a":"é"}'],
    ['{"a":10}', '{"a":1e1}'],
  ] as const)
    assert.ok(sameArguments(one, other), one)
  for (const [one, other] of [
    ['{"a":12345678901234567890}', '{"a":12345678901234567000}'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['[]', '{}'],
    ['[ ]', '[]'],
    ['{"a":-1}', '{"a":1}'],
  ] as const)
    assert.ok(!sameArguments(one, other), one)
})

test('every value is like itself, and every leaf taken out of it is missed', () => {
  fc.assert(
    fc.property(fc.oneof(neutralRequest, neutralResponse), (value) => {
      assert.deepEqual(undeclared(value, structuredClone(value), []), [])
      assert.deepEqual(leavesThatDiffer(value as never, structuredClone(value) as never, ''), [])
    }),
    { numRuns: 200 },
  )
})
