// The report of a drill as a page: a pure function of the report, with room for the note that signs it.
import { bar, card, html, list, type Markup, NOTHING, page, percent, placeMark, prose, table } from './html.ts'
import { liveCards, liveFigures } from './live/page.ts'
import type { Report } from './report.ts'
import { headline, moneyText, OUTCOME_WORDS, placeOf, span, targetText } from './words.ts'

/** The page with its note. Its digest is taken of the page with an empty one (spec/drill.md). */
export const reportPage = (report: Report, note: string): string =>
  page(
    `${report.scenario.title} · ${report.exchange}`,
    html`${opening(report)}${report.live === undefined ? figures(report) : liveFigures(report.live)}${event(report)}${liveCards(report)}
${planned(report)}${answering(report)}${outcomes(report)}${law(report)}${licences(report)}
${load(report)}${card(report.live === undefined ? 'What this plan cannot tell' : 'What this drill cannot tell', list(report.open.map(prose)))}${evidence(report)}${proof(report, note)}`,
  )

/** Splits a page into what its digest is taken of and its note; undefined where it is not built like one. */
export const takeNote = (content: string): { readonly bare: string; readonly note: string } | undefined => {
  const start = content.indexOf(NOTE_START)
  const end = content.indexOf('</pre>', start)
  if (start < 0 || end < 0 || content.indexOf(NOTE_START, end) >= 0) return undefined
  const from = start + NOTE_START.length
  const note = content.slice(from, end)
  return /[&<>]/.test(note) ? undefined : { bare: content.slice(0, from) + content.slice(end), note }
}
const NOTE_START = '<pre id="note">'

/** Above what a live report repeats of its plan. */
const planned = (report: Report): Markup =>
  report.live === undefined
    ? NOTHING
    : html`<header><h1>What the plan computed</h1><p class="second">The same scenario over facts and a window of the log, beforehand.</p></header>${figures(report)}`

const opening = (report: Report): Markup => {
  const { scenario, exchange, operator, started, live } = report
  const { severity, sentence } = headline(report)
  const happened = scenario.date === null ? 'A rehearsal.' : `It happened to others on ${scenario.date}.`
  return html`<header><p class="kind">Drill, ${live === undefined ? 'planned' : 'live'} · ${exchange} · ${operator} · ${minute(started)} UTC</p>
<h1>${scenario.title}</h1></header>
<div class="notice ${severity}"><p class="lead">${sentence}</p><p class="second">${happened} ${live === undefined ? 'Nothing was cut and nothing was sent: this is computed.' : 'Faults were injected for the calls that took part; nothing was really cut.'}</p></div>
`
}

const figures = ({ shares, cost, currency, aliases }: Report): Markup => {
  const { before, after, atBest } = shares
  const lost = aliases.filter(({ fate }) => fate === 'falls' || fate === 'may-fall').length
  const best = after.answered === atBest.answered ? '' : `, ${percent(atBest.answered, after.calls)} if what is unknown is harmless`
  const demandsBest = after.demandsAnswered === atBest.demandsAnswered ? '' : `, ${atBest.demandsAnswered} if what is unknown is harmless`
  return html`<section class="card figures">
<div><span class="small">Calls still answered</span><strong>${percent(after.answered, after.calls)}</strong><span class="small">before ${percent(before.answered, before.calls)} of ${grouped(before.calls)}${best}</span></div>
<div><span class="small">Demands with a route</span><strong>${after.demandsAnswered} of ${before.demands}</strong><span class="small">before ${before.demandsAnswered}${demandsBest}</span></div>
<div><span class="small">Aliases lost</span><strong>${lost} of ${aliases.length}</strong><span class="small">${aliases.filter(({ fate }) => fate === 'partly').length} more in part</span></div>
<div><span class="small">Cost of the window</span><strong>${moneyText(cost.after, currency)}</strong><span class="small">before ${moneyText(cost.before, currency)}; where each call took its cheapest route ${moneyText(cost.cheapest, currency)}</span></div>
</section>
`
}

