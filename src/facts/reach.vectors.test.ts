import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseJson } from '../core/json.ts'
import { POWERS, type Power } from '../core/jurisdiction.ts'
import { type Fact, parseFact } from './fact.ts'
import { buildGraph } from './graph.ts'
import { reachOf } from './reach.ts'
import type { ReachOptions } from './world.ts'

type Vector = {
  readonly about: string
  readonly question: ReachOptions & { readonly subject: string }
  readonly facts: readonly (Partial<Fact> & { readonly id: string })[]
  readonly expected: Record<Power, readonly { readonly jurisdiction: string; readonly path: readonly string[] }[]> & {
    readonly missing: readonly { readonly subject: string; readonly question: string }[]
  }
}

const folder = join(import.meta.dirname, '../../spec/vectors/reach')
/** Rows of a vector leave out what the rules do not look at. */
const rowOf = ({ origin, ...row }: Vector['facts'][number]): Fact => {
  const parsed = parseFact({ source: 'vector', sourceKind: 'primary', ...row }, row.id, { name: 'vector', origin: origin ?? 'shipped' })
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.value
}

for (const file of readdirSync(folder).sort()) {
  const parsed = parseJson(readFileSync(join(folder, file), 'utf8'))
  assert.ok(parsed.ok, file)
  const { about, question, facts, expected } = parsed.value as unknown as Vector
  test(`${file}: ${about}`, () => {
    const answer = reachOf(buildGraph(facts.map(rowOf)), question.subject, question)
    for (const power of POWERS) {
      assert.deepEqual(
        answer[power].map(({ jurisdiction, path }) => ({ jurisdiction, path })),
        expected[power],
        power,
      )
    }
    assert.deepEqual(
      answer.missing.map(({ subject, question: name }) => ({ subject, question: name })),
      expected.missing,
    )
  })
}
