import { POWERS, type Power, UNKNOWN } from '../core/jurisdiction.ts'
import type { Fact } from './fact.ts'
import type { Predicate } from './predicates.ts'
import type { Member, Missing, ReachAnswer, UsedRow } from './reach.ts'

/** `allod who --json`: the shape is fixed by section 8 of `spec/reach.md`; members may be added, never changed. */
export type WhoJson = {
  readonly subject: string
  readonly date: string
  readonly threshold: number
  readonly rules: string
  readonly see: readonly Member[]
  readonly stop: readonly Member[]
  readonly change: readonly Member[]
  readonly missing: readonly Missing[]
  readonly owners: ReachAnswer['owners']
  readonly rows: readonly (Fact & { readonly settles: boolean; readonly stale: boolean })[]
  readonly replaced: readonly { readonly row: string; readonly by: string }[]
}

export const whoJson = (answer: ReachAnswer): WhoJson => ({
  subject: answer.subject,
  date: answer.date,
  threshold: answer.threshold,
  rules: answer.rules,
  see: answer.see,
  stop: answer.stop,
  change: answer.change,
  missing: answer.missing,
  owners: answer.owners,
  rows: answer.rows.map(({ fact, settles, stale }) => ({ ...fact, settles, stale })),
  replaced: answer.replaced.map(({ row, by }) => ({ row: row.id, by })),
})

/** The answer for a person: for each power each member with its path in words, then what would remove `unknown`, then the rows. */
export const whoText = (answer: ReachAnswer): string => {
  const rows = new Map(answer.rows.map((row) => [row.fact.id, row]))
  const picked = Object.entries(answer.picks).map(([name, value]) => `, ${name} ${value}`)
  const parts = [
    `${answer.subject} on ${answer.date}, owners above ${answer.threshold} %${picked.join('')} (${answer.rules})`,
    ...POWERS.map((power) => powerText(answer, power, rows)),
    ...(answer.owners.length === 0 ? [] : [ownersText(answer, rows)]),
    ...(answer.missing.length === 0 ? [] : [missingText(answer.missing)]),
    ...(answer.replaced.length === 0
      ? []
      : [`the owner overrules\n${answer.replaced.map(({ row, by }) => `  ${row.id} by ${by}`).join('\n')}`]),
    `rows used (* may settle a question; the others only add)\n${answer.rows.map(rowText).join('\n')}`,
  ]
  return `${parts.join('\n\n')}\n`
}

/** One sentence: `MX can stop this: operated by akenes [f0440], …`. */
export const memberText = (member: Member, power: Power, rows: ReadonlyMap<string, UsedRow>): string => {
  if (member.jurisdiction === UNKNOWN) return `who else can ${power} this is unknown: see below`
  const path = pathWords(member.path.flatMap((id) => rows.get(id)?.fact ?? []))
  return `${member.jurisdiction} can ${power} this: ${path} (${member.evidence})`
}

const powerText = (answer: ReachAnswer, power: Power, rows: ReadonlyMap<string, UsedRow>): string => {
  const members = answer[power]
  const heading = members.length === 0 ? `${power}: nobody` : `${power}: ${members.map(({ jurisdiction }) => jurisdiction).join(' ')}`
  return [heading, ...members.map((member) => `  ${memberText(member, power, rows)}`)].join('\n')
}

const ownersText = (answer: ReachAnswer, rows: ReadonlyMap<string, UsedRow>): string => {
  const lines = answer.owners.map(({ entity, path }) => `  ${nameOf(entity)}: ${pathWords(path.flatMap((id) => rows.get(id)?.fact ?? []))}`)
  return `owners above ${answer.threshold} %\n${lines.join('\n')}`
}

const missingText = (missing: readonly Missing[]): string => {
  const lines = missing.map(({ fact, because, powers }) => `  ${fact}\n    ${because} (${powers.join(', ')})`)
  return `what would remove unknown: a documented row for each of\n${lines.join('\n')}`
}

