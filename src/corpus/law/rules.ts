// The rules of spec/corpus-law.md, applied to what binds one document. Each names itself, so that an answer can say which decided.
import type { Terms } from '../terms.ts'
import { type Basis, readBases } from './bases.ts'
import { type Licence, type LicenceBook, readLicence } from './licences.ts'
import type { Question } from './question.ts'
import { join, meet, type Verdict } from './verdict.ts'

export const RULES = [
  'licence',
  'licence-unknown',
  'no-licence',
  'no-derivatives',
  'non-commercial',
  'basis',
  'tdm-reservation-unknown',
  'tdm-abroad',
  'official-work-where',
  'reserved',
  'consent-expired',
  'consent-scope',
  'consent-missing',
  'no-publication',
  'no-training-abroad',
  'attribution-unknown',
  'personal-data',
  'share-alike',
] as const
export type Rule = (typeof RULES)[number]

/** One rule's word on one document, or on many of the same terms. */
export type Finding = { readonly rule: Rule; readonly verdict: Verdict; readonly says: string; readonly possible: string | null }

/** What the rules stand on beside the terms. */
export type Law = { readonly book: LicenceBook; readonly atHome: (place: string) => boolean }

/** What the rules say of one document. */
export type Judgement = {
  readonly verdict: Verdict
  /** Each word that counts; never empty. */
  readonly findings: readonly Finding[]
  /** The ways of its licence on which a yes rests; undefined where it rests on something else, so that the licence puts no duties on a whole. */
  readonly ways: readonly (readonly Licence[])[] | undefined
}

type Case = { readonly terms: Terms; readonly question: Question; readonly bases: ReadonlySet<Basis>; readonly law: Law }
type Grant = { readonly findings: readonly Finding[]; readonly verdict: Verdict }

/** What the terms of a document say of a use. Pure: the same for all documents under the same terms. */
export const judge = (terms: Terms, question: Question, law: Law): Judgement => {
  const each: Case = { terms, question, law, bases: readBases(terms.legalBasis) }
  const { findings: ofLicence, ways } = licenceGrant(each)
  const ofBasis = basisGrants(each)
  const granted = join([...ofLicence, ...ofBasis].map(({ verdict }) => verdict))
  // Any one permission is enough; the words that reach as far as the best are those that count.
  const grants = [...ofLicence, ...ofBasis].filter(({ verdict }) => verdict === granted)
  const byBasis = ofBasis.some(({ verdict }) => verdict === 'yes')
  const used = byBasis || granted !== 'yes' ? undefined : ways
  const barriers = BARRIERS.flatMap((barrier) => barrier(each, used) ?? [])
  const verdict = meet([granted, ...barriers.map((barrier) => barrier.verdict)])
  return { verdict, findings: [...grants, ...barriers], ways: used }
}

/** What one licence says of a use, commerce aside. */
const permits = (licence: Licence, { use, altered }: Question): Verdict => {
  if (use === 'train') return licence.learn
  return altered ? meet([licence.share, licence.adapt]) : licence.share
}

