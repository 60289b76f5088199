// The fault table: whatever goes wrong between the exchange and an endpoint of any dialect, whole and streamed, asked in that dialect
// and in another. Each cell has one outcome; no byte reaches an endpoint that the policy forbids; every reservation is settled.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { isJsonObject, type JsonObject, parseJson } from '../../src/core/json.ts'
import { collect } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import { decodedStream } from '../dialects/wire.ts'
import { SECRET } from '../oracles/gateway.ts'
import { type Stage, stageOf } from './table/exchange.ts'
import { ANSWERS, type Fault, type Outcome, STATUSES } from './table/faults.ts'
import { asked, TEXT, USAGE } from './table/wires.ts'

const PREFIXES: Readonly<Record<string, string>> = { gemini: '/v1beta', 'cohere-chat': '/v2', 'bedrock-converse': '' }
const dialect = (name: string): Dialect => Object.values(DIALECTS).find((each) => each.name === name) ?? assert.fail(name)
const ENDPOINTS = Object.values(DIALECTS).filter(({ name }) => name !== 'openai-completions')
/** GigaChat's words are for endpoints only, so its callers speak OpenAI's. */
const callersOf = (endpoint: Dialect): readonly Dialect[] =>
  endpoint.name === 'openai-chat'
    ? [endpoint, dialect('anthropic-messages')]
    : endpoint.name === 'gigachat'
      ? [dialect('openai-chat')]
      : [endpoint, dialect('openai-chat')]

type Heard = {
  readonly status: number
  readonly endpoint: string | null
  readonly call: string | null
  readonly text: string
  /** Of an answer with success: what it says, or why it cannot be read as one. */
  readonly answer: NeutralResponse | string
  /** Whether the connection ended as it should. */
  readonly clean: boolean
}

const ask = async (stage: Stage, caller: Dialect, alias: string, stream: boolean): Promise<Heard> => {
  const encoded = caller.encodeRequest(asked(caller, alias, stream))
  assert.ok(encoded.ok)
  const response = await fetch(`${stage.serving.base}${PREFIXES[caller.name] ?? '/v1'}${encoded.value.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` },
    body: JSON.stringify(encoded.value.body),
  })
  const parts: Uint8Array[] = []
  let clean = true
  try {
    for await (const part of response.body ?? []) parts.push(part)
  } catch {
    clean = false
  }
  const bytes = new Uint8Array(Buffer.concat(parts))
  const text = Buffer.from(bytes).toString()
  const [endpoint, call] = [response.headers.get('allod-endpoint'), response.headers.get('allod-call')]
  return { status: response.status, endpoint, call, text, clean, answer: response.ok ? read(caller, bytes, stream) : 'it is an error' }
}
const read = (caller: Dialect, bytes: Uint8Array, stream: boolean): NeutralResponse | string => {
  if (stream) {
    const collected = collect(decodedStream(caller, bytes))
    return collected.ok ? collected.value : collected.error.message
  }
  if (bytes.length === 0) return 'there is nothing'
  const decoded = caller.decodeResponse(object(Buffer.from(bytes).toString()))
  return decoded.ok ? decoded.value : decoded.error.message
}
const object = (text: string): JsonObject => {
  const parsed = parseJson(text)
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : assert.fail(`no JSON object: ${text.slice(0, 300)}`)
}
const textOf = (answer: NeutralResponse | string): string =>
  typeof answer === 'string'
    ? assert.fail(answer)
    : (answer.choices[0]?.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('') ?? '')

const ALIASES = ['alone', 'pair', 'follows'] as const
type AliasName = (typeof ALIASES)[number]

// ---- outcomes ---------------------------------------------------------------------------------------------------------------

const answered = (heard: Heard, by: string, says = TEXT): void => {
  assert.deepEqual([heard.status, heard.endpoint, heard.clean], [200, by, true], heard.text.slice(0, 600))
  assert.equal(textOf(heard.answer), says)
}
const toldError = (heard: Heard, caller: Dialect, status: number): void => {
  assert.equal(heard.status, status, heard.text.slice(0, 600))
  assert.ok(heard.clean)
  const error = caller.decodeError(status, () => undefined, heard.text)
  assert.ok(error.message.length > 10, heard.text)
  assert.doesNotMatch(heard.text, /127\.0\.0\.1|\bat .*\.ts/)
}
/** The caller has a beginning of it, and whoever reads on meets an error. */
const broken = (heard: Heard): void => {
  assert.equal(heard.status, 200, heard.text.slice(0, 600))
  assert.equal(typeof heard.answer, 'string', 'a broken stream reads as a whole one')
  assert.ok(!heard.clean, 'the connection ends as if all were well')
}
const isFollowed = (outcome: Outcome): boolean => outcome === 'breaks' || outcome === 'tells'
/** One answer out of two halves: the beginning of the first endpoint, and all of what the second said behind it. */
const followed = (heard: Heard): void => {
  assert.deepEqual([heard.status, heard.endpoint, heard.clean], [200, 'faulty', true], heard.text.slice(-600))
  const text = textOf(heard.answer)
  assert.ok(text.endsWith(TEXT) && text.length > TEXT.length, text.slice(0, 300))
  const begun = text.slice(0, -TEXT.length)
  assert.ok(TEXT.startsWith(begun) || begun.length > 1000, begun.slice(0, 300))
}

