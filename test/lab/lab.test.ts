import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { err, ok } from '../../src/core/result.ts'
import { micros } from '../../src/core/units.ts'
import { planOf } from '../../src/gateway/lab/plan.ts'
import { Redaction } from '../../src/gateway/lab/redaction.ts'
import { formatFile, type Heading, parseFile, reportOf } from '../../src/gateway/lab/report.ts'
import type { Run } from '../../src/gateway/lab/run.ts'
import type { Upstream } from '../../src/gateway/ports.ts'
import { KEY, type Manners, startPlain } from './plain-server.ts'
import { experimentsOf, PRICE, probe, showRun, subjectOf, verdicts } from './probing.ts'

const server = await startPlain()
after(() => server.stop())

const measured = async (manners: Manners, only: readonly string[], more: Partial<Parameters<typeof probe>[0]> = {}): Promise<Run> => {
  server.manners = manners
  return probe({ url: server.url, model: 'plain', only, ...more })
}

const HEADING: Heading = {
  endpoint: 'plain',
  model: 'plain',
  modelThere: 'plain',
  dialect: 'openai-chat',
  address: server.url,
  provider: null,
  place: null,
  simulated: false,
  day: '2026-11-22',
}

const CASES: readonly { readonly manners: Manners; readonly experiment: string; readonly finds: { readonly [aspect: string]: string } }[] =
  [
    { manners: {}, experiment: 'unknown-fields', finds: { strange: 'ignores', n: 'ignores', logprobs: 'ignores' } },
    {
      manners: { strange: 'rejects', n: 'honours' },
      experiment: 'unknown-fields',
      finds: { strange: 'rejects', n: 'honours', top_k: 'rejects' },
    },
    { manners: {}, experiment: 'token-limit', finds: { max_tokens: 'honours', max_completion_tokens: 'honours', 'no-limit': 'honours' } },
    {
      manners: { max_tokens: 'ignores', max_completion_tokens: 'rejects' },
      experiment: 'token-limit',
      finds: { max_tokens: 'ignores', max_completion_tokens: 'rejects' },
    },
    { manners: { seed: 'honours' }, experiment: 'seed', finds: { seed: 'honours' } },
    { manners: { seed: 'rejects' }, experiment: 'seed', finds: { seed: 'rejects' } },
    { manners: { seed: 'honours' }, experiment: 'seed-effect', finds: { effect: 'honours' } },
    { manners: { seed: 'ignores' }, experiment: 'seed-effect', finds: { effect: 'ignores' } },
    {
      manners: { tool_choice: 'honours' },
      experiment: 'tool-choice',
      finds: { auto: 'honours', none: 'honours', required: 'honours', named: 'honours' },
    },
    { manners: { tool_choice: 'ignores' }, experiment: 'tool-choice', finds: { required: 'ignores', named: 'ignores' } },
    { manners: { tool_choice: 'rejects' }, experiment: 'tool-choice', finds: { required: 'rejects', any: 'rejects' } },
    { manners: { response_format: 'honours' }, experiment: 'json-modes', finds: { object: 'honours', schema: 'honours' } },
    { manners: { response_format: 'ignores' }, experiment: 'json-modes', finds: { object: 'ignores', schema: 'ignores' } },
    { manners: { response_format: 'rejects' }, experiment: 'json-modes', finds: { object: 'rejects', schema: 'rejects' } },
    { manners: { stop: 'honours' }, experiment: 'stop-sequences', finds: { one: 'honours' } },
    { manners: { stop: 'ignores' }, experiment: 'stop-sequences', finds: { one: 'ignores' } },
    { manners: {}, experiment: 'roles', finds: { system: 'honours' } },
    { manners: { system: 'ignores' }, experiment: 'roles', finds: { system: 'ignores' } },
    { manners: { system: 'rejects' }, experiment: 'roles', finds: { system: 'rejects' } },
    {
      manners: {},
      experiment: 'streaming',
      finds: { whole: 'honours', stream: 'honours', 'usage-asked': 'honours', 'usage-unasked': 'emulated' },
    },
    { manners: { stream: 'ignores' }, experiment: 'streaming', finds: { stream: 'ignores' } },
    { manners: {}, experiment: 'authentication', finds: { 'without-key': 'ignores' } },
    { manners: {}, experiment: 'model-ids', finds: { 'unknown-model': 'honours', 'named-in-answer': 'honours' } },
  ]
for (const { manners, experiment, finds } of CASES)
  test(`${experiment} of an endpoint with ${JSON.stringify(manners)}`, async () => {
    const run = await measured(manners, [experiment])
    const found = verdicts(run, experiment)
    for (const [aspect, verdict] of Object.entries(finds)) assert.equal(found[aspect], verdict, `${aspect}\n${showRun(run)}`)
  })

test('whoever says more than unknown names transcripts that are there', async () => {
  const run = await measured(
    { seed: 'honours' },
    experimentsOf(undefined).map(({ id }) => id),
  )
  for (const { id, findings } of run.experiments) {
    assert.equal(new Set(findings.map(({ aspect }) => aspect)).size, findings.length, id)
    for (const { aspect, verdict, evidence, says } of findings) {
      assert.ok(
        evidence.every((index) => index < run.transcripts.length),
        `${id}/${aspect}`,
      )
      if (verdict !== 'unknown') assert.ok(evidence.length > 0, `${id}/${aspect}: ${says}`)
    }
  }
})