const licenceGrant = ({ terms, question, law }: Case): Grant & { readonly ways: readonly (readonly Licence[])[] } => {
  const { licence } = terms
  const named = licence === null ? 'no licence is known' : `the licence \`${licence}\``
  const only = (rule: Rule, verdict: Verdict, says: string, possible: string | null, ways: readonly (readonly Licence[])[] = []) => ({
    findings: [{ rule, verdict, says, possible }],
    verdict,
    ways,
  })
  const { ways, strange, none } = readLicence(licence, law.book)
  if (none) return only('no-licence', 'no', 'its owner grants no licence', 'a contract with its owner')
  const commerce = (way: readonly Licence[]): Verdict => (question.commercial ? meet(way.map(({ commercial }) => commercial)) : 'yes')
  const grant = (way: readonly Licence[]): Verdict => meet(way.map((each) => permits(each, question)))
  const open = ways.filter((way) => meet([grant(way), commerce(way)]) === 'yes')
  if (open.length > 0) return only('licence', 'yes', `${named} permits it`, null, open)
  if (strange.length > 0)
    return only('licence-unknown', 'unknown', `nothing is known of \`${strange.join('`, `')}\``, 'a row for it among the owner’s licences')
  if (ways.length === 0) return only('licence-unknown', 'unknown', named, 'the licence, or a basis that permits it')
  const best = join(ways.map(grant))
  if (best === 'yes') {
    const verdict = join(ways.map((way) => meet([grant(way), commerce(way)])))
    return only('non-commercial', verdict, `${named} permits it for non-commercial purposes only`, 'no payment or advantage for it')
  }
  const unaltered = join(ways.map((way) => meet(way.map((each) => permits(each, { ...question, altered: false })))))
  if (question.altered && unaltered === 'yes' && best === 'no')
    return only(
      'no-derivatives',
      'no',
      `${named} lets nobody hand on an altered text`,
      'the text as it is, if nothing personal stands in it',
    )
  return best === 'unknown'
    ? only('licence-unknown', 'unknown', `it is not settled whether ${named} permits it`, 'a contract with its owner')
    : only('licence', 'no', `${named} does not permit it`, 'a contract with its owner')
}

const FREE: readonly Basis[] = ['public-domain', 'official-work']
const EXCEPTIONS: readonly Basis[] = ['tdm-art-3', 'tdm-art-4']

/** What the bases permit by themselves. A basis that says nothing of the use is silent: another may speak. */
const basisGrants = (each: Case): readonly Finding[] => [...each.bases].flatMap((basis) => basisGrant(basis, each) ?? [])

const basisGrant = (basis: Basis, { terms, question, law: { atHome } }: Case): Finding | undefined => {
  const yes = (says: string): Finding => ({ rule: 'basis', verdict: 'yes', says, possible: null })
  const { use, place } = question
  if (basis === 'public-domain') return yes('nobody has rights in it')
  if (basis === 'official-work')
    return terms.jurisdiction === null
      ? {
          rule: 'official-work-where',
          verdict: 'unknown',
          says: 'it is an official work, and it is not known of which country, whose law decides whether such are free',
          possible: 'its jurisdiction',
        }
      : yes(`it is an official work of ${terms.jurisdiction} (Berne Convention, Art. 2(4))`)
  if (basis === 'contract' || basis === 'consent') {
    // A contract without a stated scope is one to learn from it, for that is what a corpus is gathered for; consent must say each use.
    const scope = terms.consent?.scope ?? (basis === 'contract' ? ['train'] : [])
    return scope.includes(use) ? yes(`${basis === 'contract' ? 'a contract' : 'consent'} covers it`) : undefined
  }
  if (!EXCEPTIONS.includes(basis) || use !== 'train') return undefined
  const article = basis === 'tdm-art-3' ? 'Art. 3' : 'Art. 4'
  if (place !== null && !atHome(place))
    return {
      rule: 'tdm-abroad',
      verdict: 'unknown',
      says: `the exception of ${article} of Directive (EU) 2019/790 is home’s law, and \`${place}\` has its own`,
      possible: 'training at home',
    }
  if (basis === 'tdm-art-4' && terms.reservation === null)
    return {
      rule: 'tdm-reservation-unknown',
      verdict: 'unknown',
      says: 'Art. 4 of Directive (EU) 2019/790 permits it unless rights are reserved, and nobody looked',
      possible: 'a look at robots.txt and TDMRep, with its date',
    }
  if (basis === 'tdm-art-4' && terms.reservation?.reserved) return undefined
  return yes(`${article} of Directive (EU) 2019/790 permits it`)
}

/** What stands against a use, whatever permits it. */
type Barrier = (each: Case, ways: Judgement['ways']) => Finding | undefined

