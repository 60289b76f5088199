import { readdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import { parseFactText } from '../facts/book.ts'
import type { Fact, FactFailure } from '../facts/fact.ts'
import { PROJECT } from './paths.ts'

/** Sentences, each with its file and row. */
export type FactBookFailure = { readonly kind: 'facts'; readonly messages: readonly string[] }

/** Files of the fact book that hold something other than fact rows; the licence book reads them. */
const OTHER_FILES: readonly string[] = ['models.yaml', 'licences.yaml', 'corpus-licences.yaml']

/** The facts that ship. */
export const shippedFacts = (): Result<readonly Fact[], FactBookFailure> => {
  const folder = join(PROJECT, 'factbook')
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !OTHER_FILES.includes(name))
  return readFactFiles(
    names.sort().map((name) => join(folder, name)),
    'shipped',
  )
}

/** Reads fact files whole, or tells every mistake in them. */
export const readFactFiles = (files: readonly string[], origin: Fact['origin']): Result<readonly Fact[], FactBookFailure> => {
  const facts: Fact[] = []
  const messages: string[] = []
  for (const file of files) {
    const shown = isAbsolute(file) ? relative(process.cwd(), file) : file
    const text = readText(file)
    if (text === undefined) {
      messages.push(`${shown}: cannot be read`)
      continue
    }
    const parsed = parseFactText(text, { name: shown, origin })
    if (parsed.ok) facts.push(...parsed.value)
    else messages.push(...parsed.error.map(factSentence))
  }
  return messages.length > 0 ? err({ kind: 'facts', messages }) : ok(facts)
}

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

export const factSentence = (failure: FactFailure): string => `${failure.file}: ${failure.row}: ${failure.message}`
