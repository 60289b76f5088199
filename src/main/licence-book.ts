import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ok, type Result } from '../core/result.ts'
import type { Fact } from '../facts/fact.ts'
import { type BookFailure, type LicenceBook, parseBook } from '../facts/licence/book.ts'
import { modelFacts } from '../facts/licence/facts.ts'
import { PROJECT } from './paths.ts'

/** The models and licences that ship. */
export const shippedBook = (): Result<LicenceBook, BookFailure> => {
  const read = (name: string): unknown => parse(readFileSync(join(PROJECT, 'factbook', name), 'utf8'), { maxAliasCount: 100 })
  return parseBook(read('models.yaml'), read('licences.yaml'))
}

/** The same as rows of the fact graph: who developed what, from what, under which licence. */
export const shippedModelFacts = (): Result<readonly Fact[], BookFailure> => {
  const book = shippedBook()
  return book.ok ? ok(modelFacts(book.value)) : book
}
