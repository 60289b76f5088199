import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { neutralRequest } from '../../../test/dialects/arbitraries.ts'
import { undeclared } from '../../../test/dialects/declared.ts'
import { chatDeviations, PROFILES } from '../../../test/providers/shipped.ts'
import { pointer } from '../dialects/losses.ts'
import type { Message, NeutralRequest, Tool } from '../dialects/neutral.ts'
import { openaiChat } from '../dialects/openai-chat/index.ts'
import { type Adapted, adaptRequest } from './adapt.ts'
import { adaptBody } from './adapt-body.ts'
import { ALL_BRIDGES, BRIDGES, type BridgeName } from './bridging.ts'
import { memberAt } from './member-paths.ts'
import { type Deviations, deviationsOf } from './profile.ts'

const said = { source: 's', evidence: 'documented' } as const
const user = (text: string): Message => ({ role: 'user', parts: [{ kind: 'text', text }] })
const assistant = (text: string): Message => ({ role: 'assistant', parts: [{ kind: 'text', text }] })
const system = (text: string): Message => ({ role: 'system', parts: [{ kind: 'text', text }] })
const weather: Tool = { name: 'weather', description: 'Weather.', parameters: { type: 'object', properties: { city: { type: 'string' } } } }
const clock: Tool = { name: 'clock' }
const asking = (over: Partial<NeutralRequest> = {}): NeutralRequest => ({
  model: 'some-model',
  messages: [user('Good day.')],
  tools: [],
  sampling: {},
  stream: false,
  ...over,
})
const all = { bridges: ALL_BRIDGES, maxOutputTokens: 2048 }
const adapted = (request: NeutralRequest, deviations: Deviations): Adapted => {
  const result = adaptRequest(request, deviations, all)
  return result.ok ? result.value : assert.fail(result.error.message)
}
/** The body that leaves, and everything that is declared of it. */
const sent = (request: NeutralRequest, deviations: Deviations) => {
  const prepared = adapted(request, deviations)
  const encoded = openaiChat.encodeRequest(prepared.request)
  assert.ok(encoded.ok)
  const { body, warnings } = adaptBody(encoded.value.body, prepared.body, prepared.request, deviations)
  const encoding = encoded.value.warnings.map((warning) => ({ ...warning, path: prepared.restorePath(warning.path) }))
  return { body, warnings: [...prepared.warnings, ...encoding, ...warnings], prepared }
}
const rolesOf = ({ request }: Adapted): string[] => request.messages.map(({ role }) => role)
const textsOf = ({ request }: Adapted): string[] =>
  request.messages.map(({ parts }) => parts.map((part) => (part.kind === 'text' ? part.text : part.kind)).join('|'))

/** Every rule that a vendor has somewhere, at once. */
const HARSH: Deviations = {
  tokenLimit: { member: 'max_tokens', default: 16, maximum: 100, ...said },
  toolChoice: { words: { auto: 'auto' }, named: 'none', parallel: false, ...said },
  toolCalls: { arrive: 'none', ...said },
  reasoningToggle: { default: 'on', disregards: [], ...said },
  reasoningOutput: { stands: 'tags', tags: { open: '<think>', close: '</think>' }, echo: 'forbidden', ...said },
  content: { shape: 'text', ...said },
  roles: { system: 'none', developer: false, tool: false, names: false, alternate: true, needsUser: true, ...said },
  jsonModes: { object: false, schema: false, ...said },
  streaming: { only: true, ...said },
  stopSequences: { most: 0, ...said },
}
const MILD: Deviations = {
  toolChoice: { words: { required: 'any' }, named: 'filter', parallel: false, ...said },
  toolSchema: { dialect: 'mfjs', strictFlag: false, ...said },
  reasoningOutput: { stands: 'reasoning', tags: { open: '<', close: '>' }, echo: 'required-after-tools', ...said },
  roles: { system: 'first', tool: true, names: false, ...said },
  jsonModes: { object: true, schema: false, ...said },
  stopSequences: { most: 1, ...said },
}
const EVERY: readonly (readonly [string, Deviations])[] = [
  ['harsh', HARSH],
  ['mild', MILD],
  ...PROFILES.flatMap((profile) =>
    ['glm-5.3', 'qwq-plus', 'aisingapore/Gemma-SEA-LION-v4', 'aisingapore/x-R', 'm'].map(
      (model) => [`${profile.name} ${model}`, deviationsOf(profile, 'openai-chat', model)] as const,
    ),
  ),
]

