import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { patience } from '../../../test/patience.ts'
import type { Day } from '../../core/units.ts'
import { parseAnswers } from './answers.ts'
import { ASPECT_NAMES } from './aspects.ts'
import { FIELDS, type Profile, parseProfile } from './profile.ts'

const FOLDER = join(import.meta.dirname, '../../../factbook/profiles')
const shipped = (name: string): Profile => {
  const read = parseProfile(readFileSync(join(FOLDER, name), 'utf8'), name)
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

const SMALL = `
id: own
title: Our own
version: '1'
published: 2026-11
levels:
  - { id: red, title: Red }
  - { id: green, title: Green }
standings: { inside: green, shared: red, outside: red }
objectives:
  - id: A
    title: First
    weight: 60
    criteria:
      - { id: A1, asks: 'Is it ours?', checks: [{ asks: operator }] }
      - { id: A2, asks: 'Is it loved?', open: 'a poll' }
  - id: B
    title: Second
    weight: 40
    minimum: green
    criteria:
      - { id: B1, asks: 'Does it last?', checks: [{ asks: drill, drills: [disconnect], as: part }] }
sources:
  - { says: 'we wrote it', at: 'https://example.org/ours', kind: owner, evidence: declared }
`
const messages = (yaml: string): readonly string[] => {
  const read = parseProfile(yaml, 'own.yaml')
  return read.ok ? [] : read.error.messages
}
const changed = (from: string, to: string): readonly string[] => {
  assert.ok(SMALL.includes(from), from)
  return messages(SMALL.replace(from, to))
}

test('what ships reads, and nothing else lies beside it', () => {
  assert.deepEqual(readdirSync(FOLDER).sort(), ['c3a-1.0.yaml', 'csf-1.2.1.yaml'])
  for (const name of readdirSync(FOLDER)) shipped(name)
})

test('CSF 1.2.1: eight objectives with their weights, five levels, 39 factors, the identifiers of MISP', () => {
  const { objectives, levels } = shipped('csf-1.2.1.yaml')
  assert.deepEqual(
    objectives.map(({ id, weight, criteria }) => [id, weight, criteria.length]),
    [15, 10, 10, 15, 20, 15, 10, 5].map((weight, index) => [`SOV-${index + 1}`, weight, [6, 5, 4, 6, 5, 4, 5, 4][index]]),
  )
  assert.equal(objectives.flatMap(({ criteria }) => criteria).length, 39)
  assert.deepEqual(
    levels.map(({ id }) => id),
    ['SEAL-0', 'SEAL-1', 'SEAL-2', 'SEAL-3', 'SEAL-4'],
  )
  assert.equal(new Set([...objectives, ...levels].map(({ uuid }) => uuid ?? assert.fail('no identifier'))).size, 13)
  for (const { id, criteria } of objectives) for (const one of criteria) assert.ok(one.id.startsWith(`${id}.`))
})

test('C3A 1.0: 59 criteria under the ids of the text, the German and the additional ones beside the level', () => {
  const { objectives, levels } = shipped('c3a-1.0.yaml')
  const criteria = objectives.flatMap((each) => each.criteria)
  assert.equal(criteria.length, 59)
  assert.equal(levels.length, 2)
  for (const { id, optional, against } of criteria) {
    assert.match(id, /^SOV-[1-6]-\d\d-(C\d?|AC\d?)$/)
    if (/-AC\d?$/.test(id) || against === 'nation') assert.ok(optional, id)
  }
  assert.deepEqual(criteria.find(({ id }) => id === 'SOV-4-09-C')?.checks[0], {
    asks: 'drill',
    drills: ['annual-disconnect', 'disconnect'],
    withinDays: 365,
    as: 'part',
  })
})

test('every criterion that ships can be answered or says what is open', () => {
  for (const name of readdirSync(FOLDER))
    for (const { id, checks, open } of shipped(name).objectives.flatMap(({ criteria }) => criteria))
      assert.ok(open !== undefined || checks.some(({ as }) => as === 'whole'), id)
})

test('a mistake is told with file, field and what would be right', () => {
  assert.deepEqual(messages(SMALL), [])
  const told: readonly (readonly [string, string, string])[] = [
    ['weight: 60', 'weight: 65', 'own.yaml: the weights add up to 105, and must add up to 100'],
    ['    weight: 60\n', '', 'own.yaml: `weight` stands at some objectives and not at others; give all of them one, or none'],
    ['weight: 60', 'wieght: 60', 'own.yaml: `wieght` is no field of `objectives.0`; did you mean `weight`?'],
    ['minimum: green', 'minimum: gren', 'own.yaml: `B.minimum`: there is no level `gren`; did you mean `green`?'],
    ['inside: green', 'inside: blue', 'own.yaml: `standings.inside`: there is no level `blue`; the levels are red, green'],
    [
      'inside: green, shared: red',
      'inside: red, shared: green',
      'own.yaml: `standings`: `outside` must not allow more than `shared`, nor `shared` more than `inside`',
    ],
    ['id: B1', 'id: A1', 'own.yaml: two `criteria` have the id `A1`'],
    ['- { id: red, title: Red }', '- { id: red, title: Red }\n  - { id: red, title: Again }', 'own.yaml: two `levels` have the id `red`'],
    ['title: First', 'title: "First\\e[2J"', 'own.yaml: `objectives.0.title`: must be one line, with no signs that steer a screen'],
    ["version: '1'\n", '', 'own.yaml: `version` is missing'],
    ['published: 2026-11', 'published: 2026-13', 'own.yaml: `published`: must be a month or a day, such as `2025-10` or `2026-04-27`'],
    ["asks: 'Is it ours?'", "asks: 'Is it ours?', against: nation", ''],
    [
      'title: Our own',
      'title: Our own\nareas: { bloc: [XX] }',
      'own.yaml: `areas.bloc.0`: must be a country such as `FR` or a bloc such as `bloc:EU`',
    ],
    [
      "asks: 'Does it last?'",
      "asks: 'Does it last?', optional: true",
      'own.yaml: every criterion of `B` is optional, and nothing decides its level',
    ],
    ['https://example.org/ours', 'javascript:alert(1)', 'own.yaml: `sources.0.at`: invalid URL'],
  ]
  for (const [from, to, message] of told) assert.deepEqual(changed(from, to), message === '' ? [] : [message])
  assert.deepEqual(
    messages(
      SMALL.replace('title: Our own', "title: Our own\nareas: { bloc: ['bloc:EU'] }").replace(
        "'Is it ours?'",
        "'Is it ours?', against: nation",
      ),
    ),
    ['own.yaml: `areas.nation` is missing, and criteria are measured against the nation'],
  )
  assert.match(changed('asks: operator', 'asks: opreator').join(), /own\.yaml: `objectives\.0\.criteria\.0\.checks\.0\.asks`/)
})

test('a hostile file is refused at once', () => {
  const bomb = `a: &a [1,1]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &b${n} [*${n === 0 ? 'a' : `b${n - 1}`}, *${n === 0 ? 'a' : `b${n - 1}`}]`).join('\n')}`
  const hostile = [
    '',
    'null',
    '[]',
    '!!js/function "x"',
    bomb,
    SMALL.replace('objectives:', 'objectives: &all').replace('sources:', 'notes: *all\nsources:'),
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
    `${SMALL}#${'x'.repeat(1 << 20)}`,
    `${SMALL}id: again\n`,
    `${SMALL}__proto__: { polluted: true }\n`,
    SMALL.replace('title: First', `title: '${'x'.repeat(5000)}'`),
    SMALL.replace('checks: [{ asks: operator }]', `checks: [${Array.from({ length: 21 }, () => '{ asks: operator }').join(',')}]`),
    SMALL.replace('id: A1', "id: '../../etc/passwd'"),
    SMALL.replace('id: A1', "id: '<script>'"),
    SMALL.replace('weight: 60', 'weight: .nan'),
    SMALL.replace('weight: 60', 'weight: -.inf'),
  ]
  assert.match(
    messages(SMALL.replace('title: First', 'title: &name First').replace('title: Second', 'title: *name')).join(),
    /^own\.yaml:\d+: .*alias/,
  )
  const start = performance.now()
  for (const yaml of hostile) assert.ok(messages(yaml).length > 0, yaml.slice(0, 200))
  assert.ok(performance.now() - start < patience(3000))
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('no text makes reading throw', () => {
  const lines = SMALL.split('\n')
  const damaged = fc
    .tuple(
      fc.nat(lines.length - 1),
      fc.oneof(fc.string(), fc.constantFrom('- {', '? a', '{a: ', '&x', '*x', '!!binary a', '"', ' x: [1', '1e400', '~')),
    )
    .map(([at, text]) => lines.map((line, index) => (index === at ? text : line)).join('\n'))
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string(), damaged), (yaml) => {
      const read = parseProfile(yaml, 'x.yaml')
      if (!read.ok) for (const message of read.error.messages) assert.match(message, /^x\.yaml[: ]/)
    }),
    { numRuns: 400 },
  )
})

