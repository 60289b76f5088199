// A conversation that the exchange keeps, begun at an endpoint of one dialect and continued at one of another: it is asked the same there,
// less what only the first could read, and each of these is declared.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { ApplicationId, CallId, EndpointId, TenantId } from '../../src/core/ids.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { Result } from '../../src/core/result.ts'
import { epochMillis, millis } from '../../src/core/units.ts'
import { forEndpoint, loadFor, recallOf, responseId, turnOf, wholeRequest } from '../../src/gateway/conversations.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { AssistantPart, Message, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import { openaiResponses } from '../../src/gateway/dialects/openai-responses/index.ts'
import { openStore } from '../../src/store/store.ts'
import { times } from '../thorough.ts'
import { neutralResponse, someText } from './arbitraries.ts'
import { undeclared } from './declared.ts'
import { contextOf, pathParameters, settled, wire } from './wire.ts'

const RUNS = times(3, 6)
const NOW = epochMillis(1_790_000_000_000)
const RULES = { keep: 'when-asked', retention: millis(1), maxBytesPerTurn: 1 << 24, maxBytesPerApplication: 1 << 30 } as const
const OWNER = { tenant: 'home' as TenantId, application: 'chat' as ApplicationId }
const LAW = { dataClass: 'public', purpose: 'service', keptUntil: epochMillis(NOW + 1) }
const [FIRST, SECOND] = ['first', 'second'] as EndpointId[] as [EndpointId, EndpointId]

const must = <T>(result: Result<T, unknown>): T => (result.ok ? result.value : assert.fail(JSON.stringify(result.error)))
const folder = mkdtempSync(join(tmpdir(), 'allod-moving-'))
const store = must(
  openStore(join(folder, 'store.sqlite'), {
    clock: () => NOW,
    random: (length) => randomBytes(length),
    currency: 'EUR',
  }),
)
after(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

let calls = 0
/** Asks, has it answered by this endpoint, and keeps the turn in a real store. */
const said = (body: JsonObject, answer: NeutralResponse, endpoint: EndpointId): string => {
  const call = `call_${++calls}` as CallId
  const recall = must(recallOf(body))
  const { own } = must(wholeRequest(body, recall, must(loadFor(store, OWNER, recall)), NOW))
  const id = responseId(call)
  const told = openaiResponses.encodeResponse(answer, { request: own, call, now: 0, warnings: [] }).body
  must(store.conversations.save(OWNER, turnOf(recall, own, answer, { id, call, endpoint, told, ...LAW }).turn, RULES))
  return id
}

/** What an endpoint of this dialect can have answered: what comes back of it over its own wire. */
const heard = (dialect: Dialect, response: NeutralResponse): NeutralResponse | undefined => {
  const decoded = dialect.decodeResponse(wire(dialect.encodeResponse(response, contextOf(response, false)).body))
  return decoded.ok ? decoded.value : undefined
}

const user = (text: string): Message => ({ role: 'user', parts: [{ kind: 'text', text }] })
/** What a caller sends next: the results of the calls, and its question. */
const nextOf = (parts: readonly AssistantPart[], question: string): { readonly input: JsonObject[]; readonly messages: Message[] } => {
  const called = parts.flatMap((part) => (part.kind === 'tool-call' ? [part.id] : []))
  const results = called.map((call, index) => ({
    kind: 'tool-result' as const,
    call,
    parts: [{ kind: 'text' as const, text: `result ${index}` }],
  }))
  return {
    input: [
      ...called.map((call, index) => ({ type: 'function_call_output', call_id: call, output: `result ${index}` })),
      { role: 'user', content: question },
    ],
    messages: [...(results.length > 0 ? [{ role: 'tool' as const, parts: results }] : []), user(question)],
  }
}
const sealsOf = (parts: readonly AssistantPart[]): readonly string[] =>
  parts.flatMap((part) => ('opaque' in part && part.opaque !== undefined ? [part.opaque.data] : []))

for (const from of Object.values(DIALECTS))
  for (const to of Object.values(DIALECTS))
    test(`a conversation moves from ${from.name} to ${to.name}`, () => {
      fc.assert(
        fc.property(neutralResponse, someText, someText, (response, question, next) => {
          const answer = heard(from, response)
          if (answer === undefined) return
          const parts = answer.choices[0]?.parts ?? []
          const id = said({ model: 'm', input: question }, answer, FIRST)
          const { input, messages } = nextOf(parts, next)
          const body = { model: 'm', max_output_tokens: 9, previous_response_id: id, input }
          const recall = must(recallOf(body))
          const loaded = must(loadFor(store, OWNER, recall))
          const { request } = must(wholeRequest(body, recall, loaded, NOW))
          const spoken: Message[] = parts.length === 0 ? [] : [{ role: 'assistant', parts }]
          assert.deepEqual(request.messages, [user(question), ...spoken, ...messages], 'the store gives back what was said')

          assert.equal(forEndpoint(request, loaded, FIRST).request, request, 'at home nothing is taken out')
          const moved = forEndpoint(request, loaded, SECOND)
          assert.deepEqual(undeclared(request, moved.request, moved.warnings), [])
          assert.ok(
            moved.warnings.every(({ weight }) => weight === 'hint'),
            'nothing that was said is lost',
          )
          const encoded = to.encodeRequest(moved.request)
          if (!encoded.ok) return assert.match(encoded.error.message, /\S/)
          const sent = wire(encoded.value.body)
          for (const seal of sealsOf(parts)) assert.ok(!JSON.stringify(sent).includes(JSON.stringify(seal).slice(1, -1)), 'no seal crosses')
          const back = to.decodeRequest(sent, pathParameters(to, moved.request))
          assert.ok(back.ok, JSON.stringify(back))
          const lost = encoded.value.warnings.map((warning) => ({ ...warning, path: moved.restorePath(warning.path) }))
          assert.deepEqual(undeclared(moved.request, settled(moved.request, back.value), encoded.value.warnings), [])
          assert.deepEqual(unnamed(request, lost), [], 'each loss is named where the conversation has it')
        }),
        { numRuns: RUNS },
      )
    })

/** Paths of warnings at which this request has nothing. */
const unnamed = (request: object, warnings: readonly { readonly path: string }[]): readonly string[] =>
  warnings
    .map(({ path }) => path)
    .filter((path) => {
      let value: unknown = request
      for (const step of path.split('/').slice(1)) value = (value as Readonly<Record<string, unknown>> | undefined)?.[step]
      return value === undefined
    })
