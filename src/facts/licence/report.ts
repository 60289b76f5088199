import { canonicalJson, type Json } from '../../core/json.ts'
import type { Conflict } from './conflicts.ts'
import type { MayAnswer, Step } from './may.ts'

/** The answer for a person: verdict, deciding clause with quotation and source, the lineage, duties and notes. Lines without an end. */
export const mayText = (answer: MayAnswer): readonly string[] => {
  const { question, deciding } = answer
  const lines = [
    `${answer.verdict.toUpperCase()}  ${question.action} ${question.model}`,
    `  for a ${question.legalForm} seated in ${question.seat}, on ${question.day}`,
    `  because ${deciding.reason}`,
  ]
  if (deciding.licence !== undefined)
    lines.push(
      `  clause  ${deciding.licence}${deciding.clause === undefined ? '' : ` / ${deciding.clause}`} of ${deciding.model} [${deciding.evidence}]`,
    )
  else lines.push(`  row     ${deciding.model} [${deciding.evidence}]`)
  if (deciding.quote !== undefined) lines.push(`  quote   “${deciding.quote}”`)
  if (deciding.says !== undefined) lines.push(`  says    ${deciding.says}`)
  if (deciding.source !== undefined) lines.push(`  source  ${deciding.source}`)
  if (deciding.remedy !== undefined) lines.push(`  needed  ${deciding.remedy}`)
  lines.push('lineage', ...answer.chain.map(stepLine))
  if (answer.verdict !== 'no' && answer.duties.length > 0) lines.push('duties', ...answer.duties.map((duty) => `  ${duty}`))
  if (answer.conflicts.length > 0) lines.push('conflicts', ...answer.conflicts.map((conflict) => `  ${conflictLine(conflict)}`))
  lines.push('notes', ...answer.notes.map((note) => `  ${note}`), '  not legal advice')
  return lines
}

const WAY: Readonly<Record<Step['via'], string>> = {
  itself: 'itself',
  'derived-from': 'derived from',
  'trained-on-outputs-of': 'trained on outputs of',
  'name-duty': 'name of',
}
const stepLine = ({ verdict, via, model, licences, path, finding }: Step): string =>
  `  ${verdict.padEnd(7)}  ${'  '.repeat(path.length - 1)}${WAY[via]} ${model} (${licences.join(' and ') || 'no row'}): ${finding.reason}`

/** One conflict in one line. */
export const conflictLine = ({ subject, kind, direction, with: other, says, evidence, flagged, undecidable }: Conflict): string =>
  `${subject}: ${says} (${kind}, ${direction}${flagged ? '' : ', no fault'}${undecidable ? ', undecidable' : ''}; ${other}; ${evidence})`

/** The same answer as canonical JSON (RFC 8785); the shape is `spec/licences.md` section 6. */
export const mayJson = (answer: MayAnswer): string => canonicalJson(answer as unknown as Json)
