// How the documents of a data set write numbers, names and tables, so that all of them write the same.
import { amountText, languageName } from '../coverage/coverage.ts'
import type { Manifest } from './manifest.ts'

/** `12 345 678`, with narrow spaces. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f')
export const bytesText = (bytes: number): string =>
  bytes < 1000
    ? `${bytes} bytes`
    : `${amountText(bytes)
        .replace(' k', ' kB')
        .replace(/ ([MGT])$/, ' $1B')}`
export const many = (value: number, noun: string): string => `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`
export const orUnknown = (texts: readonly (string | null)[]): string => {
  const known = texts.map((text) => text ?? 'unknown')
  return known.length === 0 ? 'unknown' : known.join(', ')
}

/** What would end a cell of a table, or begin markup, stands for itself. */
const escaped = (text: string): string => text.replaceAll(/[\\|<>*_`[\]]/g, '\\$&').replaceAll(/\s+/g, ' ')
/** A table of Markdown; nothing where it has no rows. */
export const markdownTable = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  if (rows.length === 0) return 'None.\n'
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return `${line(heads)}${line(heads.map(() => '---'))}${rows.map((cells) => line(cells.map((cell) => (typeof cell === 'number' ? grouped(cell) : escaped(cell))))).join('')}`
}
export const plain = escaped

export const languageText = (code: string | null): string =>
  code === null ? 'unknown' : code === 'und' ? 'not identified' : `${languageName(code)} (${code})`

/** One sentence on what whoever gets it must keep. */
export const dutiesOf = ({ law }: Manifest): readonly string[] => [
  law.under.length === 0
    ? 'No one licence serves the whole: each document stays under its own.'
    : `As one work it may go under ${law.under.slice(0, 5).join(', or ')}.`,
  ...(law.nonCommercial ? ['Not for commercial use.'] : []),
  ...(law.shareAlike ? ['Share alike: what is made from it stays under the same licence.'] : []),
  ...law.restrictions.map((restriction) => `By contract: ${restriction.replaceAll('-', ' ')}.`),
  ...(law.consentEnds === null ? [] : [`Consent for some of it ends on ${law.consentEnds}.`]),
]

const MODE_TEXTS: Readonly<Record<Manifest['personalData']['mode'], string>> = {
  none: 'Nobody looked for personal data: texts stand as they were read.',
  mark: 'Personal data were looked for and stand in the text, marked in the column `personal_data`.',
  redact: 'Personal data that were found were replaced by the name of their class in square brackets.',
  pseudonymise: 'Personal data that were found were replaced by stable pseudonyms.',
}
/** What became of personal data, in one or two sentences. */
export const personalText = ({ personalData: { mode, modes } }: Manifest): string => {
  const others = Object.entries(modes).filter(([, each]) => each !== mode)
  return `${MODE_TEXTS[mode]}${others.length === 0 ? '' : ` Otherwise: ${others.map(([name, each]) => `${name} (${each})`).join(', ')}.`}`
}
