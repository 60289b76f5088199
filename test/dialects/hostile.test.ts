// What a decoder lets in, every encoder must be able to take: nobody after it looks again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { collect } from '../../src/gateway/dialects/collect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import { EventReader } from '../../src/gateway/dialects/server-sent-events.ts'
import { times } from '../thorough.ts'
import { neutralRequest, neutralResponse } from './arbitraries.ts'
import { mutated, mutatedText } from './hostile.ts'
import { interleaved } from './streams.ts'
import { contextOf, decodedStream, encodedStream, wire } from './wire.ts'

const RUNS = times(30, 60)
const dialects = Object.values(DIALECTS)

for (const dialect of dialects) {
  test(`a request of ${dialect.name} that can be read, however odd, can be written in every dialect`, () => {
    const bodies = neutralRequest.chain((request) => {
      const encoded = dialect.encodeRequest(request)
      return mutated(encoded.ok ? encoded.value.body : {})
    })
    fc.assert(
      fc.property(bodies, (body) => {
        const read = dialect.decodeRequest(body, { model: 'm', stream: false })
        if (!read.ok) return
        assert.ok(read.value.messages.length > 0, 'a request has a message at least')
        for (const other of dialects) {
          const written = other.encodeRequest(read.value)
          if (written.ok) other.decodeRequest(wire(written.value.body), { model: 'm', stream: false })
        }
      }),
      { numRuns: RUNS },
    )
  })

  test(`an answer of ${dialect.name} that can be read, however odd, can be shown in every dialect`, () => {
    const bodies = neutralResponse.chain((response) => mutated(dialect.encodeResponse(response, contextOf(response, false)).body))
    fc.assert(
      fc.property(bodies, (body) => {
        const read = dialect.decodeResponse(body)
        if (!read.ok) return
        for (const other of dialects) JSON.stringify(other.encodeResponse(read.value, contextOf(read.value, false)))
      }),
      { numRuns: RUNS },
    )
  })

  test(`a stream of ${dialect.name}, however odd, can be shown in every dialect, and fails there if and only if it failed here`, () => {
    const wires = neutralResponse.chain((response) =>
      interleaved(response).chain((events) => {
        const context = contextOf(response, true)
        const read = new EventReader().push(Buffer.from(encodedStream(dialect, events, context).text))
        const odd = read.map(({ event, data }) =>
          fc.oneof(
            { weight: 12, arbitrary: fc.constant({ event, data }) },
            { weight: 1, arbitrary: mutatedText(data).map((broken) => ({ event, data: broken })) },
          ),
        )
        return fc.tuple(...odd).map((pieces) => ({ pieces, context }))
      }),
    )
    fc.assert(
      fc.property(wires, ({ pieces, context }) => {
        const decoder = dialect.streamDecoder()
        const events = [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()]
        const whole = collect(events)
        // A count of tokens with a fraction is more than some dialects can say.
        if (whole.ok && Object.values(whole.value.usage ?? {}).some((count) => !Number.isSafeInteger(count) || count < 0)) return
        for (const other of dialects) {
          const { text } = encodedStream(other, events, context)
          const shown = collect(decodedStream(other, framingOf(other).bytes(text)))
          assert.equal(shown.ok, whole.ok, text)
        }
      }),
      { numRuns: RUNS },
    )
  })
}