const event = ({ scenario, aims, cuts, window }: Report): Markup => {
  const steps = aims.map(({ does, target, because, for: whom, after, lasts, shows }) => {
    const wire = shows === null || shows === 'unchanged' ? '' : ` Shows itself as ${shows.replace('http-', 'status ')}.`
    const end = lasts === null ? 'with no end in sight' : `for ${span(lasts)}`
    const start = after === 0 ? 'At once' : `After ${span(after)}`
    return html`<strong>${targetText(does, target)}</strong>: ${because}. ${start}, ${end}, for ${whom}.${wire}`
  })
  const counted =
    window.countedFrom === null || window.countedFrom <= window.from ? '' : ` Calls before ${minute(window.countedFrom)} were not counted.`
  const already =
    cuts.length === 0 ? NOTHING : html`<p>Really cut when this was computed, and gone before as after: ${cuts.join(', ')}.</p>`
  const strays =
    window.strays === 0 ? '' : ` ${grouped(window.strays)} more asked for what the configuration no longer has, and are left out.`
  return card(
    'What is rehearsed',
    html`<p>${scenario.happened}</p><p class="second">Trigger: ${scenario.trigger}.</p>${list(steps)}${already}
<p class="small">Over ${grouped(window.calls)} calls from ${minute(window.from)} to ${minute(window.to)} UTC.${counted}${strays}</p>`,
  )
}

const answering = ({ served, window }: Report): Markup => {
  const rows = served.map(({ route, see, stop, change, before, after, atBest }) => {
    const place = placeOf(served, route)
    const range = after === atBest ? grouped(after) : `${grouped(after)} to ${grouped(atBest)}`
    return [
      html`${placeMark(place)}${route}`,
      html`${see.join(' ') || 'nobody'}`,
      html`${stop.join(' ') || 'nobody'}`,
      html`${change.join(' ') || 'nobody'}`,
      html`${grouped(before)}<br>${bar(window.calls === 0 ? 0 : before / window.calls, place)}`,
      html`${range}<br>${bar(window.calls === 0 ? 0 : after / window.calls, place)}`,
    ]
  })
  return card(
    'Who answers, and under whose law',
    html`${table('Who answers', ['Route', 'Can see', 'Can stop', 'Can change', 'Calls before', 'Calls after'], rows)}
<p class="small">${placeMark('home')}nobody outside home can see what passes ${placeMark('abroad')}somebody abroad can ${placeMark('unknown')}somebody unknown may</p>`,
  )
}

const outcomes = ({ outcomes }: Report): Markup => {
  const touched = outcomes.filter(({ lost }) => lost.length > 0)
  const told = [...touched, ...outcomes.filter(({ kind, lost }) => kind === 'one-leg' && lost.length === 0)]
  const rows = told.map(({ kind, alias, demands, calls, who, left, doubtful, lost }) => {
    const ways = lost.map(
      ({ route, certain, because, says }) =>
        html`<strong>${route}</strong> ${certain ? 'falls' : 'may fall'}: ${prose(because)}${says === '' ? '' : html` <span class="small">(${says})</span>`}`,
    )
    const more = demands > who.length ? html`<li>and ${demands - who.length} more</li>` : NOTHING
    return [
      html`<span class="mark ${SEVERITY[kind]}">${lost.length === 0 ? 'already hangs on one' : OUTCOME_WORDS[kind]}</span>`,
      html`${alias}`,
      html`<details><summary>${many(demands, 'demand')}, ${many(calls, 'call')}</summary><ul>${who.map((each) => html`<li>${each}</li>`)}${more}</ul></details>`,
      html`${lost.length === 0 ? 'nothing' : list(ways)}`,
      html`${left.length === 0 ? 'nothing' : left.join(', ')}${doubtful.length === 0 ? '' : `; perhaps ${doubtful.join(', ')}`}`,
    ]
  })
  return card('What falls, and what is left', table('What falls', ['', 'Alias', 'Who asks', 'Lost, and by which path', 'Left'], rows))
}
const SEVERITY: Readonly<Record<Report['outcomes'][number]['kind'], string>> = {
  falls: 'crit',
  'may-fall': 'crit',
  'one-leg': 'warn',
  moves: '',
  stands: '',
  'refused-before': '',
}

