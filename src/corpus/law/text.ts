import type { Named } from './inherit.ts'
import type { Answer, Reason } from './may.ts'

/** The answer for a person: verdict, what decides with the first documents, and what whoever gets the whole must keep. Lines without an end. */
export const mayText = (name: string, { question, verdict, documents, counts, deciding, inherits }: Answer): readonly string[] => {
  const where = question.place === null ? '' : ` ${question.place}`
  const how = `${question.commercial ? ', for commercial purposes' : ''}${question.altered ? ', personal data replaced' : ''}`
  return [
    `${verdict.toUpperCase()}  ${question.use} ${name}${where}`,
    `  ${many(documents, 'document')}, on ${question.day}${how}; each by itself: ${counts.yes} yes, ${counts.unknown} unknown, ${counts.no} no`,
    ...deciding.slice(0, MOST_REASONS).flatMap(reasonLines),
    ...(deciding.length > MOST_REASONS ? [`  and ${many(deciding.length - MOST_REASONS, 'reason')} more (\`--json\`)`] : []),
    'whoever gets it must keep',
    `  licence  ${inherits.under.length === 0 ? 'none serves the whole' : inherits.under.slice(0, MOST_NAMES).join(', or ')}`,
    ...(inherits.nonCommercial ? ['  no commercial use'] : []),
    ...(inherits.shareAlike ? ['  share alike: what is made from it stays under the same licence'] : []),
    ...inherits.restrictions.map((restriction) => `  ${restriction.replaceAll('-', ' ')}`),
    ...(inherits.consentEnds === null ? [] : [`  consent until ${inherits.consentEnds}`]),
    ...(inherits.attribution.length === 0 ? [] : [`  name  ${namesText(inherits.attribution)}`]),
    'This is computed from what was written down. It is not legal advice.',
  ]
}
const MOST_REASONS = 20
const MOST_NAMES = 5

const reasonLines = ({ rule, verdict, says, possible, documents, first }: Reason): readonly string[] => [
  `  ${verdict.padEnd(8)} ${says} [${rule}, ${many(documents, 'document')}]`,
  ...(possible === null ? [] : [`           possible with ${possible}`]),
  ...(verdict === 'yes' ? [] : first.map((each) => `           ${documentText(each)}`)),
]

/** A document on one line: the start of its id, and where it was found. */
export const documentText = ({ id, source, file, name }: Named): string =>
  `${id.slice(0, 16)}  ${source}: ${file}${name === '' ? '' : ` (${name})`}`
const namesText = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more (\`--json\`)`
const many = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
