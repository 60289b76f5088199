// Every scenario that ships, in plan mode, against every example: what must always hold, and what each example must show.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSigned } from '../../src/core/signed-report.ts'
import { parseReport, type Report } from '../../src/drills/report.ts'
import { EXAMPLES, stageOf, windowOver } from './stage.ts'

const DATED = 21

test('all dated scenarios and the disconnection run against each example, and their reports are well formed', () => {
  for (const name of EXAMPLES) {
    const { scenarios, run } = stageOf(name)
    assert.equal(scenarios.size, DATED + 1)
    for (const id of scenarios.keys()) {
      const report = run(id)
      const read = parseReport(formatSigned({ report, note: '' }))
      assert.ok(read.ok, `${name} ${id}: ${read.ok ? '' : read.error.message}`)
      assert.deepEqual(read.value.report, report)
      holds(report, `${name} ${id}`)
    }
  }
})

const holds = ({ shares, served, window, outcomes, aliases, rows }: Report, where: string): void => {
  const { before, after, atBest } = shares
  assert.ok(after.answered <= atBest.answered && after.demandsAnswered <= atBest.demandsAnswered, where)
  assert.ok(atBest.answered <= before.calls && [after.calls, atBest.calls].every((calls) => calls === window.calls), where)
  for (const when of ['before', 'after', 'atBest'] as const)
    assert.ok(served.reduce((sum, each) => sum + each[when], 0) <= window.calls, where)
  const told = outcomes.reduce((sum, { demands }) => sum + demands, 0)
  const refused = outcomes.filter(({ kind }) => kind === 'refused-before').reduce((sum, { demands }) => sum + demands, 0)
  assert.equal(told - refused, before.demands, where)
  assert.equal(
    aliases.reduce((sum, { demands }) => sum + demands, 0),
    before.demands,
    where,
  )
  // Whatever a path names stands among the rows, so that a reader needs nothing else.
  const known = new Set(rows.map(({ id }) => id))
  for (const { lost } of outcomes) for (const { path } of lost) for (const id of path) assert.ok(known.has(id), `${where}: ${id}`)
}

test('full stack: nobody abroad can end it; its own ground can', () => {
  const { run } = stageOf('full-stack')
  for (const id of ['disconnect', 'annual-disconnect', 'model-export-order', 'sanctions-entity', 'region-block']) {
    const { shares } = run(id)
    assert.deepEqual(shares.after, shares.before, id)
  }
  const elsewhere = run('kinetic-region-loss', { target: 'place:US' })
  assert.deepEqual(elsewhere.shares.after, elsewhere.shares.before)
  const lost = run('kinetic-region-loss')
  assert.equal(lost.aims[0]?.target, 'place:BR')
  assert.equal(lost.shares.after.answered, 0)
  const burnt = run('home-dc-fire')
  assert.ok(burnt.outcomes.every(({ kind, left }) => kind === 'one-leg' && left.join() === 'reserve/national-7b'))
})

test('hybrid: losing the vendor abroad leaves the assistant on one leg and ends the alias that has nothing else', () => {
  const { run } = stageOf('hybrid')
  const report = run('model-export-order')
  assert.equal(report.aims[0]?.target, 'model:gpt-5')
  assert.deepEqual(report.aliases, [
    { alias: 'frontier', fate: 'falls', demands: 2, lost: 2 },
    { alias: 'assistant', fate: 'stands', demands: 10, lost: 0 },
  ])
  const [worst, next] = report.outcomes
  assert.ok(worst && next)
  assert.deepEqual([worst.kind, worst.alias, worst.left], ['falls', 'frontier', []])
  assert.deepEqual([next.kind, next.alias, next.left], ['one-leg', 'assistant', ['home/seed']])
  assert.match(worst.lost[0]?.says ?? '', /operated by openai-opco \[f0016\], established in US/)
  const moved = report.served.find(({ route }) => route === 'home/seed')
  assert.ok(moved && moved.after > moved.before && moved.see.join() === 'FR')
  assert.equal(run('sanctions-entity').aims[0]?.target, 'entity:openai-opco')
})

test('one application loses what everybody else keeps', () => {
  const { run } = stageOf('coalition')
  const all = run('sanctions-entity', { target: 'entity:riga-centre' })
  const one = run('sanctions-person', { target: 'entity:riga-centre' })
  const fallen = ({ outcomes }: Report) => outcomes.flatMap(({ lost, who }) => (lost.length > 0 ? who : []))
  assert.equal(new Set(fallen(one).map((who) => who.split(' ')[0])).size, 1)
  assert.ok(fallen(one).length < fallen(all).length)
})

