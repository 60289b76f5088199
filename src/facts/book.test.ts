import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { readShippedFacts, shippedFacts, who } from '../../test/factbook.ts'
import { type Jurisdiction, POWERS } from '../core/jurisdiction.ts'
import { parseDay } from '../core/units.ts'
import { parseFactText } from './book.ts'
import { checkFacts, checkText } from './check.ts'
import { type Fact, parseFacts } from './fact.ts'
import { buildGraph, factsText } from './graph.ts'
import { factsOfOwnMachine, factsOfOwnOperator } from './own-machine.ts'
import { PREDICATES, type PredicateShape } from './predicates.ts'
import { reachIn, reachOf, toReach } from './reach.ts'
import { factLine, factsListText, selectFacts, whoJson, whoText } from './report.ts'
import { REACH_2 } from './rules.ts'
import { resolveSubject } from './subject.ts'
import { blocMembers, openWorld } from './world.ts'

const day = (text: string) => parseDay(text) ?? assert.fail(text)
const FILE = { name: 'a.yaml', origin: 'shipped' } as const
const OWNER = { name: 'allod.yaml', origin: 'owner' } as const
const good = {
  id: 'f1',
  subject: 'entity:a',
  predicate: 'owned-by',
  object: 'entity:b',
  share: 60,
  source: 'x',
  sourceKind: 'primary',
  asOf: '2026-01-01',
  evidence: 'documented',
}
const messages = (row: unknown, file: typeof FILE | typeof OWNER = FILE): readonly string[] => {
  const parsed = parseFacts({ facts: [row] }, file)
  return parsed.ok ? [] : parsed.error.map(({ row: place, message }) => `${place}: ${message}`)
}

test('a good row is read as it stands', () => {
  assert.deepEqual(parseFacts({ facts: [good] }, FILE), { ok: true, value: [{ ...good, origin: 'shipped' }] })
})

test('a bad row is refused with the row, the field and the nearest right name', () => {
  assert.deepEqual(messages({ ...good, predicate: 'owned-bye' }), ['f1: `owned-bye` is no predicate; did you mean `owned-by`?'])
  assert.deepEqual(messages({ ...good, evidense: 'x' }), ['f1: `evidense` is no field; did you mean `evidence`?'])
  assert.deepEqual(messages({ ...good, asOf: '2026-02-30' }), ['f1: `2026-02-30` is no day; write it as `YYYY-MM-DD`'])
  assert.deepEqual(messages({ ...good, share: 101 }), [
    'f1: `101` is no share: a percentage above 0 and up to 100, `majority` or `controls`',
  ])
  assert.deepEqual(messages({ ...good, validFrom: '2026-02-01', validTo: '2026-02-01' }), [
    'f1: `2026-02-01` must be after validFrom `2026-02-01`',
  ])
  assert.deepEqual(messages({ ...good, replaces: 'f2' }), ['f1: only a row of the owner may replace another'])
  assert.deepEqual(messages({ ...good, replaces: 'f2' }, OWNER), [])
  assert.deepEqual(messages({ ...good, object: 'country:FR' }), [
    'f1: `country:FR` does not fit: one of `entity:…`, `group:…`, `nobody`, `unknown` was expected',
  ])
  assert.deepEqual(messages({ ...good, object: 'entity:B' }), ['f1: `entity:B` is no name: lower case, digits, `.`, `_`, `-`'])
  assert.deepEqual(messages('row'), ['row 1: a row must be a set of fields', ...messages({}).slice(0)])
})

test('countries are those of ISO 3166-1, and codes that ISO leaves to users are refused', () => {
  const place = (code: string) => messages({ ...good, share: undefined, predicate: 'established-in', object: `country:${code}` }).length
  for (const code of ['FR', 'TW', 'GG', 'EH']) assert.equal(place(code), 0, code)
  for (const code of ['XK', 'ZZ', 'AA', 'QM', 'EU', 'UK', 'fr', 'FRA', '']) assert.equal(place(code), 1, code)
})

test('no decoded value makes the parser throw', () => {
  assert.ok(!parseFacts({ facts: [{ ...good, asOf: { toString: [] }, share: { toString: [] } }] }, FILE).ok)
  fc.assert(
    fc.property(fc.anything(), (value) => void parseFacts(value, FILE)),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(good)), fc.anything()), (value) => void parseFacts({ facts: [value] }, FILE)),
    { numRuns: 500 },
  )
})

test('YAML mistakes name their line', () => {
  const parsed = parseFactText('facts:\n  - { id: f1, id: f2 }\n', FILE)
  assert.ok(!parsed.ok)
  assert.deepEqual(parsed.error, [{ kind: 'fact-invalid', file: 'a.yaml', row: 'line 2', message: 'duplicated mapping key' }])
})

