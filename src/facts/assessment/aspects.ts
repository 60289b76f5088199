import { POWERS, type Power } from '../../core/jurisdiction.ts'
import type { Predicate } from '../predicates.ts'
import { type Edge, type MoreQuestion, type Question, REACH_2, type ReachRules } from '../rules.ts'

/** One side of a thing: rules that follow only the rows that speak of it, and the power under which the countries are then found. */
export type Aspect = { readonly rules: ReachRules; readonly power: Power; readonly about: string }

/** Whose law a company is under, and who is above it. */
const COMPANY: readonly Predicate[] = [
  'established-in',
  'headquartered-in',
  'owned-by',
  'controlled-by',
  'renamed-to',
  'operated-on-behalf-by',
]
const SUPPLIERS: readonly Predicate[] = [
  'hosted-on',
  'fronted-by',
  'identity-by',
  'dns-by',
  'colocation-by',
  'support-from',
  'depends-on-technology-of',
  'routes-to',
  'falls-back-to',
]

/** An aspect has no powers to tell apart: whoever a row leads to belongs to it. Holdings count from the threshold on, as in reach. */
const edge = (predicate: Predicate): Edge => {
  const known = REACH_2.edges.find((each) => each.predicate === predicate && each.when === 'holding')
  return { predicate, carries: POWERS, why: 'it speaks of this aspect', ...(known?.when === undefined ? {} : { when: known.when }) }
}

const asked = (name: Question['name']): Question => {
  const known = REACH_2.questions.find((each) => each.name === name)
  if (known === undefined) throw new Error(`reach asks no question \`${name}\``)
  return { ...known, powers: POWERS }
}

const more = (of: Question['of'], name: MoreQuestion, predicate: Predicate, answer: string): Question => ({
  of,
  name,
  settledBy: [predicate],
  powers: POWERS,
  answer: `${predicate} ${answer}`,
})

const aspect = (name: string, about: string, predicates: readonly Predicate[], questions: readonly Question[]): Aspect => ({
  rules: { ...REACH_2, name: `${REACH_2.name}/${name}`, edges: predicates.map(edge), questions },
  power: 'see',
  about,
})
const power = (name: Power, about: string): Aspect => ({ rules: REACH_2, power: name, about })

const OWNERS = [asked('incorporation'), asked('owners')]

/**
 * What profiles may ask of an endpoint. The three powers are reach itself; the others follow some of its rows, with its threshold, its rules
 * of evidence and its `unknown` (spec/profiles.md).
 */
export const ASPECTS = {
  see: power('see', 'whoever can read what passes'),
  stop: power('stop', 'whoever can switch it off'),
  change: power('change', 'whoever can alter how it behaves'),
  place: aspect('place', 'where the machines stand', ['located-in', 'offered-in', 'routes-to', 'falls-back-to'], [asked('place')]),
  seat: aspect(
    'seat',
    'where its operator is incorporated and has its head office',
    ['operated-by', 'established-in', 'headquartered-in', 'renamed-to'],
    [asked('operator'), asked('incorporation')],
  ),
  operator: aspect('operator', 'its operator and whoever is above it', ['operated-by', ...COMPANY], [asked('operator'), ...OWNERS]),
  'operator-to-come': aspect(
    'operator-to-come',
    'its operator, whoever is above it, and whoever has announced or signed to take them over',
    ['operated-by', ...COMPANY, 'change-of-control-announced', 'change-of-control-signed'],
    [asked('operator'), ...OWNERS],
  ),
  suppliers: aspect(
    'suppliers',
    'who hosts, fronts, names, houses, supports and equips it, and whoever is above them',
    [...SUPPLIERS, ...COMPANY],
    [asked('hosting'), asked('fronting'), ...OWNERS],
  ),
  'supplier-seats': aspect(
    'supplier-seats',
    'where those who host, front, name, house, support and equip it are incorporated and have their head offices',
    [...SUPPLIERS, 'established-in', 'headquartered-in', 'renamed-to'],
    [asked('hosting'), asked('fronting'), asked('incorporation')],
  ),
  support: aspect(
    'support',
    'from where, or by whom, staff with access support it',
    ['support-from', ...COMPANY],
    [more('endpoint', 'support', 'support-from', 'country:… (or entity:…)'), ...OWNERS],
  ),
  technology: aspect(
    'technology',
    'whose software it cannot do without',
    ['depends-on-technology-of', ...COMPANY],
    [more('endpoint', 'technology', 'depends-on-technology-of', 'entity:…'), ...OWNERS],
  ),
  chips: aspect(
    'chips',
    'who makes its accelerators',
    ['chips-by', ...COMPANY],
    [more('endpoint', 'chips', 'chips-by', 'entity:…'), ...OWNERS],
  ),
  origin: aspect(
    'origin',
    'who trained its model, and the models that one was made from',
    ['serves', 'derived-from', 'developed-by', 'established-in', 'headquartered-in'],
    [
      more('endpoint', 'model', 'serves', 'model:…'),
      more('model', 'maker', 'developed-by', 'entity:…'),
      more('model', 'lineage', 'derived-from', 'model:… (or nothing)'),
      asked('incorporation'),
    ],
  ),
} as const satisfies Record<string, Aspect>
export type AspectName = keyof typeof ASPECTS
export const ASPECT_NAMES = Object.keys(ASPECTS) as AspectName[]