test('a change of control turns decisions through the policies in force, and says by which rows', () => {
  const { run } = stageOf('coalition')
  const report = run('change-of-control', { target: 'entity:riga-centre' })
  const [decision] = report.decisions
  assert.deepEqual([decision?.route, decision?.now], ['riga/daugava-7b', 'refused'])
  assert.match(decision?.because.join() ?? '', /\[coalition-/)
  const gained = report.reaches.flatMap(({ route, power, gained }) => gained.map(({ actor }) => `${route} ${power} ${actor}`))
  for (const power of ['see', 'stop', 'change']) assert.ok(gained.includes(`riga/daugava-7b ${power} country:US`), power)
  assert.ok(report.rows.some(({ says }) => says === 'entity:riga-centre owned-by entity:kyndryl (100 %)'))
  assert.ok(report.shares.after.demandsAnswered < report.shares.before.demandsAnswered)
  // A partner under an agreement that becomes somebody else's is a partner no more.
  const [ended] = stageOf('partnership').run('change-of-control').decisions
  assert.deepEqual([ended?.route, ended?.now], ['partner/sakura-70b', 'refused'])
})

test('a price shock costs what it says, and tells what the cheapest permitted routes would cost', () => {
  const { run, ground } = stageOf('hybrid')
  const { cost, shares } = run('price-shock')
  const price = ground.estate.routes.get('frontier/gpt-5')?.price ?? assert.fail()
  const calls = ground.estate.demands.filter(({ routes }) => routes[0] === 'frontier/gpt-5').length
  const per = (input: number, output: number) =>
    Math.round((calls * (price.input * input * 100_000 + price.output * output * 50_000)) / 1e6)
  assert.deepEqual([cost.before, cost.after], [per(1, 1), per(2, 4.17)])
  assert.ok(cost.cheapest < cost.after && cost.unmoved === cost.after)
  assert.deepEqual(shares.after, shares.before)
})

test('a licence that excludes the seat takes weights at home that nobody can withdraw', () => {
  const { run } = stageOf('hybrid')
  assert.deepEqual(
    run('model-retired', { target: 'model:seed' }).shares.after,
    run('model-retired', { target: 'model:seed' }).shares.before,
  )
  const report = run('licence-territory')
  const seed = report.licences.find(({ model }) => model === 'model:seed')
  assert.deepEqual([seed?.before.verdict, seed?.after.verdict], ['unknown', 'no'])
  assert.ok(report.outcomes.some(({ kind, lost }) => kind === 'falls' && lost[0]?.route === 'home/seed'))
})

test('a rule on provenance cannot be met by what nobody documented, and is not surely broken either', () => {
  const { shares, outcomes } = stageOf('full-stack').run('derivative-disqualified')
  assert.deepEqual([shares.after.demandsAnswered, shares.atBest.demandsAnswered], [0, shares.before.demandsAnswered])
  assert.ok(outcomes.every(({ kind }) => kind === 'may-fall'))
})

test('room is told where it is known, and said to be unknown where it is not', () => {
  const { run, ground } = stageOf('hybrid')
  const usual = windowOver(ground)
  const many = (rows: typeof usual.traffic) =>
    rows.map((row) => ({ ...row, calls: row.calls * 100, time: (row.time * 100) as typeof row.time }))
  const window = { ...usual, traffic: many(usual.traffic), busiest: { from: usual.from, traffic: many(usual.traffic) } }
  const load = new Map(run('disconnect', { window }).load.map((each) => [each.endpoint, each]))
  assert.equal(load.get('frontier')?.capacity, null)
  assert.equal(load.get('frontier')?.shortfall, null)
  const home = load.get('home') ?? assert.fail()
  // 100 calls of 3 s in a demand and hour, a hundred times: 8.33 at once for each demand it answers; 4 at once is what it can do.
  const demands = ground.estate.demands.filter(({ routes }) => routes.includes('home/seed')).length
  assert.equal(home.after.peak, Math.round((demands * 10_000 * 3000 * 100) / 3_600_000) / 100)
  assert.equal(home.shortfall, Math.round(((home.after.peak ?? 0) - 4) * 100) / 100)
  const grown = run('chip-licence', { window }).load.find(({ endpoint }) => endpoint === 'home')
  assert.equal(grown?.after.calls, Math.round((grown?.before.calls ?? 0) * 1.5))
})

test('without calls a drill tells of demands and says that it tells of nothing else', () => {
  const { run, ground } = stageOf('hybrid')
  const { from, to } = windowOver(ground)
  const { shares, open, load } = run('disconnect', { window: { from, to, traffic: [] } })
  assert.deepEqual([shares.before.calls, shares.after.demandsAnswered], [0, 10])
  assert.ok(open.some((text) => /holds no calls/.test(text)) && load.every(({ before }) => before.peak === null))
})

test('calls whose demand is gone from the configuration are counted apart', () => {
  const { run, ground } = stageOf('hybrid')
  const usual = windowOver(ground)
  const [first] = usual.traffic
  assert.ok(first)
  const window = { ...usual, traffic: [...usual.traffic, { ...first, alias: 'gone' as typeof first.alias, calls: 7 }] }
  const report = run('disconnect', { window })
  assert.deepEqual([report.window.strays, report.window.calls], [7, usual.traffic.length * 100])
})
