// Live drills as their owner runs them: the shipped scenarios one after another in one sandbox, ended early, and killed in the middle.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.ts'
import type { LiveOrder } from '../../src/drills/live/order.ts'
import { parseReport, type Report } from '../../src/drills/report.ts'
import { askRunning } from '../../src/main/admin.ts'
import { dataPaths } from '../../src/main/paths.ts'
import { allod, eventually, newData, type Ran, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { publishedLog } from '../end-to-end/published.ts'
import type { PublicRecord } from '../guarantees/public-log.ts'
import { patience } from '../patience.ts'

/** Two at home, by two operators, of which one has its own weights; two abroad. */
const AT_HOME = ['reserve', 'champion'].flatMap((name) => {
  const operator = name === 'reserve' ? 'entity:operator' : 'entity:champion'
  return [
    [`endpoint:${name}`, 'located-in', 'country:FR'],
    [`endpoint:${name}`, 'operated-by', operator],
    [`endpoint:${name}`, 'hosted-on', 'self'],
    [`endpoint:${name}`, 'fronted-by', 'nobody'],
    [`endpoint:${name}`, 'identity-by', 'self'],
    [`endpoint:${name}`, 'dns-by', 'self'],
    [`endpoint:${name}`, 'custody', operator],
  ]
})
const ROWS = [...AT_HOME, ['entity:champion', 'established-in', 'country:FR'], ['entity:champion', 'owned-by', 'nobody']]

const data = newData()
const config = join(data, 'drilled.yaml')
let exchange: Started
before(async () => {
  const row = ([subject, predicate, object]: readonly string[], index: number) =>
    `{ id: t${index}, subject: '${subject}', predicate: ${predicate}, object: '${object}', source: a test, sourceKind: owner, asOf: '2026-11-01', evidence: attested }`
  writeFileSync(
    config,
    `exchange: { name: drilled.example, seat: FR, operator: a test }
home: [FR]
currency: EUR
policy: { preset: hybrid }
sets: { adequate: [bloc:EEA] }
purposes: { general: { legalBasis: public task } }
facts: { rows: [${ROWS.map(row).join(', ')}] }
endpoints:
  frontier: { kind: openai-chat, baseUrl: 'https://api.openai.com/v1', subject: 'endpoint:openai-global', models: { gpt-5: { price: { input: 1.25, output: 10 } } } }
  second: { kind: anthropic-messages, baseUrl: 'https://api.anthropic.com/v1', subject: 'endpoint:anthropic-api', models: { claude: { price: { input: 3, output: 15 } } } }
  reserve: { kind: openai-chat, baseUrl: 'https://reserve.example.org/v1', models: { national-7b: {} } }
  champion: { kind: openai-chat, baseUrl: 'https://champion.example.org/v1', models: { regional-7b: {} } }
aliases:
  assistant: { targets: [frontier/gpt-5, second/claude, champion/regional-7b, reserve/national-7b], continuations: 2 }
  desk: { targets: [champion/regional-7b, reserve/national-7b] }
  frontier: { targets: [frontier/gpt-5], refuses: [internal, confidential, secret] }
tenants: { ministry: { applications: { portal: { dataClassFloor: public }, casework: { dataClassFloor: confidential, aliases: [assistant, desk] } } } }
`,
  )
  exchange = await startAllod(data, '--config', config, '--sandbox')
})
after(async () => {
  await exchange.stop()
  removeData(data)
})

const drill = (...argv: readonly string[]): Promise<Ran> => allod('drill', ...argv, '--data', data, '--config', config)
const reports = (): readonly { readonly report: Report; readonly file: string }[] =>
  readdirSync(join(data, 'drills')).flatMap((id) =>
    readdirSync(join(data, 'drills', id)).flatMap((name) => {
      const file = join(data, 'drills', id, name)
      if (!name.endsWith('.json')) return []
      const parsed = parseReport(readFileSync(file, 'utf8'))
      assert.ok(parsed.ok, JSON.stringify(parsed))
      return [{ report: parsed.value.report, file }]
    }),
  )
const records = async (): Promise<readonly PublicRecord[]> => (await publishedLog(exchange)).records
const operate = (name: string, input: object) => askRunning(dataPaths(data).adminSocket, name, input as JsonObject)

test('sixteen of the shipped scenarios are rehearsed in one exchange: injected, measured, recorded, signed', async () => {
  const ran = await drill('run', 'all', '--mode', 'live', '--sandbox', '--for', '1s', '--synthetic', '30/s')
  assert.ok(ran.code === 0 || ran.code === 1, ran.error)
  const found = reports()
  assert.equal(found.length, 16, `${ran.out}\n${ran.error}`)
  for (const { report, file } of found) {
    const { live, scenario, mode } = report
    assert.ok(live !== undefined && mode === 'live', scenario.id)
    const { before, during, after } = live.phases
    const at = `${scenario.id}: ${JSON.stringify(live)}`
    assert.equal(live.ended, 'time-over', at)
    assert.ok(before.calls > 0 && during.calls > 0 && after.calls > 0, at)
    // A call that began in the last moment before may still meet the faults; nothing else fails.
    const met = (why: string): boolean => live.faults.some(({ route }) => why.includes(route))
    assert.deepEqual(
      before.why.filter(({ why }) => !met(why)),
      [],
      at,
    )
    for (const { calls, answered, failed, refused, gone, by } of [before, during, after]) {
      assert.equal(calls, answered + failed + refused + gone, at)
      assert.equal(
        by.reduce((sum, each) => sum + each.calls, 0),
        answered,
        at,
      )
    }
    if (scenario.id !== 'chip-licence')
      assert.ok(
        live.faults.some(({ injected }) => injected > 0),
        at,
      )
    assert.equal(
      live.quality.every(({ before, during }) => before.asked > 0 && during.right === 0),
      true,
      'a simulation knows nothing',
    )
    assert.ok(readFileSync(file.replace(/json$/, 'html'), 'utf8').includes('What was measured'))
  }
})

const measuredOf = (id: string) => {
  const live = reports().find(({ report }) => report.scenario.id === id)?.report.live
  assert.ok(live !== undefined, `${id} was not run`)
  return live
}

test('what is cut is not answered by it, what has another permitted endpoint is, and what has none fails', () => {
  const { phases, faults, detected, recovered } = measuredOf('disconnect')
  assert.deepEqual([...new Set(faults.map(({ route }) => route))].sort(), ['frontier/gpt-5', 'second/claude'])
  assert.equal(phases.during.by[0]?.route, 'champion/regional-7b')
  // A call that was sent in the last millisecond before may be counted behind it.
  const others = phases.during.by.slice(1).reduce((sum, { calls }) => sum + calls, 0)
  assert.ok(others <= 1, `${others} calls were answered by others`)
  assert.ok(phases.before.by.some(({ route }) => route === 'frontier/gpt-5'))
  assert.ok(phases.during.failed > 0 && phases.during.answered > phases.during.failed, 'only `frontier` has nobody at home')
  assert.ok(detected !== null && detected.after <= 1000)
  assert.equal(recovered.failures, null, 'one alias fails as long as it lasts')
  const fire = measuredOf('home-dc-fire')
  assert.equal(fire.phases.during.failed, 0)
  assert.equal(fire.recovered.failures, 0)
})

test('each signature verifies, as a file and as a page, and one byte more does not', async () => {
  const key = join(data, 'log.vkey')
  const [first] = reports()
  assert.ok(first !== undefined)
  const page = first.file.replace(/json$/, 'html')
  for (const file of [first.file, page]) assert.equal((await allod('verify', file, '--key', key)).code, 0)
  const forged = join(data, 'forged.html')
  writeFileSync(forged, readFileSync(page, 'utf8').replace('What was measured', 'What was Measured'))
  assert.equal((await allod('verify', forged, '--key', key)).code, 1)
})

test('the log has each drill opened, closed and reported, and each of its calls; nothing but public data crossed the border', async () => {
  const all = await records()
  const of = (phase: string) => all.filter((record) => record.kind === 'drill' && record.phase === phase)
  assert.deepEqual([of('opened').length, of('reported').length], [of('closed').length, of('closed').length])
  for (const closed of of('closed'))
    assert.equal(
      of('opened').some(({ index, drill }) => index === closed.opened && drill === closed.drill),
      true,
    )
  const calls = all.filter(({ kind }) => kind === 'call' || kind === 'border' || kind === 'refusal')
  assert.ok(calls.length > 500)
  for (const { drill, stream } of calls) assert.equal(stream, `drill.${String(drill)}`)
  for (const { kind, class: dataClass, endpoint } of calls)
    if (kind === 'border' || ['frontier', 'second'].includes(String(endpoint)))
      assert.equal(dataClass, 'public', 'G1: a drill permits nothing')
})

test('calls that a drill made up are in no later window of traffic', async () => {
  const traffic = await operate('traffic', { from: 0, to: Date.now() + 3_600_000 })
  assert.ok(traffic?.ok && isJsonObject(traffic.value))
  assert.deepEqual(traffic.value.traffic, [])
})

const orderOf = (more: Partial<LiveOrder> = {}): LiveOrder => ({
  drill: 'mine',
  on: 'sandbox',
  faults: [{ route: 'frontier/gpt-5', shows: 'http-403', says: 'account suspended' }],
  share: 0,
  rate: 0,
  load: 1,
  mix: 'synthetic',
  asks: [],
  lasts: 30_000,
  watch: 100,
  examined: [],
  ...more,
})
const ask = async (alias: string, stream = false) => {
  const began = performance.now()
  const response = await fetch(`${exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: alias, stream, messages: [{ role: 'user', content: 'Bonjour' }] }),
  })
  const text = await response.text()
  const [status, from, part] = [response.status, response.headers.get('allod-endpoint'), response.headers.get('allod-drill')]
  return { status, from, part, text, took: performance.now() - began }
}
const phase = async (): Promise<Json | undefined> => {
  const status = await operate('status', {})
  const running = status?.ok && isJsonObject(status.value) ? status.value.drill : undefined
  return isJsonObject(running) ? running.phase : undefined
}
const during = () => eventually(async () => assert.equal(await phase(), 'during'))

test('real calls take part by their share and say so; aborted, no fault is injected any more, and what stalled goes on', async () => {
  const faults = [
    { route: 'frontier/gpt-5', shows: 'stalls', says: '' },
    { route: 'champion/regional-7b', shows: 'http-403', says: 'account suspended' },
  ] as const
  const running = operate('drill/live', orderOf({ faults, share: 1, by: 'anna' }))
  await during()
  const moved = await ask('desk')
  assert.deepEqual([moved.status, moved.from, moved.part], [200, 'reserve', 'mine'])
  const [stalled, aborted] = await Promise.all([ask('frontier'), setTimeoutOf(100).then(() => drill('abort'))])
  assert.deepEqual([stalled.status, stalled.from, aborted.code], [200, 'frontier', 0])
  assert.deepEqual([(await ask('desk')).from, (await ask('frontier')).part], ['champion', null])
  const answer = await running
  assert.ok(answer?.ok && isJsonObject(answer.value))
  assert.equal(answer.value.ended, 'aborted')
  const opened = (await records()).find(({ kind, phase: each, by }) => kind === 'drill' && each === 'opened' && by !== undefined)
  assert.equal(opened?.by, 'anna')
})
const setTimeoutOf = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

test('an abort is felt within 100 ms', async () => {
  const running = operate('drill/live', orderOf({ share: 1 }))
  await during()
  assert.equal((await ask('frontier')).status, 403)
  const began = performance.now()
  assert.ok((await operate('drill/abort', {}))?.ok)
  assert.equal((await ask('frontier')).status, 200)
  const took = performance.now() - began
  assert.ok(took < patience(100), `${took} ms`)
  await running
})

test('so many failed calls end it by itself; half of the calls is half of them', async () => {
  const running = operate(
    'drill/live',
    orderOf({ share: 0.5, abortAfter: 20, faults: [{ route: 'frontier/gpt-5', shows: 'http-422', says: 'no' }] }),
  )
  await during()
  let [failed, asked, parts] = [0, 0, 0]
  for (; failed < 20 && asked < 300; asked++) {
    const { status, part } = await ask('frontier')
    if (status === 422) failed++
    if (part !== null) parts++
  }
  assert.deepEqual([failed, parts], [20, 20])
  assert.ok(asked > 20, 'by chance alone once in a million times')
  const answer = await running
  assert.ok(answer?.ok && isJsonObject(answer.value))
  assert.equal(answer.value.ended, 'too-many-failures')
  for (let i = 0; i < 20; i++) assert.equal((await ask('frontier')).status, 200)
})

test('what is only rehearsed teaches other calls nothing: nobody is left alone for it, and nobody is alarmed', async () => {
  const { out } = await allod('status', '--data', data, '--config', config)
  assert.doesNotMatch(out, /cut off|left alone/)
  const incidents = (await records()).filter(({ kind }) => kind === 'incident')
  assert.deepEqual(incidents, [])
})

test('one at a time; on real endpoints only for who means it; nothing that does not exist', async () => {
  const running = operate('drill/live', orderOf())
  await during()
  const refusal = async (order: Partial<LiveOrder>) => {
    const answer = await operate('drill/live', orderOf(order))
    assert.ok(answer !== undefined && !answer.ok)
    return answer.error.message
  }
  assert.match(await refusal({}), /the drill `mine` runs/)
  assert.ok((await operate('drill/abort', {}))?.ok)
  await running
  assert.match(await refusal({ on: 'real', confirmed: 'mine' }), /runs in a sandbox; say --sandbox/)
  assert.match(await refusal({ faults: [{ route: 'none/m', shows: 'stalls', says: '' }] }), /has no `none\/m`/)
  assert.match(await refusal({ lasts: 86_400_000 }), /`lasts` of the drill/)
  assert.match((await drill('abort')).error, /no drill runs/)
  assert.match((await drill('run', 'disconnect', '--mode', 'live')).error, /--sandbox, on simulations, or with --real-traffic/)
  assert.match(
    (await drill('run', 'disconnect', '--mode', 'live', '--real-traffic')).error,
    /somebody at a terminal who types `disconnect`/,
  )
  assert.match((await drill('run', 'price-shock', '--mode', 'live', '--sandbox')).error, /shows nothing on the wire/)
})

test('killed in the middle, it comes back without faults, and its log has the drill opened and not closed', async () => {
  operate('drill/live', orderOf({ share: 1, faults: [{ route: 'frontier/gpt-5', shows: 'stalls', says: '' }] })).catch(() => {})
  await during()
  ask('frontier').catch(() => {})
  const stalled = await eventually(async () => {
    const last = (await records()).findLast(({ kind }) => kind === 'border')
    assert.equal(last?.drill, 'mine')
    assert.ok((await records()).every(({ kind, call }) => kind !== 'call' || call !== last?.call))
    return last
  })
  await exchange.kill()
  exchange = await startAllod(data, '--config', config, '--sandbox')
  assert.deepEqual([(await ask('frontier')).status, await phase()], [200, undefined])
  const drills = (await records()).filter(({ kind, drill }) => kind === 'drill' && drill === 'mine')
  assert.equal(drills.at(-1)?.phase, 'opened')
  const lost = (await records()).find(({ kind, call }) => kind === 'call' && call === stalled?.call)
  assert.deepEqual([lost?.end, lost?.drill], ['failed', 'mine'], 'what it had on its way is settled, as its own')
})
