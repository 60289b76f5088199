// What a live drill is told to do, over an example; and the questions that ship.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isRight, parseEvaluation } from '../../src/drills/live/evaluation.ts'
import { faultFor } from '../../src/drills/live/faults.ts'
import { type LiveOrder, parseOrder } from '../../src/drills/live/order.ts'
import { aimedAt } from '../../src/drills/scenario.ts'
import type { Given, Terminal } from '../../src/main/command.ts'
import { type LiveSettings, orderOf, readLiveSettings, readQuestions } from '../../src/main/drill-live.ts'
import { stageOf, windowOver } from './stage.ts'

const SETTINGS: LiveSettings = { on: 'sandbox', share: 0, rate: 5, mix: 'synthetic', lasts: 1000, watch: 250 }
const { ground, hypotheses, scenarios } = stageOf('hybrid')
const stage = { ground, hypotheses, window: windowOver(ground), dataClasses: ['public', 'internal', 'confidential', 'secret'] }

const ordered = (id: string, more: Partial<LiveSettings> = {}, target?: string): LiveOrder | string => {
  const scenario = scenarios.get(id) ?? assert.fail(`there is no ${id}`)
  const aimed = target === undefined ? scenario : aimedAt(scenario, target)
  if ('ok' in aimed) assert.ok(aimed.ok)
  return orderOf('ok' in aimed ? aimed.value : aimed, stage, { ...SETTINGS, ...more })
}
const order = (...given: Parameters<typeof ordered>): LiveOrder => {
  const made = ordered(...given)
  assert.ok(typeof made === 'object', String(made))
  assert.deepEqual(parseOrder(JSON.parse(JSON.stringify(made))), { ok: true, value: made }, 'what is ordered can be read')
  return made
}

test('what a scenario shows is injected on what it hits, in its words; what shows nothing is not run', () => {
  const { faults } = order('region-block')
  assert.deepEqual(
    faults.map(({ route, shows }) => [route, shows]),
    [['frontier/gpt-5', 'http-403']],
  )
  assert.match(faults[0]?.says ?? '', /unsupported_country_region_territory/)
  assert.deepEqual(
    order('home-dc-fire').faults.map(({ route, shows, says }) => [route, shows, says]),
    [['home/seed', 'unreachable', '']],
  )
  assert.match(String(ordered('price-shock')), /shows nothing on the wire/)
  assert.match(String(ordered('region-block', {}, 'endpoint:none')), /nothing here hangs on what `region-block` takes away/)
  assert.deepEqual([order('chip-licence').load, order('chip-licence').faults], [1.5, []])
})

test('a fault that holds for one application, or one tenant, holds for nobody else', () => {
  const { faults } = order('sanctions-person')
  const [whom = ''] = faults.flatMap(({ application }) => application ?? [])
  const [tenant = '', application = ''] = whom.split('/')
  assert.equal(faultFor(faults, tenant, application).size, 1)
  assert.equal(faultFor(faults, tenant, 'another').size, 0)
  const { faults: ofTenant } = order('tos-enforcement')
  assert.equal(faultFor(ofTenant, tenant, 'another').size, 1)
  assert.equal(faultFor(ofTenant, 'another', application).size, 0)
})

const settings = (options: Readonly<Record<string, string | true>>, typed?: string, id: string | undefined = 'disconnect') => {
  const given: Given = {
    positionals: [],
    text: (name) => (typeof options[name] === 'string' ? options[name] : undefined),
    texts: () => [],
    flag: (name) => options[name] === true,
  }
  const ask: Terminal['ask'] = async () => typed
  const terminal: Terminal = { out: () => {}, error: () => {}, isTerminal: true, environment: {}, ...(typed === undefined ? {} : { ask }) }
  return readLiveSettings(given, terminal, id)
}

test('a sandbox gets made-up calls, real traffic a small share and a bound, where nothing else is said', async () => {
  assert.deepEqual(await settings({ sandbox: true }), { on: 'sandbox', share: 0, rate: 5, mix: 'synthetic', lasts: 60_000, watch: 15_000 })
  const real = { on: 'real', confirmed: 'disconnect', share: 0.1, rate: 0, mix: 'synthetic', lasts: 60_000, watch: 15_000, abortAfter: 3 }
  assert.deepEqual(await settings({ 'real-traffic': true }, 'disconnect'), real)
  const chosen = { share: '2.5%', replay: '20/s', for: '8s', 'abort-after': '7' }
  assert.deepEqual(await settings({ sandbox: true, ...chosen }), {
    on: 'sandbox',
    share: 0.025,
    rate: 20,
    mix: 'replayed',
    lasts: 8000,
    watch: 2000,
    abortAfter: 7,
  })
})

