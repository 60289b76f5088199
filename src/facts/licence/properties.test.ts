// Properties of may@1 over made-up books: small enough to collide, with every evidence level, cycles and missing rows among them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { surely, times } from '../../../test/thorough.ts'
import type { Day } from '../../core/units.ts'
import { ACTIONS, type Clause, LEGAL_FORMS, type Licence, type Model, makeBook, PURPOSES } from './book.ts'
import { lineage } from './chain.ts'
import { conflicts } from './conflicts.ts'
import { type MayAnswer, may } from './may.ts'
import type { MayQuestion, Memberships } from './question.ts'

const memberships: Memberships = { isMember: (bloc, country) => (country === 'XX' ? undefined : bloc === 'EU' && country === 'FR') }
const evidence = fc.constantFrom('unverified', 'declared', 'documented', 'documented', 'documented', 'attested')
const word = fc.constantFrom('yes', 'yes', 'yes', 'no', 'conditional', 'unknown')
const actions = fc.subarray([...ACTIONS], { minLength: 1 })
const clause: fc.Arbitrary<Clause> = fc.oneof(
  fc.record({
    id: fc.constant('territory'),
    kind: fc.constant('territory'),
    says: fc.constant('t'),
    actions,
    test: fc.constantFrom('licensee-domicile', 'place-of-use-and-output', 'stated-intention', 'reported-ban'),
    blocs: fc.constantFrom(['EU'], []),
    countries: fc.constantFrom(['GB'], []),
    covers: fc.constantFrom(['individual', 'company'], ['company']),
    endUsersExempt: fc.boolean(),
  }),
  fc.record({
    id: fc.constant('size'),
    kind: fc.constant('threshold'),
    says: fc.constant('s'),
    actions,
    measure: fc.constantFrom('monthly-users', 'revenue'),
    above: fc.constant(1000),
    clock: fc.constantFrom('release-date', 'continuous'),
    on: fc.constant('2024-01-01' as Day),
    of: fc.constantFrom('product', 'group'),
    consequence: fc.constantFrom('separate-licence', 'display'),
  }),
  fc.record({
    id: fc.constant('purpose'),
    kind: fc.constant('purpose'),
    says: fc.constant('p'),
    allows: fc.constantFrom(['research'], ['non-commercial', 'research']),
    commercial: fc.constantFrom('no', 'agreement'),
  }),
  fc.record({
    id: fc.constant('outputs'),
    kind: fc.constant('outputs'),
    says: fc.constant('o'),
    effect: fc.constantFrom('free', 'derivative', 'name-duty', 'forbids-improving', 'owned-by-licensor'),
  }),
  fc.record({
    id: fc.constant('name'),
    kind: fc.constant('name'),
    says: fc.constant('n'),
    prefix: fc.constantFrom('m', 'a', 'x'),
    outputs: fc.boolean(),
  }),
  fc.record({ id: fc.constant('duty'), kind: fc.constant('duty'), says: fc.constant('d'), travels: fc.boolean() }),
) as fc.Arbitrary<Clause>
const LICENCES = ['free', 'l1', 'l2', 'l3']
const licence = (id: string): fc.Arbitrary<Licence> =>
  fc.record({
    id: fc.constant(id),
    source: fc.constant('s'),
    evidence,
    read: fc.constantFrom('own-text', 'own-text', 'own-text', 'clause-only', 'not-read'),
    permits: fc.record({ use: word, modify: word, redistribute: word, commercial: word }),
    revocable: fc.constant('no'),
    mutable: fc.constant('no'),
    contradictions: fc.constant([]),
    clauses: fc.array(clause, { maxLength: 3 }),
  }) as fc.Arbitrary<Licence>
const FREE: Licence = {
  id: 'free',
  source: 's',
  evidence: 'documented',
  read: 'own-text',
  permits: { use: 'yes', modify: 'yes', redistribute: 'yes', commercial: 'yes' },
  revocable: 'no',
  mutable: 'no',
  contradictions: [],
  clauses: [],
}
const IDS = ['o/m0', 'o/m1', 'o/m2', 'o/m3', 'o/a4', 'o/a5']
const anyId = fc.constantFrom(...IDS, 'o/nobody')
const edge = fc.record({ id: anyId, relation: fc.constant('fine-tune'), evidence })
const model = (id: string): fc.Arbitrary<Model> =>
  fc
    .record({
      row: fc.constant(id),
      id: fc.constant(id),
      developer: fc.constantFrom('A', 'B', 'C'),
      country: fc.constant('FR'),
      origin: fc.constantFrom('from-scratch', 'from-scratch', 'derived', 'derived', 'unknown'),
      parents: fc.array(edge, { minLength: 1, maxLength: 2 }),
      outputsOf: fc.array(fc.record({ of: anyId, evidence }), { maxLength: 1 }),
      weights: fc.constant('open'),
      modality: fc.constantFrom('text', 'multimodal'),
      licences: fc.subarray([...LICENCES, 'free', 'free'], { minLength: 1, maxLength: 2 }),
      statements: fc.constant<Model['statements']>([]),
      languages: fc.constant<string[]>([]),
      sizes: fc.constant<string[]>([]),
      source: fc.constant('s'),
      sourceKind: fc.constant('primary'),
      asOf: fc.constant('2026'),
      evidence,
    })
    .map((row) => (row.origin === 'from-scratch' ? { ...row, parents: [] } : row)) as fc.Arbitrary<Model>
