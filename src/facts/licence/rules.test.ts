// Rules that no shipped row shows: name deadlocks, outputs that were forbidden, merges.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Day } from '../../core/units.ts'
import { type Action, type LicenceBook, parseBook } from './book.ts'
import { conflicts } from './conflicts.ts'
import { may } from './may.ts'
import { readQuestion } from './question.ts'

const row = (id: string, more: object) => ({
  row: id,
  id,
  developer: id,
  country: 'FR',
  origin: 'from-scratch',
  weights: 'open',
  licences: ['free'],
  source: 'https://example.org',
  sourceKind: 'primary',
  asOf: '2026',
  evidence: 'documented',
  ...more,
})
const parent = (id: string, evidence = 'documented') => ({ id, relation: 'merge', evidence })
const licence = (id: string, clauses: readonly object[]) => ({
  id,
  source: 'https://example.org',
  evidence: 'documented',
  read: 'own-text',
  permits: { use: 'yes', modify: 'yes', redistribute: 'yes', commercial: 'yes' },
  revocable: 'no',
  mutable: 'no',
  clauses,
})
const book = (models: readonly object[], licences: readonly object[]): LicenceBook => {
  const all = [licence('free', []), ...licences]
  const parsed = parseBook(
    { schema: 'allod-models/1', collected: '2026-11-22', models },
    { schema: 'allod-licences/1', collected: '2026-11-22', licences: all },
  )
  return parsed.ok ? parsed.value : assert.fail(parsed.error.message)
}
const ask = (of: LicenceBook, model: string, action: Action) => {
  const question = { model, action, seat: 'FR', legalForm: 'public-body', day: '2026-11-22' as Day } as const
  const answer = may(of, question, { isMember: () => false })
  return answer.ok ? answer.value : assert.fail(answer.error.message)
}
const name = (prefix: string, outputs = false) => ({ id: 'name', kind: 'name', says: `begins with ${prefix}`, prefix, outputs })

const merged = (...parents: readonly object[]) =>
  book(
    [
      row('a/Llama-9', { licences: ['llama'] }),
      row('b/EXAONE-9', { licences: ['exaone'] }),
      row('c/Llama-3-9', { licences: ['llama 3'] }),
      row('d/Llama-merge', { origin: 'derived', parents }),
    ],
    [licence('llama', [name('Llama', true)]), licence('exaone', [name('EXAONE')]), licence('llama 3', [name('Llama 3')])],
  )

test('a merge of parents with two prefixes has no lawful name', () => {
  const made = merged(parent('a/Llama-9'), parent('b/EXAONE-9'))
  const answer = ask(made, 'd/Llama-merge', 'redistribute')
  assert.equal(answer.verdict, 'no')
  assert.match(answer.deciding.reason, /no name can begin with both `Llama` and `EXAONE`/)
  assert.equal(answer.deciding.clause, 'name')
  assert.equal(ask(made, 'd/Llama-merge', 'serve-public').verdict, 'no')
  assert.equal(ask(made, 'd/Llama-merge', 'use-internal').verdict, 'yes')
  assert.ok(conflicts(made).some(({ kind }) => kind === 'name-deadlock'))
})

test('a deadlock over an unverified parent refuses nothing', () => {
  const answer = ask(merged(parent('a/Llama-9'), parent('b/EXAONE-9', 'unverified')), 'd/Llama-merge', 'redistribute')
  assert.equal(answer.verdict, 'unknown')
})

test('one prefix that begins the other is no deadlock', () => {
  const made = merged(parent('a/Llama-9'), parent('c/Llama-3-9'))
  assert.ok(!conflicts(made).some(({ kind }) => kind === 'name-deadlock'))
  assert.equal(ask(made, 'd/Llama-merge', 'redistribute').verdict, 'unknown', 'the name begins with Llama, not with Llama 3')
})

test('terms travel through outputs when the licence says so, and only then', () => {
  const made = (effect: string) =>
    book(
      [row('a/teacher', { licences: ['t'] }), row('b/student', { outputsOf: [{ of: 'a/teacher', evidence: 'documented' }] })],
      [
        licence('t', [
          { id: 'outputs', kind: 'outputs', says: 'o', effect },
          { id: 'paid', kind: 'refusal', says: 'no paid service', actions: ['serve-paid'] },
        ]),
      ],
    )
  assert.equal(ask(made('derivative'), 'b/student', 'serve-paid').verdict, 'no')
  assert.equal(ask(made('derivative'), 'b/student', 'use-internal').verdict, 'yes')
  assert.equal(ask(made('free'), 'b/student', 'serve-paid').verdict, 'yes')
  assert.equal(ask(made('forbids-improving'), 'b/student', 'use-internal').verdict, 'unknown')
  assert.equal(ask(made('owned-by-licensor'), 'b/student', 'use-internal').verdict, 'unknown')
  assert.ok(conflicts(made('derivative')).some(({ kind }) => kind === 'outputs-terms-dropped'))
})

