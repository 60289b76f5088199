// A report on a profile as a page: a pure function of it.
import { card, html, list, type Markup, NOTHING, page, table } from '../drills/html.ts'
import type { Assessment, CitedRow, CriterionAnswer, ObjectiveAnswer } from '../facts/assessment/assess.ts'
import type { Finding } from '../facts/assessment/finding.ts'
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
} from '../facts/assessment/words.ts'

/** The whole report as one page that loads nothing. Levels come first and the score stands apart: no number sums both up. */
export const assessmentPage = (assessment: Assessment, written: Written): string => {
  const { profile, objectives, settling, rows } = assessment
  const known = rowsById(assessment)
  return page(
    `${profile.title} · ${written.exchange}`,
    html`${opening(assessment, written)}${levels(assessment)}${score(assessment)}
${objectives.map((each) => objective(each, assessment, known))}
${card('What would settle most', list(settling.slice(0, MOST).map(({ fact, because, criteria }) => html`<strong>${prose(fact)}</strong> <span class="second">${prose(because)}</span> <span class="small">${criteria.join(', ')}</span>`)))}
${card('How to read it', list([...profile.notes.map(prose), ...profile.sources.map(({ says, at, kind, evidence }) => html`${says}: <a href="${at}">${at}</a> <span class="small">${kind}, ${evidence}</span>`)]))}
${card('Rows cited', rows.length === 0 ? NOTHING : html`<p class="small">* shows something by itself; the others only add.</p><pre>${rows.map(rowWords).join('\n')}</pre>`)}`,
  )
}
const MOST = 20

const opening = (assessment: Assessment, written: Written): Markup => {
  const { profile, subject, day } = assessment
  const name = subject.kind === 'exchange' ? written.exchange : `${subject.name} of ${written.exchange}`
  return html`<header><p class="kind">Report · ${name} · ${day}</p><h1>${profile.title}</h1><p class="second">Version ${profile.version}, ${profile.published}</p>
${subjectSentences(assessment, written).map((text) => html`<p class="small">${text}</p>`)}</header>
`
}

const levels = ({ profile, objectives }: Assessment): Markup => {
  const gated = objectives.some(({ gate }) => gate !== undefined)
  const rows = objectives.map((each) => {
    const { id, title, bounds, gate } = each
    return [
      html`<a class="whole" href="#${id}">${id}</a> ${title}<br><span class="small">${countWords(each, profile)}</span>`,
      ...(['shown', 'declared', 'atMost'] as const).map((name) => html`<span class="whole">${boundWords(profile, bounds, name)}</span>`),
      ...(gated
        ? [
            gate === undefined
              ? html`none`
              : html`<span class="whole">${levelId(profile, gate.minimum)}</span> <span class="mark ${MARKS[gate.verdict]}">${GATE_WORDS[gate.verdict]}</span>`,
          ]
        : []),
    ]
  })
  const means = profile.levels.map(
    ({ id, title, means: text }) => html`<strong>${id}</strong> ${title}${text === undefined ? '' : `: ${text}`}`,
  )
  return card(
    'Levels',
    html`<p class="second">Of each objective that of its weakest criterion. What is open counts as the lowest.</p>
${table('Levels', ['Objective', 'Shown', 'With your word', 'At most', ...(gated ? ['Gate'] : [])], rows)}
<details><summary>What the levels mean</summary>${list(means)}</details>`,
  )
}
const MARKS = { shown: '', declared: 'warn', open: 'warn', missed: 'crit' } as const

const score = ({ score: given }: Assessment): Markup =>
  given === undefined
    ? NOTHING
    : card(
        'Score',
        html`<p class="second">${SCORE_SENTENCE.charAt(0).toUpperCase()}${SCORE_SENTENCE.slice(1)}.</p>
${table('Score', ['Shown', 'With your word', 'At most'], [[html`${percentWords(given.shown)}`, html`${percentWords(given.declared)}`, html`${percentWords(given.atMost)}`]])}`,
      )

const objective = ({ id, title, criteria }: ObjectiveAnswer, assessment: Assessment, rows: ReadonlyMap<string, CitedRow>): Markup =>
  html`<div id="${id}">${card(`${id} ${title}`, html`${criteria.map((each) => criterion(each, assessment, rows))}`)}</div>`

const criterion = (answer: CriterionAnswer, { profile, by }: Assessment, rows: ReadonlyMap<string, CitedRow>): Markup => {
  const { id, asks, optional, bounds, findings, declared } = answer
  const severity = bounds.atMost < profile.levels.length - 1 ? 'crit' : bounds.shown < bounds.atMost ? 'warn' : ''
  const lines = [
    ...findings.flatMap((each) => finding(each, rows)),
    ...openWords(answer).map((text) => html`<span class="second">${prose(text)}</span>`),
    ...(declared === undefined ? [] : [html`<em>${declaredWords(declared, by ?? 'the owner')}</em>`]),
  ]
  return html`<h3>${id} <span class="mark ${severity}">${levelWords(profile, bounds)}</span>${optional ? html` <span class="small">does not count</span>` : NOTHING}</h3><p>${asks}</p>${list(lines)}`
}

const finding = (given: Finding, rows: ReadonlyMap<string, CitedRow>): readonly Markup[] => {
  const { asks, about, as, outside, open, cites } = given
  const more = [
    ...outside.map((each) => html`${outsiderWords(each, rows)}`),
    ...open.map(({ fact, because }) => html`<span class="second">settled by <strong>${prose(fact)}</strong>: ${prose(because)}</span>`),
    ...(cites.length === 0 ? [] : [html`<span class="small">cites ${cites.map((cited) => citedWords(cited, rows)).join(', ')}</span>`]),
  ]
  return [
    html`<details><summary><strong>${asks}</strong>${ROLE_WORDS[as]}: ${findingWords(given)}</summary><p class="small">${about}</p>${list(more)}</details>`,
  ]
}

/** A sentence whose backticks hold what is typed. */
const prose = (text: string): Markup =>
  html`${text.split('`').map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`))}`