const law = ({ decisions, reaches }: Report): Markup => {
  const decided = decisions.map(({ route, now, demands, aliases, because }) => [
    html`${route}`,
    html`<span class="mark ${now === 'refused' ? 'crit' : ''}">${now === 'refused' ? 'allowed yesterday, refused now' : 'refused yesterday, allowed now'}</span>`,
    html`${demands} of ${aliases.join(', ')}`,
    list(because.map(prose)),
  ])
  const reached = reaches.map(({ route, power, gained, lost }) => [
    html`${route}`,
    html`${power}`,
    list(gained.map(({ actor, says }) => html`${actor} <span class="small">(${says})</span>`)),
    html`${lost.join(', ') || 'nobody'}`,
  ])
  return html`${card('Decisions of policy that turn', table('Decisions', ['Route', '', 'Demands', 'Why'], decided))}${card(
    'Who comes to hold a power, and who loses it',
    table('Reach', ['Route', 'Power', 'Gains it', 'Loses it'], reached),
  )}`
}

const licences = ({ licences }: Report): Markup => {
  const rows = licences.map(({ model, before, after }) => [
    html`${model}`,
    html`<strong>${before.verdict}</strong> <span class="small">${prose(before.because)}</span>`,
    html`<strong class="${after.verdict === 'no' ? 'mark crit' : ''}">${after.verdict}</strong> <span class="small">${prose(after.because)}</span>`,
  ])
  return card('What licences say to you', table('Licences', ['Model', 'Today', 'In this drill'], rows))
}

const load = ({ load }: Report): Markup => {
  const rows = load.map(({ endpoint, before, after, capacity, shortfall }) => [
    html`${endpoint}`,
    html`${grouped(before.calls)} → ${grouped(after.calls)}`,
    html`${atOnce(before.peak)} → ${atOnce(after.peak)}`,
    html`${capacity === null ? 'nobody said' : capacity}`,
    html`${shortfall === null ? 'unknown' : shortfall === 0 ? 'none' : html`<span class="mark crit">${shortfall} calls find no room</span>`}`,
  ])
  return card(
    'Load and room',
    html`${table('Load', ['Endpoint', 'Calls', 'At once in the busiest hour', 'Room for', 'Shortfall'], rows)}
<p class="small">Calls at once are their number times how long they last; a call is taken to last as long elsewhere as it did.</p>`,
  )
}
const atOnce = (peak: number | null): string => (peak === null ? 'unknown' : String(peak))

const evidence = ({ rows, scenario }: Report): Markup => {
  const facts = rows.map(({ id, says, evidence, source, asOf }) => [
    html`${id}`,
    html`${says}`,
    html`${evidence}, ${asOf}`,
    html`${source}`,
  ])
  const sources = scenario.sources.map(
    ({ says, at, kind, evidence }) =>
      html`${says} <span class="small">(${evidence}, ${kind}) <a href="${at}" rel="noreferrer">${at}</a></span>`,
  )
  return html`${card('Sources of the event', list(sources))}${card(
    'Facts the paths rest on',
    table('Facts', ['Row', 'Says', 'Evidence', 'Source'], facts),
  )}`
}

const proof = ({ home, policy, facts, day }: Report, note: string): Markup => html`<section class="card"><h2>Proof</h2>
<p>Computed for ${day} over policy <code>${policy}</code> and facts <code>${facts}</code>. Home is ${home.join(' ')}.</p>
<p class="second">The note is signed by the key of the exchange's log, and the log holds the same digests. <code>allod verify</code> with this file says whether a byte was changed.</p>
<pre id="note">${note}</pre></section>
`

const minute = (moment: number): string => new Date(moment).toISOString().slice(0, 16).replace('T', ' ')
/** `1 call`, `2 calls`. */
const many = (number: number, noun: string): string => `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`
const grouped = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, '\u202f')
