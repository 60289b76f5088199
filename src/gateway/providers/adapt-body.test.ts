import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { neutralRequest, plainRequest } from '../../../test/dialects/arbitraries.ts'
import { chatDeviations, PROFILES } from '../../../test/providers/shipped.ts'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import type { NeutralRequest } from '../dialects/neutral.ts'
import { openaiChat } from '../dialects/openai-chat/index.ts'
import { adaptRequest } from './adapt.ts'
import { adaptBody } from './adapt-body.ts'
import { ALL_BRIDGES } from './bridging.ts'
import { memberAt, merge, setMember } from './member-paths.ts'
import { passesThrough } from './pass-through.ts'
import { deviationsOf } from './profile.ts'

const all = { bridges: ALL_BRIDGES, maxOutputTokens: 1000 }
const speakers = PROFILES.filter(({ dialects }) => dialects['openai-chat'] !== undefined)

test('a member that an endpoint does not take is not sent, and each that is left out is declared', () => {
  fc.assert(
    fc.property(neutralRequest, fc.constantFrom(...speakers), (request, profile) => {
      const deviations = deviationsOf(profile, 'openai-chat', request.model)
      const prepared = adaptRequest(request, deviations, all)
      assert.ok(prepared.ok)
      const encoded = openaiChat.encodeRequest(prepared.value.request)
      if (!encoded.ok) return
      const { body, warnings } = adaptBody(encoded.value.body, prepared.value.body, prepared.value.request, deviations)
      const { accepted, rejected = [], ignored = [] } = deviations.unknownFields ?? {}
      for (const name of [...rejected, ...ignored]) assert.ok(!Object.hasOwn(body, name), `${profile.name} ${name}`)
      const patched = new Set(Object.keys(prepared.value.body.patch))
      if (accepted !== undefined)
        for (const name of Object.keys(body)) assert.ok(accepted.includes(name) || patched.has(name), `${profile.name} ${name}`)
      const gone = Object.keys(encoded.value.body).filter((name) => !Object.hasOwn(body, name))
      const renamed = Object.keys(body).filter((name) => !Object.hasOwn(encoded.value.body, name) && !patched.has(name))
      // The count of tokens in a stream may come unasked; then to ask for it is nothing lost.
      const silent = deviations.streaming?.options === false ? gone.filter((name) => name === 'stream_options') : []
      assert.ok(warnings.length + renamed.length + silent.length >= gone.length, `${profile.name}: ${gone.join()}`)
      for (const { path, message } of warnings) assert.ok(path.startsWith('/') && /^[a-z`]/.test(message))
    }),
    { numRuns: 500 },
  )
})

test('where everything passes through, nothing is ever changed', () => {
  const open = speakers.filter((profile) => passesThrough(deviationsOf(profile, 'openai-chat', 'm'), profile.places[0] ?? assert.fail()))
  assert.ok(open.some(({ name }) => name === 'openai-compatible') && open.some(({ name }) => name === 'openai'))
  for (const name of ['mistral', 'deepseek', 'zai', 'ionos', 'yandex'])
    assert.equal(
      open.some((profile) => profile.name === name),
      name === 'yandex',
      name,
    )
  fc.assert(
    fc.property(neutralRequest, fc.constantFrom(...open), ({ sampling, ...rest }, profile) => {
      const { topK: _, minP: __, stop = [], ...drawn } = sampling
      // Reasoning of earlier turns is none of the dialect's own; where it goes is each endpoint's matter.
      const messages = rest.messages.map((message) =>
        message.role === 'assistant' ? { ...message, parts: message.parts.filter(({ kind }) => kind !== 'reasoning') } : message,
      )
      const request = { ...rest, messages, sampling: stop.length > 4 ? drawn : { ...drawn, ...(stop.length > 0 && { stop }) } }
      const deviations = deviationsOf(profile, 'openai-chat', 'm')
      const prepared = adaptRequest(request, deviations, all)
      assert.ok(prepared.ok)
      assert.deepEqual(prepared.value.request, request, profile.name)
      const encoded = openaiChat.encodeRequest(request)
      if (!encoded.ok) return
      const { body, warnings } = adaptBody(encoded.value.body, prepared.value.body, request, deviations)
      assert.deepEqual([body, warnings], [encoded.value.body, []], profile.name)
    }),
    { numRuns: 300 },
  )
})

test('a request that passes through by what it says is changed by no deviation', () => {
  const closed = speakers.filter((profile) => !passesThrough(deviationsOf(profile, 'openai-chat', 'm'), {}))
  const passed = new Set<string>()
  const drawn = fc.tuple(fc.oneof(plainRequest, neutralRequest), fc.subarray(['tools', 'sampling', 'reasoning', 'output'] as const))
  fc.assert(
    fc.property(drawn, fc.constantFrom(...closed), ([full, unsaid], profile) => {
      const bare: NeutralRequest = {
        ...full,
        ...(unsaid.includes('tools') && { tools: [] }),
        ...(unsaid.includes('sampling') && { sampling: {} }),
      }
      const { reasoning, output, toolChoice, ...rest } = bare
      const messages = rest.messages.map((message) =>
        message.role === 'assistant' ? { ...message, parts: message.parts.filter(({ kind }) => kind !== 'reasoning') } : message,
      )
      const request = {
        ...rest,
        messages,
        ...(!unsaid.includes('reasoning') && { reasoning }),
        ...(!unsaid.includes('output') && { output }),
      } as NeutralRequest
      const encoded = openaiChat.encodeRequest(request)
      if (!encoded.ok || encoded.value.warnings.length > 0) return
      const deviations = deviationsOf(profile, 'openai-chat', 'm')
      const { body } = encoded.value
      if (!passesThrough(deviations, {}, new Set(Object.keys(body)))) return
      passed.add(profile.name)
      const prepared = adaptRequest(request, deviations, all)
      assert.ok(prepared.ok)
      const again = openaiChat.encodeRequest(prepared.value.request)
      assert.ok(again.ok)
      const adapted = adaptBody(again.value.body, prepared.value.body, prepared.value.request, deviations)
      assert.deepEqual([adapted.body, adapted.warnings, prepared.value.warnings], [body, [], []], profile.name)
    }),
    { numRuns: 700 },
  )
  for (const name of ['vllm', 'ollama', 'llama-server', 'scaleway']) assert.ok(passed.has(name), `${name} never passed`)
  for (const name of ['mistral', 'deepseek', 'ionos']) assert.ok(!passed.has(name), name)
})

test('members of a request decide where members are what an endpoint does not take', () => {
  const at = (name: string, ...members: string[]) => passesThrough(chatDeviations(name), {}, new Set(['model', 'messages', ...members]))
  assert.ok(at('llama-server', 'temperature', 'max_tokens') && !at('llama-server', 'max_completion_tokens'))
  assert.ok(at('lm-studio') && !at('lm-studio', 'response_format'))
  assert.ok(at('regolo', 'temperature') && !at('regolo', 'reasoning_effort'))
  // What is too long to be looked at may be anything.
  assert.ok(at('vllm') && !at('vllm', ''))
})

test('reasoning of earlier turns stands where the endpoint reads it', () => {
  const message = { role: 'assistant', content: 'Yes.', reasoning_content: 'Hm.' }
  const body: JsonObject = { model: 'm', messages: [{ role: 'user', content: 'Well?' }, message] }
  const request = { model: 'm', messages: [], tools: [], sampling: {}, stream: false }
  const plan = { patch: {}, reasons: undefined, emptyReasoning: false }
  const said = (name: string, model?: string) => {
    const adapted = adaptBody(body, plan, request, chatDeviations(name, model))
    return [(adapted.body.messages as JsonObject[])[1], adapted.warnings.length]
  }
  assert.deepEqual(said('deepseek'), [message, 0])
  assert.deepEqual(said('vllm'), [{ role: 'assistant', content: 'Yes.', reasoning: 'Hm.' }, 0])
  assert.deepEqual(said('mistral'), [
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
        { type: 'text', text: 'Yes.' },
      ],
      prefix: true,
    },
    0,
  ])
  assert.deepEqual(said('openai'), [{ role: 'assistant', content: 'Yes.' }, 1])
})

test('members by path are read and set without touching what was given', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('a', 'a.b', 'a.b.c'), (value, path) => {
      const object = isJsonObject(value as never) ? (value as JsonObject) : { a: value as never }
      const before = JSON.stringify(object)
      assert.deepEqual(memberAt(setMember(object, path, 1), path), 1)
      merge(object, setMember({}, path, 2))
      assert.equal(JSON.stringify(object), before)
    }),
  )
  assert.deepEqual(merge({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 4 }, d: { e: 5 } }), { a: { b: 4, c: 2 }, d: { e: 5 } })
})
