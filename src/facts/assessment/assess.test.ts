import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Jurisdiction } from '../../core/jurisdiction.ts'
import { type Day, epochMillis } from '../../core/units.ts'
import type { Fact } from '../fact.ts'
import type { Predicate } from '../predicates.ts'
import type { OwnerAnswers } from './answers.ts'
import { type Assessing, type Assessment, assess, type CriterionAnswer, weightedScore } from './assess.ts'
import type { AssessmentGround, DrillEvidence } from './ground.ts'
import { assessmentJson } from './json.ts'
import { type Profile, parseProfile } from './profile.ts'
import { assessmentText } from './text.ts'

const DAY = '2026-11-22' as Day
const EU = new Set(['FR', 'DE'] as Jurisdiction[])
const AREAS = { bloc: EU, nation: new Set(['DE'] as Jurisdiction[]) }

const csf = ((): Profile => {
  const read = parseProfile(readFileSync(join(import.meta.dirname, '../../../factbook/profiles/csf-1.2.1.yaml'), 'utf8'), 'csf')
  assert.ok(read.ok)
  return read.value
})()

/** A profile of one criterion with the checks given, on the levels of CSF. */
const asking = (checks: string, more = ''): Profile => {
  const read = parseProfile(
    `
id: one
title: One
version: '1'
published: 2026-11
levels: [{ id: SEAL-0, title: a }, { id: SEAL-1, title: b }, { id: SEAL-2, title: c }, { id: SEAL-3, title: d }, { id: SEAL-4, title: e }]
standings: { inside: SEAL-4, shared: SEAL-3, outside: SEAL-1 }
objectives: [{ id: O, title: O, weight: 100, criteria: [{ id: C, asks: '?', checks: [${checks}]${more} }] }]
sources: [{ says: s, at: 'https://example.org', kind: owner, evidence: declared }]
`,
    'one.yaml',
  )
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

/** Rows in words, `subject predicate object`, documented and fresh. */
const rows = (...words: readonly string[]): Fact[] =>
  words.map((each, index) => {
    const [subject = '', predicate = '', object = ''] = each.split(' ')
    return {
      id: `r${index}`,
      subject,
      predicate: predicate as Predicate,
      object,
      source: 'a register',
      sourceKind: 'primary',
      asOf: '2026-06-01' as Day,
      evidence: 'documented',
      origin: 'shipped',
    }
  })
const KNOWN = [
  'endpoint:x operated-by entity:a',
  'endpoint:x located-in country:FR',
  'endpoint:x hosted-on self',
  'endpoint:x fronted-by nobody',
  'endpoint:x custody entity:a',
  'entity:a established-in country:FR',
  'entity:a owned-by nobody',
]

const groundOf = (facts: readonly Fact[], more: Partial<AssessmentGround> = {}): AssessmentGround => ({
  day: DAY,
  facts,
  observed: new Set(),
  threshold: 25,
  maxAgeDays: 1095,
  subject: { kind: 'exchange', name: 'test', routes: ['x/m'], leftOut: [] },
  routes: [{ name: 'x/m', subject: 'endpoint:x/m', picks: {} }],
  demands: [{ who: 'somebody', routes: ['x/m'] }],
  drills: [],
  ...more,
})
const answerOf = (profile: Profile, ground: AssessmentGround, more: Partial<Assessing> = {}): CriterionAnswer =>
  assess(profile, ground, { areas: AREAS, ...more }).objectives[0]?.criteria[0] ?? assert.fail('no criterion')
const boundsOf = (checks: string, ground: AssessmentGround, more: Partial<Assessing> = {}): readonly number[] => {
  const { bounds } = answerOf(asking(checks), ground, more)
  return [bounds.shown, bounds.declared, bounds.atMost]
}

test('the check value: levels 4 4 4 4 2 3 4 4 make 86.25 %, by formula and through the whole profile', () => {
  const levels = [4, 4, 4, 4, 2, 3, 4, 4]
  const parts = csf.objectives.map(({ weight = 0 }, index) => ({ points: levels[index] ?? 0, most: 4, weight }))
  assert.equal(weightedScore(parts), 86.25)
  // A provider that answers each factor of an objective alike, taken at its word.
  const answers: OwnerAnswers = {
    by: 'a provider',
    answers: new Map(
      csf.objectives.flatMap(({ criteria }, index) =>
        criteria.map(({ id }) => [id, { criterion: id, level: `SEAL-${levels[index]}`, says: 's', evidence: 'e', date: DAY }]),
      ),
    ),
  }
  const { score, objectives } = assess(csf, groundOf([]), { areas: AREAS, answers })
  assert.deepEqual(score, { shown: 0, declared: 86.25, atMost: 100 })
  assert.deepEqual(
    objectives.map(({ bounds }) => bounds.declared),
    levels,
  )
})

test('the level is that of the weakest criterion, and the score is no function of it', () => {
  const level = (of: string, first: string): Assessment => {
    const answers = new Map(
      csf.objectives.flatMap(({ criteria }) =>
        criteria.map(
          ({ id }, index) => [id, { criterion: id, level: index === 0 ? first : of, says: 's', evidence: 'e', date: DAY }] as const,
        ),
      ),
    )
    return assess(csf, groundOf([]), { areas: AREAS, answers: { by: 'x', answers } })
  }
  const [uneven, even] = [level('SEAL-4', 'SEAL-1'), level('SEAL-1', 'SEAL-1')]
  assert.deepEqual(
    uneven.objectives.map(({ bounds }) => bounds.declared),
    even.objectives.map(({ bounds }) => bounds.declared),
  )
  assert.equal(even.score?.declared, 25)
  // Each objective has one criterion of four at a quarter: 15 × (1/4 + 5)/6 + 10 × (1/4 + 4)/5 + …, by hand.
  assert.ok(
    Math.abs(
      (uneven.score?.declared ?? 0) -
        (((15 * 5.25) / 6) * 2 + ((10 * 4.25) / 5) * 2 + (10 * 3.25) / 4 + (20 * 4.25) / 5 + (15 * 3.25) / 4 + (5 * 3.25) / 4),
    ) < 1e-9,
  )
})

test('what is settled inside shows the level; what is not known lowers it and names the fact', () => {
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(rows(...KNOWN))), [4, 4, 4])
  const without = rows(...KNOWN.filter((each) => !each.includes('owned-by')))
  const answer = answerOf(asking('{ asks: operator }'), groundOf(without))
  assert.deepEqual(answer.bounds, { shown: 0, declared: 0, atMost: 4 })
  assert.deepEqual(answer.findings[0]?.open, [
    { fact: 'entity:a owned-by entity:… with shares (or nobody), or nobody-holds-more-than share:…', because: 'no row says so' },
  ])
})