const reserved: Barrier = ({ terms: { reservation, consent }, question, bases }) => {
  if (question.use !== 'train' || !reservation?.reserved) return undefined
  const settled: readonly Basis[] = ['contract', 'licence', 'tdm-art-3', ...FREE]
  if (settled.some((basis) => bases.has(basis)) || (bases.has('consent') && consent?.scope.includes('train'))) return undefined
  return {
    rule: 'reserved',
    verdict: 'no',
    says: `rights are reserved against mining (${reservation.found}, ${reservation.asOf})`,
    possible: 'a contract, a licence named as the basis, or research under Art. 3',
  }
}

const consentBarrier: Barrier = ({ terms: { consent }, question: { use, day }, bases }) => {
  if (consent === null)
    return bases.has('consent')
      ? {
          rule: 'consent-missing',
          verdict: 'unknown',
          says: 'consent is its basis, and none is recorded',
          possible: 'the consent, its scope and end',
        }
      : undefined
  if (consent.expires !== null && consent.expires < day)
    return { rule: 'consent-expired', verdict: 'no', says: `consent ended on ${consent.expires}`, possible: 'consent given anew' }
  return consent.scope.includes(use)
    ? undefined
    : {
        rule: 'consent-scope',
        verdict: 'no',
        says: `consent covers ${consent.scope.join(', ') || 'nothing'}`,
        possible: `consent to \`${use}\``,
      }
}

const restrictionBarrier: Barrier = ({ terms: { restrictions }, question: { use, commercial } }) => {
  if (use === 'publish' && restrictions.includes('no-publication'))
    return { rule: 'no-publication', verdict: 'no', says: 'a contract forbids to publish it', possible: 'a contract that does not' }
  return commercial && restrictions.includes('no-commercial-use')
    ? { rule: 'non-commercial', verdict: 'no', says: 'a contract forbids commercial use', possible: 'no payment or advantage for it' }
    : undefined
}

const placeBarrier: Barrier = ({ terms: { restrictions }, question: { use, place }, law: { atHome } }) => {
  if (!restrictions.includes('no-training-abroad')) return undefined
  const says = 'a contract keeps machines that learn from it inside home'
  if (use === 'publish')
    return {
      rule: 'no-training-abroad',
      verdict: 'no',
      says: `${says}, and the public is everywhere`,
      possible: 'a contract that does not',
    }
  if (place === null || atHome(place)) return undefined
  return use === 'train'
    ? { rule: 'no-training-abroad', verdict: 'no', says, possible: 'training at home' }
    : {
        rule: 'no-training-abroad',
        verdict: 'unknown',
        says: `${says}, and what \`${place}\` does with it is not known`,
        possible: 'a place at home',
      }
}

const attributionBarrier: Barrier = ({ terms: { attribution, owner }, question: { use } }, ways) =>
  ways !== undefined &&
  use !== 'train' &&
  use !== 'send' &&
  ways.every((way) => way.some((each) => each.attribution)) &&
  attribution === null &&
  owner === null
    ? {
        rule: 'attribution-unknown',
        verdict: 'unknown',
        says: 'its licence asks to name its author, who is not known',
        possible: 'the name, as `attribution` or `owner`',
      }
    : undefined

/** GDPR bases other than consent speak of the owner's own processing, not of showing or handing on what is personal. */
const personalBarrier: Barrier = ({ terms: { consent }, question: { use, place, altered }, bases, law: { atHome } }) => {
  const personal = [...bases].some((basis) => basis.startsWith('gdpr-'))
  const leaves = use === 'publish' || use === 'export' || (place !== null && !atHome(place))
  return personal && leaves && !altered && !consent?.scope.includes(use)
    ? {
        rule: 'personal-data',
        verdict: 'unknown',
        says: 'personal data stand in it, and its basis does not speak of handing them on (GDPR, Art. 6 and Chapter V)',
        possible: 'personal data replaced, or consent to it',
      }
    : undefined
}

const BARRIERS: readonly Barrier[] = [reserved, consentBarrier, restrictionBarrier, placeBarrier, attributionBarrier, personalBarrier]
