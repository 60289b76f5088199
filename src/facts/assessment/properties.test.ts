import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Jurisdiction } from '../../core/jurisdiction.ts'
import type { Day } from '../../core/units.ts'
import type { Evidence, Fact } from '../fact.ts'
import type { Predicate } from '../predicates.ts'
import { ASPECT_NAMES, ASPECTS, type AspectName } from './aspects.ts'
import { type Assessment, assess } from './assess.ts'
import type { AssessmentGround } from './ground.ts'
import { type Profile, parseProfile } from './profile.ts'

const DAY = '2026-06-01' as Day
const AREAS = { bloc: new Set(['FR', 'DE'] as Jurisdiction[]), nation: new Set(['FR'] as Jurisdiction[]) }

/** One objective for each aspect and one for route-left, each of one criterion. */
const everything: Profile = (() => {
  const names = [...ASPECT_NAMES, 'route-left']
  const read = parseProfile(
    `
id: all
title: All
version: '1'
published: 2026-11
levels: [{ id: L0, title: a }, { id: L1, title: b }, { id: L2, title: c }, { id: L3, title: d }]
standings: { inside: L3, shared: L2, outside: L1 }
objectives: [${names.map((name) => `{ id: ${name}, title: ${name}, criteria: [{ id: C-${name}, asks: '?', checks: [{ asks: ${name} }] }] }`).join(', ')}]
sources: [{ says: s, at: 'https://example.org', kind: owner, evidence: declared }]
`,
    'all.yaml',
  )
  return read.ok ? read.value : assert.fail(read.error.messages.join())
})()

const groundOf = (facts: readonly Fact[], maxAgeDays = 1095): AssessmentGround => ({
  day: DAY,
  facts,
  observed: new Set(),
  threshold: 25,
  maxAgeDays,
  subject: { kind: 'exchange', name: 'test', routes: ['x/m', 'y/m'], leftOut: [] },
  routes: ['x', 'y'].map((name) => ({ name: `${name}/m`, subject: `endpoint:${name}/m`, picks: {} })),
  demands: [
    { who: 'one', routes: ['x/m', 'y/m'] },
    { who: 'two', routes: ['x/m'] },
  ],
  drills: [],
})
const shownBy = (assessment: Assessment): ReadonlyMap<string, number> =>
  new Map(assessment.objectives.map(({ id, bounds }) => [id, bounds.shown]))
const assessed = (facts: readonly Fact[], maxAgeDays?: number): Assessment =>
  assess(everything, groundOf(facts, maxAgeDays), { areas: AREAS })

type Row = readonly [subject: string, predicate: Predicate, object: string]
const country = fc.constantFrom('country:FR', 'country:FR', 'country:FR', 'country:FR', 'country:DE', 'country:US', 'country:CN')
const entity = (of: readonly string[]) => fc.constantFrom(...of.map((name) => `entity:${name}`))
const ENTITIES = ['a', 'b', 'c', 'd']

/** Rows that answer a question, one for each, so that none is lost unseen. */
const answers: fc.Arbitrary<readonly Row[]> = fc.tuple(
  ...['x', 'y'].flatMap((name): fc.Arbitrary<Row>[] => {
    const row = (predicate: Predicate, object: fc.Arbitrary<string>) => object.map((each): Row => [`endpoint:${name}`, predicate, each])
    return [
      row('operated-by', entity(['a', 'b'])),
      row('located-in', fc.oneof({ weight: 8, arbitrary: country }, fc.constantFrom('region:EU', 'unknown'))),
      row('hosted-on', fc.oneof(fc.constant('self'), entity(['b', 'c']))),
      row('fronted-by', fc.oneof(fc.constant('nobody'), entity(['c', 'd']))),
      row('custody', fc.constantFrom('remote', 'entity:a', `pinned:sha256:${'0'.repeat(64)}`)),
      row('support-from', fc.oneof(country, entity(['d']))),
      row('depends-on-technology-of', entity(['c'])),
      row('chips-by', entity(['d'])),
      row('serves', fc.constant('model:m')),
    ]
  }),
  ...ENTITIES.flatMap((name, index): fc.Arbitrary<Row>[] => [
    country.map((each): Row => [`entity:${name}`, 'established-in', each]),
    fc
      .oneof(fc.constant('nobody'), fc.constant('nobody'), fc.constant(`entity:${ENTITIES[index + 1] ?? 'a'}`))
      .map((each): Row => [`entity:${name}`, 'owned-by', each]),
  ]),
  fc.constantFrom('open', 'open', 'closed').map((each): Row => ['model:m', 'weights', each]),
  entity(['a', 'd']).map((each): Row => ['model:m', 'developed-by', each]),
  fc.constantFrom('nothing', 'nothing', 'model:base').map((each): Row => ['model:m', 'derived-from', each]),
)
const extras: fc.Arbitrary<Row> = fc.oneof(
  fc.tuple(
    fc.constantFrom('endpoint:x', 'endpoint:y'),
    fc.constantFrom<Predicate>('identity-by', 'dns-by', 'colocation-by'),
    entity(['c', 'd']),
  ),
  fc.tuple(
    entity(ENTITIES),
    fc.constantFrom<Predicate>('controlled-by', 'hosted-on', 'renamed-to', 'change-of-control-signed'),
    entity(ENTITIES),
  ),
  fc.tuple(entity(ENTITIES), fc.constant<Predicate>('headquartered-in'), country),
)
const evidence = fc.constantFrom<Evidence>(
  ...Array.from({ length: 18 }, () => 'documented' as const),
  'attested',
  'observed',
  'declared',
  'unverified',
)
const asOf = fc.constantFrom(
  ...['2026-01-01', '2026-01-01', '2026-01-01', '2026-05-01', '2025-01-01', '2019-01-01'].map((day) => day as Day),
)

