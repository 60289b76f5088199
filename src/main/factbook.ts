import { readdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { parse } from 'yaml'
import { err, ok, type Result } from '../core/result.ts'
import { type Fact, type FactFailure, parseFacts } from '../facts/fact.ts'
import { PROJECT } from './paths.ts'

/** Sentences, each with its file and row. */
export type FactBookFailure = { readonly kind: 'facts'; readonly messages: readonly string[] }

/** Files of the fact book that hold something other than fact rows; the licence book reads them. */
const OTHER_FILES: readonly string[] = ['models.yaml', 'licences.yaml']

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
    try {
      const parsed = parseFacts(parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 }), { name: shown, origin })
      if (parsed.ok) facts.push(...parsed.value)
      else messages.push(...parsed.error.map(factSentence))
    } catch (failure) {
      messages.push(`${shown}: ${failure instanceof Error ? (failure.message.split('\n', 1)[0] ?? '') : 'cannot be read'}`)
    }
  }
  return messages.length > 0 ? err({ kind: 'facts', messages }) : ok(facts)
}

export const factSentence = (failure: FactFailure): string => `${failure.file}: ${failure.row}: ${failure.message}`
