import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import { eventsOf } from '../collect.ts'
import type { AnswerContext } from '../dialect.ts'
import type { NeutralRequest, NeutralResponse, Warning } from '../neutral.ts'
import { openaiCompletions } from './index.ts'

const decoded = (body: JsonObject): NeutralRequest => {
  const result = openaiCompletions.decodeRequest({ model: 'm', ...body }, {})
  return result.ok ? result.value : assert.fail(JSON.stringify(result.error))
}

test('a text to be continued is read, and written again as it was', () => {
  const body: JsonObject = {
    model: 'm',
    prompt: 'Il était',
    suffix: 'fin',
    echo: true,
    max_tokens: 0,
    logprobs: 0,
    stop: ['\n'],
    best_of: 2,
    stream: true,
    stream_options: { include_usage: true },
  }
  const request = decoded(body)
  assert.deepEqual(request.continuation, { echo: true, suffix: 'fin' })
  assert.deepEqual(request.sampling, { stop: ['\n'], maxTokens: 0, logProbabilities: { top: 0 } })
  assert.deepEqual(request.extensions, { dialect: 'openai-completions', members: { best_of: 2 } })
  assert.deepEqual(openaiCompletions.encodeRequest(request), { ok: true, value: { path: '/completions', body, warnings: [] } })
  assert.deepEqual(decoded({ prompt: ['one'] }).messages, decoded({ prompt: 'one' }).messages)
})

test('several prompts, tokens and conversations are not translated', () => {
  for (const prompt of [['a', 'b'], [1, 2], [[1]], 5, null, undefined, []]) {
    const result = openaiCompletions.decodeRequest({ model: 'm', ...(prompt !== undefined && { prompt }) }, {})
    assert.equal(result.ok ? undefined : result.error.parameter, 'prompt', JSON.stringify(prompt))
  }
  const say = (role: 'user' | 'assistant', text: string) => ({ role, parts: [{ kind: 'text' as const, text }] })
  const talk = { model: 'm', messages: [say('user', 'a'), say('assistant', 'b')], tools: [], sampling: {}, stream: false }
  assert.equal(openaiCompletions.encodeRequest(talk).ok, false)
  const question = openaiCompletions.encodeRequest({ ...talk, messages: [say('user', 'a')] })
  assert.deepEqual(question.ok && [question.value.body, question.value.warnings.map((warning) => warning.path)], [
    { model: 'm', prompt: 'a' },
    ['/continuation'],
  ])
})

test('the log probabilities of an echoed prompt come back whole, its first token without one', () => {
  const logprobs = {
    tokens: ['Il', ' é', 'tait'],
    token_logprobs: [null, -0.5, -1],
    top_logprobs: [null, { ' é': -0.5, ' y': -2 }, { tait: -1 }],
    text_offset: [0, 2, 4],
  }
  const body = {
    id: 'cmpl-1',
    object: 'text_completion',
    created: 5,
    model: 'm',
    choices: [{ index: 0, text: 'Il était', logprobs, finish_reason: 'length' }],
    usage: { prompt_tokens: 3, completion_tokens: 0, total_tokens: 3 },
  }
  const answer = openaiCompletions.decodeResponse(body)
  assert.ok(answer.ok)
  assert.deepEqual(answer.value.choices[0]?.logProbabilities?.[0], { token: 'Il', logProbability: Number.NaN, top: [] })
  const context = { request: decoded({ prompt: 'Il était', echo: true, logprobs: 2 }), call: 'abc', now: 7, warnings: [] }
  assert.deepEqual(openaiCompletions.encodeResponse(answer.value, context), { body, warnings: [] })
})

const answer: NeutralResponse = {
  id: 'x',
  model: 'm',
  choices: [
    {
      index: 0,
      parts: [
        { kind: 'text', text: ' une fois' },
        { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
      ],
      stop: { kind: 'tool-calls' },
      logProbabilities: [{ token: ' une', logProbability: -1, top: [] }],
    },
  ],
}
const textOf = (line: string): string =>
  (JSON.parse(line.slice('data: '.length)) as { choices: { text: string }[] }).choices.map((choice) => choice.text).join('')

test('an echo that the endpoint could not be asked for is put before the answer, and said to be', () => {
  const unasked: Warning = { kind: 'approximated', weight: 'constraint', path: '/continuation', message: 'a chat endpoint' }
  for (const [warnings, expected] of [
    [[unasked], 'Il était 😀 une fois'],
    [[], ' une fois'],
  ] as const) {
    const context: AnswerContext<NeutralRequest> = {
      request: decoded({ prompt: 'Il était 😀', echo: true }),
      call: 'abc',
      now: 7,
      warnings,
    }
    const whole = openaiCompletions.encodeResponse(answer, context)
    const encoder = openaiCompletions.streamEncoder(context)
    const lines = eventsOf(answer)
      .map((event) => encoder.push(event))
      .join('')
      .split('\n\n')
      .filter((line) => line.startsWith('data: {'))
    assert.equal((whole.body.choices as readonly { text: string }[])[0]?.text, expected)
    assert.equal(lines.map(textOf).join(''), expected)
    const emulated = [...whole.warnings, ...encoder.warnings()].filter((warning) => warning.kind === 'emulated')
    assert.equal(emulated.length, warnings.length * 2)
  }
})

test('a call that the wire has no place for weighs as content, and tokens stand where they are in the text', () => {
  const context = { request: decoded({ prompt: 'Il était 😀' }), call: 'abc', now: 7, warnings: [] }
  const { body, warnings } = openaiCompletions.encodeResponse(answer, context)
  const [choice] = body.choices as readonly { finish_reason: string; logprobs: { text_offset: number[] } }[]
  assert.deepEqual([choice?.finish_reason, choice?.logprobs.text_offset], ['stop', [10]])
  assert.deepEqual(
    warnings.map(({ path, weight }) => [path, weight]),
    [
      ['/choices/0/parts/1', 'content'],
      ['/choices/0/stop', 'hint'],
    ],
  )
})
