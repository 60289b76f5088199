import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Predicate } from './predicates.ts'
import { type Edge, type Question, REACH_2 } from './rules.ts'

/** The edges that an answer to a question decides over, beside the one of its own predicate. */
const DECIDED: { readonly [question in Question['name']]?: readonly Predicate[] } = {
  place: ['offered-in'],
  custody: ['serves'],
  weights: ['developed-by'],
}
const edgesOf = ({ name, settledBy }: Question): readonly Edge[] =>
  REACH_2.edges.filter(({ predicate }) => settledBy.includes(predicate) || DECIDED[name]?.includes(predicate))

test('G3: an open question puts unknown into every power that an answer to it could carry', () => {
  for (const question of REACH_2.questions) {
    const edges = edgesOf(question)
    assert.ok(edges.length > 0, question.name)
    for (const { predicate, carries } of edges) {
      for (const power of carries) assert.ok(question.powers.includes(power), `${question.name}: ${predicate} carries ${power}`)
    }
  }
})