const rowText = ({ fact, settles, stale }: UsedRow): string => {
  const share = fact.share === undefined ? '' : ` ${shareWords(fact)}`
  const standing = `${fact.evidence}${stale ? ', stale' : ''}${fact.origin === 'owner' ? ', owner' : ''}`
  return `  ${settles ? '*' : ' '} ${fact.id} ${fact.subject} ${fact.predicate} ${fact.object}${share} (${standing}, as of ${fact.asOf}) ${fact.source}`
}

const VERBS: { readonly [predicate in Predicate]?: string } = {
  'located-in': 'located in',
  'offered-in': 'offered in',
  'operated-by': 'operated by',
  'hosted-on': 'hosted on',
  'fronted-by': 'fronted by',
  'identity-by': 'logins checked by',
  'dns-by': 'named in the DNS of',
  'colocation-by': 'housed by',
  'support-from': 'supported from',
  'depends-on-technology-of': 'dependent on technology of',
  'routes-to': 'passing calls on to',
  'falls-back-to': 'falling back to',
  'operated-on-behalf-by': 'run on its behalf by',
  'established-in': 'established in',
  'headquartered-in': 'headquartered in',
  'controlled-by': 'controlled by',
  'renamed-to': 'renamed to',
  'developed-by': 'developed by',
  custody: 'its weights kept by',
  serves: 'serving',
  'member-of': 'a member of',
}

/** A path of rows as words, each with its row id: `operated by akenes [f0440], owned 56.55 % by america-movil [f0432]`. */
export const pathWords = (path: readonly Fact[]): string => {
  let at = path[0]?.subject
  const steps = path.map((fact) => {
    // Holdings that add up to one holder are not a chain, so they name their subject.
    const subject = fact.subject === at ? '' : `${nameOf(fact.subject)} `
    at = fact.object
    return `${subject}${verb(fact)} ${nameOf(fact.object)} [${fact.id}]`
  })
  return steps.join(', ')
}

const verb = (fact: Fact): string =>
  fact.predicate === 'owned-by' ? `owned ${shareWords(fact)} by` : (VERBS[fact.predicate] ?? fact.predicate)

const shareWords = ({ share }: Fact): string =>
  share === undefined ? 'in part' : share === 'majority' ? 'in majority' : share === 'controls' ? 'as a subsidiary' : `${share} %`

const nameOf = (reference: string): string => reference.replace(/^(entity|country|endpoint|model):/, '')

/** Rows as `allod facts list` prints them, one a line. */
export const factsListText = (facts: readonly Fact[]): string =>
  facts
    .map((fact) => {
      const share = fact.share === undefined ? '' : ` ${shareWords(fact)}`
      const dates = fact.validFrom || fact.validTo ? ` ${fact.validFrom ?? ''}..${fact.validTo ?? ''}` : ''
      return `${fact.id} ${fact.subject} ${fact.predicate} ${fact.object}${share}${dates} (${fact.evidence}, as of ${fact.asOf}, ${fact.origin}) ${fact.source}`
    })
    .join('\n')

/** One row as a line of a fact file, for `allod facts add`; what it writes `parseFactText` reads back. */
export const factLine = ({ origin: _, ...row }: Fact): string => {
  const fields = Object.entries(row).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return `  - { ${fields.join(', ')} }`
}

/** Which rows `allod facts list` shows: every given part must match; `about` matches subject or object, with or without its kind. */
export type FactFilter = { readonly about?: string; readonly predicate?: string; readonly evidence?: string; readonly origin?: string }

export const selectFacts = (facts: readonly Fact[], filter: FactFilter): readonly Fact[] =>
  facts.filter(
    (fact) =>
      (filter.about === undefined || speaksOf(fact, filter.about)) &&
      (filter.predicate === undefined || fact.predicate === filter.predicate) &&
      (filter.evidence === undefined || fact.evidence === filter.evidence) &&
      (filter.origin === undefined || fact.origin === filter.origin),
  )

const speaksOf = (fact: Fact, about: string): boolean =>
  [fact.subject, fact.object].some(
    (reference) => reference === about || nameOf(reference) === about || reference.startsWith(`endpoint:${about}/`),
  )
