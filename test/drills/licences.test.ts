import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Day } from '../../src/core/units.ts'
import { type Licensee, licenceShifts } from '../../src/drills/licences.ts'
import { buildGraph } from '../../src/facts/graph.ts'
import { graphMemberships } from '../../src/facts/licence/memberships.ts'
import { shippedBook } from '../../src/main/licence-book.ts'
import { shippedFacts } from '../factbook.ts'

const book = shippedBook()
assert.ok(book.ok)
const memberships = graphMemberships(buildGraph(shippedFacts))
const licensee: Licensee = { seat: 'CH', legalForm: 'company', action: 'use-internal', day: '2026-11-22' as Day }
const shift = (excluded: string, models: readonly string[], over: Partial<Licensee> = {}) =>
  licenceShifts({ book: book.value, memberships, licensee: { ...licensee, ...over } }, excluded, models)

const derived = [...book.value.models.values()].find(
  ({ parents }) => book.value.models.get(parents[0]?.id ?? '')?.origin === 'from-scratch',
)
assert.ok(derived)
const parent = `model:${derived.parents[0]?.id}`

test('a licence that excludes the seat says no, to the model and to what is made from it', () => {
  const [itself, child] = shift(parent, [parent, `model:${derived.id}`])
  assert.notEqual(itself?.before.verdict, 'no')
  assert.deepEqual([itself?.after.verdict, child?.after.verdict], ['no', 'no'])
})

test('a model of another line is not touched', () => {
  const licences = new Set(book.value.models.get(parent.slice('model:'.length))?.licences)
  const other = [...book.value.models.values()].find(
    ({ origin, licences: own }) => origin === 'from-scratch' && !own.some((each) => licences.has(each)),
  )
  assert.ok(other)
  const [same] = shift(parent, [`model:${other.id}`])
  assert.deepEqual(same?.after, same?.before)
})

test('INVARIANT(G3): without a legal form each is asked, and the worst answer counts', () => {
  const { legalForm: _, ...anyone } = licensee
  for (const model of [...book.value.models.keys()].slice(0, 12).map((id) => `model:${id}`)) {
    const [worst] = licenceShifts({ book: book.value, memberships, licensee: anyone }, 'model:none', [model])
    const [one] = shift('model:none', [model])
    const order = ['no', 'unknown', 'yes']
    assert.ok(order.indexOf(worst?.before.verdict ?? '') <= order.indexOf(one?.before.verdict ?? ''), model)
  }
})

test('a model that no row describes has a licence nobody knows, and loses it when the drill says so', () => {
  const [it] = shift('model:nobody/knows', ['model:nobody/knows'])
  assert.deepEqual([it?.before.verdict, it?.after.verdict], ['unknown', 'no'])
})
