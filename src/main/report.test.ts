// `allod report` over each example, for one endpoint, with answers and profiles of the owner's, as a command in this process.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { example, newData, removeData } from '../../test/end-to-end/allod.ts'
import { runCommand } from './command.ts'
import { report as command } from './report.ts'

type Level = { readonly shown: string; readonly declared: string; readonly atMost: string }
type Criterion = {
  readonly id: string
  readonly level: Level
  readonly findings: readonly {
    readonly asks: string
    readonly cites: readonly { readonly kind: string; readonly id: string; readonly ageDays?: number }[]
    readonly outside: readonly { readonly jurisdiction: string; readonly path: readonly string[] }[]
  }[]
}
type Printed = {
  readonly measured: string
  readonly subject: { readonly routes: readonly string[]; readonly leftOut: readonly string[] }
  readonly areas: { readonly bloc: readonly string[] }
  readonly objectives: readonly { readonly id: string; readonly level: Level; readonly criteria: readonly Criterion[] }[]
  readonly score?: Record<keyof Level, number>
  readonly rows: readonly { readonly id: string; readonly ageDays: number }[]
}
const EXAMPLES = ['full-stack', 'coalition', 'hybrid', 'partnership']

let data: string
before(() => {
  data = newData()
})
after(() => removeData(data))
const allod = async (...argv: readonly string[]) => {
  const [out, error]: [string[], string[]] = [[], []]
  const terminal = { out: (text: string) => out.push(text), error: (text: string) => error.push(text), isTerminal: false, environment: {} }
  const code = await runCommand(command, argv, terminal)
  return { code, out: out.join('\n'), error: error.join('\n') }
}
const report = async (...options: readonly string[]): Promise<Printed> => {
  const ran = await allod(...options, '--data', data, '--json')
  assert.equal(ran.code, 0, ran.error)
  return JSON.parse(ran.out)
}
const criterion = ({ objectives }: Printed, id: string): Criterion =>
  objectives.flatMap(({ criteria }) => criteria).find((each) => each.id === id) ?? assert.fail(id)

for (const name of EXAMPLES)
  test(`examples/${name}: a page that loads nothing and runs nothing, and every row it cites`, async () => {
    const file = join(data, `${name}.html`)
    const answer = await report('csf', '--config', example(name), '--area', 'home', '--html', file)
    assert.equal(answer.objectives.length, 8)
    assert.ok(answer.score !== undefined && answer.score.shown <= answer.score.declared && answer.score.declared <= answer.score.atMost)
    const rows = new Set(answer.rows.map(({ id }) => id))
    for (const { findings } of answer.objectives.flatMap(({ criteria }) => criteria))
      for (const { cites, outside } of findings) {
        for (const { kind, id } of cites) assert.ok(kind !== 'fact' || rows.has(id), id)
        for (const { path } of outside) for (const id of path) assert.ok(rows.has(id), id)
      }
    const page = readFileSync(file, 'utf8')
    assert.match(page, /default-src 'none'/)
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|\son\w+=|url\(/i)
    for (const { id } of answer.objectives) assert.ok(page.includes(`id="${id}"`) && page.includes(`href="#${id}"`), id)
    for (const { id } of answer.rows) assert.ok(page.includes(id), id)
  })

test('what policy permits to nobody is left out, and the owner’s word alone shows nothing of who runs it', async () => {
  const answer = await report('csf', '--config', example('full-stack'), '--area', 'home')
  assert.deepEqual(answer.subject.leftOut, ['abroad/gpt-5'])
  assert.deepEqual(criterion(answer, 'SOV-1.1').level, { shown: 'SEAL-0', declared: 'SEAL-4', atMost: 'SEAL-4' })
  const hybrid = await report('csf', '--config', example('hybrid'))
  assert.equal(hybrid.areas.bloc.length, 27)
  assert.deepEqual(criterion(hybrid, 'SOV-2.2').level, { shown: 'SEAL-0', declared: 'SEAL-0', atMost: 'SEAL-3' })
})

