// Exposure as the console shows it: the same figures as on the command line, and how they moved.

import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { dayOf, epochMillis } from '../../core/units.ts'
import { ofEachPower } from '../../drills/exposure/ground.ts'
import { mostOfRoutes } from '../../drills/exposure/most.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers } from '../../http/console/handlers.ts'
import { text } from '../members.ts'
import type { ConsoleGround } from './ground.ts'
import type { KnownRun, RunBook } from './run-book.ts'

type Point = Answer<'GET /exposure/trend'>['points'][number]
type Trend = Result<Answer<'GET /exposure/trend'>, ConsoleFailure>
const DAY = 86_400_000

export const exposureHandlers = (ground: ConsoleGround, runs: RunBook): Pick<Handlers, 'GET /exposure' | 'GET /exposure/trend'> => ({
  'GET /exposure': async ({ query }) => {
    const found = await ground.drills.exposure(query.days)
    if (!found.ok) return found
    const { exposure, remedies } = found.value
    // What crossed from the thread is a copy of its own, so that nobody else writes to it.
    return ok({ exposure, remedies, limitPercent: limitOf(ground) } as unknown as Answer<'GET /exposure'>)
  },
  'GET /exposure/trend': ({ query }) => trend(ground, runs, query.days),
})

const limitOf = ({ exchange }: ConsoleGround): number | null => exchange().loaded.configuration.drills.limitPercent ?? null

/** Rows of days, and of days before the first of them what kept reports of drills tell, if this exchange signed them. */
const trend = async (ground: ConsoleGround, runs: RunBook, days: number): Promise<Trend> => {
  const { store, clock } = ground.exchange()
  const from = dayOf(epochMillis(clock() - days * DAY))
  const rows = store.exposureDays.since(from)
  const first = store.exposureDays.first()
  const kept = await runs.list()
  if (!rows.ok) return unavailable(rows.error.message)
  if (!first.ok) return unavailable(first.error.message)
  if (!kept.ok) return kept
  const told = new Map<string, Told>()
  // Newest first, so that the last of a day stands.
  for (const known of kept.value.runs) if (known.run.signed && known.day >= from && !told.has(known.day)) told.set(known.day, ofRun(known))
  for (const { day, figures } of rows.value) told.set(day, ofRow(day, figures))
  const inOrder = [...told.values()].sort((a, b) => (a.point.day < b.point.day ? -1 : 1))
  const points = inOrder.map(({ point, law }, index): Point => ({ ...point, causes: causesOf(inOrder[index - 1]?.law, law) }))
  return ok({ since: first.value ?? null, limitPercent: limitOf(ground), points })
}

const unavailable = (message: string): Result<never, ConsoleFailure> => err({ kind: 'unavailable', message })

/** What the figures of a day stand on; what is not known of a day is left out, and is no cause. */
type Law = Readonly<Partial<Record<Point['causes'][number], string>>>
type Told = { readonly point: Omit<Point, 'causes'>; readonly law: Law }

const causesOf = (before: Law | undefined, now: Law): Point['causes'] =>
  (['policy', 'facts', 'configuration'] as const).filter(
    (each) => before?.[each] !== undefined && now[each] !== undefined && before[each] !== now[each],
  )

const ofRun = ({ run, served, home, day, policy, demands, windowCalls }: KnownRun): Told => {
  const most = mostOfRoutes(served, home)
  return {
    point: {
      day,
      from: 'drill',
      run: run.id,
      calls: windowCalls,
      aliases: null,
      most: ofEachPower((power) => ({ ...most[power], aliases: null })),
      alone: null,
      demands,
    },
    law: { policy },
  }
}

/** What this or an earlier version wrote. */
const ofRow = (day: string, figures: JsonObject): Told => {
  const most = isJsonObject(figures.most) ? figures.most : {}
  const alone = isJsonObject(figures.alone) ? figures.alone : {}
  const law = Object.fromEntries(
    (['policy', 'facts', 'configuration'] as const).flatMap((name) => (typeof figures[name] === 'string' ? [[name, figures[name]]] : [])),
  )
  return {
    point: {
      day,
      from: 'day',
      run: null,
      calls: Number(figures.calls),
      aliases: Number(figures.aliases),
      most: ofEachPower((power) => {
        const found = isJsonObject(most[power]) ? most[power] : {}
        return {
          country: text(found, 'country') ?? null,
          calls: Number(found.calls ?? 0),
          aliases: Number(found.aliases ?? 0),
          unknown: Number(found.unknown ?? 0),
        }
      }),
      alone: { country: text(alone, 'country') ?? null, demands: Number(alone.demands ?? 0) },
      demands: Number(figures.demands),
    },
    law,
  }
}
