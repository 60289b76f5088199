import type { Jurisdiction } from '../../core/jurisdiction.ts'
import { pathWords } from '../report.ts'
import { weakest } from '../world.ts'
import type { Assessment, Bounds, CitedRow, CriterionAnswer, Declared, GateVerdict, ObjectiveAnswer } from './assess.ts'
import type { Cited, Finding, Outsider } from './finding.ts'
import type { Profile } from './profile.ts'

/** Whose report it is, and how it was asked for. */
export type Written = {
  readonly exchange: string
  /** Whether the areas are those the profile names, or the exchange's own home and seat. */
  readonly measured: 'profile' | 'home'
  readonly home: readonly Jurisdiction[]
}

/** The place a bound stands at; the lowest is no finding while more is possible. */
export const boundWords = (profile: Profile, bounds: Bounds, name: keyof Bounds): string =>
  bounds[name] === 0 && bounds.atMost > 0 ? 'open' : levelId(profile, bounds[name])

/** How many criteria stand how: `6 criteria: 1 shown, 2 open, 3 limited`. */
export const countWords = ({ criteria }: ObjectiveAnswer, profile: Profile): string => {
  const kinds = criteria.filter(({ optional }) => !optional).map(({ bounds }) => kindOf(profile, bounds))
  const told = KINDS.flatMap((kind) => {
    const number = kinds.filter((each) => each === kind).length
    return number === 0 ? [] : [`${number} ${kind}`]
  })
  return `${kinds.length} ${kinds.length === 1 ? 'criterion' : 'criteria'}: ${told.join(', ')}`
}
const KINDS = ['shown', 'declared', 'open', 'limited'] as const
const kindOf = ({ levels }: Profile, { shown, declared, atMost }: Bounds): (typeof KINDS)[number] =>
  atMost < levels.length - 1 ? 'limited' : shown > 0 ? 'shown' : declared > 0 ? 'declared' : 'open'

export const levelId = ({ levels }: Profile, place: number): string => levels[place]?.id ?? String(place)

/** `SEAL-4`; `open`; `SEAL-2 shown, at most SEAL-3`: what is shown, what is only declared, and what is still possible. */
export const levelWords = (profile: Profile, { shown, declared, atMost }: Bounds): string => {
  const name = (place: number) => levelId(profile, place)
  if (shown === atMost) return name(shown)
  const cap = atMost === profile.levels.length - 1 ? '' : `, at most ${name(atMost)}`
  const told = [...(declared > shown ? [`${name(declared)} declared`] : []), ...(shown > 0 ? [`${name(shown)} shown`] : [])]
  return `${told.length === 0 ? 'open' : told.join(', ')}${cap}`
}

/** Two decimals of a percentage, and none that say nothing. */
export const percentWords = (value: number): string => `${Number(value.toFixed(2))} %`

export const GATE_WORDS: Readonly<Record<GateVerdict, string>> = {
  shown: 'passed on evidence',
  declared: 'passed only on your word',
  open: 'not shown',
  missed: 'missed',
}

const days = (number: number): string => (number === 0 ? 'today' : number === 1 ? '1 day old' : `${number} days old`)

/** `US: operated by example [f1], established in US [f2] (over frontier/gpt-5 and 1 more, documented, 214 days old)`. */
export const outsiderWords = ({ jurisdiction, routes, path, certain }: Outsider, rows: ReadonlyMap<string, CitedRow>): string => {
  const facts = path.flatMap((id) => rows.get(id) ?? [])
  const age = Math.max(...facts.map(({ ageDays }) => ageDays))
  const over = `${routes[0] ?? ''}${routes.length > 1 ? ` and ${routes.length - 1} more` : ''}`
  return `${certain ? '' : 'perhaps '}${jurisdiction}: ${pathWords(facts)} (over ${over}, ${weakest(facts.map(({ evidence }) => evidence))}, ${days(age)})`
}