const TODAY = '2026-11-22' as Day
const ANSWERS = `
profile: own
version: '1'
by: the office
answers:
  - { criterion: A2, level: green, says: 'everybody does', evidence: 'poll of 2026', date: '2026-10-01' }
`
test('answers are read for the profile they answer, and for no other', () => {
  const own = parseProfile(SMALL, 'own.yaml')
  assert.ok(own.ok)
  const read = (yaml: string) => {
    const answers = parseAnswers(yaml, 'a.yaml', own.value, TODAY)
    return answers.ok ? [] : answers.error.messages
  }
  assert.deepEqual(read(ANSWERS), [])
  const told: readonly (readonly [string, string, string])[] = [
    ['criterion: A2', 'criterion: A9', 'a.yaml: there is no criterion `A9`; did you mean `A1`?'],
    ['level: green', 'level: greeen', 'a.yaml: there is no level `greeen`; did you mean `green`?'],
    ["version: '1'", "version: '2'", 'a.yaml: it answers `own` 2, and the profile is `own` 1'],
    ["'2026-10-01'", "'2026-12-01'", 'a.yaml: `A2` is answered on 2026-12-01, which is yet to come'],
    ["'2026-10-01'", "'2026-02-30'", 'a.yaml: `answers.0.date`: `2026-02-30` is no day; write it as `2026-10-01`'],
    [", evidence: 'poll of 2026'", '', 'a.yaml: `answers.0.evidence` is missing'],
    ['by: the office', 'by: the office\nshown: true', 'a.yaml: `shown` is no field of the file'],
  ]
  for (const [from, to, message] of told) assert.deepEqual(read(ANSWERS.replace(from, to)), [message])
  assert.deepEqual(read(`${ANSWERS}${ANSWERS.split('\n').at(-2)}\n`), ['a.yaml: `A2` is answered twice'])
})

const ROOT = join(import.meta.dirname, '../../..')
const blocks = (page: string): readonly string[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml)

test('the pages show what reads, and name every field and check', () => {
  const [profile = '', answers = ''] = blocks('spec/profiles.md')
  const own = parseProfile(profile, 'spec/profiles.md')
  assert.ok(own.ok, JSON.stringify(own))
  const said = parseAnswers(answers, 'spec/profiles.md', own.value, TODAY)
  assert.ok(said.ok, JSON.stringify(said))
  const [page = ''] = blocks('docs/profiles.md')
  const csf = parseAnswers(page, 'docs/profiles.md', shipped('csf-1.2.1.yaml'), TODAY)
  assert.ok(csf.ok, JSON.stringify(csf))
  const text = readFileSync(join(ROOT, 'spec/profiles.md'), 'utf8')
  for (const name of [...ASPECT_NAMES, 'route-left', 'traffic', 'drill', ...FIELDS]) assert.ok(text.includes(name), name)
})
