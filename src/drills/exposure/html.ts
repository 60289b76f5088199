// Exposure as a page: a pure function of it and of the facts its paths name.
import { POWERS, type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import { pathWords } from '../../facts/report.ts'
import { bar, card, html, list, type Markup, NOTHING, type Place, page, placeMark, table } from '../html.ts'
import { type ActorExposure, byCalls } from './actors.ts'
import type { DemandExposure } from './demands.ts'
import type { Exposure, RouteExposure, Way } from './exposure.ts'
import {
  actorName,
  askedWords,
  commonSentence,
  count,
  cutSentence,
  headline,
  improvementSentence,
  indexWords,
  names,
  outOf,
  percentOf as percentText,
  setsLeftOut,
  setWords,
  shownSets,
  trafficSentences,
  type Written,
  waySentence,
} from './words.ts'

/** The whole report as one page that loads nothing. */
export const exposurePage = (exposure: Exposure, written: Written, powers: readonly Power[] = POWERS): string =>
  page(
    `Exposure · ${written.exchange}`,
    html`${opening(exposure, written)}${figures(exposure)}${cuts(exposure, written)}${powers.map((power) => holders(exposure, power))}${helps(exposure)}
${card('What alternatives have in common', list(exposure.common.map((each) => html`${commonSentence(each)}`)))}
${concentration(exposure)}${routes(exposure, written)}${caveats(exposure)}${facts(exposure, written)}`,
  )

const opening = (exposure: Exposure, { exchange }: Written): Markup => {
  const least = Math.min(...exposure.demands.map(({ cuts }) => cuts.guaranteed ?? Number.POSITIVE_INFINITY))
  const severity = least === 1 ? 'crit' : least < Number.POSITIVE_INFINITY ? 'warn' : 'none'
  return html`<header><p class="kind">Exposure · ${exchange} · home ${exposure.home.join(' ')} · ${exposure.day}</p></header>
<div class="notice ${severity}"><p class="lead">${headline(exposure)}</p>${trafficSentences(exposure.traffic).map((text) => html`<p class="second">${sentence(text)}</p>`)}</div>
`
}
/** A cell as narrow as a percentage is not broken before its sign. */
const percentOf = (share: Parameters<typeof percentText>[0]): string => percentText(share).replaceAll(' ', '\u00a0')

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const figures = ({ actors, demands, traffic, facts }: Exposure): Markup => {
  const most = (power: Power): Markup => {
    const [top] = byCalls(actors, power).filter((each) => !each.actors.every((actor) => actor === UNKNOWN))
    const [unknown] = actors.filter((each) => each.actors.includes(UNKNOWN) && each !== top)
    const share = ({ powers }: ActorExposure) => (traffic === undefined ? outOf(powers[power].aliases) : percentOf(powers[power].calls))
    const who = top === undefined ? 'nobody known' : `${names(top.actors.slice(0, 1))}, of ${traffic === undefined ? 'aliases' : 'calls'}`
    const beside = unknown === undefined ? '' : `; somebody unknown ${share(unknown)}`
    return html`<div><span class="small">Most that one can ${power}</span><strong>${top === undefined ? 'nothing' : share(top)}</strong><span class="small">${who}${beside}</span></div>`
  }
  const safe = demands.reduce((sum, { asked, cuts }) => sum + (cuts.size === undefined ? asked.length : 0), 0)
  const all = demands.reduce((sum, { asked }) => sum + asked.length, 0)
  return html`<section class="card figures">${most('see')}${most('stop')}
<div><span class="small">Demands nobody outside can end</span><strong>${safe} of ${all}</strong><span class="small">a route for them is in home hands alone</span></div>
<div><span class="small">Missing facts about who can stop</span><strong>${facts.length}</strong><span class="small">each lets somebody unknown act</span></div>
</section>
`
}

const cuts = (exposure: Exposure, written: Written): Markup => {
  const rows = exposure.demands.map((demand) => [
    html`${demand.alias}`,
    html`${askedWords(demand)}<br><span class="small">over ${demand.routes.join(', ')}</span>`,
    ...(exposure.traffic === undefined ? [] : [html`${demand.calls}`]),
    html`<span class="mark ${markOf(demand)}">${sentence(cutSentence(demand))}</span>${sets(demand, exposure, written)}`,
  ])
  return card(
    'Who together can stop what',
    table('Who together can stop what', ['Alias', 'Who asks', ...(exposure.traffic === undefined ? [] : ['Calls']), 'What it takes'], rows),
  )
}
const markOf = ({ cuts: { guaranteed } }: DemandExposure): string => (guaranteed === 1 ? 'crit' : guaranteed === undefined ? '' : 'warn')

const sets = (demand: DemandExposure, exposure: Exposure, written: Written): Markup => {
  const shown = shownSets(demand.cuts)
  if (shown.length === 0) return NOTHING
  const left = setsLeftOut(demand.cuts)
  const ways = (shown[0] ?? []).flatMap(({ actors, routes }) =>
    routes.map((route) => html`${waySentence(exposure, route, 'stop', actors[0] ?? '', written)}`),
  )
  return html`${list([...shown.map((set) => html`${setWords(set)}`), ...(left === undefined ? [] : [html`<span class="small">${left}</span>`])])}
<details><summary class="small">By which paths</summary>${list(ways)}</details>`
}

const VERBS: Readonly<Record<Power, string>> = { see: 'Who can see what passes', stop: 'Who can stop', change: 'Who can change behaviour' }
const SHOWN = 25

const holders = ({ actors, traffic }: Exposure, power: Power): Markup => {
  const sorted = byCalls(actors, power)
  const alone = power === 'stop'
  const heads = [
    'Who',
    ...(traffic === undefined ? [] : ['Calls', 'Tokens', 'Spend']),
    'Applications',
    'Aliases',
    ...(alone ? ['Ends alone'] : []),
    'Routes',
  ]
  const row = ({ actors: who, powers, alone: ends }: ActorExposure): readonly Markup[] => {
    const { calls, tokens, spend, applications, aliases, routes } = powers[power]
    const place: Place = who.every((actor) => actor === UNKNOWN) ? 'unknown' : 'abroad'
    const share = calls.whole === 0 ? 0 : calls.part / calls.whole
    return [
      html`${placeMark(place)}${whoCell(who)}`,
      ...(traffic === undefined
        ? []
        : [html`${percentOf(calls)}<br>${bar(share, place)}`, html`${percentOf(tokens)}`, html`${percentOf(spend)}`]),
      html`${outOf(applications)}`,
      html`${outOf(aliases)}`,
      ...(alone ? [html`${outOf(ends.demands)} demands`] : []),
      html`${routes.length > 4 ? `${routes.slice(0, 3).join(', ')} and ${routes.length - 3} more` : routes.join(', ')}`,
    ]
  }
  const more =
    sorted.length > SHOWN ? html`<p class="small">And ${sorted.length - SHOWN} more groups of actors with less, in the JSON.</p>` : NOTHING
  return sorted.length === 0
    ? card(VERBS[power], html`<p>Nobody outside can.</p>`)
    : card(VERBS[power], html`${table(VERBS[power], heads, sorted.slice(0, SHOWN).map(row))}${more}`)
}
const whoCell = (who: readonly string[]): Markup =>
  who.length <= 3
    ? html`${names(who)}`
    : html`${names(who.slice(0, 2))} <details><summary class="small">and ${who.length - 2} with the same</summary>${names(who.slice(2), 100)}</details>`

const helps = ({ facts }: Exposure): Markup => {
  const rows = facts
    .slice(0, 10)
    .map((each) => [html`<code>${each.fact}</code>`, html`${each.because}`, html`${sentence(improvementSentence(each))}`])
  const more = facts.length > 10 ? html`<p class="small">And ${facts.length - 10} more, in the JSON.</p>` : NOTHING
  return card(
    'Which fact would help most',
    html`${table('Facts', ['Missing fact', 'Why it is open', 'At best, if it names nobody new'], rows)}${more}`,
  )
}

const concentration = ({ concentration: all, origins, traffic }: Exposure): Markup => {
  if (traffic === undefined || traffic.answered.calls === 0) return NOTHING
  const whole = traffic.answered.calls
  const rows = all.map(({ by, index, atMost, parts }) => [
    html`By ${by}`,
    ...(['calls', 'tokens', 'spend'] as const).map((measure) => html`${indexWords(index[measure], atMost[measure])}`),
    html`${parts.slice(0, 6).map(({ name, calls }) => html`${actorName(name)} ${percentOf({ part: calls, whole })}<br>`)}`,
  ])
  const from = origins.map(({ country, calls }) => `${country} ${percentOf(calls)}`).join(', ')
  return card(
    'How few hands',
    html`${table('Concentration', ['', 'Calls', 'Tokens', 'Spend', 'Parts of the calls'], rows)}
<p class="small">Herfindahl-Hirschman indices up to 10,000; above 1,800 competition authorities speak of high concentration. A call under several countries counts with the one of them that can stop most; the larger number is for the case that whoever is unknown is the largest.</p>
<p class="small">Models come from: ${from}. A model made from another counts with both. Origin is no control.</p>`,
  )
}

const routes = ({ routes: all }: Exposure, written: Written): Markup => {
  const rows = all.map((route) => [
    html`${placeMark(placeOf(route))}${route.route}<br><span class="small">${route.subject}</span>`,
    html`${route.origin.join(', ')}`,
    ...POWERS.map((power) => controlCell(route.control[power], power, written)),
  ])
  return card(
    'Control and origin of each route, which are not added up',
    html`${table('Routes', ['Route', 'Model from', 'Can see', 'Can stop', 'Can change'], rows)}
<p class="small">${placeMark('home')}nobody outside home can see what passes ${placeMark('abroad')}somebody abroad can ${placeMark('unknown')}somebody unknown may</p>`,
  )
}
const placeOf = ({ atHome, control: { see } }: RouteExposure): Place =>
  atHome ? 'home' : see.every(({ actor, outside }) => !outside || actor === UNKNOWN) ? 'unknown' : 'abroad'

const controlCell = (ways: readonly Way[], power: Power, { factOf }: Written): Markup => {
  const places = ways.filter(({ actor }) => !actor.startsWith('entity:'))
  const told = ways.map(({ actor, path, evidence }) => {
    const words = pathWords(path.flatMap((id) => factOf(id) ?? []))
    return html`<strong>${actorName(actor)}</strong> ${words} <span class="small">(${actor === UNKNOWN ? 'an open question' : evidence})</span>`
  })
  if (ways.length === 0) return html`nobody`
  return html`${places.map(({ actor }) => actorName(actor)).join(', ')}<details><summary class="small">who can ${power}, and how</summary>${list(told)}</details>`
}

const caveats = ({ demands, refused }: Exposure): Markup => {
  const listed = demands.every(({ cuts }) => cuts.all)
  const exact = demands.every(({ cuts }) => cuts.exact)
  return card(
    'What this cannot tell',
    list([
      html`Whoever is unknown counts as one actor of their own; how many it takes if they are one of the others is said beside it.`,
      html`A company is outside when a country outside home, or somebody unknown, has power over it through its seat, its owners or theirs.`,
      html`A declared place is no proof of place, rows of law age, and chips are foreign for nearly everybody: no row here speaks of those who make them.`,
      ...(refused > 0 ? [html`Policy gives ${count(refused, 'demand')} no route; nobody has to stop those.`] : []),
      ...(exact
        ? []
        : [html`For some demands the search for the smallest set ended at its bound: there “at least” stands before the number.`]),
      ...(listed ? [] : [html`Not every larger set is listed; the smallest are complete unless “at least” says otherwise.`]),
    ]),
  )
}

const facts = ({ routes: all }: Exposure, { factOf }: Written): Markup => {
  const ids = new Set(all.flatMap(({ control }) => POWERS.flatMap((power) => control[power].flatMap(({ path }) => path))))
  const rows = [...ids]
    .sort()
    .flatMap((id) => factOf(id) ?? [])
    .map((fact) => [html`${fact.id}`, html`${pathWords([fact])}`, html`${fact.evidence}, ${fact.asOf}`, html`${fact.source}`])
  return rows.length === 0
    ? NOTHING
    : html`<section class="card"><h2>Facts the paths rest on</h2><details><summary>${count(rows.length, 'row')}</summary>${table('Facts', ['Row', 'Says', 'Evidence', 'Source'], rows)}</details></section>`
}
