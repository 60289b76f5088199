// The law that a corpus is asked by: the licences that ship, the owner's own, and what home is.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Jurisdiction } from '../../core/jurisdiction.ts'
import { type Day, dayOf } from '../../core/units.ts'
import { type LicenceBook, parseLicences } from '../../corpus/law/licences.ts'
import type { Law } from '../../corpus/law/rules.ts'
import { parseCountry } from '../../facts/countries.ts'
import { decodeYaml } from '../../facts/yaml-rows.ts'
import { type Given, type Terminal, UsageFailure } from '../command.ts'
import { systemClock } from '../exchange.ts'
import { readLaw } from '../law.ts'
import { loadGiven } from '../owner.ts'
import { PROJECT } from '../paths.ts'
import { readDay } from '../who.ts'
import { corpusFolder } from './ground.ts'

/** Law, and who asks by it; undefined where it was said already what is wrong with the configuration. */
export type CorpusGround = {
  readonly law: Law
  readonly home: readonly string[]
  readonly publisher: { readonly name: string; readonly country: string | null }
  readonly day: Day
}

export const corpusGround = (given: Given, terminal: Terminal): CorpusGround | undefined => {
  const loaded = loadGiven(given, terminal)
  if (loaded === undefined) return undefined
  const now = dayOf(systemClock())
  const law = readLaw(loaded, now)
  if (!law.ok) {
    for (const message of law.error.messages) terminal.error(message)
    return undefined
  }
  const { exchange } = loaded.configuration
  const { home } = law.value.context
  return {
    law: { book: licenceBook(corpusFolder(given)), atHome: (place) => home.has(place as Jurisdiction) },
    home: [...home].sort(),
    publisher: { name: exchange.operator, country: exchange.seat ?? null },
    day: readDay(given.text('on')),
  }
}

/** What ships, and `<data>/corpus/licences.yaml` over it. */
const licenceBook = (corpus: string): LicenceBook => {
  const own = join(corpus, 'licences.yaml')
  const files = [join(PROJECT, 'factbook/corpus-licences.yaml'), ...(existsSync(own) ? [own] : [])]
  const decoded = files.map((file) => {
    const read = decodeYaml(readFileSync(file, 'utf8'), 0)
    if (!read.ok) throw new UsageFailure(`\`${file}\`: ${read.error.message}`)
    return read.value
  })
  const book = parseLicences(...decoded)
  if (!book.ok) throw new UsageFailure(book.error.message)
  return book.value
}

/** A country as ISO 3166-1 alpha-2 has it. */
export const placeGiven = (text: string | undefined): string | null => {
  if (text === undefined) return null
  const place = parseCountry(text.toUpperCase())
  if (place === undefined) throw new UsageFailure(`\`${text}\` is no country; write its two letters of ISO 3166-1, such as SI`)
  return place
}
