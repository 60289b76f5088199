// The examples as drills see them, with calls of one imagined window.
import assert from 'node:assert/strict'
import { type Day, epochMillis, micros, millis, tokens } from '../../src/core/units.ts'
import type { Traffic } from '../../src/drills/estate.ts'
import type { TrafficWindow } from '../../src/drills/exposure/ground.ts'
import type { Ground, Hypotheses } from '../../src/drills/ground.ts'
import { planDrill } from '../../src/drills/plan.ts'
import type { Report } from '../../src/drills/report.ts'
import { aimedAt, type Scenario } from '../../src/drills/scenario.ts'
import { loadConfiguration } from '../../src/main/config.ts'
import { readDrillBook } from '../../src/main/drill-book.ts'
import { groundOf, hypothesesOf } from '../../src/main/drill-ground.ts'
import { readLaw } from '../../src/main/law.ts'
import { example } from '../end-to-end/allod.ts'

export const EXAMPLES = ['full-stack', 'coalition', 'hybrid', 'partnership'] as const
const DAY = '2026-11-22' as Day
const FROM = Date.parse('2026-10-23T00:00:00Z')
const HOUR = 3_600_000

export const HEADING = { exchange: 'test.example', operator: 'Test', started: FROM, currency: 'EUR', policy: 'sha256:1', facts: 'sha256:2' }

/** Each demand asks a hundred times and is answered by its first route; one call in a hundred fails. */
export const windowOver = ({ estate }: Ground): TrafficWindow => {
  const traffic = estate.demands.map(
    ({ routes, ...demand }): Traffic => ({
      ...demand,
      route: routes[0],
      calls: 100,
      failed: routes.length === 0 ? 100 : 1,
      input: tokens(100_000),
      output: tokens(50_000),
      cost: micros(0),
      time: millis(100 * 3000),
    }),
  )
  return { from: epochMillis(FROM), to: epochMillis(FROM + 30 * 24 * HOUR), traffic, busiest: { from: epochMillis(FROM), traffic } }
}

export type Stage = {
  readonly ground: Ground
  readonly hypotheses: Hypotheses
  readonly scenarios: ReadonlyMap<string, Scenario>
  run(id: string, more?: { readonly target?: string; readonly window?: TrafficWindow }): Report
}

const stages = new Map<string, Stage>()
export const stageOf = (name: (typeof EXAMPLES)[number]): Stage => {
  const known = stages.get(name)
  if (known !== undefined) return known
  const loaded = loadConfiguration(example(name))
  assert.ok(loaded.ok, JSON.stringify(loaded))
  const law = readLaw(loaded.value, DAY)
  assert.ok(law.ok, JSON.stringify(law))
  const ground = groundOf(loaded.value, law.value)
  const hypotheses = hypothesesOf(loaded.value, law.value)
  const book = readDrillBook(loaded.value)
  assert.ok(hypotheses.ok && book.ok, JSON.stringify(book))
  const scenarios = new Map([...book.value].map(([id, { scenario }]) => [id, scenario]))
  const stage: Stage = {
    ground,
    hypotheses: hypotheses.value,
    scenarios,
    run: (id, { target, window = windowOver(ground) } = {}) => {
      const scenario = scenarios.get(id) ?? assert.fail(`there is no ${id}`)
      const aimed = target === undefined ? { ok: true as const, value: scenario } : aimedAt(scenario, target)
      assert.ok(aimed.ok, JSON.stringify(aimed))
      return planDrill(aimed.value, ground, hypotheses.value, window, HEADING)
    },
  }
  stages.set(name, stage)
  return stage
}