const world = fc.record({
  models: fc.tuple(...IDS.map(model)),
  licences: fc.tuple(fc.constant(FREE), ...LICENCES.slice(1).map(licence)),
  question: fc.record(
    {
      model: fc.constantFrom(...IDS),
      action: fc.constantFrom(...ACTIONS),
      seat: fc.constantFrom('FR', 'CH', 'GB', 'XX'),
      legalForm: fc.constantFrom(...LEGAL_FORMS),
      day: fc.constant('2026-11-22' as Day),
      purpose: fc.constantFrom(...PURPOSES),
      served: fc.constantFrom(['CH'], ['FR']),
      monthlyUsers: fc.constantFrom(1, 5000),
      revenue: fc.constantFrom(1, 5000),
      endUser: fc.boolean(),
    },
    { requiredKeys: ['model', 'action', 'seat', 'legalForm', 'day'] },
  ) as fc.Arbitrary<MayQuestion>,
})
const ask = (models: readonly Model[], licences: readonly Licence[], question: MayQuestion): MayAnswer => {
  const answer = may(makeBook(models, licences), question, memberships)
  return answer.ok ? answer.value : assert.fail(answer.error.message)
}
const RUNS = { numRuns: times(600, 2000) }
const RANK = { no: 0, unknown: 1, yes: 2 }

test('an edge or a licence more never raises a verdict', () => {
  let raised = 0
  fc.assert(
    fc.property(
      world,
      fc.nat({ max: IDS.length - 1 }),
      edge,
      fc.constantFrom('parent', 'outputs', 'licence'),
      fc.constantFrom(...LICENCES),
      (made, at, more, kind, id) => {
        const { models, licences, question } = made
        const before = ask(models, licences, question).verdict
        const grown = models.map((row, index) => {
          if (index !== at) return row
          if (kind === 'parent') return { ...row, parents: [...row.parents, more] }
          if (kind === 'outputs') return { ...row, outputsOf: [...row.outputsOf, { of: more.id, evidence: more.evidence }] }
          return { ...row, licences: [...row.licences, id] }
        })
        const after = ask(grown, licences, question).verdict
        assert.ok(RANK[after] <= RANK[before], `${before} became ${after}`)
        if (before === 'yes') raised++
      },
    ),
    RUNS,
  )
  assert.ok(raised > surely(RUNS.numRuns / 40), `only ${raised} worlds said yes: the property is empty`)
})

test('yes means: every ancestor has a documented row, a known origin and licences whose text was read', () => {
  let yes = 0
  fc.assert(
    fc.property(world, ({ models, licences, question }) => {
      const answer = ask(models, licences, question)
      if (answer.verdict !== 'yes') return
      yes++
      const book = makeBook(models, licences)
      const root = book.models.get(question.model) ?? assert.fail()
      for (const link of lineage(book, root)) {
        const row = link.model ?? assert.fail(`${link.id} has no row`)
        for (const level of [row.evidence, link.edge]) assert.ok(!['unverified', 'declared'].includes(level))
        assert.notEqual(row.origin, 'unknown')
        if (link.relicensed) continue
        for (const id of row.licences) assert.equal(book.licences.get(id)?.read, 'own-text')
      }
      assert.ok(answer.chain.every(({ verdict }) => verdict === 'yes'))
    }),
    RUNS,
  )
  assert.ok(yes > surely(RUNS.numRuns / 40), `only ${yes} worlds said yes`)
})

test('no rests on no unverified row', () => {
  fc.assert(
    fc.property(world, ({ models, licences, question }) => {
      const { verdict, deciding } = ask(models, licences, question)
      if (verdict === 'no') assert.notEqual(deciding.evidence, 'unverified')
    }),
    RUNS,
  )
})

test('taking a row away never yields yes where there was none', () => {
  fc.assert(
    fc.property(world, fc.nat({ max: 9 }), ({ models, licences, question }, at) => {
      const before = ask(models, licences, question).verdict
      const fewer = models.filter((row, index) => index !== at || row.id === question.model)
      const fewerLicences = licences.filter((_, index) => index !== at - IDS.length)
      const after = ask(fewer, fewerLicences, question).verdict
      if (before !== 'yes') assert.notEqual(after, 'yes')
    }),
    RUNS,
  )
})

test('the order of rows decides nothing', () => {
  fc.assert(
    fc.property(world, ({ models, licences, question }) => {
      const forward = ask(models, licences, question)
      const backward = ask([...models].reverse(), [...licences].reverse(), question)
      assert.deepEqual(backward, forward)
      assert.deepEqual(conflicts(makeBook([...models].reverse(), licences)), conflicts(makeBook(models, licences)))
    }),
    { numRuns: 500 },
  )
})

test('the deciding finding is the first of the lowest in the chain', () => {
  fc.assert(
    fc.property(world, ({ models, licences, question }) => {
      const { verdict, chain, deciding } = ask(models, licences, question)
      assert.equal(verdict, chain.map((step) => step.verdict).sort((a, b) => RANK[a] - RANK[b])[0])
      assert.equal(deciding.reason, chain.find((step) => step.verdict === verdict)?.finding.reason)
    }),
    { numRuns: 500 },
  )
})