/** How a check stands, in a few words: `outside US, perhaps CN; inside FR; 3 more questions open`. */
export const findingWords = ({ inside, within, outside, open, says }: Finding): string => {
  if (says !== undefined) return says
  const codes = (certain: boolean) => outside.flatMap((each) => (each.certain === certain ? [each.jurisdiction] : [])).join(' ')
  const [sure, doubtful] = [codes(true), codes(false)]
  const told = [
    ...(sure === '' ? [] : [`outside ${sure}`]),
    ...(doubtful === '' ? [] : [`perhaps outside ${doubtful}`]),
    ...(within.length === 0 ? [] : [`inside ${within.join(' ')}`]),
    ...(inside.shown ? ['nobody else'] : inside.declared ? ['nobody else by your word'] : []),
    ...(open.length === 0 ? [] : [`${open.length} ${open.length === 1 ? 'question' : 'questions'} open`]),
  ]
  return told.join('; ')
}

/** What weight a check has in its criterion; nothing where it has all. */
export const ROLE_WORDS: Readonly<Record<Finding['as'], string>> = { whole: '', part: ' (a part)', context: ' (beside it)' }

/** Rows by id with their age, the log's window, a drill with its day. */
export const citedWords = (cited: Cited, rows: ReadonlyMap<string, CitedRow>): string => {
  if (cited.kind === 'records') return `records of ${cited.id} (${days(cited.ageDays)})`
  if (cited.kind === 'drill') return `drill ${cited.id} (${days(cited.ageDays)}${cited.stale ? ', too old to count' : ''})`
  const row = rows.get(cited.id)
  return row === undefined
    ? cited.id
    : `${cited.id} (${row.evidence}${row.origin === 'owner' ? ', yours' : ''}, ${days(row.ageDays)}${row.stale ? ', stale' : ''})`
}

export const declaredWords = ({ level, says, evidence, date, ageDays, counts, limited }: Declared, by: string): string => {
  const doubt = counts ? (limited ? '; the evidence above does not allow that level' : '') : '; too old to count'
  return `declared by ${by} on ${date} (${days(ageDays)}): ${level}, ${says}. Evidence named: ${evidence}${doubt}`
}

/** What stays open of a criterion that nothing here can answer. */
export const openWords = ({ open, findings }: CriterionAnswer): readonly string[] =>
  open === undefined ? [] : [`${findings.some(({ as }) => as === 'whole') ? 'not looked at' : 'no fact answers'}: ${open}`]

export const rowsById = ({ rows }: Assessment): ReadonlyMap<string, CitedRow> => new Map(rows.map((row) => [row.id, row]))

export const rowWords = ({ id, subject, predicate, object, evidence, ageDays, stale, settles, source, origin }: CitedRow): string =>
  `${settles ? '*' : ' '} ${id} ${subject} ${predicate} ${object} (${evidence}${stale ? ', stale' : ''}${origin === 'owner' ? ', yours' : ''}, ${days(ageDays)}) ${source}`

/** What is assessed, against what. */
export const subjectSentences = ({ subject, areas, by }: Assessment, { measured, home }: Written): readonly string[] => [
  `measured against ${measured === 'home' ? 'home' : 'the area the text names'}: ${areas.bloc.join(' ')}${areas.nation.length > 0 ? `; its nation: ${areas.nation.join(' ')}` : ''}`,
  ...(home.some((country) => areas.bloc.includes(country))
    ? []
    : [`home, ${home.join(' ')}, lies outside that: --area home asks the same of home`]),
  subject.routes.length === 0
    ? 'policy permits nobody any endpoint, so there is nothing to assess'
    : `assessed: ${subject.routes.join(', ')}`,
  ...(subject.leftOut.length === 0 ? [] : [`left out, for policy permits them to nobody: ${subject.leftOut.join(', ')}`]),
  ...(by === undefined ? [] : [`declared answers are those of ${by}; nothing here has checked them`]),
]

export const SCORE_SENTENCE =
  'a rank beside the levels, no summary of them: each criterion counts alike inside its objective, and what is open counts nothing'
