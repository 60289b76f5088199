// Coverage as a page: a pure function of what was counted. Charts are SVG in the page itself, and each number stands beside its bar.
import { amountText, type Coverage, deficitText, languageName, type Row } from '../../corpus/coverage/coverage.ts'
import { DIMENSIONS, type Dimension } from '../../corpus/coverage/target.ts'
import { card, html, list, Markup, NOTHING, page, percent, table } from '../../drills/html.ts'

/** What the page is of: a corpus and its run, or a data set and its version. */
export type CoverageHeading = { readonly title: string; readonly about: string }

/** The whole page. It loads nothing and has no script. */
export const coveragePage = ({ title, about }: CoverageHeading, coverage: Coverage): string => {
  const { whole, tokensFrom, dimensions, tested } = coverage
  return page(
    `${title} · coverage`,
    html`<header><p class="kind">Coverage · ${about}</p><h1>${title}</h1></header>
${lead(coverage)}<section class="card figures">
<div><span class="small">Tokens</span><strong>${amountText(whole.tokens)}</strong><span class="small">${tokensFrom.source === 'approximation' ? 'about' : 'measured'}</span></div>
<div><span class="small">Documents</span><strong>${amountText(whole.documents)}</strong><span class="small">that stay</span></div>
<div><span class="small">Languages</span><strong>${known(dimensions.language)}</strong><span class="small">with text</span></div>
<div><span class="small">Domains</span><strong>${known(dimensions.domain)}</strong><span class="small">declared</span></div>
</section>
${deficits(coverage)}${DIMENSIONS.map((dimension) => chartCard(dimension, dimensions[dimension], whole.tokens, tested))}
${card('How it is counted', list([html`Tokens are ${tokensFrom.says}.`, html`${tested ? RANGES : NO_RANGES}`, html`The upright line across a bar is the target.`, html`Language is as identified; region, domain, register and period as declared.`]))}`,
  )
}

const RANGES =
  'The thin line in a bar of a language is the range in which its amount lies with 95 % confidence, unfolded from how often the identifier took one language for another in its test.'
const NO_RANGES = 'The identifier was not tested here, so that no ranges can be given for languages.'
const HEADINGS: Readonly<Record<Dimension, string>> = {
  language: 'Languages',
  region: 'Regions',
  domain: 'Domains',
  register: 'Registers',
  period: 'Periods',
}

const known = (rows: readonly Row[]): number => rows.filter(({ name, tokens }) => name !== null && name !== 'und' && tokens > 0).length

const lead = ({ deficits: [worst, ...more], dimensions }: Coverage): Markup => {
  const hasTarget = DIMENSIONS.some((each) => dimensions[each].some(({ wanted }) => wanted !== null))
  if (worst === undefined)
    return html`<div class="notice none"><p class="lead">${hasTarget ? 'Nothing of the target mix is missing.' : 'No target mix is declared.'}</p><p class="second">${hasTarget ? 'Each part has what it should, as far as it is counted.' : 'Say under `target` of corpus.yaml what the corpus should have, and this page says what is missing.'}</p></div>\n`
  return html`<div class="notice warn"><p class="lead">${deficitText(worst)} are missing.</p><p class="second">${more.length === 0 ? 'Nothing else is.' : `And ${more.length} more ${more.length === 1 ? 'part has' : 'parts have'} less than the target asks for.`}</p></div>\n`
}

const deficits = ({ deficits: missing }: Coverage): Markup =>
  card(
    'What is missing',
    table(
      'What is missing',
      ['Part', 'Wanted', 'There', 'Missing', ''],
      missing.map((each) => [
        html`${deficitText(each).replace(/^.* tokens of /, '')}`,
        html`<span class="whole">${amountText(each.wanted)}</span>`,
        html`<span class="whole">${amountText(each.have)}</span>`,
        html`<strong>${amountText(each.missing)}</strong> <span class="small">${percent(each.missing, each.wanted)}</span>`,
        each.sure ? NOTHING : html`<span class="small">may be none, as far as the identifier is to be trusted</span>`,
      ]),
    ),
  )

const MOST_ROWS = 40

const chartCard = (dimension: Dimension, rows: readonly Row[], whole: number, tested: boolean): Markup => {
  if (rows.every(({ name }) => name === null)) return NOTHING
  const shown = rows.slice(0, MOST_ROWS)
  const most = Math.max(1, ...shown.map(({ tokens, wanted, estimate }) => Math.max(tokens, wanted ?? 0, estimate.high)))
  const isTested = dimension === 'language' && tested
  const cells = shown.map((row) => [
    html`${nameOf(dimension, row.name)}`,
    html`${chart(row, most, isTested)}`,
    html`<span class="whole">${amountText(row.tokens)}</span> <span class="small">${percent(row.tokens, whole)}</span>`,
    html`<span class="whole">${isTested ? rangeText(row) : ''}</span>`,
    html`<span class="whole">${row.wanted === null ? '' : amountText(row.wanted)}</span>`,
  ])
  const left = rows.length > MOST_ROWS ? html`<p class="small">And ${rows.length - MOST_ROWS} smaller ones.</p>` : NOTHING
  return card(HEADINGS[dimension], html`${table(HEADINGS[dimension], ['', '', 'Tokens', isTested ? 'Range' : '', 'Target'], cells)}${left}`)
}

const rangeText = ({ estimate: { low, high } }: Row): string => (low === high ? '' : `${amountText(low)} to ${amountText(high)}`)

const nameOf = (dimension: Dimension, name: string | null): string =>
  name === null ? 'nobody said' : dimension === 'language' ? languageName(name) : name

const WIDTH = 260
const HEIGHT = 14

/** The bar of what is there, the line of its range, and a mark where the target is. Its colours are the page's own, light and dark. */
const chart = ({ name, tokens, estimate, wanted }: Row, most: number, isTested: boolean): Markup => {
  const at = (value: number): string => ((WIDTH * Math.min(value, most)) / most).toFixed(1)
  const range = isTested
    ? `<line x1="${at(estimate.low)}" x2="${at(estimate.high)}" y1="7" y2="7" style="stroke:var(--ink);stroke-width:1.5"/>`
    : ''
  const mark = wanted === null ? '' : `<rect x="${at(wanted)}" y="0" width="2" height="${HEIGHT}" style="fill:var(--warn)"/>`
  const label = `${amountText(tokens)} tokens${wanted === null ? '' : ` of ${amountText(wanted)}`}`
  const fill = name === null || name === 'und' ? 'unknown' : 'home'
  return html`<svg width="${WIDTH + 2}" height="${HEIGHT}" viewBox="0 0 ${WIDTH + 2} ${HEIGHT}" role="img" aria-label="${label}"><rect x="0" y="3" width="${WIDTH}" height="8" rx="3" style="fill:var(--sunken)"/><rect x="0" y="3" width="${at(tokens)}" height="8" rx="3" style="fill:var(--${fill})"/>${new Markup(range)}${new Markup(mark)}</svg>`
}
