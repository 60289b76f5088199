import type { DatabaseSync } from 'node:sqlite'
import type { CallId } from '../core/ids.ts'
import { ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import { transact } from './database.ts'
import { attempt, type StoreFailure } from './failure.ts'

/** What somebody thought of several answers to the same question. */
export type Rating = {
  readonly time: EpochMillis
  readonly person: string
  /** ISO 639: the language that was spoken. */
  readonly language: string
  readonly alias: string
  /** Whether the endpoints’ names were hidden until it was given. */
  readonly blind: boolean
  readonly answers: readonly { readonly call: CallId; readonly endpoint: string; readonly model: string }[]
  readonly verdict: 'best' | 'same' | 'none'
  /** Its place among `answers`. */
  readonly best?: number
  /** In the order of `answers`; only where the person wanted it kept. */
  readonly texts?: { readonly question: string; readonly answers: readonly string[] }
}
export type RatingSum = {
  readonly language: string
  readonly endpoint: string
  readonly model: string
  readonly best: number
  readonly same: number
  readonly worse: number
}
/** Feedback, which never leaves this store by itself. */
export type Ratings = {
  /** Its number. */
  add(rating: Rating): Result<number, StoreFailure>
  sums(): Result<{ readonly count: number; readonly withTexts: number; readonly rows: readonly RatingSum[] }, StoreFailure>
  /** Forgets question and answers of each rating that one of these calls has part in (G8). */
  eraseTexts(calls: readonly CallId[]): Result<void, StoreFailure>
}

export const createRatings = (database: DatabaseSync): Ratings => {
  const sql = statements(database)
  return {
    add: (rating) =>
      transact(database, () => {
        const { time, person, language, alias, blind, verdict, best, texts, answers } = rating
        const kept = texts === undefined ? null : JSON.stringify(texts)
        const id = Number(sql.add.run(time, person, language, alias, blind ? 1 : 0, verdict, kept).lastInsertRowid)
        for (const [place, { call, endpoint, model }] of answers.entries())
          sql.addAnswer.run(id, place, call, endpoint, model, resultOf(verdict, place === best))
        return ok(id)
      }),
    sums: () =>
      attempt(() => {
        const total = sql.total.get()
        return {
          count: Number(total?.count ?? 0),
          withTexts: Number(total?.texts ?? 0),
          rows: sql.sums.all().map((row) => ({
            language: String(row.language),
            endpoint: String(row.endpoint),
            model: String(row.model),
            best: Number(row.best),
            same: Number(row.same),
            worse: Number(row.worse),
          })),
        }
      }),
    eraseTexts: (calls) =>
      transact(database, () => {
        for (const call of calls) sql.eraseTexts.run(call)
        return ok(undefined)
      }),
  }
}

const resultOf = (verdict: Rating['verdict'], isBest: boolean): 'best' | 'same' | 'worse' =>
  verdict === 'same' ? 'same' : isBest ? 'best' : 'worse'

const statements = (database: DatabaseSync) => ({
  add: database.prepare('INSERT INTO ratings (time, person, language, alias, blind, verdict, texts) VALUES (?, ?, ?, ?, ?, ?, ?)'),
  addAnswer: database.prepare('INSERT INTO rated (rating, place, call, endpoint, model, result) VALUES (?, ?, ?, ?, ?, ?)'),
  total: database.prepare('SELECT count(*) AS count, count(texts) AS texts FROM ratings'),
  sums: database.prepare(`
    SELECT language, endpoint, model, sum(result = 'best') AS best, sum(result = 'same') AS same, sum(result = 'worse') AS worse
    FROM rated JOIN ratings ON ratings.id = rated.rating GROUP BY language, endpoint, model ORDER BY language, best DESC, endpoint`),
  eraseTexts: database.prepare('UPDATE ratings SET texts = NULL WHERE id IN (SELECT rating FROM rated WHERE call = ?)'),
})
