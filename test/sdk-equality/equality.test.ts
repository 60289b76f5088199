// What an official SDK reads through Allod equals what it reads directly, to the byte.
// The whole exchange runs as its owner starts it; each case is asked for directly and through it, as bytes and by the SDK.
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { times } from '../thorough.ts'
import { type RunningAllod, startAllod } from './allod.ts'
import { type Answer, type Case, CHAT_STREAM, same, streamed } from './cases.ts'
import { SCRIPTS } from './chunks.ts'
import { errorCases } from './error-cases.ts'
import { readBySdk, readRaw, type SdkRead, type Way, wayTo } from './read.ts'
import { streamCases } from './stream-cases.ts'
import { startUpstream, type Upstream } from './upstream.ts'
import { wholeCases } from './whole-cases.ts'

const AT_ONCE = 8
const STREAMS = times(40, 150)
const CASES: readonly Case[] = [...streamCases(), ...wholeCases(), ...errorCases()]

let upstream: Upstream
let allod: RunningAllod | undefined
let direct: Way
let through: Way
const agent = new Agent({ keepAlive: true })
before(async () => {
  upstream = await startUpstream()
  allod = await startAllod(upstream.url)
  direct = wayTo(upstream.url, 'none', agent)
  through = wayTo(allod.url, allod.key, agent)
})
after(async () => {
  agent.destroy()
  await upstream.close()
  // Undefined when it did not start; the error of that is told already.
  if (allod !== undefined) assert.equal(await allod.stop(), 0)
})

/** `near` is at home; each call to `far` crosses a border. */
const compare = async ({ name, call, answers, expect }: Case, model: 'near' | 'far'): Promise<void> => {
  upstream.prepare(name, answers)
  const expected = await readRaw(direct, call, model, name)
  const rawAsked = upstream.take(name)
  const got = await readRaw(through, call, model, name)
  const rawAskedThrough = upstream.take(name)
  const plain = await readBySdk(direct, call, model, name)
  const asked = upstream.take(name)
  const read = await readBySdk(through, call, model, name)
  const askedThrough = upstream.take(name)
  if (expect === 'raises') {
    assert.ok(plain.error !== undefined, 'the SDK reads the broken answer without an error directly')
    assert.ok(read.error !== undefined, 'the SDK reads the broken answer without an error through Allod')
    assertPrefix(plain, read)
    return
  }
  assert.ok(expected !== undefined, 'no answer came directly')
  assert.ok(got !== undefined, 'no answer came through Allod')
  assert.ok(got.body.equals(expected.body), `bytes differ: ${excerpt(got.body)} in place of ${excerpt(expected.body)}`)
  assert.deepEqual([got.status, got.headers], [expected.status, expected.headers])
  // A connection that breaks behind `[DONE]` has told all there was to tell; the exchange ends its answer in order.
  assert.ok(got.whole && got.call !== undefined)
  assert.deepEqual(read, plain)
  assert.deepEqual(rawAskedThrough, rawAsked, 'the upstream was asked something else for bytes')
  assert.deepEqual(askedThrough, asked, 'the upstream was asked something else by the SDK, or not as often')
}

/** Of a broken stream both ways may show a different number of chunks, but the same ones. */
const assertPrefix = (one: SdkRead, other: SdkRead): void => {
  const length = Math.min(one.chunks.length, other.chunks.length)
  assert.deepEqual(one.chunks.slice(0, length), other.chunks.slice(0, length))
}
const excerpt = (bytes: Buffer): string => `${bytes.length} bytes ${JSON.stringify(bytes.toString().slice(0, 300))}`

const problemOf = async (each: Case, model: 'near' | 'far'): Promise<string | undefined> => {
  try {
    await compare(each, model)
    return undefined
  } catch (failure) {
    return `${each.name} (${model}): ${(failure as Error).message}`
  }
}

/** Runs through the list with so many at work at a time. */
const each = async (list: readonly Case[], model: (index: number) => 'near' | 'far'): Promise<string[]> => {
  const problems: string[] = []
  let next = 0
  const work = async () => {
    for (let i = next++; i < list.length; i = next++) {
      const problem = await problemOf(list[i] as Case, model(i))
      if (problem !== undefined) problems.push(problem)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return problems
}

describe('an official SDK reads through Allod what it reads directly', () => {
  test('each case has a name of its own', () => {
    assert.equal(new Set(CASES.map(({ name }) => name)).size, CASES.length)
    assert.ok(CASES.length >= 300)
  })

  for (const expect of ['same', 'raises'] as const) {
    const list = CASES.filter((one) => one.expect === expect)
    const what =
      expect === 'same' ? 'answers, equal to the byte and as the SDK reads them' : 'broken answers, an error of the SDK either way'
    test(`${list.length} ${what}`, async () => {
      assert.deepEqual(await each(list, (index) => (index % 2 === 0 ? 'near' : 'far')), [])
    })
  }

  test(`${STREAMS} streams put together and cut at random`, async () => {
    let count = 0
    const property = fc.asyncProperty(anyStream, async (answer) => {
      count++
      await compare(same(`random ${count}`, CHAT_STREAM, answer), count % 2 === 0 ? 'near' : 'far')
    })
    await fc.assert(property, { numRuns: STREAMS, seed: 20261122, endOnFailure: false })
  })
})

// ---- streams at random --------------------------------------------------------------------------------------------------

const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
const data = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SCRIPTS.flatMap(([, chunks]) => chunks.slice(0, 4))).map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 2 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
)
const line = fc.oneof(
  { weight: 6, arbitrary: data.map((value) => `data: ${value}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ': ping',
      ':',
      'event: message',
      'event: error',
      'id: 1',
      'retry: 10',
      'data',
      'data:',
      'junk',
      '\ufeff',
      '\u0000',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
)
const ended = fc.tuple(line, fc.array(lineEnd, { minLength: 1, maxLength: 3 })).map(([text, ends]) => text + ends.join(''))
const tail = fc.constantFrom(
  '',
  'data: [DONE]\n\n',
  'data: [DONE]',
  'data:[DONE]\r\n\r\n',
  'data: [DONE]\r\r: more',
  'data: [DONE]\n\ndata: {"choices":[]}\n\n',
  'data: {"half',
)

const FIRST_BYTES = Array.from({ length: 500 }, (_, i) => i)
const anyStream: fc.Arbitrary<Answer> = fc
  .record({
    mark: fc.boolean(),
    lines: fc.array(ended, { maxLength: 12 }),
    tail,
    framing: fc.constantFrom('chunked' as const, 'length' as const),
    cuts: fc.oneof({ weight: 4, arbitrary: fc.array(fc.nat(2000), { maxLength: 12 }) }, { weight: 1, arbitrary: fc.constant(FIRST_BYTES) }),
  })
  .map(({ mark, lines, tail, framing, cuts }) => {
    // One that says it goes on and then just ends is cut short, and gets the error that says so (G5).
    const end = lines.some((text) => /"finish_reason":\s*null/.test(text)) ? `\n\ndata: [DONE]\n\n${tail}` : tail
    return streamed(`${mark ? '\ufeff' : ''}${lines.join('')}${end}`, { framing, cuts })
  })
