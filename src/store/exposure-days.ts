import type { DatabaseSync } from 'node:sqlite'
import { isJsonObject, type JsonObject, parseJson } from '../core/json.ts'
import type { Result } from '../core/result.ts'
import type { Day } from '../core/units.ts'
import { attempt, type StoreFailure } from './failure.ts'

/** Figures of exposure, one small row for each day: what it was, and how it moved. */
export type ExposureDays = {
  /** What was found last on a day stands for it. */
  keep(day: Day, figures: JsonObject): Result<void, StoreFailure>
  /** From a day on, oldest first. */
  since(day: Day): Result<readonly { readonly day: Day; readonly figures: JsonObject }[], StoreFailure>
  /** The first day there is a row of. */
  first(): Result<Day | undefined, StoreFailure>
}

const LIMITS = { maxLength: 1 << 16, maxDepth: 8 }

export const createExposureDays = (database: DatabaseSync): ExposureDays => {
  const keep = database.prepare(
    'INSERT INTO exposure_days (day, figures) VALUES (?, ?) ON CONFLICT DO UPDATE SET figures = excluded.figures',
  )
  const since = database.prepare('SELECT day, figures FROM exposure_days WHERE day >= ? ORDER BY day')
  const first = database.prepare('SELECT min(day) AS day FROM exposure_days')
  return {
    keep: (day, figures) =>
      attempt(() => {
        keep.run(day, JSON.stringify(figures))
      }),
    since: (day) =>
      attempt(() =>
        since.all(day).flatMap((row) => {
          const figures = parseJson(String(row.figures), LIMITS)
          return figures.ok && isJsonObject(figures.value) ? [{ day: String(row.day) as Day, figures: figures.value }] : []
        }),
      ),
    first: () =>
      attempt(() => {
        const day = first.get()?.day
        return typeof day === 'string' ? (day as Day) : undefined
      }),
  }
}
