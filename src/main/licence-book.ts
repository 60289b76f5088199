import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import type { Fact } from '../facts/fact.ts'
import { type BookFailure, type LicenceBook, parseBook } from '../facts/licence/book.ts'
import { modelFacts } from '../facts/licence/facts.ts'
import { decodeYaml } from '../facts/yaml-rows.ts'
import { PROJECT } from './paths.ts'

/** The models and licences that ship. */
export const shippedBook = (): Result<LicenceBook, BookFailure> => {
  const read = (name: string) => decodeYaml(readFileSync(join(PROJECT, 'factbook', name), 'utf8'))
  const [models, licences] = [read('models.yaml'), read('licences.yaml')]
  for (const file of [models, licences]) if (!file.ok) return err({ kind: 'licence-book-invalid', message: file.error.message })
  return parseBook(models.ok && models.value, licences.ok && licences.value)
}

/** The same as rows of the fact graph: who developed what, from what, under which licence. */
export const shippedModelFacts = (): Result<readonly Fact[], BookFailure> => {
  const book = shippedBook()
  return book.ok ? ok(modelFacts(book.value)) : book
}

/** Rows, and those of the shipped models that are not among them: `allod who` and reports look at models that policy does not ask for. */
export const withModelFacts = (facts: readonly Fact[]): Result<readonly Fact[], BookFailure> => {
  const models = shippedModelFacts()
  if (!models.ok) return models
  const known = new Set(facts.map(({ id }) => id))
  return ok([...facts, ...models.value.filter(({ id }) => !known.has(id))])
}
