import type { Assessment, CitedRow, CriterionAnswer, ObjectiveAnswer } from './assess.ts'
import type { Finding } from './finding.ts'
import {
  boundWords,
  citedWords,
  countWords,
  declaredWords,
  findingWords,
  GATE_WORDS,
  levelId,
  levelWords,
  openWords,
  outsiderWords,
  percentWords,
  ROLE_WORDS,
  rowsById,
  rowWords,
  SCORE_SENTENCE,
  subjectSentences,
  type Written,
} from './words.ts'

/** How much of a long list a terminal shows; all of it stands in the JSON. */
const SHOWN = 8
/** Of what would settle one check; what would settle most stands at the end. */
const FEW = 2

/** The report for a person at a terminal: levels, then the score, then each criterion with its evidence. */
export const assessmentText = (assessment: Assessment, written: Written): string => {
  const { profile, objectives, settling, rows, subject, day } = assessment
  const known = rowsById(assessment)
  return [
    `${profile.title}, version ${profile.version} (${profile.published})`,
    `${subject.kind === 'exchange' ? written.exchange : `endpoint ${subject.name} of ${written.exchange}`} on ${day}`,
    ...subjectSentences(assessment, written),
    '',
    ...summaryLines(assessment),
    ...objectives.flatMap((each) => [
      '',
      `${each.id} ${each.title}`,
      ...each.criteria.flatMap((one) => criterionLines(one, assessment, known)),
    ]),
    ...section(
      'what would settle most',
      shorten(settling.map(({ fact, because, criteria }) => `${fact} (${because}): ${criteria.join(', ')}`)),
    ),
    ...section('how to read it', profile.notes),
    ...section('rows cited (* shows something by itself; the others only add)', rows.map(rowWords)),
  ].join('\n')
}

/** The levels and, apart from them, the score. */
export const summaryLines = (assessment: Assessment): readonly string[] => [...levelLines(assessment), ...scoreLines(assessment)]

const levelLines = ({ profile, objectives }: Assessment): readonly string[] => [
  'levels, of each objective that of its weakest criterion',
  columns(['', 'shown', 'with your word', 'at most', '']),
  ...objectives.map((each) =>
    columns([
      each.id,
      ...BOUNDS.map((name) => boundWords(profile, each.bounds, name)),
      `${each.title}, ${countWords(each, profile)}${gateWords(each, profile)}`,
    ]),
  ),
]
const BOUNDS = ['shown', 'declared', 'atMost'] as const
const WIDTHS = [8, 10, 16, 10, 0]
const columns = (cells: readonly string[]): string => `  ${cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join('')}`.trimEnd()

const gateWords = ({ gate }: ObjectiveAnswer, profile: Assessment['profile']): string =>
  gate === undefined ? '' : `; gate ${levelId(profile, gate.minimum)}: ${GATE_WORDS[gate.verdict]}`

const scoreLines = ({ score }: Assessment): readonly string[] =>
  score === undefined
    ? []
    : [
        '',
        `score, ${SCORE_SENTENCE}`,
        `  shown ${percentWords(score.shown)}, with your word ${percentWords(score.declared)}, at most ${percentWords(score.atMost)}`,
      ]

const criterionLines = (
  criterion: CriterionAnswer,
  { profile, by }: Assessment,
  rows: ReadonlyMap<string, CitedRow>,
): readonly string[] => [
  `  ${criterion.id} ${levelWords(profile, criterion.bounds)}: ${criterion.asks}${criterion.optional ? ' (does not count)' : ''}`,
  ...criterion.findings.flatMap((finding) => findingLines(finding, rows)),
  ...openWords(criterion).map((text) => `      ${text}`),
  ...(criterion.declared === undefined ? [] : [`      ${declaredWords(criterion.declared, by ?? 'the owner')}`]),
]

const findingLines = (finding: Finding, rows: ReadonlyMap<string, CitedRow>): readonly string[] => {
  const cites = finding.cites.map((cited) => citedWords(cited, rows))
  return [
    `      ${finding.asks}${ROLE_WORDS[finding.as]}: ${findingWords(finding)}`,
    ...shorten(finding.outside.map((each) => outsiderWords(each, rows))).map((text) => `        ${text}`),
    ...shorten(
      finding.open.map(({ fact, because }) => `settled by ${fact} (${because})`),
      FEW,
    ).map((text) => `        ${text}`),
    ...(finding.outside.length > 0 || cites.length === 0 ? [] : [`        cites ${shorten(cites).join(', ')}`]),
  ]
}

const shorten = (lines: readonly string[], most = SHOWN): readonly string[] =>
  lines.length <= most + 1 ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`]

const section = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  ${line}`)]
