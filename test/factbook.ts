// The shipped facts, for the tests that ask them questions.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Jurisdiction } from '../src/core/jurisdiction.ts'
import { parseDay } from '../src/core/units.ts'
import { parseFactText } from '../src/facts/book.ts'
import type { Fact } from '../src/facts/fact.ts'
import { buildGraph } from '../src/facts/graph.ts'
import { type ReachAnswer, reachOf } from '../src/facts/reach.ts'
import { resolveSubject } from '../src/facts/subject.ts'

export const FACT_FILES = ['blocs', 'endpoints', 'operators'] as const

export const readShippedFacts = (): readonly Fact[] =>
  FACT_FILES.flatMap((name) => {
    const path = join(import.meta.dirname, `../factbook/${name}.yaml`)
    const parsed = parseFactText(readFileSync(path, 'utf8'), { name: `factbook/${name}.yaml`, origin: 'shipped' })
    assert.ok(parsed.ok, JSON.stringify(parsed))
    return parsed.value
  })

export const shippedFacts: readonly Fact[] = readShippedFacts()
const shipped = buildGraph(shippedFacts)

export type Asked = { readonly on?: string; readonly region?: string; readonly threshold?: number; readonly facts?: readonly Fact[] }

/** `allod who NAME --on … --pick region=… --threshold …` on the shipped facts, or on others. */
export const who = (name: string, asked: Asked = {}): ReachAnswer => {
  const graph = asked.facts === undefined ? shipped : buildGraph(asked.facts)
  const subject = resolveSubject(graph, name)
  assert.ok(subject.ok, JSON.stringify(subject))
  const date = parseDay(asked.on ?? '2026-11-22')
  assert.ok(date)
  const picks = asked.region === undefined ? {} : { region: asked.region as Jurisdiction }
  return reachOf(graph, subject.value, { date, picks, ...(asked.threshold !== undefined && { threshold: asked.threshold }) })
}
