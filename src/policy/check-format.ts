import type { CheckedPolicy, CheckReport, Finding, Matrix } from './check-types.ts'

const WIDTH = 100
const CELL = 15

/** The report as text no wider than 100 columns where names allow it, without colours; ends with a line feed. */
export const formatCheck = (report: CheckReport): string => {
  const marks = new Map(report.policies.map(({ id }, index) => [id, `${index + 1}`]))
  const { enumerated } = report
  const lines = [
    ...report.matrices.flatMap((matrix) => [...formatMatrix(matrix, marks), '']),
    'policies (number, effect, id, decisions of today)',
    ...report.policies.flatMap((policy) => formatPolicy(policy, marks.get(policy.id) ?? '')),
    '  -  no policy permits: refused',
    '',
    ...formatRefusedByIntent(report),
    ...formatFindings('warning', report.warnings),
    ...formatFindings('failure', report.failures),
    ...wrapped(
      `checked ${enumerated.questions} questions, ${enumerated.routes} routes and ${enumerated.failureStates} failure states ` +
        `(${enumerated.failureStatesWithoutRoute} of them leave a route without an endpoint)` +
        (enumerated.hypotheticalQuestions > 0 ? `, and ${enumerated.hypotheticalQuestions} hypothetical questions` : '') +
        (enumerated.boundedAliases.length > 0 ? `; at most two endpoints down at once for ${enumerated.boundedAliases.join(', ')}` : ''),
      '',
    ),
    report.passes
      ? 'the policies pass'
      : `the policies fail: ${report.failures.length} ${report.failures.length === 1 ? 'failure' : 'failures'}`,
  ]
  return `${lines.join('\n')}\n`
}

const formatMatrix = ({ callers, purposes, dataClasses, rows }: Matrix, marks: ReadonlyMap<string, string>): string[] => {
  const names = rows.map(({ endpoint, model }) => `${endpoint}/${model}`)
  const first = Math.min(WIDTH - CELL, Math.max(14, ...names.map((name) => name.length)) + 2)
  const perTable = Math.max(1, Math.floor((WIDTH - first) / CELL))
  const lines = wrapped(`${callers.join(', ')} for ${purposes.join(', ')}`, '')
  for (let from = 0; from < dataClasses.length; from += perTable) {
    const shown = dataClasses.slice(from, from + perTable)
    lines.push(`${''.padEnd(first)}${shown.map((name) => cut(name, CELL - 1).padEnd(CELL)).join('')}`.trimEnd())
    for (const [index, { cells }] of rows.entries()) {
      const texts = cells.slice(from, from + perTable).map(({ permit, by }) => {
        const rules = by.map((id) => marks.get(id) ?? '-').join(',')
        return cut(`${permit ? 'yes' : 'no '} ${rules}`, CELL - 1).padEnd(CELL)
      })
      lines.push(`${cut(names[index] ?? '', first - 1).padEnd(first)}${texts.join('')}`.trimEnd())
    }
  }
  return lines
}

const formatPolicy = ({ effect, id, reason, law, decides }: CheckedPolicy, mark: string): string[] => [
  `${mark.padStart(3)}  ${effect.padEnd(6)}  ${id.padEnd(WIDTH - 24)} ${String(decides).padStart(8)}`.trimEnd(),
  ...wrapped(law === undefined ? reason : `${reason} (${law})`, ' '.repeat(13)),
]

const formatRefusedByIntent = ({ routes }: CheckReport): string[] => {
  const refused = new Map<string, Set<string>>()
  for (const { alias, dataClass, refusedByIntent, plan } of routes)
    if (refusedByIntent && plan.length === 0) refused.set(alias, (refused.get(alias) ?? new Set()).add(dataClass))
  return [...refused].flatMap(([alias, classes]) => wrapped(`alias \`${alias}\` refuses ${[...classes].join(', ')}, as it is meant to`, ''))
}

const formatFindings = (word: string, findings: readonly Finding[]): string[] =>
  findings.flatMap(({ message }) => wrapped(`${word}: ${message}`, '  ', 0))

const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`)

/** Breaks at spaces; lines after the first begin with `indent`, and so does the first unless `hang` says how far. */
const wrapped = (text: string, indent: string, hang = indent.length): string[] => {
  const lines: string[] = []
  let line = ' '.repeat(hang)
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = indent
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}
