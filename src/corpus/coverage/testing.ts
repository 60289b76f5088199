// A test of the identifier on texts whose language is known: what it takes for what.
import { createHash } from 'node:crypto'
import { isJsonObject, parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Examine } from '../block.ts'
import { type CorpusFailure, unusable } from '../failure.ts'
import { Pack, PackBuilder } from '../pack.ts'
import { namesIn } from '../run/examine.ts'
import { type Digest, section } from '../sections.ts'
import { UNKNOWN_TERMS } from '../terms.ts'
import type { Confusion } from './confusion.ts'

/** Lines of `{"language": …, "text": …}`; `lang` does as well. `path` is for the sentence that says what is wrong. */
export const testIdentifier = (lines: string, path: string, examine: Examine): Result<Confusion, CorpusFailure> => {
  const builder = new PackBuilder()
  const known: string[] = []
  for (const [index, line] of lines.split('\n').entries()) {
    if (line.trim() === '') continue
    const sample = parseJson(line)
    const row = sample.ok && isJsonObject(sample.value) ? sample.value : {}
    const language = row.language ?? row.lang
    if (typeof language !== 'string' || typeof row.text !== 'string')
      return unusable(`line ${index + 1} of \`${path}\` is no text with its language, such as \`{"language": "ga", "text": "…"}\``)
    known.push(language)
    builder.add({ text: Buffer.from(row.text), origin: { ...NOWHERE, offset: index }, terms: UNKNOWN_TERMS })
  }
  const pack = Pack.of(builder.sections())
  const found = pack.ok ? examine(pack.value, {}) : pack
  if (!found.ok) return found
  const [names, places] = [namesIn(found.value, 'languages'), section(found.value, 'language', Uint16Array)]
  if (!names.ok) return names
  return places.ok
    ? ok(
        matrixOf(
          known,
          [...places.value].map((place) => names.value[place] ?? 'und'),
        ),
      )
    : places
}

const NOWHERE = {
  source: 'samples',
  file: '',
  digest: createHash('sha256').digest('hex') as Digest,
  time: 0,
  offset: 0,
  length: 0,
  name: '',
}

const matrixOf = (known: readonly string[], found: readonly string[]): Confusion => {
  const languages = [...new Set([...known, ...found])].sort()
  const places = new Map(languages.map((language, place) => [language, place]))
  const counts = languages.map(() => languages.map(() => 0))
  for (const [index, language] of known.entries()) {
    const row = counts[places.get(language) ?? 0]
    const column = places.get(found[index] ?? '') ?? 0
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1
  }
  return { languages, counts }
}