test('A AND B binds twice', () => {
  const made = book(
    [row('a/both', { licences: ['free', 'strict'] })],
    [licence('strict', [{ id: 'x', kind: 'refusal', says: 's', actions: ['tune'] }])],
  )
  assert.equal(ask(made, 'a/both', 'tune').deciding.licence, 'strict')
  assert.equal(ask(made, 'a/both', 'use-internal').verdict, 'yes')
})

test('a lineage that runs in a circle ends', () => {
  const made = book(
    [row('a/x', { origin: 'derived', parents: [parent('b/y')] }), row('b/y', { origin: 'derived', parents: [parent('a/x')] })],
    [],
  )
  assert.equal(ask(made, 'a/x', 'use-internal').verdict, 'yes')
})

test('a book is read strictly', () => {
  const failure = (models: readonly object[], licences: readonly object[] = []): string => {
    const parsed = parseBook(
      { schema: 'allod-models/1', collected: '2026-11-22', models },
      { schema: 'allod-licences/1', collected: '2026-11-22', licences },
    )
    return parsed.ok ? '' : parsed.error.message
  }
  assert.match(failure([row('a/x', { origin: 'derived' })]), /names a parent/)
  assert.match(failure([row('a/x', { colour: 'blue' })]), /colour/)
  assert.match(failure([row('a/x', {}), row('a/x', {})]), /two rows/)
  assert.match(
    failure([], [licence('l', [{ id: 'x', kind: 'territory', says: 's', actions: ['tune'], test: 'domicile' }])]),
    /licences\.licences\.0\.clauses\.0\.test/,
  )
  assert.match(failure([row('a/x', { country: 'ZZ' })]), /country/)
})

test('words of a command line become a question, or one sentence', () => {
  const words = { model: 'model:a/x', action: 'tune', seat: 'FR', form: 'ngo', day: '2026-11-22' as Day }
  const read = readQuestion({ ...words, users: '1_000', serves: ['DE'] })
  assert.deepEqual(read.ok && read.value, {
    model: 'a/x',
    action: 'tune',
    seat: 'FR',
    legalForm: 'ngo',
    day: '2026-11-22',
    monthlyUsers: 1000,
    served: ['DE'],
  })
  const wrong = (more: object): string => {
    const result = readQuestion({ ...words, ...more })
    return result.ok ? '' : result.error.message
  }
  assert.equal(wrong({ action: 'tun' }), '`tun` is no action; did you mean `tune`?')
  assert.match(wrong({ form: 'ministry' }), /one of public-body, /)
  assert.match(wrong({ seat: 'France' }), /`France` is no country/)
  assert.match(wrong({ users: 'many' }), /`many` is no whole number/)
  assert.match(wrong({ serviceSince: '2026' }), /`2026` is no day/)
})

test('a refusal beyond an unverified edge refuses nothing, and parents may stand in any order', () => {
  const strict = licence('strict', [{ id: 'x', kind: 'refusal', says: 's', actions: ['tune'] }])
  const made = (evidence: string, parents: readonly string[]) =>
    book(
      [
        row('a/root', { licences: ['strict'] }),
        row('b/root', { licences: ['strict'] }),
        row('c/middle', { origin: 'derived', parents: parents.map((id) => parent(id)) }),
        row('d/leaf', { origin: 'derived', parents: [parent('c/middle', evidence)] }),
      ],
      [strict],
    )
  assert.equal(ask(made('documented', ['a/root']), 'd/leaf', 'tune').verdict, 'no')
  assert.equal(ask(made('unverified', ['a/root']), 'd/leaf', 'tune').verdict, 'unknown')
  assert.deepEqual(
    ask(made('documented', ['a/root', 'b/root']), 'd/leaf', 'tune').deciding,
    ask(made('documented', ['b/root', 'a/root']), 'd/leaf', 'tune').deciding,
  )
})