test('whatever is asked of whomever, what is adapted differs from it exactly where a warning says so', () => {
  const who = fc.oneof(fc.constantFrom(...EVERY.slice(0, 2)), fc.constantFrom(...EVERY))
  fc.assert(
    fc.property(neutralRequest, who, (request, [name, deviations]) => {
      const { request: after, warnings, bridges } = adapted(request, deviations)
      // What goes into the body by the vendor's own names is no difference, nor what it does anyway.
      const also = deviations.unknownFields?.also ?? []
      const { topK, minP, ...sampling } = request.sampling
      const { reasoning, parallelToolCalls, ...rest } = request
      const before = {
        ...rest,
        ...(deviations.reasoningToggle === undefined && { reasoning }),
        ...((parallelToolCalls || after.parallelToolCalls !== undefined || bridges.includes('tools-by-prompt')) && { parallelToolCalls }),
        sampling: { ...sampling, ...(!also.includes('top_k') && { topK }), ...(!also.includes('min_p') && { minP }) },
      }
      const mine = warnings.filter(({ path }) => !path.startsWith('/reasoning'))
      const problems = undeclared(before, after, mine)
      // What is said in words is new in the conversation; a call that is written out is there, though not as a call.
      const instructed = bridges.some((bridge) => /-by-prompt$/.test(bridge))
      const written = bridges.includes('tool-turns-as-text') && JSON.stringify(after.messages)
      const lost = problems.filter((problem) => {
        if (instructed && problem.includes(' was never sent: ')) return false
        const [, message, part] = /^\/messages\/(\d+)\/parts\/(\d+) vanished/.exec(problem) ?? []
        const call = message === undefined ? undefined : request.messages[Number(message)]?.parts[Number(part)]
        return !(written && call?.kind === 'tool-call' && written.includes(call.name))
      })
      assert.deepEqual(lost, [], name)
    }),
    { numRuns: 600 },
  )
})

test('what is asked of reasoning is done by the vendor’s own members, or declared', () => {
  const toggled = EVERY.filter(([, { reasoningToggle }]) => reasoningToggle !== undefined)
  const effort = fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'maximal' as const)
  const reasoning = fc.record({ effort, budget: fc.nat(9999), visible: fc.boolean() }, { requiredKeys: [] })
  fc.assert(
    fc.property(reasoning, fc.constantFrom(...toggled), (wanted, [name, deviations]) => {
      const { request, body, warnings, bridges } = adapted(asking({ reasoning: wanted as never }), deviations)
      assert.equal(request.reasoning, undefined)
      const declared = (path: string) => warnings.some((warning) => warning.path === path)
      const { efforts, off, budget, default: standing } = deviations.reasoningToggle ?? assert.fail()
      const none = wanted.effort === 'none' || (wanted.effort === undefined && wanted.budget === 0)
      if (wanted.visible !== undefined) assert.ok(declared('/reasoning/visible'), name)
      if (none) assert.ok((efforts?.none ?? off) !== undefined || standing === 'off' || declared('/reasoning'), name)
      else if (wanted.budget !== undefined) assert.ok(budget !== undefined || declared('/reasoning/budget'), name)
      if (!none && wanted.effort !== undefined && efforts?.[wanted.effort as 'low'] === undefined)
        assert.ok(declared('/reasoning/effort') || (budget !== undefined && wanted.budget !== undefined) || bridges.length > 0, name)
      if (wanted.effort === undefined && wanted.budget === undefined)
        assert.deepEqual(body.patch, { ...adapted(asking({}), deviations).body.patch, ...deviations.reasoningOutput?.ask }, name)
    }),
    { numRuns: 800 },
  )
})