test('one endpoint of the fact book, with what the customer picks there', async () => {
  const answer = await report('c3a', '--endpoint', 'exoscale-inference', '--pick', 'region=DE')
  assert.deepEqual(answer.subject.routes, ['endpoint:exoscale-inference'])
  assert.equal(criterion(answer, 'SOV-3-01-C4').level.shown, 'met')
  assert.equal(criterion(answer, 'SOV-1-02-C1').level.atMost, 'not-met')
})

test('a gate is passed by evidence alone, and a profile and answers of one’s own take part', async () => {
  const profile = join(data, 'own.yaml')
  writeFileSync(
    profile,
    `id: own
title: House rules
version: '1'
published: 2026-11
areas: { bloc: ['bloc:EU'] }
levels: [{ id: 'no', title: No }, { id: 'yes', title: Yes }]
standings: { inside: 'yes', shared: 'no', outside: 'no' }
objectives:
  - { id: PLACE, title: Place, criteria: [{ id: P1, asks: 'Is it here?', checks: [{ asks: place }] }] }
  - { id: LOVE, title: Love, criteria: [{ id: L1, asks: 'Is it <b>loved</b>?', open: 'a poll' }] }
sources: [{ says: ours, at: 'https://example.org', kind: owner, evidence: declared }]
`,
  )
  const answers = join(data, 'answers.yaml')
  writeFileSync(
    answers,
    `profile: own\nversion: '1'\nby: the office\nanswers: [{ criterion: L1, level: 'yes', says: 'it is', evidence: a poll, date: '2026-10-01' }]\n`,
  )
  const elsewhere = ['--endpoint', 'exoscale-inference', '--pick', 'region=DE']
  const run = (...options: readonly string[]) => allod(profile, '--on', '2026-11-22', '--data', data, ...options)
  const shown = await run('--require', 'PLACE=yes', ...elsewhere)
  assert.equal(shown.code, 0, shown.error)
  assert.match(shown.out, /PLACE +yes +yes +yes +Place, 1 criterion: 1 shown; gate yes: passed on evidence/)
  const home = await run('--endpoint', 'home', '--config', example('hybrid'))
  assert.match(home.out, /PLACE +open +yes +yes/, 'where one’s own machine stands is one’s own word')
  const html = join(data, 'own.html')
  const declared = await run('--require', 'yes', '--answers', answers, '--config', example('hybrid'), '--html', html)
  assert.equal(declared.code, 1)
  assert.match(declared.out, /LOVE +open +yes +yes +Love, 1 criterion: 1 declared; gate yes: passed only on your word/)
  const page = readFileSync(html, 'utf8')
  assert.ok(page.includes('Is it &lt;b&gt;loved&lt;/b&gt;?') && !page.includes('<b>loved'))
  assert.match(page, /declared by the office on 2026-10-01 \(52 days old\)/)
})

test('what cannot be asked is refused with what can', async () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /name one profile: csf, c3a, or a file of your own/],
    [['csv'], /there is no profile `csv`; did you mean `csf`\?/],
    [['./nothing.yaml'], /cannot read `\.\/nothing\.yaml`: ENOENT/],
    [['csf', '--require', 'SEAL-9'], /the profile has no level `SEAL-9`; did you mean `SEAL-\d`\?/],
    [['csf', '--require', 'SOV-9=SEAL-1'], /the profile has no objective `SOV-9`; did you mean/],
    [['csf', '--area', 'mars'], /`mars` is no area; say profile or home/],
    [
      ['csf', '--endpoint', 'nowhere', '--config', example('hybrid')],
      /the configuration has no endpoint `nowhere`, and no fact speaks of `endpoint:nowhere`/,
    ],
    [['csf', '--pick', 'region=DE'], /--pick goes with --endpoint/],
  ]
  for (const [options, message] of wrong) {
    const ran = await allod(...options, '--data', data)
    assert.equal(ran.code, 2, options.join(' '))
    assert.match(ran.error, message)
  }
})
