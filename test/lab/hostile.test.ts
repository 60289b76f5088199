// Whatever an endpoint answers, every judge gives a verdict.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { millis } from '../../src/core/units.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import { encodeQuestion } from '../../src/gateway/lab/asking.ts'
import type { Received, Subject, Transcript } from '../../src/gateway/lab/experiment.ts'
import { VERDICTS } from '../../src/gateway/lab/experiment.ts'
import { EXPERIMENTS } from '../../src/gateway/lab/experiments/index.ts'
import { Hearing, hear } from '../../src/gateway/lab/hearing.ts'
import { judgeTranscripts } from '../../src/gateway/lab/judge-all.ts'
import { PROFILES } from '../providers/shipped.ts'
import { subjectOf } from './probing.ts'

const subjects: readonly Subject[] = Object.keys(DIALECTS).map((name) => {
  const profile = PROFILES.find(({ dialects }) => Object.keys(dialects).includes(name))
  const place = profile?.places[0]
  return subjectOf({ url: '', model: 'some/model', dialect: name as never, ...(profile && { profile }), ...(place && { place }) })
})

/** Each step of each experiment, answered with the same. */
const transcriptsOf = (answers: (index: number) => Received): Transcript[] => {
  let index = 0
  return EXPERIMENTS.flatMap(({ id, steps }) =>
    steps.map(({ label }) => ({
      experiment: id,
      label,
      path: '/x',
      sent: '{}',
      authentication: 'own' as const,
      received: answers(index++),
    })),
  )
}
const answer = (status: number, body: string, type = 'application/json'): Received => ({
  kind: 'answer',
  status,
  headers: { 'content-type': type },
  body,
  truncated: false,
  firstByte: millis(1),
  total: millis(2),
})

const FAULTS: { readonly [name: string]: Received } = {
  silence: { kind: 'failure', failure: 'timed-out', message: 'sent no answer in time', total: millis(5) },
  'an empty body': answer(200, ''),
  'half a body': answer(200, '{"choices":[{"message":{"content":"ha'),
  'a list': answer(200, '[]'),
  'a page': answer(502, '<html>Bad gateway</html>', 'text/html'),
  'the wrong types': answer(200, '{"id":1,"choices":{"0":null},"usage":"many","model":[]}'),
  'no choices': answer(200, '{"id":"x","choices":[]}'),
  'odd choices': answer(
    200,
    '{"id":"x","choices":[null,3,{"message":"text"},{"index":-1,"message":{"content":[null,{"type":7}],"tool_calls":[{}]}}]}',
  ),
  'an error in a success': answer(200, '{"error":{"message":"no"}}'),
  'a stream of nothing': answer(200, '', 'text/event-stream'),
  'a stream of nonsense': answer(200, 'data: {"choices":[{"delta":3}]}\n\ndata: null\n\ndata: [1]\n\n: x\n\n', 'text/event-stream'),
  'a stream that breaks off': answer(200, 'data: {"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}\n\nda', 'text/event-stream'),
  'a stream that fails': answer(200, 'data: {"error":{"message":"no","code":429}}\n\n', 'text/event-stream'),
  'a refusal of everything': answer(400, '{"error":{"message":"9999999999999999999 `|<b>"}}'),
  'a wall of numbers': answer(400, JSON.stringify({ error: { message: '1,024 '.repeat(5000) } })),
  'a redirect': answer(302, ''),
  'a status beyond all': answer(999, 'null'),
}
for (const [name, fault] of Object.entries(FAULTS))
  test(`every judge has a verdict for ${name}`, () => {
    for (const subject of subjects) {
      const { results } = judgeTranscripts(
        EXPERIMENTS,
        transcriptsOf(() => fault),
        subject,
      )
      assert.equal(results.length, EXPERIMENTS.length)
      for (const { id, findings } of results)
        for (const finding of findings) {
          assert.ok(VERDICTS.includes(finding.verdict), `${id}/${finding.aspect}`)
          assert.ok(finding.says.length < 1000 && !/[\n\r]/.test(finding.says), finding.says)
          assert.ok(finding.verdict === 'unknown' || finding.evidence.length > 0, `${subject.dialect.name} ${id}/${finding.aspect}`)
        }
    }
  })

test('an endpoint of which nothing was heard is unknown in everything', () => {
  for (const subject of subjects)
    for (const { id, findings } of judgeTranscripts(EXPERIMENTS, [], subject).results)
      for (const { aspect, verdict } of findings) assert.equal(verdict, 'unknown', `${id}/${aspect}`)
})

const body = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.json({ maxDepth: 4 }),
  fc
    .json({ maxDepth: 3 })
    .map((text) => `{"id":"x","model":"m","choices":[{"index":0,"message":${text},"finish_reason":"stop"}],"usage":${text}}`),
  fc.array(fc.json({ maxDepth: 3 }), { maxLength: 6 }).map((events) => events.map((text) => `data: ${text}\n\n`).join('')),
  fc
    .json({ maxDepth: 2 })
    .map((text) => `data: {"id":"x","choices":[{"index":0,"delta":${text},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`),
)
const received = fc
  .record({ status: fc.constantFrom(200, 200, 200, 400, 401, 404, 422, 429, 500), body, stream: fc.boolean() })
  .map(({ status, body: text, stream }) => answer(status, text, stream ? 'text/event-stream' : 'application/json'))

test('no answers make a judge or a later question throw', () => {
  fc.assert(
    fc.property(fc.array(received, { minLength: 3, maxLength: 12 }), fc.constantFrom(...subjects), (answers, subject) => {
      const transcripts = transcriptsOf((index) => answers[index % answers.length] as Received)
      judgeTranscripts(EXPERIMENTS, transcripts, subject)
      const heard = transcripts.map((transcript, index) => hear(transcript, index, subject.dialect))
      for (const { id, steps, settle } of EXPERIMENTS) {
        const hearing = new Hearing(heard, id)
        const settled = settle?.(hearing, subject) ?? subject
        for (const step of steps) {
          const question = step.ask(hearing, settled)
          if (question !== undefined) encodeQuestion(question, settled)
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('no question is larger than its plan has it, in any dialect', () => {
  for (const subject of subjects)
    for (const { id, steps } of EXPERIMENTS) {
      assert.equal(new Set(steps.map(({ label }) => label)).size, steps.length, id)
      for (const step of steps) assert.match(`${id} ${step.label}`, /^[A-Za-z0-9][A-Za-z0-9_-]{0,79} [A-Za-z0-9][A-Za-z0-9_-]{0,70}$/)
      for (const step of steps) {
        const question = step.ask(new Hearing([], id), subject)
        const limit = question?.request.sampling.maxTokens
        if (limit !== undefined && limit < 1_000_000 && step.input === undefined) assert.ok(limit <= step.output, `${id}/${step.label}`)
      }
    }
})
