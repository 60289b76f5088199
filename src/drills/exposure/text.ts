import { POWERS, type Power } from '../../core/jurisdiction.ts'
import { type ActorExposure, byCalls } from './actors.ts'
import type { DemandExposure } from './demands.ts'
import type { Exposure, RouteExposure } from './exposure.ts'
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
  percentOf,
  setsLeftOut,
  setWords,
  shownSets,
  trafficSentences,
  type Written,
  waySentence,
} from './words.ts'

/** How much of a long list a terminal shows; all of it stands in the JSON. */
const SHOWN = 12

/** The exposure for a person at a terminal; `powers` are those whose holders are listed. */
export const exposureText = (exposure: Exposure, written: Written, powers: readonly Power[] = POWERS): string =>
  [
    `${written.exchange} on ${exposure.day}, home ${exposure.home.join(' ')}`,
    ...trafficSentences(exposure.traffic),
    headline(exposure),
    ...powers.flatMap((power) => ['', ...actorLines(exposure, power)]),
    ...section(
      'who together can stop what',
      exposure.demands.flatMap((demand) => demandLines(demand, exposure, written)),
    ),
    ...section('which fact would help most', improvementLines(exposure)),
    ...section('what alternatives have in common', shorten(exposure.common.map(commonSentence))),
    ...section('concentration of answered calls', concentrationLines(exposure)),
    ...section('control and origin, which are not added up', shorten(table([ROUTE_HEAD, ...exposure.routes.map(routeRow)]), 40)),
  ].join('\n')

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]

const shorten = (lines: readonly string[], most = SHOWN): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more, in --json`]

/** Columns as wide as their widest cell, the last as it is. */
const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

const actorLines = ({ actors, traffic }: Exposure, power: Power): readonly string[] => {
  const sorted = byCalls(actors, power)
  if (sorted.length === 0) return [`nobody outside can ${power} anything`]
  const columns = ACTOR_COLUMNS.filter(({ when }) => when === undefined || when === power || (when === 'traffic' && traffic !== undefined))
  const rows = sorted.slice(0, SHOWN).map((actor) => [...columns.map(({ cell }) => cell(actor, power)), names(actor.actors)])
  const head = [...columns.map(({ name }) => name), `who outside can ${power}`]
  return [...table([head, ...rows]), ...(sorted.length > SHOWN ? [`and ${sorted.length - SHOWN} more, in --json`] : [])]
}

type Column = { readonly name: string; readonly when?: 'traffic' | 'stop'; cell(actor: ActorExposure, power: Power): string }
const ACTOR_COLUMNS: readonly Column[] = [
  { name: 'routes', cell: ({ powers }, power) => String(powers[power].routes.length) },
  { name: 'calls', when: 'traffic', cell: ({ powers }, power) => percentOf(powers[power].calls) },
  { name: 'tokens', when: 'traffic', cell: ({ powers }, power) => percentOf(powers[power].tokens) },
  { name: 'spend', when: 'traffic', cell: ({ powers }, power) => percentOf(powers[power].spend) },
  { name: 'applications', cell: ({ powers }, power) => outOf(powers[power].applications) },
  { name: 'aliases', cell: ({ powers }, power) => outOf(powers[power].aliases) },
  // What nobody else is needed for.
  { name: 'ends alone', when: 'stop', cell: ({ alone }) => `${outOf(alone.demands)} demands` },
]

const demandLines = (demand: DemandExposure, exposure: Exposure, written: Written): readonly string[] => {
  const sets = shownSets(demand.cuts)
  const [first] = sets
  const left = setsLeftOut(demand.cuts)
  const ways = (first ?? []).flatMap(({ actors, routes }) =>
    routes.map((route) => waySentence(exposure, route, 'stop', actors[0] ?? '', written)),
  )
  return [
    `${demand.alias} (${askedWords(demand)}), ${percentOfCalls(demand, exposure)}over ${demand.routes.join(', ')}: ${cutSentence(demand)}`,
    ...sets.map((set) => `    ${setWords(set)}`),
    ...(left === undefined ? [] : [`    ${left}`]),
    ...ways.map((way) => `      ${way}`),
  ]
}
const percentOfCalls = ({ calls }: DemandExposure, { traffic }: Exposure): string =>
  traffic === undefined || traffic.answered.calls === 0 ? '' : `${percentOf({ part: calls, whole: traffic.answered.calls })} of calls, `

const improvementLines = ({ facts }: Exposure): readonly string[] =>
  shorten(
    facts.map((each) => `${each.fact}\n    ${each.because}; ${improvementSentence(each)}`),
    5,
  )

const concentrationLines = ({ concentration, origins, traffic }: Exposure): readonly string[] => {
  if (traffic === undefined || traffic.answered.calls === 0) return []
  const whole = traffic.answered.calls
  const share = (name: string, calls: number) => `${actorName(name)} ${percentOf({ part: calls, whole })}`
  return [
    ...concentration.map(
      ({ by, index, atMost, parts }) =>
        `by ${by}: ${indexWords(index.calls, atMost.calls)} of 10,000 in calls, ${indexWords(index.tokens, atMost.tokens)} in tokens, ${indexWords(index.spend, atMost.spend)} in spend (${shorten(
          parts.map(({ name, calls }) => share(name, calls)),
          5,
        ).join(', ')})`,
    ),
    `models come from: ${origins.map(({ country, calls }) => `${country} ${percentOf(calls)}`).join(', ')} (a model made from another counts in both)`,
  ]
}

const ROUTE_HEAD = ['route', 'origin', 'see', 'stop', 'change', 'calls']
const routeRow = ({ route, origin, control, calls }: RouteExposure): readonly string[] => [
  route,
  origin.join(' '),
  ...POWERS.map(
    (power) =>
      control[power].flatMap(({ actor }) => (actor.startsWith('entity:') ? [] : [actor.replace('country:', '')])).join(' ') || 'nobody',
  ),
  count(calls, 'call'),
]