test('somebody outside limits what can be claimed, and only documented rows hold that against anybody', () => {
  const american = rows(...KNOWN, 'entity:a controlled-by entity:b', 'entity:b established-in country:US', 'entity:b owned-by nobody')
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(american)), [0, 0, 3])
  const rumour = american.map((fact) => (fact.predicate === 'controlled-by' ? { ...fact, evidence: 'unverified' as const } : fact))
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(rumour)), [0, 0, 4])
  const [outsider] = answerOf(asking('{ asks: operator }'), groundOf(rumour)).findings[0]?.outside ?? []
  assert.deepEqual([outsider?.jurisdiction, outsider?.certain, outsider?.path], ['US', false, ['r0', 'r7', 'r8']])
  const wholly = rows(...KNOWN.map((each) => each.replace('country:FR', 'country:US')))
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(wholly)), [0, 0, 1])
  const ownerless = wholly.filter(({ predicate }) => predicate !== 'owned-by')
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(ownerless)), [0, 0, 3], 'whoever owns it may be inside')
})

test('one place of many is held against nobody: a bloc, or what the customer may still pick', () => {
  const bloc = rows(
    ...KNOWN.map((each) => each.replace('located-in country:FR', 'located-in bloc:B')),
    'country:FR member-of bloc:B',
    'country:US member-of bloc:B',
  )
  assert.deepEqual(boundsOf('{ asks: place }', groundOf(bloc)), [0, 0, 4])
  const choice = rows(
    ...KNOWN.map((each) => each.replace('located-in country:FR', 'located-in customer-choice')),
    'endpoint:x offered-in country:FR',
    'endpoint:x offered-in country:US',
  )
  assert.deepEqual(boundsOf('{ asks: place }', groundOf(choice)), [0, 0, 4])
  const picked = (region: string) => ({ routes: [{ name: 'x/m', subject: 'endpoint:x/m', picks: { region: region as Jurisdiction } }] })
  assert.deepEqual(boundsOf('{ asks: place }', groundOf(choice, picked('FR'))), [4, 4, 4])
  assert.deepEqual(boundsOf('{ asks: place }', groundOf(choice, picked('US'))), [0, 0, 1])
})