test('each warning of a bridge names it, and no bridge is used that is switched off', () => {
  fc.assert(
    fc.property(neutralRequest, fc.subarray([...BRIDGES]), fc.constantFrom(HARSH, MILD), (request, bridges, deviations) => {
      const result = adaptRequest(request, deviations, { bridges: new Set(bridges), maxOutputTokens: 1000 })
      if (!result.ok) {
        assert.ok(!bridges.includes(result.error.bridge))
        assert.match(result.error.message, /^[a-z].*`[a-z-]+` is switched off$/s)
        return
      }
      const emulated = result.value.warnings.filter(({ kind }) => kind === 'emulated')
      for (const bridge of result.value.bridges) {
        assert.ok(bridges.includes(bridge))
        assert.ok(emulated.some(({ message }) => message.endsWith(`(\`${bridge}\`)`)))
      }
      if (emulated.length > 0) assert.ok(result.value.bridges.length > 0)
    }),
    { numRuns: 300 },
  )
})

test('paths of an adapted conversation lead back into the caller’s own', () => {
  const prepared = adapted(asking({ messages: [system('A'), system('B'), user('C'), user('D'), assistant('E')] }), HARSH)
  assert.deepEqual(rolesOf(prepared), ['user', 'assistant'])
  assert.equal(prepared.restorePath('/messages/1/parts/0'), '/messages/4/parts/0')
  assert.equal(prepared.restorePath('/messages/0/parts/1'), '/messages/2')
  assert.equal(prepared.restorePath('/sampling/seed'), '/sampling/seed')
})

test('roles: system text goes to the front or into the first user message, turns alternate', () => {
  const messages = [system('A'), { ...system('B'), role: 'developer' } as Message, user('C'), system('D'), assistant('E'), assistant('F')]
  const first = adapted(asking({ messages }), { roles: { system: 'first', developer: false, ...said } })
  assert.deepEqual(rolesOf(first), ['system', 'user', 'user', 'assistant', 'assistant'])
  assert.equal(textsOf(first)[0], 'A\n\nB')
  const none = adapted(asking({ messages }), { roles: { system: 'none', alternate: true, ...said } })
  assert.deepEqual(textsOf(none), ['A\n\nB|C|D', 'E|F'])
  assert.deepEqual(rolesOf(adapted(asking({ messages: [assistant('Yes?')] }), { roles: { alternate: true, ...said } })), [
    'user',
    'assistant',
  ])
  const alone = adapted(asking({ messages: [system('Speak.')] }), chatDeviations('zai'))
  assert.deepEqual([rolesOf(alone), alone.bridges], [['user'], ['add-user-turn']])
})

test('Mistral: members are renamed, what it answers with 422 is not sent and declared', () => {
  const request = asking({
    messages: [user('Name a river.'), assistant('The ')],
    tools: [weather, clock],
    toolChoice: { kind: 'named', name: 'weather' },
    sampling: { seed: 7, maxTokens: 50, logitBias: { 5: 1 } },
    user: 'someone',
    extensions: { dialect: 'openai-chat', members: { store: true, safe_prompt: true } },
  })
  const { body, warnings } = sent(request, chatDeviations('mistral'))
  assert.equal(body.random_seed, 7)
  assert.equal(body.max_tokens, 50)
  assert.equal(body.tool_choice, 'any')
  assert.equal(body.safe_prompt, true)
  assert.equal((body.tools as unknown[]).length, 1)
  assert.equal(memberAt((body.messages as never[])[1], 'prefix'), true)
  for (const name of ['seed', 'max_completion_tokens', 'store', 'user', 'logit_bias']) assert.equal(body[name], undefined, name)
  const paths = warnings.map(({ path }) => path)
  assert.deepEqual(paths.sort(), ['/extensions/members/store', '/sampling/logitBias', '/toolChoice', '/tools', '/user'])
})