/** Dialects have their own statuses for the same misfortune: whoever is told in another dialect is told the status of that one. */
const statusTold = (status: number, endpoint: Dialect, caller: Dialect): number => {
  if (caller === endpoint && !TRANSLATED.has(caller.name)) return status
  const { body, headers } = endpoint.encodeError({ ...endpoint.decodeError(status, () => undefined, ''), status })
  const header = (name: string): string | undefined => headers[headers.indexOf(name.toLowerCase()) + 1]
  return caller.encodeError(endpoint.decodeError(status, header, JSON.stringify(body))).status
}
/** Their model stands in the path, so that nothing can be passed on as it came. */
const TRANSLATED: ReadonlySet<string> = new Set(['gemini', 'bedrock-converse'])
const expect = (outcome: Outcome, fault: Fault, heard: Heard, endpoint: Dialect, caller: Dialect, alias: AliasName): void => {
  if (outcome === 'passes') answered(heard, 'faulty', fault.says)
  else if (alias === 'follows' && isFollowed(outcome)) followed(heard)
  else if (outcome === 'tells') assert.equal(typeof heard.answer, 'string', 'an error reads as an answer')
  else if (outcome === 'breaks' || outcome === 'fails') broken(heard)
  else if (alias !== 'alone') answered(heard, 'spare')
  else if (outcome.next === 200) assert.equal(typeof heard.answer, 'string', 'an error reads as an answer')
  else if (fault.isEmpty && caller === endpoint && caller.name === 'openai-chat') assert.deepEqual([heard.status, heard.text], [200, ''])
  else toldError(heard, caller, fault.says === undefined ? outcome.next : statusTold(outcome.next, endpoint, caller))
}

/** A millionth of the currency for a token in, two for one out; the endpoint's own count where it gave one. */
const PRICE = USAGE.input + 2 * USAGE.output
const settled = (stage: Stage, heard: Heard, outcome: Outcome, fault: Fault, alias: string): void => {
  const records = stage.serving.world.ledger.records.filter(({ members }) => members.call === heard.call)
  const record = records[0]?.members
  assert.deepEqual([records.length, record?.kind], [1, 'call'])
  const cost = Number(record?.cost)
  if (alias === 'follows' && Array.isArray(record?.seams)) {
    const [seam] = record.seams
    assert.ok(isJsonObject(seam))
    assert.deepEqual([seam.from, seam.to, seam.see], ['faulty/there', 'spare/there', ['FR']])
    assert.ok(cost > PRICE, 'both halves cost something')
    return
  }
  const isEmpty = fault.isEmpty === true && heard.status === 200 && heard.text === ''
  if (isEmpty) assert.ok(cost >= 0)
  else if (fault.name.startsWith('lies about usage')) assert.equal(cost, 900_000 + 1_400_000)
  else if (outcome === 'passes' || (alias !== 'alone' && typeof outcome === 'object')) assert.equal(cost, PRICE)
  else if (typeof outcome === 'object') assert.equal(cost, 0, 'an error costs nothing')
  else assert.ok(cost > 0, 'what was delivered costs something')
}
/** The money is what the records say that it is. */
const addsUp = ({ serving: { world } }: Stage): void => {
  assert.equal(world.budgets.open, 0, 'a reservation is open')
  const recorded = world.ledger.records.reduce((sum, { members }) => sum + Number(members.cost), 0)
  assert.equal(world.budgets.spent, recorded)
}

const table = (endpoint: Dialect): void => {
  const staged = stageOf(endpoint)
  after(async () => (await staged).close())
  const cell = async (fault: Fault, caller: Dialect, alias: AliasName, stream: boolean): Promise<void> => {
    const stage = await staged
    const given = (stream ? fault.stream : fault.whole)?.outcome
    if (given === undefined) return
    const outcome = typeof given === 'function' ? given(endpoint) : given
    const heard = await ask(stage, caller, alias, stream)
    try {
      expect(outcome, fault, heard, endpoint, caller, alias)
      settled(stage, heard, outcome, fault, alias)
    } catch (failure) {
      const how = `asked in ${caller.name} by \`${alias}\`${stream ? ', streamed' : ''}`
      throw new Error(`${how}: ${heard.status} ${heard.text.slice(-300)}`, { cause: failure })
    }
  }
  for (const fault of [...STATUSES, ...ANSWERS])
    test(fault.name, async () => {
      const stage = await staged
      stage.does((stream) => (stream ? fault.stream : fault.whole)?.does)
      const cells = callersOf(endpoint).flatMap((caller) =>
        ALIASES.flatMap((alias) => [false, true].map((stream) => cell(fault, caller, alias, stream))),
      )
      const failed = (await Promise.allSettled(cells)).flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
      if (failed.length > 0) throw new AggregateError(failed, failed.map(({ message }) => message).join('\n'))
      addsUp(stage)
    })

  for (const name of ['refused', 'nowhere', 'untrusted'])
    test(`cannot be reached: ${name}`, async () => {
      const stage = await staged
      for (const caller of callersOf(endpoint))
        for (const stream of [false, true]) {
          const heard = await ask(stage, caller, name, stream)
          // On a busy machine the time may run out before the system says that nobody is there.
          toldError(heard, caller, heard.status === 504 ? 504 : 502)
          answered(await ask(stage, caller, `${name}-pair`, stream), 'spare')
        }
    })

  test('no byte reached the endpoint that policy forbids', async () => {
    const stage = await staged
    assert.ok(stage.faulty.requests > 50 && stage.spare.requests > 20)
    assert.deepEqual([stage.forbidden.connections, stage.forbidden.bytes], [0, 0])
    addsUp(stage)
  })
}

describe('the fault table', { concurrency: true }, () => {
  for (const endpoint of ENDPOINTS) describe(`an endpoint of ${endpoint.name}`, { concurrency: 1 }, () => table(endpoint))
})