test('the shipped facts have no error, no internal reference, and a source in each row', () => {
  const findings = checkFacts(shippedFacts, day('2026-11-22'))
  assert.deepEqual(
    findings.filter(({ level }) => level === 'error'),
    [],
  )
  assert.ok(shippedFacts.length > 800)
  assert.match(checkText(shippedFacts, findings), /rows, 0 errors, \d+ warnings$/)
  for (const { id, source, note } of shippedFacts) assert.doesNotMatch(`${source} ${note}`, /stored|sovereignty\.md|earlier notes/, id)
  const general = shippedFacts.filter(
    ({ source, evidence }) => /^(general knowledge|no address)/.test(source) && evidence !== 'unverified' && evidence !== 'declared',
  )
  assert.deepEqual(general, [])
})

test('every shipped endpoint is computed in well under 200 ms together', () => {
  const subjects = [...new Set(shippedFacts.map(({ subject }) => subject))].filter((subject) => subject.startsWith('endpoint:'))
  const world = openWorld(buildGraph(readShippedFacts()), { date: day('2026-11-22') })
  const before = process.cpuUsage()
  for (const subject of subjects) assert.ok(reachIn(world, subject).see.length > 0)
  const { user, system } = process.cpuUsage(before)
  assert.ok(subjects.length >= 80)
  assert.ok(user + system < 200_000, `${subjects.length} endpoints took ${user + system} µs of CPU`)
})

test('blocs are complete on the days their size is documented for', () => {
  const graph = buildGraph(shippedFacts)
  const members = (bloc: string, on: string) => blocMembers(graph, `bloc:${bloc}`, { date: day(on) })
  for (const [bloc, size] of [
    ['EU', 27],
    ['EEA', 30],
    ['ASEAN', 11],
    ['GCC', 6],
    ['BRICS', 10],
    ['Mercosur', 5],
    ['AU', 55],
  ] as const) {
    const { members: list, complete } = members(bloc, '2026-11-22')
    assert.equal(list.length, size, bloc)
    assert.equal(complete, true, bloc)
  }
  assert.ok(members('EU', '2026-11-22').members.every((country) => country !== 'GB'))
  const adequate = members('EU-GDPR-adequacy', '2026-11-22').members as readonly string[]
  assert.ok(adequate.includes('BR') && adequate.includes('GB') && !adequate.includes('US') && !adequate.includes('CA'))
  assert.ok(!(members('EU-GDPR-adequacy', '2025-12-30').members as readonly string[]).includes('BR'))
})

test('checks find what no single row shows', () => {
  const row = (more: Partial<Fact>): Fact => ({ ...(good as Fact), origin: 'shipped', asOf: day('2026-01-01'), ...more })
  const found = (...facts: Fact[]) => checkFacts(facts, day('2026-06-01')).map(({ level, message }) => `${level}: ${message}`)
  const b = row({ id: 'f9', subject: 'entity:b', predicate: 'established-in', object: 'country:FR' })
  assert.deepEqual(found(row({}), b), [])
  assert.deepEqual(found(row({}), row({ object: 'entity:b' }), b), ['error: 2 rows have the id `f1`'])
  assert.deepEqual(found(row({ id: 'o1', origin: 'owner', replaces: ['f7'] }), b), ['error: o1 replaces `f7`, which is no shipped row'])
  assert.deepEqual(found(row({ asOf: day('2026-06-02') }), b), ['error: f1 is as of 2026-06-02, which is after 2026-06-01'])
  assert.deepEqual(found(row({})), ['warning: nothing is said about `entity:b`, which f1 names'])
  assert.deepEqual(found(row({}), row({ id: 'f2', subject: 'entity:b', object: 'entity:a' })), [
    'warning: ownership runs in a ring: entity:a > entity:b',
  ])
  assert.deepEqual(found(row({}), b, row({ id: 'f2', object: 'entity:a', share: 50 })).slice(0, 1), [
    'error: holders of entity:a have 110 % together on 2026-01-01',
  ])
  const statement = row({ id: 'f2', predicate: 'nobody-holds-more-than', object: 'share:10' })
  const { share: _, ...plain } = statement
  assert.deepEqual(found(row({}), b, plain), ['warning: f2 says nobody holds more than f1 says somebody does'])
  const one = row({ id: 'm1', subject: 'country:FR', predicate: 'member-of', object: 'bloc:B' })
  const size = row({ id: 'm2', subject: 'bloc:B', predicate: 'bloc-size', object: 'count:2' })
  assert.deepEqual(found(one, size), ['warning: m2 gives bloc:B count:2, and its rows name 1 members'])
})

