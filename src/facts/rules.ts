import { POWERS, type Power } from '../core/jurisdiction.ts'
import type { Evidence } from './fact.ts'
import type { Predicate } from './predicates.ts'

export type Edge = {
  readonly predicate: Predicate
  /**
   * What the object of a row obtains over the thing asked about, of what the row's subject has over it. INVARIANT(G3): no power turns
   * into another on the way, so whoever a missing row would have led to has only powers with which that row's subject was reached.
   */
  readonly carries: readonly Power[]
  /** `holding`: carries only from a holder over the threshold; `unless-pinned`, `unless-open`: see `Question`. */
  readonly when?: 'holding' | 'unless-pinned' | 'unless-open'
  readonly why: string
}

/** What must be known about a thing of this kind before its sets can be free of `unknown`. */
export type Question = {
  readonly of: 'endpoint' | 'entity' | 'model'
  readonly name:
    | 'place'
    | 'operator'
    | 'hosting'
    | 'fronting'
    | 'custody'
    | 'incorporation'
    | 'owners'
    | 'weights'
    | 'developer'
    | MoreQuestion
  readonly settledBy: readonly Predicate[]
  /** Where `unknown` goes while it is open: the powers with which the thing was reached, cut to these. */
  readonly powers: readonly Power[]
  /** What would settle it, in words after the subject. */
  readonly answer: string
}

/** What reach does not ask, and profiles do (`assessment/aspects.ts`). */
export type MoreQuestion = 'support' | 'technology' | 'chips' | 'model' | 'maker' | 'lineage'

export type ReachRules = {
  readonly name: string
  readonly edges: readonly Edge[]
  readonly questions: readonly Question[]
  readonly defaults: { readonly threshold: number; readonly maxAgeDays: number }
  /** A share above this hands on all that the held thing itself holds, when holdings of one ultimate holder are added up. */
  readonly majority: number
  /** The weakest evidence that can settle a question. Weaker rows, and stale ones, only ever add members. INVARIANT(G3) */
  readonly settles: Evidence
}

const SEE_AND_STOP: readonly Power[] = ['see', 'stop']
const STOP_AND_CHANGE: readonly Power[] = ['stop', 'change']

/**
 * reach@2, described in `spec/reach.md`. A changed row is a new version: answers name the rules they were computed by.
 * Predicates without a row here (`chips-by`, `funded-by`, `listed-on`, …) are kept and shown, and carry no power.
 */
export const REACH_2: ReachRules = {
  name: 'reach@2',
  edges: [
    { predicate: 'located-in', carries: SEE_AND_STOP, why: 'the law of the place reaches the machines' },
    { predicate: 'offered-in', carries: SEE_AND_STOP, why: 'as located-in, while the customer may have picked it' },
    {
      predicate: 'operated-by',
      carries: POWERS,
      why: 'the operator has it in its hands, and the weights too unless somebody else keeps them',
    },
    { predicate: 'hosted-on', carries: SEE_AND_STOP, why: 'who owns the machine reads its memory and can switch it off' },
    { predicate: 'fronted-by', carries: SEE_AND_STOP, why: 'who terminates TLS has the plain text and the line' },
    { predicate: 'identity-by', carries: ['stop'], why: 'no login, no service' },
    { predicate: 'dns-by', carries: ['stop'], why: 'no name, no service' },
    { predicate: 'colocation-by', carries: ['stop'], why: 'power and access to the building' },
    { predicate: 'support-from', carries: ['see'], why: 'staff with access read what they support' },
    {
      predicate: 'depends-on-technology-of',
      carries: STOP_AND_CHANGE,
      why: 'updates alter behaviour; withheld updates and licences stop it, with delay',
    },
    { predicate: 'routes-to', carries: POWERS, why: 'the call is answered there' },
    { predicate: 'falls-back-to', carries: ['see', 'change'], why: 'the call may be answered there' },
    { predicate: 'operated-on-behalf-by', carries: SEE_AND_STOP, why: 'whoever does the operating has it in its hands' },
    { predicate: 'custody', carries: STOP_AND_CHANGE, why: 'who keeps the weights can replace or withdraw them' },
    { predicate: 'serves', carries: STOP_AND_CHANGE, when: 'unless-pinned', why: 'weights that are not pinned come from their developer' },
    { predicate: 'developed-by', carries: STOP_AND_CHANGE, when: 'unless-open', why: 'closed weights stay in their developer’s hands' },
    { predicate: 'established-in', carries: POWERS, why: 'the law of incorporation binds the company' },
    { predicate: 'headquartered-in', carries: POWERS, why: 'the law where the directors sit binds them' },
    { predicate: 'owned-by', carries: POWERS, when: 'holding', why: 'an owner over the threshold has what the owned has' },
    { predicate: 'controlled-by', carries: POWERS, why: 'percent is not control: who decides has what the controlled has' },
    { predicate: 'renamed-to', carries: POWERS, why: 'the successor has what it had' },
  ],
  questions: [
    { of: 'endpoint', name: 'operator', settledBy: ['operated-by'], powers: POWERS, answer: 'operated-by entity:…' },
    { of: 'endpoint', name: 'place', settledBy: ['located-in'], powers: ['see', 'stop'], answer: 'located-in country:…' },
    { of: 'endpoint', name: 'hosting', settledBy: ['hosted-on'], powers: ['see', 'stop'], answer: 'hosted-on entity:… (or self)' },
    { of: 'endpoint', name: 'fronting', settledBy: ['fronted-by'], powers: ['see', 'stop'], answer: 'fronted-by entity:… (or nobody)' },
    {
      of: 'endpoint',
      name: 'custody',
      settledBy: ['custody'],
      powers: ['stop', 'change'],
      answer: 'custody remote (or entity:…, or pinned:sha256:…)',
    },
    { of: 'entity', name: 'incorporation', settledBy: ['established-in'], powers: POWERS, answer: 'established-in country:…' },
    {
      of: 'entity',
      name: 'owners',
      settledBy: ['owned-by', 'nobody-holds-more-than'],
      powers: POWERS,
      answer: 'owned-by entity:… with shares (or nobody), or nobody-holds-more-than share:…',
    },
    { of: 'model', name: 'weights', settledBy: ['weights'], powers: ['stop', 'change'], answer: 'weights open (or closed)' },
    { of: 'model', name: 'developer', settledBy: ['developed-by'], powers: ['stop', 'change'], answer: 'developed-by entity:…' },
  ],
  defaults: { threshold: 25, maxAgeDays: 1095 },
  majority: 50,
  settles: 'documented',
}