test('stale evidence counts as unverified', () => {
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(rows(...KNOWN), { maxAgeDays: 30 })), [0, 0, 4])
  const american = rows(...KNOWN.map((each) => each.replace('country:FR', 'country:US')))
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(american, { maxAgeDays: 30 })), [0, 0, 4])
  const { rows: cited } = assess(asking('{ asks: operator }'), groundOf(rows(...KNOWN), { maxAgeDays: 30 }), { areas: AREAS })
  assert.ok(cited.length > 0 && cited.every(({ stale, settles, ageDays }) => stale && !settles && ageDays === 174))
})

test('the owner’s word is declared, whatever it is marked as; what the exchange observed is not the owner’s word', () => {
  const own = rows(...KNOWN).map((fact) => ({
    ...fact,
    origin: 'owner' as const,
    sourceKind: 'owner' as const,
    evidence: 'observed' as const,
  }))
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(own)), [0, 4, 4])
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(own, { observed: new Set(own.map(({ id }) => id)) })), [4, 4, 4])
  const extract = own.map((fact) => ({ ...fact, sourceKind: 'primary' as const, evidence: 'documented' as const }))
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf(extract)), [4, 4, 4])
})

test('the owner’s word does not bring back what it overruled, nor show what it puts there', () => {
  const [operator, ...rest] = rows(
    'endpoint:x operated-by entity:b',
    ...KNOWN.slice(1),
    'entity:b established-in country:US',
    'entity:b owned-by nobody',
  )
  assert.ok(operator)
  const word: Fact = {
    ...operator,
    id: 'own',
    object: 'entity:a',
    origin: 'owner',
    sourceKind: 'owner',
    evidence: 'attested',
    replaces: ['r0'],
  }
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf([operator, ...rest])), [0, 0, 1])
  assert.deepEqual(boundsOf('{ asks: operator }', groundOf([operator, ...rest, word])), [0, 4, 4])
})

test('an answer of the owner is declared while it is fresh, and no higher than the facts allow', () => {
  const claim = (level: string, date = DAY): Partial<Assessing> => ({
    answers: { by: 'x', answers: new Map([['C', { criterion: 'C', level, says: 's', evidence: 'e', date }]]) },
  })
  assert.deepEqual(boundsOf('', groundOf([]), claim('SEAL-2')), [0, 2, 4])
  assert.deepEqual(boundsOf('', groundOf([]), claim('SEAL-2', '2025-11-21' as Day)), [0, 0, 4])
  const american = groundOf(rows(...KNOWN.map((each) => each.replace('country:FR', 'country:US'))))
  assert.deepEqual(boundsOf('{ asks: operator }', american, claim('SEAL-4')), [0, 1, 1])
  assert.equal(answerOf(asking('{ asks: operator }'), american, claim('SEAL-4')).declared?.limited, true)
})

test('a part limits and shows nothing; context does neither; the weakest of several decides', () => {
  const known = groundOf(rows(...KNOWN))
  const american = groundOf(
    rows(...KNOWN.map((each) => each.replace('entity:a established-in country:FR', 'entity:a established-in country:US'))),
  )
  assert.deepEqual(boundsOf('{ asks: operator, as: part }', known), [0, 0, 4])
  assert.deepEqual(boundsOf('{ asks: operator, as: part }', american), [0, 0, 1])
  assert.deepEqual(boundsOf('{ asks: operator, as: context }', american), [0, 0, 4])
  assert.deepEqual(boundsOf('{ asks: place }, { asks: operator }', american), [0, 0, 1])
  assert.deepEqual(boundsOf('{ asks: place }, { asks: operator, as: context }', american), [4, 4, 4])
  assert.deepEqual(boundsOf('{ asks: place }, { asks: operator, as: part }', american), [1, 1, 1])
})

test('no row about suppliers of chips, technology or support is no proof that there are none', () => {
  for (const aspect of ['support', 'technology', 'chips', 'origin']) {
    const answer = answerOf(asking(`{ asks: ${aspect} }`), groundOf(rows(...KNOWN)))
    assert.deepEqual(answer.bounds, { shown: 0, declared: 0, atMost: 4 }, aspect)
    assert.ok((answer.findings[0]?.open.length ?? 0) > 0, aspect)
  }
  assert.deepEqual(boundsOf('{ asks: support }', groundOf(rows(...KNOWN, 'endpoint:x support-from country:DE'))), [4, 4, 4])
  assert.deepEqual(boundsOf('{ asks: support }', groundOf(rows(...KNOWN, 'endpoint:x support-from country:IN'))), [0, 0, 1])
})

