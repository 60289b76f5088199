// What must hold for every dialect. A dialect's folder calls this from its own `suite.test.ts`:
//
//   import { testDialect } from '../../../../test/dialects/suite.ts'
//   import { yours } from './index.ts'
//
//   testDialect(yours)
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { collect } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import type { NeutralResponse, Warning } from '../../src/gateway/dialects/neutral.ts'
import { EventReader } from '../../src/gateway/dialects/server-sent-events.ts'
import { times } from '../thorough.ts'
import { continuationRequest, endpointError, neutralRequest, neutralResponse, plainRequest } from './arbitraries.ts'
import { undeclared } from './declared.ts'
import { hostileJson, mutated, mutatedText } from './hostile.ts'
import { interleaved, orderProblem } from './streams.ts'
import { testTime } from './time.ts'
import { contextOf, decodedStream, encodedStream, enveloped, IN_PATH, pathParameters, settled, wire } from './wire.ts'

/** Cases of each property; `ALLOD_THOROUGH=100` looks harder. */
const RUNS = times(30, 60)

export const testDialect = (dialect: Dialect): void => {
  testRequests(dialect)
  testResponses(dialect)
  testStreams(dialect)
  testErrors(dialect)
  testHostility(dialect)
  testTime(dialect)
}

const testRequests = (dialect: Dialect): void => {
  const completes = dialect.name === 'openai-completions'
  const question = completes
    ? fc.oneof(neutralRequest, continuationRequest)
    : fc.oneof({ weight: 9, arbitrary: neutralRequest }, { weight: 1, arbitrary: continuationRequest })

  test(`${dialect.name}: a request comes back as it was, except where a warning says so`, () => {
    fc.assert(
      fc.property(question, (request) => {
        const encoded = dialect.encodeRequest(request)
        if (!encoded.ok) return assertRefusal(encoded.error)
        const decoded = dialect.decodeRequest(wire(encoded.value.body), pathParameters(dialect, request))
        assert.ok(decoded.ok, `its own body cannot be read: ${JSON.stringify(decoded)} ${JSON.stringify(encoded.value.body)}`)
        assert.deepEqual(undeclared(request, settled(request, decoded.value), encoded.value.warnings), [], JSON.stringify(encoded.value))
      }),
      { numRuns: RUNS },
    )
  })

  test(`${dialect.name}: what every model takes is neither refused nor warned of`, () => {
    const plain = completes
      ? continuationRequest.map(({ model, messages, tools, stream }) => ({
          model,
          messages,
          tools,
          sampling: { maxTokens: 9 },
          stream,
          continuation: { echo: false },
        }))
      : plainRequest
    fc.assert(
      fc.property(plain, (request) => {
        const encoded = dialect.encodeRequest(request)
        assert.ok(encoded.ok, JSON.stringify(encoded))
        assert.deepEqual(encoded.value.warnings, [])
        assert.ok(encoded.value.path.startsWith('/'), encoded.value.path)
        const inPath = decodeURIComponent(encoded.value.path).includes(request.model)
        assert.equal(
          IN_PATH.has(dialect.name) ? inPath : encoded.value.body.model === request.model,
          true,
          'the model is asked for by its name',
        )
      }),
      { numRuns: RUNS },
    )
  })
}

const assertRefusal = (error: { readonly message: string }): void => assert.match(error.message, /\S/)

const testResponses = (dialect: Dialect): void =>
  void test(`${dialect.name}: an answer comes back as it was, except where a warning says so`, () => {
    fc.assert(
      fc.property(neutralResponse, (response) => {
        const encoded = dialect.encodeResponse(response, contextOf(response, false))
        assert.ok(!('allod' in encoded.body), 'the exchange itself adds its member to a whole answer')
        const decoded = dialect.decodeResponse(wire(encoded.body))
        assert.ok(decoded.ok, `its own answer cannot be read: ${JSON.stringify(decoded)} ${JSON.stringify(encoded.body)}`)
        assert.deepEqual(undeclared(...enveloped(response, decoded.value), encoded.warnings), [], JSON.stringify(encoded))
      }),
      { numRuns: RUNS },
    )
  })