test('a name is found with or without its kind, and a wrong one is answered with the nearest', () => {
  const graph = buildGraph(shippedFacts)
  assert.deepEqual(resolveSubject(graph, 'akenes'), { ok: true, value: 'entity:akenes' })
  assert.deepEqual(resolveSubject(graph, 'tsystems-llmhub/any-model'), { ok: true, value: 'endpoint:tsystems-llmhub/any-model' })
  const wrong = resolveSubject(graph, 'exoscale-inferense')
  assert.ok(!wrong.ok)
  assert.equal(wrong.error.message, 'no fact speaks of `exoscale-inferense`; did you mean `exoscale-inference`?')
})

test('the owner’s own machine has no unknown, and a row of theirs wins only over what it names', () => {
  const operator = 'entity:owner-of-this-exchange'
  const seat = 'FR' as Jurisdiction
  const own = [
    ...factsOfOwnOperator(operator, seat, day('2026-11-22')),
    ...factsOfOwnMachine({ subject: 'endpoint:local', operator, place: seat, digest: 'ab'.repeat(32), asOf: day('2026-11-22') }),
  ]
  const graph = buildGraph([...shippedFacts, ...own])
  assert.deepEqual(toReach(reachOf(graph, 'endpoint:local/seed', { date: day('2026-11-22') })), {
    see: ['FR'],
    stop: ['FR'],
    change: ['FR'],
  })
  const mine: Fact = {
    ...(good as Fact),
    id: 'mine',
    subject: 'endpoint:exoscale-inference',
    predicate: 'operated-by',
    object: 'entity:owner-of-this-exchange',
    asOf: day('2026-11-22'),
    origin: 'owner',
    replaces: ['f0440'],
  }
  const answer = reachOf(buildGraph([...shippedFacts, ...own, mine]), 'endpoint:exoscale-inference', { date: day('2026-11-22') })
  assert.ok(!answer.see.some(({ jurisdiction }) => (jurisdiction as string) === 'MX'))
  assert.deepEqual(whoJson(answer).replaced, [{ row: 'f0440', by: 'mine' }])
  assert.match(whoText(answer), /the owner overrules\n {2}f0440 by mine/)
  assert.match(whoText(answer), /mine .*\(documented, owner, as of/)
})

test('JSON and text say the same, and the text of facts does not depend on their order', () => {
  const answer = who('exoscale-inference')
  const json = whoJson(answer)
  assert.deepEqual(Object.keys(json).slice(0, 7), ['subject', 'date', 'threshold', 'rules', 'see', 'stop', 'change'])
  for (const power of POWERS)
    for (const { jurisdiction, path } of json[power])
      if (jurisdiction !== 'unknown') for (const id of path) assert.ok(whoText(answer).includes(`[${id}]`))
  assert.equal(factsText([...shippedFacts].reverse()), factsText(shippedFacts))
  const listed = selectFacts(shippedFacts, { about: 'akenes', predicate: 'owned-by' })
  assert.match(factsListText(listed), /^f0428 entity:akenes owned-by entity:a1-digital as a subsidiary 2017-01-01\.\. \(unverified/)
})

test('a row written as a line of a fact file is read back as it was', () => {
  const text = `facts:\n${shippedFacts.map(factLine).join('\n')}\n`
  const parsed = parseFactText(text, FILE)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  assert.deepEqual(parsed.value, shippedFacts)
})

test('the table of predicates in docs/facts.md is the one in the code', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/facts.md'), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| `[a-z-]+` \| `(endpoint|entity|model|country|bloc|licence):`/.test(line))
  const code = Object.entries<PredicateShape>(PREDICATES).map(([name, { subjects, objects, words, share, about }]) => {
    const kinds = (list: readonly string[]) => list.map((kind) => `\`${kind}:\``)
    const object = [...kinds(objects), ...words.map((word) => `\`${word}\``)].join(' ')
    return `| \`${name}\` | ${kinds(subjects).join(' ')} | ${object} | ${share ? 'yes' : ''} | ${about} |`
  })
  assert.deepEqual(rows, code)
})

test('the specification tells the edges and questions of the rules, no more and no fewer', () => {
  const text = readFileSync(join(import.meta.dirname, '../../spec/reach.md'), 'utf8')
  const [, edges = '', questions = ''] = text.split(/^## [1-4]\. .*$/m).slice(1)
  const firstCells = edges
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|')[1] ?? '')
  const told = firstCells.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name))
  assert.deepEqual(told.sort(), REACH_2.edges.map(({ predicate }) => predicate).sort())
  for (const { of, name, powers } of REACH_2.questions) {
    const line = questions.split('\n').find((one) => one.startsWith(`| ${of} | ${name} |`)) ?? assert.fail(`${of} ${name}`)
    assert.ok(line.includes(`| ${powers.join(', ')} |`), line)
  }
})