const factOf = ([subject, predicate, object]: Row, id: string): Fact => ({
  id,
  subject,
  predicate,
  object,
  ...(predicate === 'owned-by' && object.startsWith('entity:') ? { share: 100 } : {}),
  source: 'test',
  sourceKind: 'primary',
  asOf: '2026-01-01' as Day,
  evidence: 'documented',
  origin: 'shipped',
})
const facts: fc.Arbitrary<readonly Fact[]> = fc
  .tuple(answers, fc.array(extras, { maxLength: 3 }), fc.infiniteStream(evidence), fc.infiniteStream(asOf))
  .map(([known, more, strengths, days]) =>
    [...known, ...more].map(
      (row, index): Fact => ({
        ...factOf(row, `r${index}`),
        evidence: strengths.next().value ?? 'documented',
        asOf: days.next().value ?? DAY,
      }),
    ),
  )

const noHigher = (before: Assessment, after: Assessment, why: string): void => {
  const levels = shownBy(before)
  for (const [id, level] of shownBy(after))
    assert.ok(level <= (levels.get(id) ?? 0), `${id} rose from ${levels.get(id)} to ${level}: ${why}`)
}

/** The questions an aspect asks: what answers one of them cannot go unseen. */
const asksFor = (aspect: AspectName, { subject, predicate }: Fact): boolean =>
  ASPECTS[aspect].rules.questions.some(({ of, settledBy }) => subject.startsWith(`${of}:`) && settledBy.includes(predicate))

test('losing a row that answers a question never raises what is shown', () => {
  let shown = 0
  fc.assert(
    fc.property(facts, fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), (given, picks) => {
      const before = assessed(given)
      for (const pick of picks) {
        const lost = given[pick % given.length] ?? assert.fail('a row')
        const levels = shownBy(before)
        for (const [id, level] of shownBy(assessed(given.filter((fact) => fact !== lost)))) {
          const aspect = ASPECT_NAMES.find((name) => name === id)
          if (!asksFor(aspect ?? 'stop', lost)) continue
          if (level > 0) shown++
          assert.ok(level <= (levels.get(id) ?? 0), `${id} rose from ${levels.get(id)} to ${level} without ${JSON.stringify(lost)}`)
        }
      }
    }),
    { numRuns: 120 },
  )
  assert.ok(shown > 30, `only ${shown} levels were shown after a loss`)
})

test('doubting a row, letting it age, or making it the owner’s word never raises what is shown', () => {
  fc.assert(
    fc.property(facts, fc.nat(), (given, pick) => {
      const before = assessed(given)
      const changed = (change: Partial<Fact>) =>
        given.map((fact, index): Fact => (index === pick % given.length ? { ...fact, ...change } : fact))
      noHigher(before, assessed(changed({ evidence: 'unverified' })), 'doubted')
      noHigher(before, assessed(changed({ sourceKind: 'owner', origin: 'owner' })), 'the owner’s word')
      noHigher(before, assessed(given, 100), 'older than allowed')
    }),
    { numRuns: 80 },
  )
})

test('no word of the owner’s raises what is shown, and shown is at most declared, and declared at most what is possible', () => {
  fc.assert(
    fc.property(
      facts,
      fc.array(
        fc.oneof(
          extras,
          answers.map(([first]) => first as Row),
        ),
        { minLength: 1, maxLength: 4 },
      ),
      fc.constantFrom<Evidence>('declared', 'attested', 'observed'),
      fc.nat(),
      (given, words, strength, pick) => {
        const said = words.map(
          (row, index): Fact => ({
            ...factOf(row, `own${index}`),
            evidence: strength,
            sourceKind: 'owner',
            origin: 'owner',
            replaces: index === 0 ? [`r${pick % given.length}`] : [],
          }),
        )
        const after = assessed([...given, ...said])
        const [first] = said
        // A word may overrule a row that answers no question, which nobody can then miss.
        const overruled = given.find(({ id }) => first?.replaces?.includes(id))
        if (
          overruled !== undefined &&
          ASPECT_NAMES.every(
            (aspect) =>
              asksFor(aspect, overruled) || !ASPECTS[aspect].rules.edges.some(({ predicate }) => predicate === overruled.predicate),
          )
        )
          noHigher(assessed(given), after, JSON.stringify(said))
        for (const { bounds, points } of after.objectives) {
          assert.ok(bounds.shown <= bounds.declared && bounds.declared <= bounds.atMost)
          assert.ok(points.shown <= points.declared && points.declared <= points.atMost && points.atMost <= 1)
        }
      },
    ),
    { numRuns: 80 },
  )
})

test('what is open is named: a level that is neither shown nor limited has something that would settle it', () => {
  fc.assert(
    fc.property(facts, (given) => {
      for (const { criteria } of assessed(given).objectives)
        for (const { bounds, findings } of criteria)
          if (bounds.shown < bounds.atMost) assert.ok(findings.some(({ open, outside }) => open.length + outside.length > 0))
    }),
    { numRuns: 60 },
  )
})
