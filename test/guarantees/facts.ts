// Generated fact books: three endpoints in the hands of a few companies. Most rows are as they should be; some are lost, doubted,
// stale, from the future, contradicted or replaced.
import type { Day } from '../../src/core/units.ts'
import type { Evidence, Fact } from '../../src/facts/fact.ts'
import type { Predicate } from '../../src/facts/predicates.ts'
import type { Tape } from './tape.ts'

export const DAY = '2026-11-22' as Day
const FRESH = '2026-03-01' as Day
const STALE = '2019-03-01' as Day
const LATER = '2026-12-24' as Day

type Row = readonly [subject: string, predicate: Predicate, object: string, share?: number]

const COUNTRIES = ['FR', 'DE', 'US', 'IN', 'CN'] as const
/** Where an endpoint and its operator usually are. */
const USUAL = { near: ['FR', 'a'], far: ['US', 'b'], ally: ['DE', 'c'] } as const
const USUAL_SEAT = { a: 'FR', b: 'US', c: 'DE', d: 'IN' } as const
type Company = keyof typeof USUAL_SEAT
const COMPANIES = Object.keys(USUAL_SEAT) as readonly Company[]

export const MODELS = ['m1', 'm2'] as const

/** The members of the one bloc callers may name, on `DAY`. */
export const EU = ['DE', 'FR'] as const
const BLOC: readonly Row[] = [
  ...EU.map((country): Row => [`country:${country}`, 'member-of', 'bloc:EU']),
  ['bloc:EU', 'bloc-size', 'count:2'],
]

export const drawFacts = (tape: Tape): readonly Fact[] => {
  const rows = [
    ...BLOC,
    ...COMPANIES.flatMap((name) => company(tape, name)),
    ...(['near', 'far', 'ally'] as const).flatMap((name) => endpoint(tape, name)),
  ]
  const facts: Fact[] = []
  for (const row of rows) facts.push(...withFate(tape, row, facts.length))
  return facts
}

const company = (tape: Tape, name: Company): readonly Row[] => {
  const subject = `entity:${name}`
  const seat = tape.chance(10) ? tape.pick(COUNTRIES) : USUAL_SEAT[name]
  const rows: Row[] = [[subject, 'established-in', `country:${seat}`]]
  if (tape.chance(10)) rows.push([subject, 'headquartered-in', `country:${tape.pick(COUNTRIES)}`])
  if (tape.chance(6)) rows.push([subject, 'controlled-by', `entity:${tape.pick(['d', 'b', 'a'])}`])
  if (tape.chance(6)) rows.push([subject, 'depends-on-technology-of', `entity:${tape.pick(['b', 'a'])}`])
  return [...rows, ...owners(tape, subject)]
}

const owners = (tape: Tape, subject: string): readonly Row[] => {
  switch (tape.below(12)) {
    case 7:
      return []
    case 8:
      return [[subject, 'owned-by', 'unknown']]
    case 9:
      return [[subject, 'owned-by', 'entity:b', 100]]
    case 10: {
      const share = tape.pick([60, 30, 25, 20, 10])
      const rest = 100 - share - tape.pick([0, 5, 30])
      return [
        [subject, 'owned-by', 'entity:a', share],
        [subject, 'owned-by', 'entity:d', rest],
      ]
    }
    case 11:
      return [[subject, 'nobody-holds-more-than', tape.pick(['share:10', 'share:25', 'share:40'])]]
    default:
      return [[subject, 'owned-by', 'nobody']]
  }
}

const endpoint = (tape: Tape, name: keyof typeof USUAL): readonly Row[] => {
  const subject = `endpoint:${name}`
  const [country, operator] = USUAL[name]
  const rows: Row[] = [
    [subject, 'operated-by', `entity:${tape.chance(6) ? tape.pick(COMPANIES as readonly [Company]) : operator}`],
    [
      subject,
      'located-in',
      tape.chance(10) ? tape.pick(['country:DE', 'country:US', 'bloc:EU', 'region:EU', 'unknown']) : `country:${country}`,
    ],
    [subject, 'hosted-on', tape.chance(10) ? tape.pick(['entity:b', 'entity:d', 'unknown']) : 'self'],
    [subject, 'fronted-by', tape.chance(8) ? tape.pick(['entity:b', 'unknown']) : 'nobody'],
    [subject, 'custody', tape.chance(15) ? tape.pick([`pinned:sha256:${'0'.repeat(64)}`, 'entity:b']) : 'remote'],
  ]
  // The model is part of the endpoint: what holds for one need not hold for the other.
  for (const model of MODELS) {
    if (tape.chance(12)) rows.push([`${subject}/${model}`, 'routes-to', `endpoint:${tape.pick(['far', 'ally', 'near'])}`])
    if (tape.chance(8)) rows.push([`${subject}/${model}`, 'hosted-on', `entity:${tape.pick(['b', 'd', 'a'])}`])
    if (tape.chance(8)) rows.push([`${subject}/${model}`, 'serves', 'model:weights'])
  }
  if (name === 'ally' && tape.chance(50))
    rows.push(['model:weights', 'weights', tape.pick(['open', 'closed'])], ['model:weights', 'developed-by', 'entity:b'])
  return rows
}

const withFate = (tape: Tape, [subject, predicate, object, share]: Row, index: number): readonly Fact[] => {
  const row = (changes: Partial<Fact> = {}, twin = ''): Fact => ({
    id: `row-${index}${twin}`,
    subject,
    predicate,
    object,
    ...(share === undefined ? {} : { share }),
    source: 'drawn by chance',
    sourceKind: 'primary',
    asOf: FRESH,
    evidence: 'documented',
    origin: 'shipped',
    ...changes,
  })
  if (!tape.chance(5)) return [row()]
  switch (tape.below(8)) {
    case 0:
      return []
    case 1:
      return [row({ evidence: tape.pick<Evidence>(['unverified', 'declared']) })]
    case 2:
      return [row({ asOf: STALE })]
    case 3:
      return [row({ asOf: LATER })]
    case 4:
      return [row({ validTo: DAY })]
    case 5:
      return [row({ validFrom: LATER })]
    case 6:
      // Two rows that do not agree, both well documented.
      return [row(), row(contradiction(tape, object), '-again')]
    default:
      return [
        row(),
        row(
          {
            origin: 'owner',
            replaces: [`row-${index}`],
            evidence: tape.pick<Evidence>(['attested', 'unverified']),
            ...contradiction(tape, object),
          },
          '-own',
        ),
      ]
  }
}

const contradiction = (tape: Tape, object: string): Partial<Fact> => {
  if (object.startsWith('country:')) return { object: `country:${tape.pick(COUNTRIES)}` }
  if (object.startsWith('entity:')) return { object: `entity:${tape.pick(COMPANIES as readonly [Company])}` }
  return {}
}