test('DeepSeek: thinking is switched its way, reasoning goes back before tool calls, a schema is asked for in words', () => {
  const call = { kind: 'tool-call', id: 'c1', name: 'clock', arguments: '{}' } as const
  const result: Message = { role: 'tool', parts: [{ kind: 'tool-result', call: 'c1', parts: [{ kind: 'text', text: '12:00' }] }] }
  const bare: Message = { role: 'assistant', parts: [call] }
  const thought: Message = { role: 'assistant', parts: [{ kind: 'reasoning', text: 'I must look.' }, call] }
  const schema = { type: 'object', properties: { hour: { type: 'integer' } } }
  const request = asking({
    messages: [user('What time is it?'), thought, result, bare, result],
    tools: [clock],
    reasoning: { effort: 'medium' },
    sampling: { temperature: 0.5, topP: 0.9, seed: 3 },
    output: { kind: 'schema', schema },
  })
  const { body, warnings, prepared } = sent(request, chatDeviations('deepseek'))
  assert.deepEqual(body.thinking, { type: 'enabled' })
  assert.equal(body.reasoning_effort, 'high')
  assert.deepEqual([body.temperature, body.top_p, body.seed], [undefined, 0.9, undefined])
  assert.deepEqual(body.response_format, { type: 'json_object' })
  const messages = body.messages as never[]
  assert.deepEqual(
    messages.map((message) => memberAt(message, 'reasoning_content')),
    [undefined, undefined, 'I must look.', undefined, '', undefined],
  )
  assert.match(String(memberAt(messages[0], 'content')), /JSON Schema.*"hour"/s)
  assert.deepEqual(prepared.check, { kind: 'schema', schema })
  assert.deepEqual([...prepared.bridges].sort(), ['empty-reasoning', 'json-schema-by-prompt'])
  assert.ok(warnings.some(({ path }) => path === '/sampling/temperature') && warnings.some(({ path }) => path === '/sampling/seed'))
  const off = sent(asking({ reasoning: { effort: 'none' }, sampling: { temperature: 0.5 } }), chatDeviations('deepseek'))
  assert.deepEqual([off.body.thinking, off.body.temperature], [{ type: 'disabled' }, 0.5])
})

test('IONOS: without a limit of the caller’s the owner’s is said, because 16 tokens would be no answer', () => {
  const { body, prepared } = sent(asking(), chatDeviations('ionos'))
  assert.equal(body.max_completion_tokens, 2048)
  assert.deepEqual(prepared.bridges, ['explicit-token-limit'])
  assert.equal(sent(asking({ sampling: { maxTokens: 9 } }), chatDeviations('ionos')).body.max_completion_tokens, 9)
})

test('Z.ai: only auto is a choice, tool arguments are asked for in pieces, members that it rejects stay here', () => {
  const request = asking({
    tools: [{ ...weather, strict: true }],
    toolChoice: { kind: 'required' },
    stream: true,
    streamUsage: true,
    sampling: { frequencyPenalty: 1 },
  })
  const { body, warnings, prepared } = sent(request, chatDeviations('zai', 'glm-4.6'))
  assert.deepEqual(
    [body.tool_stream, body.tool_choice, body.stream_options, body.frequency_penalty],
    [true, undefined, undefined, undefined],
  )
  assert.equal(memberAt((body.tools as never[])[0], 'function.strict'), undefined)
  assert.deepEqual(prepared.bridges, ['tool-choice-by-prompt'])
  assert.deepEqual(warnings.map(({ path }) => path).sort(), ['/sampling/frequencyPenalty', '/toolChoice', '/tools/0/strict'])
  const always = adapted(asking({ reasoning: { effort: 'none' } }), chatDeviations('zai', 'glm-5.3'))
  assert.match(always.warnings[0]?.message ?? '', /cannot be switched off/)
})