test('no run makes more calls, or costs more, than was announced', async () => {
  const experiments = experimentsOf(undefined)
  const subject = subjectOf({ url: server.url, model: 'plain' })
  const plan = planOf(experiments, subject, PRICE)
  for (const manners of [
    {},
    { strange: 'rejects', seed: 'rejects' },
    { max_tokens: 'ignores', max_completion_tokens: 'ignores' },
  ] as const) {
    const before = server.calls()
    const run = await measured(
      manners,
      experiments.map(({ id }) => id),
    )
    assert.equal(run.ending, 'complete')
    assert.equal(run.spent.calls, server.calls() - before)
    assert.ok(run.spent.calls <= plan.calls, `${run.spent.calls} of ${plan.calls}`)
    assert.ok(run.spent.cost <= plan.cost)
  }
})

test('a busy endpoint is asked again, within the bounds, and never more often', async () => {
  server.answer = (_, response) => response.writeHead(429, { 'retry-after': '1' }).end('{"error":{"message":"slow down"}}')
  const before = server.calls()
  const waited: number[] = []
  const run = await measured({}, ['languages'], { ports: { wait: async (time) => void waited.push(time) } })
  server.answer = undefined
  assert.equal(run.ending, 'unreachable')
  assert.ok(server.calls() - before <= 6)
  assert.deepEqual(new Set(waited), new Set([1000]))
})

test('bounds are hard: the run ends before the call that could exceed them', async () => {
  const before = server.calls()
  const run = await measured({}, ['languages'], { maxCalls: 7 })
  assert.deepEqual([run.ending, run.spent.calls, server.calls() - before], ['bound', 7, 7])
  const poor = await measured({}, ['languages'], { maxCost: micros(2500) })
  assert.equal(poor.ending, 'bound')
  assert.ok(poor.spent.cost <= 2500)
  const free = await measured({}, ['languages'], { maxCost: micros(0) })
  assert.deepEqual([free.ending, free.spent.calls], ['bound', 0])
})

test('INVARIANT(G1, G2): nothing is sent before the run was permitted and recorded', async () => {
  const before = server.calls()
  let opened = 0
  await measured({}, [], {
    ports: {
      open: async () => {
        opened = server.calls()
        return ok(undefined)
      },
    },
  })
  assert.equal(opened, before)
  const asked = server.calls()
  const refusal = { kind: 'refused', message: 'policy says no' } as const
  await assert.rejects(measured({}, [], { ports: { open: async () => err(refusal) } }), /policy says no/)
  assert.equal(server.calls(), asked)
})

test('stopped in the midst, it judges what it has', async () => {
  const stopping = new AbortController()
  let calls = 0
  server.answer = (_, response) => {
    calls += 1
    if (calls === 9) stopping.abort()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'x', choices: [], model: 'plain' }))
  }
  const run = await measured({}, ['languages'], { signal: stopping.signal })
  server.answer = undefined
  assert.equal(run.ending, 'stopped')
  assert.equal(run.transcripts.length, 9)
  assert.ok(run.experiments.length > 2)
})

test('no secret stands in a transcript, though the endpoint repeats it', async () => {
  const run = await measured({ key: 'honours' }, ['authentication', 'rate-limits'], { authentication: { kind: 'bearer', token: KEY } })
  assert.equal(verdicts(run, 'authentication')['wrong-key'], 'honours')
  assert.doesNotMatch(JSON.stringify(run), new RegExp(KEY))
  server.answer = (_, response) =>
    response.writeHead(400, { 'x-ratelimit-note': KEY }).end(JSON.stringify({ error: { message: `the key ${KEY} of "${KEY}"` } }))
  const leaky = await measured({}, ['authentication'], { authentication: { kind: 'header', name: 'api-key', value: KEY } })
  server.answer = undefined
  assert.doesNotMatch(JSON.stringify(leaky), new RegExp(KEY))
  assert.match(JSON.stringify(leaky), /\[removed\]/)
})

test('nor what only the wire knows: a token that was fetched, a signature, and whose they are', async () => {
  const [token, signature] = ['fetched-token-9876', 'f00dfeed'.repeat(8)]
  const signed = `AWS4-HMAC-SHA256 Credential=AKIDSECRET/20261122/eu/bedrock/aws4_request, SignedHeaders=host, Signature=${signature}`
  for (const shown of [`Bearer ${token}`, signed]) {
    const through = (bare: Upstream): Upstream => ({
      send: (request, handler) => bare.send({ ...request, headers: [...request.headers, 'authorization', shown] }, handler),
    })
    // It is told that its key is wrong, in words that hold the key.
    const run = await measured({ key: 'honours' }, ['authentication'], { through })
    const text = JSON.stringify(run)
    assert.match(text, /the key \[removed\] is wrong/)
    assert.doesNotMatch(text, new RegExp(`${token}|${signature}|AKIDSECRET`))
  }
  const parts = new Redaction(undefined)
  parts.learn(['authorization', signed, 'content-type', 'application/json'])
  assert.equal(
    parts.clean(`no user AKIDSECRET in eu, ${signature}: application/json`),
    'no user [removed] in eu, [removed]: application/json',
  )
})

test('an endpoint that counts nonsense neither breaks a run nor its file', async () => {
  const counts = [-1, 0.5, 1e300, Number.MAX_SAFE_INTEGER, '7', null, [3]]
  let asked = 0
  server.answer = (_, response) => {
    const count = counts[asked++ % counts.length] ?? null
    const usage = { prompt_tokens: count, completion_tokens: count, completion_tokens_details: { reasoning_tokens: count } }
    const choices = [{ index: 0, message: { role: 'assistant', content: '\ud800 1 2 3' }, finish_reason: '\u0000|`' }]
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'x', model: 'm', choices, usage }))
  }
  const run = await measured(
    {},
    experimentsOf(undefined).map(({ id }) => id),
  )
  server.answer = undefined
  assert.ok(Number.isSafeInteger(run.spent.cost))
  const parsed = parseFile(formatFile({ note: '', report: reportOf(HEADING, run) }))
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.message)
})
