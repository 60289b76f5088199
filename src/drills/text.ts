import { percent } from './html.ts'
import { liveText } from './live/words.ts'
import type { Report } from './report.ts'
import type { Scenario } from './scenario.ts'
import { headline, moneyText, OUTCOME_WORDS, span, targetText } from './words.ts'

/** A report for a terminal: what a person must know, the rest is in its page. Lines without an end. */
export const reportText = (report: Report): readonly string[] => {
  const { shares, cost, currency, aims, cuts, outcomes, load, decisions, licences, open, live } = report
  const { before, after } = shares
  const falls = outcomes.filter(({ lost }) => lost.length > 0)
  const short = load.filter(({ shortfall }) => shortfall !== null && shortfall > 0)
  return [
    headline(report).sentence,
    ...aims.map(({ does, target, because, for: whom }) => `  ${targetText(does, target)} for ${whom}: ${because}`),
    ...(cuts.length === 0 ? [] : [`  really cut now, and gone before as after: ${cuts.join(', ')}`]),
    ...(live === undefined ? [] : [...liveText(live, currency), '  and what the plan computes:']),
    `  calls answered    ${percent(before.answered, before.calls)} before, ${percent(after.answered, after.calls)} after, of ${before.calls}`,
    `  demands answered  ${before.demandsAnswered} before, ${after.demandsAnswered} after, of ${before.demands}`,
    `  cost              ${moneyText(cost.before, currency)} before, ${moneyText(cost.after, currency)} after, ${moneyText(cost.cheapest, currency)} on the cheapest routes`,
    ...falls.flatMap(({ kind, alias, demands, lost, left }) => [
      `  ${OUTCOME_WORDS[kind]}: ${demands} demand${demands === 1 ? '' : 's'} on \`${alias}\`, left ${left.join(', ') || 'nothing'}`,
      ...lost.map(({ route, because, says }) => `    ${route}: ${because}${says === '' ? '' : ` (${says})`}`),
    ]),
    ...decisions.map(({ route, now, demands, because }) => `  ${route} is ${now} now for ${demands} demands: ${because.join('; ')}`),
    ...licences
      .filter(({ before, after }) => before.verdict !== after.verdict)
      .map(({ model, before, after }) => `  ${model}: licence says ${before.verdict} today, ${after.verdict} then: ${after.because}`),
    ...short.map(({ endpoint, shortfall, capacity }) => `  ${endpoint} has room for ${capacity} calls at once, ${shortfall} find none`),
    ...open.map((text) => `  not judged: ${text}`),
  ]
}

/** A scenario for a terminal. Lines without an end. */
export const scenarioText = (scenario: Scenario): readonly string[] => {
  const { id, title, date, until, happened, trigger, steps, beyond, sources } = scenario
  return [
    `${id}: ${title}`,
    `  ${date === undefined ? 'a rehearsal of what has not happened' : until === undefined ? date : `${date} to ${until}`}`,
    `  ${happened}`,
    `  trigger  ${trigger}`,
    ...steps.map((step) => {
      const aim = 'target' in step ? (typeof step.target === 'string' ? step.target : busiestText(step.target)) : 'all'
      const times = `${step.after === 0 ? 'at once' : `after ${span(step.after)}`}${step.lasts === undefined ? '' : `, for ${span(step.lasts)}`}`
      return `  step     ${targetText(step.do, aim)}, ${times}, for ${step.for.replace('-', ' ')}${step.do === 'cut' ? `, seen as ${step.shows}${step.services.length === 0 ? '' : `, with ${step.services.join(', ')}`}` : ''}`
    }),
    ...beyond.map((text) => `  beyond   ${text}`),
    ...sources.map(({ says, at, kind, evidence }) => `  source   ${says} (${evidence}, ${kind}) ${at}`),
  ]
}

const busiestText = ({ busiest, where }: { readonly busiest: string; readonly where: readonly string[] }): string =>
  `the busiest ${busiest} ${where.map((place) => (place === 'home' ? 'at home' : 'abroad')).join(', else ')}`