test('an endpoint that only streams is asked for a stream, and told how', () => {
  const prepared = sent(asking(), chatDeviations('alibaba-model-studio', 'qwq-plus'))
  assert.deepEqual([prepared.body.stream, prepared.body.incremental_output, prepared.prepared.gather], [true, true, true])
  assert.deepEqual(sent(asking({ reasoning: { budget: 500 } }), chatDeviations('alibaba-model-studio')).body.thinking_budget, 500)
})

test('SEA-LION: tools are said in words unless a call is forced, and what tools found is text', () => {
  const gemma = chatDeviations('sea-lion', 'aisingapore/Gemma-SEA-LION-v4-27B-IT')
  const result: Message = {
    role: 'tool',
    parts: [{ kind: 'tool-result', call: 'c1', name: 'clock', parts: [{ kind: 'text', text: '12:00' }] }],
  }
  const called: Message = {
    role: 'assistant',
    parts: [{ kind: 'tool-call', id: 'c1', name: 'clock', arguments: '{"zone":"Asia/Singapore"}' }],
  }
  const { body, prepared } = sent(asking({ messages: [user('Time?'), called, result], tools: [clock] }), gemma)
  assert.equal(body.tools, undefined)
  assert.deepEqual(rolesOf(prepared), ['system', 'user', 'assistant', 'user'])
  assert.equal(textsOf(prepared)[2], '```tool_code\nclock(zone="Asia/Singapore")\n```')
  assert.match(textsOf(prepared)[3] ?? '', /Result of `clock`, call c1:\|12:00/)
  assert.deepEqual(prepared.answer.marks[0], { name: 'call', open: '```tool_code', close: '```', leading: false })
  const forced = sent(asking({ tools: [clock], toolChoice: { kind: 'required' } }), gemma)
  assert.deepEqual([forced.body.tool_choice, (forced.body.tools as unknown[]).length], ['required', 1])
})

test('text only: parts are joined, pictures are left out with weight', () => {
  const picture = { kind: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } } as const
  const message: Message = { role: 'user', parts: [{ kind: 'text', text: 'See' }, picture, { kind: 'text', text: 'this' }] }
  const { body, warnings } = sent(asking({ messages: [message] }), chatDeviations('public-ai'))
  assert.equal(memberAt((body.messages as never[])[0], 'content'), 'See\n\nthis')
  assert.deepEqual(
    warnings.map(({ weight, path }) => [weight, path]),
    [
      ['content', pointer('messages', 0, 'parts', 1)],
      ['hint', '/messages/0'],
    ],
  )
})

test('a bridge that is switched off and needed refuses in one sentence', () => {
  const bridges = new Set<BridgeName>([...ALL_BRIDGES].filter((bridge) => bridge !== 'json-schema-by-prompt'))
  const request = asking({ output: { kind: 'schema', schema: { type: 'object' } } })
  const result = adaptRequest(request, chatDeviations('deepseek'), { ...all, bridges })
  assert.deepEqual(result.ok ? undefined : result.error, {
    kind: 'unbridged',
    bridge: 'json-schema-by-prompt',
    path: '/output',
    message: 'the endpoint holds to no schema, so the model is asked in words, and the bridge `json-schema-by-prompt` is switched off',
  })
})

test('an endpoint that nobody described is sent what the dialect says', () => {
  fc.assert(
    fc.property(neutralRequest, (request) => {
      const prepared = adapted(request, chatDeviations('openai-compatible'))
      assert.deepEqual(prepared.request, { ...request, sampling: prepared.request.sampling })
      assert.deepEqual([prepared.warnings, prepared.body.patch, prepared.check], [[], {}, undefined])
    }),
    { numRuns: 100 },
  )
})