test('real traffic is touched only when somebody types the id of the one drill, and what is no number is refused', async () => {
  const refused = async (sentence: RegExp, ...given: Parameters<typeof settings>) => assert.rejects(settings(...given), sentence)
  await refused(/`disconnect` was not typed: nothing was done/, { 'real-traffic': true }, 'yes')
  await refused(/needs somebody at a terminal who types `disconnect`/, { 'real-traffic': true })
  await refused(/say one/, { 'real-traffic': true, sandbox: true }, 'disconnect')
  await refused(/not both/, { sandbox: true, synthetic: '5/s', replay: '5/s' })
  await refused(/`110%` is no share/, { sandbox: true, share: '110%' })
  await refused(/`fast` is no rate/, { sandbox: true, synthetic: 'fast' })
  await refused(/`2h` is no length of a drill/, { sandbox: true, for: '2h' })
  await refused(/`0` is no number of failed calls/, { sandbox: true, 'abort-after': '0' })
})

test('only demands that policy permits somebody for are asked; replayed, in the mix of the window', () => {
  const open = ground.estate.demands.filter(({ routes }) => routes.length > 0)
  assert.ok(open.length < ground.estate.demands.length)
  assert.equal(order('disconnect').asks.length, open.length)
  const [first] = stage.window.traffic.filter(({ route }) => route !== undefined)
  assert.ok(first !== undefined)
  const window = { ...stage.window, traffic: stage.window.traffic.map((row) => (row === first ? { ...row, calls: 300 } : row)) }
  const replayed = orderOf(scenarios.get('disconnect') ?? assert.fail(), { ...stage, window }, { ...SETTINGS, mix: 'replayed' })
  assert.ok(typeof replayed === 'object')
  assert.deepEqual(
    replayed.asks
      .map(({ weight }) => weight)
      .toSorted((a, b) => b - a)
      .slice(0, 2),
    [300, 100],
  )
  const empty = { ...stage, window: { ...stage.window, traffic: [] } }
  assert.match(String(orderOf(scenarios.get('disconnect') ?? assert.fail(), empty, { ...SETTINGS, mix: 'replayed' })), /holds no calls/)
})

test('who is examined notices: the lowest class of each alias whose first route is taken away', () => {
  const { examined } = order('region-block')
  assert.deepEqual(
    examined.map(({ alias, dataClass }) => [alias, dataClass]),
    [
      ['assistant', 'public'],
      ['frontier', 'public'],
    ],
  )
  assert.deepEqual(order('chip-licence').examined, [])
})

test('the questions that ship are of three languages, and each can be answered right and wrong', () => {
  const questions = readQuestions()
  assert.deepEqual([...new Set(questions.map(({ language }) => language))].sort(), ['de', 'en', 'fr'])
  for (const question of questions) {
    assert.equal(isRight(question, (question.contains ?? [question.exact]).join(' … ').toUpperCase()), question.exact === undefined)
    assert.equal(isRight(question, 'no'), false)
  }
  assert.equal(isRight({ language: 'en', asks: 'Say 4', exact: '4' }, ' 4\n'), true)
  assert.equal(isRight({ language: 'en', asks: 'Say 4', exact: '4' }, '42'), false)
})

test('a file of questions that is wrong is refused in one sentence', () => {
  const good = readFileSync(join(import.meta.dirname, '../../factbook/drills/evaluation/fr.yaml'), 'utf8')
  const failure = (text: string) => {
    const parsed = parseEvaluation(text, 'mine.yaml')
    return parsed.ok ? [] : parsed.error.messages
  }
  assert.deepEqual(failure(good), [])
  assert.deepEqual(failure(good.replace('language: fr', 'language: French')), ['mine.yaml: `language`: must be a language such as `fr`'])
  assert.deepEqual(failure(good.replace('contains: [droit à la vie]', 'hold: x')), ['mine.yaml: `hold` is no field of `questions.0`'])
  assert.match(failure(good.replace(', contains: [droit à la vie]', ''))[0] ?? '', /`questions.0` needs either `contains` or `exact`/)
})