test('origin and control are two checks: a foreign model in nobody’s hand is outside by the one and inside by the other', () => {
  const facts = rows(
    ...KNOWN.filter((each) => !each.includes('custody')),
    `endpoint:x custody pinned:sha256:${'0'.repeat(64)}`,
    'endpoint:x serves model:m',
    'model:m developed-by entity:lab',
    'model:m derived-from nothing',
    'entity:lab established-in country:CN',
  )
  assert.deepEqual(boundsOf('{ asks: origin }', groundOf(facts)), [0, 0, 1])
  assert.deepEqual(boundsOf('{ asks: change }', groundOf(facts)), [4, 4, 4])
})

test('with nothing permitted there is nothing to show', () => {
  const empty = { subject: { kind: 'exchange', name: 'test', routes: [], leftOut: ['x/m'] }, demands: [] } as const
  for (const check of ['see', 'place', 'origin', 'route-left'])
    assert.deepEqual(boundsOf(`{ asks: ${check} }`, groundOf(rows(...KNOWN), empty)), [0, 0, 4], check)
})

test('the worst route counts, and for keeping an answer the best of each demand', () => {
  const facts = [
    ...rows(
      ...KNOWN,
      ...KNOWN.map((each) =>
        each.replaceAll('endpoint:x', 'endpoint:y').replaceAll('entity:a', 'entity:b').replaceAll('country:FR', 'country:US'),
      ),
    ),
  ]
  const two = {
    subject: { kind: 'exchange', name: 'test', routes: ['x/m', 'y/m'], leftOut: [] },
    routes: [
      { name: 'x/m', subject: 'endpoint:x/m', picks: {} },
      { name: 'y/m', subject: 'endpoint:y/m', picks: {} },
    ],
  } as const
  const demands = (...lists: readonly (readonly string[])[]) => ({ ...two, demands: lists.map((routes) => ({ who: 'w', routes })) })
  assert.deepEqual(boundsOf('{ asks: stop }', groundOf(facts, demands(['x/m', 'y/m']))), [0, 0, 3])
  assert.deepEqual(boundsOf('{ asks: route-left }', groundOf(facts, demands(['y/m', 'x/m']))), [4, 4, 4])
  assert.deepEqual(boundsOf('{ asks: route-left }', groundOf(facts, demands(['y/m', 'x/m'], ['y/m']))), [0, 0, 3])
  assert.deepEqual(boundsOf('{ asks: route-left }', groundOf(facts, demands(['y/m'], []))), [0, 0, 1])
  const calls = (x: number, y: number, strays = 0) => ({
    ...demands(['x/m']),
    traffic: {
      from: epochMillis(Date.parse('2026-10-23')),
      to: epochMillis(Date.parse(DAY)),
      calls: new Map([
        ['x/m', x],
        ['y/m', y],
      ]),
      strays,
    },
  })
  assert.deepEqual(boundsOf('{ asks: traffic }', groundOf(facts, calls(9, 0))), [4, 4, 4])
  assert.deepEqual(boundsOf('{ asks: traffic }', groundOf(facts, calls(9, 1))), [0, 0, 3])
  assert.deepEqual(boundsOf('{ asks: traffic }', groundOf(facts, calls(0, 1))), [0, 0, 1])
  assert.deepEqual(boundsOf('{ asks: traffic }', groundOf(facts, calls(0, 0))), [0, 0, 4])
  assert.deepEqual(boundsOf('{ asks: traffic }', groundOf(facts, calls(9, 0, 1))), [0, 0, 4])
})

