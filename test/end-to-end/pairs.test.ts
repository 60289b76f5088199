// Between callers of every dialect and endpoints of every dialect: one question, whole and streamed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import type { NeutralRequest } from '../../src/gateway/dialects/neutral.ts'
import { openaiCompletions } from '../../src/gateway/dialects/openai-completions/index.ts'
import { callers, endpoints, type Paired, startPairs, textsOf, wordOf } from './pairs.ts'

const QUESTION = 'Was steht jedem zu? 🙂'
const ANSWER = 'Würde — und Rechte: “alle” gleich. 🕊'

let paired: Paired
before(async () => {
  paired = await startPairs({
    policy: '@id("all")\n@reason("only the wire is looked at")\npermit (principal, action, resource);\n',
    // Answers with how it understood the question.
    answer: (question, dialect) => {
      assert.ok(textsOf(question).includes(QUESTION), `${dialect.name} was asked ${textsOf(question)}`)
      return {
        id: 'answer_1',
        model: 'there',
        choices: [{ index: 0, parts: [{ kind: 'text', text: ANSWER }], stop: { kind: 'stop' } }],
        usage: { input: 11, output: 7 },
      }
    },
  })
})
after(() => paired.stop())

const questionTo = (alias: string, stream: boolean): NeutralRequest => ({
  model: alias,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: QUESTION }] }],
  tools: [],
  sampling: { maxTokens: 50 },
  stream,
  ...(stream && { streamUsage: true }),
})

/** Where the bytes of an answer pass as they come, its model is named as the endpoint names it. */
const isDirect = (caller: Dialect, endpoint: Dialect): boolean =>
  caller === endpoint || (caller === openaiCompletions && endpoint.name === 'openai-chat')

for (const caller of callers)
  for (const endpoint of endpoints)
    for (const stream of [false, true])
      test(`${caller.name} asks ${endpoint.name}${stream ? ', streamed' : ''}`, async () => {
        const { answer, headers } = await paired.ask(caller, questionTo(wordOf(endpoint), stream))
        assert.equal(headers.get('allod-endpoint'), wordOf(endpoint))
        assert.deepEqual(
          answer.choices.map(({ parts, stop }) => [parts, stop.kind]),
          [[[{ kind: 'text', text: ANSWER }], 'stop']],
        )
        assert.deepEqual({ input: answer.usage?.input, output: answer.usage?.output }, { input: 11, output: 7 })
        if (!isDirect(caller, endpoint) && answer.model !== '') assert.equal(answer.model, wordOf(endpoint))
      })