const testStreams = (dialect: Dialect): void => {
  const streamed = neutralResponse
    .map(({ extensions: _, ...response }) => response)
    .chain((response) => interleaved(response).map((events) => ({ response, events })))

  test(`${dialect.name}: a stream comes back as it was, except where a warning says so, however it is cut into pieces`, () => {
    fc.assert(
      fc.property(streamed, fc.array(fc.nat(), { maxLength: 12 }), ({ events }, cuts) => {
        const whole = collect(events)
        assert.ok(whole.ok)
        const { text, warnings } = encodedStream(dialect, events, { ...contextOf(whole.value, true), wholeCalls: cuts.length % 2 === 1 })
        const bytes = framingOf(dialect).bytes(text)
        const back = decodedStream(dialect, bytes)
        assert.equal(orderProblem(back), undefined)
        const answer = collect(back)
        assert.ok(answer.ok, `${JSON.stringify(answer)} ${text}`)
        const { extensions: _, ...bare } = answer.value
        assert.deepEqual(undeclared(...enveloped(whole.value, bare), warnings), [], text)
        assert.deepEqual(
          decodedStream(
            dialect,
            bytes,
            cuts.map((cut) => cut % (bytes.length + 1)),
          ),
          back,
        )
      }),
      { numRuns: RUNS },
    )
  })

  test(`${dialect.name}: a stream that is cut ends in a failure, unless all of the answer was there`, () => {
    fc.assert(
      fc.property(streamed, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ({ response, events }, share) => {
        const bytes = framingOf(dialect).bytes(encodedStream(dialect, events, contextOf(response, true)).text)
        const whole = collect(decodedStream(dialect, bytes))
        const events2 = decodedStream(dialect, bytes.subarray(0, Math.floor(bytes.length * share)))
        if (events2.at(-1)?.kind === 'failure') return
        const cut = collect(events2)
        assert.ok(cut.ok && whole.ok)
        assert.deepEqual(cut.value.choices, whole.value.choices)
      }),
      { numRuns: RUNS },
    )
  })

  test(`${dialect.name}: a stream that fails, fails for its caller too, and its last event tells what was lost`, () => {
    fc.assert(
      fc.property(streamed, endpointError, fc.nat(), ({ response, events }, error, at) => {
        const upTo = events.slice(0, 1 + (at % Math.max(1, events.length - 1)))
        const { text } = encodedStream(dialect, [...upTo, { kind: 'failure', error }], contextOf(response, true))
        const last = decodedStream(dialect, framingOf(dialect).bytes(text)).at(-1)
        assert.equal(last?.kind, 'failure')
        assert.ok(last.kind === 'failure' && last.error.message.includes(error.message), JSON.stringify(last))
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    )
    const warning: Warning = { kind: 'dropped', weight: 'hint', path: '/sampling/topK', message: 'the endpoint knows no `top_k`' }
    const response: NeutralResponse = {
      id: 'a',
      model: 'm',
      choices: [{ index: 0, parts: [{ kind: 'text', text: 'Yes' }], stop: { kind: 'stop' } }],
    }
    fc.assert(
      fc.property(interleaved(response), (events) => {
        assert.match(encodedStream(dialect, events, contextOf(response, true, [warning])).text, /"allod":\{"warnings":\[\{"kind":"dropped"/)
        assert.doesNotMatch(encodedStream(dialect, events, contextOf(response, true)).text, /"allod"/)
      }),
      { numRuns: 3 },
    )
  })
}

const testErrors = (dialect: Dialect): void =>
  void test(`${dialect.name}: an error comes back with its kind, its message and its delay`, () => {
    fc.assert(
      fc.property(endpointError, (error) => {
        const { status, headers, body } = dialect.encodeError(error)
        const header = (name: string): string | undefined => {
          const at = headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name.toLowerCase())
          return at < 0 ? undefined : headers[at + 1]
        }
        const back = dialect.decodeError(status, header, JSON.stringify(body))
        assert.deepEqual(
          [back.kind, back.message, back.retryAfter],
          [error.kind, error.message, error.retryAfter],
          JSON.stringify({ status, headers, body }),
        )
        assert.equal(back.status, status)
      }),
      { numRuns: RUNS },
    )
  })

const testHostility = (dialect: Dialect): void =>
  void test(`${dialect.name}: no input makes it throw`, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostileJson,
          neutralRequest.chain((request) => {
            const encoded = dialect.encodeRequest(request)
            return mutated(encoded.ok ? encoded.value.body : {})
          }),
        ),
        (body) => void dialect.decodeRequest(body, {}),
      ),
      { numRuns: RUNS },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          hostileJson,
          neutralResponse.chain((response) => mutated(dialect.encodeResponse(response, contextOf(response, false)).body)),
        ),
        (body) => {
          dialect.decodeResponse(body)
          dialect.decodeError(500, () => undefined, JSON.stringify(body))
        },
      ),
      { numRuns: RUNS },
    )
    const events = neutralResponse.chain((response) =>
      interleaved(response).chain((events) => {
        const read = new EventReader().push(Buffer.from(encodedStream(dialect, events, contextOf(response, true)).text))
        return fc.tuple(
          ...read.map(({ event, data }) =>
            fc.oneof(
              { weight: 3, arbitrary: fc.constant({ event, data }) },
              { weight: 1, arbitrary: mutatedText(data).map((broken) => ({ event, data: broken })) },
            ),
          ),
        )
      }),
    )
    fc.assert(
      fc.property(events, (pieces) => {
        const decoder = dialect.streamDecoder()
        const made = [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()]
        assert.equal(orderProblem(made), undefined)
      }),
      { numRuns: RUNS },
    )
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.string({ unit: 'binary' }), fc.string(), (status, body, header) => {
        assert.equal(dialect.decodeError(status, () => header, body).status, status)
      }),
      { numRuns: RUNS },
    )
  })