test('a drill shows something once it is carried out to its end, for as long as the profile says, until something newer falls', () => {
  const planned = (day: string, kept: number): DrillEvidence => ({
    drill: 'disconnect',
    started: epochMillis(Date.parse(day)),
    day: day as Day,
    digest: '0'.repeat(64),
    demands: 10,
    kept,
  })
  const live = (day: string, failed: number, more: Partial<DrillEvidence['measured']> = {}): DrillEvidence => ({
    ...planned(day, 10),
    measured: { sandbox: false, completed: true, answered: 100 - failed, failed, ...more },
  })
  const check = '{ asks: drill, drills: [disconnect], withinDays: 365 }'
  const bounds = (...drills: readonly DrillEvidence[]) => boundsOf(check, groundOf([], { drills }))
  const [shown, open, shared, outside] = [
    [4, 4, 4],
    [0, 0, 4],
    [0, 0, 3],
    [0, 0, 1],
  ]
  assert.deepEqual(bounds(), open)
  assert.deepEqual(bounds(planned('2026-11-01', 10)), open)
  assert.deepEqual(bounds(planned('2026-11-01', 9)), shared)
  assert.deepEqual(bounds(planned('2026-11-01', 0)), outside)
  assert.deepEqual(bounds({ ...planned('2026-11-01', 0), demands: 0 }), outside)
  assert.deepEqual(bounds(live('2026-11-01', 0)), shown)
  assert.deepEqual(bounds(live('2026-11-01', 1)), shared)
  assert.deepEqual(bounds(live('2026-11-01', 100)), outside)
  assert.deepEqual(bounds(live('2026-11-01', 0, { sandbox: true })), open)
  assert.deepEqual(bounds(live('2026-11-01', 0, { completed: false })), open)
  assert.deepEqual(bounds(live('2026-11-01', 0, { answered: 0 })), open)
  assert.deepEqual(bounds(live('2026-11-23', 0)), open, 'on the day of the report it was yet to come')
  assert.deepEqual(bounds(live('2025-11-22', 0)), shown)
  assert.deepEqual(bounds(live('2025-11-21', 0)), open)
  assert.deepEqual(bounds(live('2026-11-01', 0), planned('2026-11-20', 10)), shown)
  assert.deepEqual(bounds(live('2026-11-01', 0), planned('2026-11-20', 8)), shared)
  assert.deepEqual(bounds(live('2026-11-01', 0), live('2026-11-20', 2)), shared)
  assert.deepEqual(bounds({ ...live('2026-11-01', 0), drill: 'price-shock' }), open)
  const old = answerOf(asking(check), groundOf([], { drills: [live('2024-01-01', 0)] }))
  assert.deepEqual(old.findings[0]?.cites, [
    {
      kind: 'drill',
      id: `disconnect@${Date.parse('2024-01-01')} sha256:${'0'.repeat(64)}`,
      says: 'disconnect, carried out: 100 of 100 calls answered, 10 of 10 demands keep a route',
      day: '2024-01-01',
      ageDays: 1056,
      stale: true,
    },
  ])
})

test('the gate tells what is shown from what is only said, and what may be from what cannot', () => {
  const verdict = (facts: readonly Fact[], minimum: number) =>
    assess(asking('{ asks: operator }'), groundOf(facts), { areas: AREAS, minimums: new Map([['O', minimum]]) }).objectives[0]?.gate
      ?.verdict
  const american = rows(...KNOWN.map((each) => each.replace('country:FR', 'country:US')))
  assert.equal(verdict(rows(...KNOWN), 4), 'shown')
  assert.equal(
    verdict(
      rows(...KNOWN).map((fact) => ({ ...fact, sourceKind: 'owner' as const })),
      4,
    ),
    'declared',
  )
  assert.equal(verdict(rows(...KNOWN.slice(1)), 2), 'open')
  assert.equal(verdict(american, 2), 'missed')
  assert.equal(verdict(american, 1), 'open')
})

test('every row, record and drill that an answer cites is there to read, in text and JSON', () => {
  const ground = groundOf(rows(...KNOWN, 'endpoint:x identity-by entity:b', 'entity:b established-in country:US'))
  const assessment = assess(csf, ground, { areas: AREAS })
  const written = { exchange: 'test.example', measured: 'profile', home: ['FR' as Jurisdiction] } as const
  const known = new Set(assessment.rows.map(({ id }) => id))
  const findings = assessment.objectives.flatMap(({ criteria }) => criteria.flatMap((each) => each.findings))
  for (const { cites, outside } of findings) {
    for (const { kind, id } of cites) assert.ok(kind !== 'fact' || known.has(id), id)
    for (const { path } of outside) assert.ok(path.length > 0 && path.every((id) => known.has(id)))
  }
  const text = assessmentText(assessment, written)
  assert.match(text, /SOV-2\.1 SEAL-4: Which legal system/)
  assert.match(text, /US: logins checked by b \[r7\], established in US \[r8\] \(over x\/m, documented, 174 days old\)/)
  assert.match(text, /\n {2}SOV-8 +open +open +SEAL-4 +Environmental, 4 criteria: 4 open\n/)
  const json = JSON.parse(JSON.stringify(assessmentJson(assessment, written)))
  assert.deepEqual(Object.keys(json).sort(), [
    'areas',
    'day',
    'exchange',
    'home',
    'measured',
    'objectives',
    'profile',
    'rows',
    'score',
    'settling',
    'subject',
    'v',
  ])
  assert.deepEqual(json.objectives[1].criteria[0].level, { shown: 'SEAL-4', declared: 'SEAL-4', atMost: 'SEAL-4' })
  assert.deepEqual(Object.keys(json.objectives[1].criteria[0].findings[0]).sort(), [
    'about',
    'as',
    'asks',
    'best',
    'cites',
    'inside',
    'open',
    'outside',
    'within',
  ])
})
