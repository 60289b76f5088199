import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject } from '../core/json.ts'
import { readChatCall, readEmbeddingCall, readTextCall } from './request.ts'
import { schemaForGrammar } from './schema.ts'

const chat = { model: 'm', messages: [{ role: 'user', content: 'hello' }] }
const problem = (body: JsonObject) => {
  const read = readChatCall(body)
  assert.ok(!read.ok, 'should be refused')
  return `${read.error.code}: ${read.error.message}`
}

test('INVARIANT(G4): a field that cannot be honoured is refused, in one sentence that names it', () => {
  const cases: [JsonObject, RegExp][] = [
    [{ tools: [{ type: 'function' }] }, /does not support tools/],
    [{ tool_choice: 'auto' }, /does not support tools/],
    [{ n: 2 }, /`n` can only be 1/],
    [{ top_k: 40 }, /does not support the field `top_k`/],
    [{ reasoning_effort: 'low' }, /does not support the field `reasoning_effort`/],
    [{ stream_options: { include_usage: true, other: 1 } }, /does not support the field `stream_options.other`/],
    [{ temperature: 2.5 }, /`temperature` is not valid/],
    [{ presence_penalty: -1 }, /cannot reward repetition/],
    [{ seed: -1 }, /`seed` is not valid/],
    [{ store: true }, /stores nothing/],
    [{ modalities: ['text', 'audio'] }, /writes text only/],
    [{ top_logprobs: 2 }, /needs `logprobs`/],
    [{ max_tokens: 1, max_completion_tokens: 1 }, /not both/],
    [{ max_tokens: 0 }, /`max_tokens` is not valid/],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, /`stop` is not valid/],
    [{ response_format: { type: 'json_object' }, logprobs: true }, /no `logprobs`/],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, /reads text only/],
    [{ messages: [{ role: 'tool', content: 'x', tool_call_id: '1' }] }, /messages of this role/],
    [{ messages: [{ role: 'user', content: 'x', name: 'y' }] }, /field `messages.0.name`/],
    [{ messages: [...chat.messages, { role: 'assistant', content: 'x' }] }, /does not continue an assistant message/],
  ]
  for (const [fields, expected] of cases) assert.match(problem({ ...chat, ...fields }), expected)
})

test('what asks nothing of the engine is taken, and null is absent', () => {
  const read = readChatCall({ ...chat, user: 'u', metadata: { a: 'b' }, n: 1, store: false, tools: [], temperature: null, stop: 'x' })
  assert.ok(read.ok)
  assert.deepEqual(read.value.settings.stop, ['x'])
  assert.equal(read.value.settings.temperature, undefined)
})

test('text parts are joined, and a developer is a system message', () => {
  const content = [
    { type: 'text', text: 'a' },
    { type: 'text', text: 'b' },
  ]
  const read = readChatCall({ model: 'm', messages: [{ role: 'developer', content }, ...chat.messages] })
  assert.ok(read.ok)
  assert.deepEqual(read.value.messages[0], { role: 'system', text: 'ab' })
})

test('completions and embeddings are read as strictly', () => {
  const refused: [JsonObject, RegExp][] = [
    [{ suffix: 'b' }, /only writes what follows a prompt, so that it cannot be given a `suffix`/],
    [{ prompt: [] }, /`prompt` is not valid|takes a text, a list of token numbers/],
    [{ prompt: ['a', [1]] }, /takes a text, a list of token numbers/],
    [{ prompt: [[1], []] }, /`prompt.1` is not valid/],
    [{ max_tokens: -1 }, /`max_tokens` is not valid/],
    [{ logprobs: 21 }, /`logprobs` is not valid/],
    [{ logprobs: true }, /`logprobs` is not valid/],
    [{ n: 3, best_of: 2 }, /`best_of` must not be less than `n`/],
    [{ n: 1, best_of: 2, stream: true }, /cannot be streamed/],
    [{ prompt: Array(100).fill('a'), n: 30 }, /100 prompts with 30 answers each/],
  ]
  for (const [fields, expected] of refused) {
    const read = readTextCall({ model: 'm', prompt: 'a', ...fields })
    assert.ok(!read.ok, JSON.stringify(fields))
    assert.match(read.error.message, expected)
  }
  const prompts = (prompt: Json) => {
    const read = readTextCall({ model: 'm', prompt, max_tokens: 0, echo: true, logprobs: 0, suffix: null })
    assert.ok(read.ok)
    return read.value.prompts
  }
  assert.deepEqual(prompts('a'), ['a'])
  assert.deepEqual(prompts(['a', 'b']), ['a', 'b'])
  assert.deepEqual(prompts([1, 2]), [[1, 2]])
  assert.deepEqual(prompts([[1, 2], [3]]), [[1, 2], [3]])
  const several = readTextCall({ model: 'm', prompt: 'a', n: 2, stream: true })
  assert.ok(several.ok)
  assert.deepEqual([several.value.answers, several.value.candidates], [2, 2])
  assert.ok(!readEmbeddingCall({ model: 'm', input: 'a', dimensions: 8 }).ok)
  const read = readEmbeddingCall({ model: 'm', input: [1, 2] })
  assert.ok(read.ok)
  assert.deepEqual(read.value.inputs, [[1, 2]])
})

test('a schema keyword that a grammar cannot hold is refused where it stands', () => {
  const refused = (schema: Json, expected: RegExp) => {
    const rewritten = schemaForGrammar(schema)
    assert.ok(!rewritten.ok)
    assert.match(rewritten.error.message, expected)
  }
  const object = (properties: JsonObject, more: JsonObject = {}) => ({ type: 'object', properties, ...more })
  refused(object({ a: { type: 'string', pattern: '^x' } }), /`properties`.`a` uses `pattern`/)
  refused(object({ a: { type: 'number', minimum: 0 } }), /uses `minimum`/)
  refused(object({}, { required: ['b'] }), /requires a property/)
  refused({ oneOf: [{ type: 'string' }] }, /uses `oneOf`/)
  refused({ type: 'string', format: 'email' }, /`format`/)
  refused({ type: 'thing' }, /unknown `type`/)
  refused({}, /names no `type`/)
  const nested = Array.from({ length: 40 }).reduce<JsonObject>((inner) => ({ type: 'array', items: inner }), { type: 'null' })
  refused(nested, /nested deeper/)
  const rewritten = schemaForGrammar({ title: 'x', anyOf: [{ type: 'string', description: 'y' }, { const: 1 }] })
  assert.deepEqual(rewritten, { ok: true, value: { oneOf: [{ type: 'string' }, { const: 1 }] } })
})
