// What a whole inherits from its parts: a data set from its documents, a model from its data sets.
import type { Digest } from '../sections.ts'
import type { Terms } from '../terms.ts'
import type { Licence, LicenceBook } from './licences.ts'
import type { Question } from './question.ts'
import type { Finding, Judgement } from './rules.ts'

/** A document as an answer names it. */
export type Named = { readonly id: Digest; readonly source: string; readonly file: string; readonly name: string }
/** All documents of a whole that stand under the same terms; the first of them by id. */
export type Group = { readonly terms: Terms; readonly count: number; readonly first: readonly Named[] }
export type Judged = { readonly group: Group; readonly judgement: Judgement }

/** What goes over to whoever gets the whole. */
export type Inherited = {
  /** Licences under which the whole may go as one work, those with the fewest duties first; empty where there is none. */
  readonly under: readonly string[]
  readonly nonCommercial: boolean
  readonly shareAlike: boolean
  readonly restrictions: readonly Terms['restrictions'][number][]
  /** Who must be named. */
  readonly attribution: readonly string[]
  /** The day on which the first consent ends. */
  readonly consentEnds: string | null
  readonly licences: readonly { readonly licence: string | null; readonly documents: number }[]
}

/** The duties of a whole. A licence puts its own on it only through documents whose use rests on it. */
export const inherit = (parts: readonly Judged[], question: Question, book: LicenceBook): Inherited => {
  const shares = sharesOf(parts)
  const restrictions = [...new Set(parts.flatMap(({ group: { terms } }) => terms.restrictions))].sort()
  const ends = parts.flatMap(({ group: { terms } }) => terms.consent?.expires ?? []).sort()
  const always = (share: Share, duty: (licence: Licence) => boolean): boolean => share.ways.every((way) => way.some(duty))
  return {
    under: releases(shares, question.altered, book).map(({ id }) => id),
    nonCommercial:
      restrictions.includes('no-commercial-use') || shares.some((share) => always(share, ({ commercial }) => commercial !== 'yes')),
    shareAlike: shares.some((share) => always(share, ({ alike }) => alike !== null)),
    restrictions,
    attribution: [...new Set(parts.flatMap(nameDue))].sort(),
    consentEnds: ends[0] ?? null,
    licences: countLicences(parts),
  }
}

const nameDue = ({ group: { terms }, judgement: { ways } }: Judged): readonly string[] => {
  const name = terms.attribution ?? terms.owner
  return name !== null && ways?.every((way) => way.some(({ attribution }) => attribution)) ? [name] : []
}

const countLicences = (parts: readonly Judged[]): Inherited['licences'] => {
  const counted = new Map<string | null, number>()
  for (const { group } of parts) counted.set(group.terms.licence, (counted.get(group.terms.licence) ?? 0) + group.count)
  return [...counted]
    .map(([licence, documents]) => ({ licence, documents }))
    .sort((a, b) => b.documents - a.documents || ((a.licence ?? '') < (b.licence ?? '') ? -1 : 1))
}

/** All documents whose use rests on the same licence: what one licence has of the whole. */
type Share = { readonly licence: string; readonly ways: NonNullable<Judgement['ways']>; readonly groups: Group[] }

const sharesOf = (parts: readonly Judged[]): readonly Share[] => {
  const shares = new Map<string, Share>()
  for (const { group, judgement } of parts) {
    const licence = group.terms.licence
    if (licence === null || judgement.ways === undefined) continue
    const share = shares.get(licence) ?? { licence, ways: judgement.ways, groups: [] }
    share.groups.push(group)
    shares.set(licence, share)
  }
  return [...shares.values()].sort((a, b) => (a.licence < b.licence ? -1 : 1))
}

/** Whether a part under this licence may go inside a whole under `candidate`. */
const accepts = (part: Licence, candidate: Licence, altered: boolean): boolean => {
  if (part.id === candidate.id) return true
  if (part.commercial !== 'yes' && candidate.commercial !== 'no') return false
  if (part.attribution && !candidate.attribution) return false
  // What may not be altered stays what it is inside a collection, and asks nothing more of it.
  if (part.adapt !== 'yes') return !altered
  return part.alike === null || part.alike.includes(candidate.id)
}

const releases = (shares: readonly Share[], altered: boolean, book: LicenceBook): readonly Licence[] =>
  candidates(shares, book).filter((candidate) =>
    shares.every(({ ways }) => ways.some((way) => way.every((each) => accepts(each, candidate, altered)))),
  )

/** The licences that a whole may go under where no part asks for a certain one. */
const PLAIN = ['CC0-1.0', 'CC-BY-4.0', 'CC-BY-NC-4.0']

/** Every licence that the parts name or ask for, and the plain ones: those with the fewest duties first, and of these the one that most parts name. */
const candidates = (shares: readonly Share[], book: LicenceBook): readonly Licence[] => {
  const named = new Map(PLAIN.map((id) => [id, 0]))
  for (const { ways } of shares) {
    for (const id of new Set(ways.flat().flatMap(({ alike }) => alike ?? []))) named.set(id, named.get(id) ?? 0)
    for (const id of new Set(ways.flat().map((licence) => licence.id))) named.set(id, (named.get(id) ?? 0) + 1)
  }
  const duties = ({ commercial, attribution, alike }: Licence): number =>
    (commercial === 'yes' ? 0 : 4) + (alike === null ? 0 : 2) + (attribution ? 1 : 0)
  // What all name comes before the plain ones, and these before what only some name.
  const strangeness = ({ id }: Licence): number =>
    named.get(id) === shares.length ? 0 : PLAIN.includes(id) ? 1 : 2 + shares.length - (named.get(id) ?? 0)
  return [...named.keys()]
    .flatMap((id) => book.licences.get(id.toLowerCase()) ?? [])
    .filter(({ share, adapt }) => share === 'yes' && adapt === 'yes')
    .sort((a, b) => duties(a) - duties(b) || strangeness(a) - strangeness(b) || (a.id < b.id ? -1 : 1))
}

/** The word of the rule `share-alike` on a whole that leaves the house, and on which documents; undefined where one licence serves them all. */
export const conflictOf = (
  parts: readonly Judged[],
  question: Question,
  book: LicenceBook,
): { readonly finding: Finding; readonly groups: readonly Group[] } | undefined => {
  const shares = sharesOf(parts)
  if ((question.use !== 'publish' && question.use !== 'export') || releases(shares, question.altered, book).length > 0) return undefined
  const pair = disagreement(shares, question.altered, book)
  const [fewest] = [...pair].sort((a, b) => documentsOf(a) - documentsOf(b))
  const names = pair.map(({ licence }) => `\`${licence}\``)
  return {
    groups: pair.flatMap(({ groups }) => groups),
    finding: {
      rule: 'share-alike',
      verdict: 'no',
      says: `no one licence serves ${names.join(' and ')} together: each wants the whole under terms that another does not allow`,
      possible: fewest ? `a data set without the ${documentsOf(fewest)} under \`${fewest.licence}\`, and one of their own` : null,
    },
  }
}
const documentsOf = ({ groups }: Share): number => groups.reduce((sum, { count }) => sum + count, 0)

/** Two that no licence serves, or all of them where each two would find one. */
const disagreement = (shares: readonly Share[], altered: boolean, book: LicenceBook): readonly Share[] => {
  for (const [index, left] of shares.entries())
    for (const right of shares.slice(index + 1)) if (releases([left, right], altered, book).length === 0) return [left, right]
  return shares
}
