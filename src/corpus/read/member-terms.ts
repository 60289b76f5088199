// What a record says of itself, as terms: its words win over what is declared for its source.
import { isJsonObject, type Json } from '../../core/json.ts'
import { type Terms, UNKNOWN_TERMS } from '../terms.ts'
import type { Members } from './declaration.ts'
import { licenceFrom } from './spdx.ts'

export type TermMember = Exclude<keyof Members, 'text' | 'name'>
const TERM_MEMBERS = [
  'owner',
  'licence',
  'legalBasis',
  'jurisdiction',
  'attribution',
  'language',
  'region',
  'domain',
  'register',
  'period',
] as const satisfies readonly TermMember[]

/** A BCP 47 tag in its shortest form (`slv` and `sl_Latn` alike give what begins with `sl`); null for what is no tag. */
const languageFrom = (text: string): string | null => {
  try {
    return Intl.getCanonicalLocales(text.trim().replaceAll('_', '-'))[0] ?? null
  } catch {
    return null
  }
}
/** The year of a date, or two joined by `/`; null where there is none. */
const periodFrom = (text: string): string | null => {
  const [, first, second] = /(?<!\d)(\d{4})(?:\s*[/–-]\s*(\d{4}))?(?!\d)/.exec(text) ?? []
  return first === undefined ? null : second === undefined ? first : `${first}/${second}`
}
const countryFrom = (text: string): string | null => (/^[A-Za-z]{2}$/.test(text.trim()) ? text.trim().toUpperCase() : null)
const LONGEST = 500
const wordsFrom = (text: string): string | null => text.trim().replace(/\s+/g, ' ').slice(0, LONGEST) || null

const FROM: Readonly<Record<TermMember, (text: string) => string | null>> = {
  owner: wordsFrom,
  licence: licenceFrom,
  legalBasis: wordsFrom,
  jurisdiction: countryFrom,
  attribution: wordsFrom,
  language: languageFrom,
  region: wordsFrom,
  domain: wordsFrom,
  register: wordsFrom,
  period: periodFrom,
}

/**
 * The terms with what a file says of itself laid over them. What it says wins even where nobody understands it: a licence that is no known
 * one does not leave the declared one standing.
 */
export const termsWith = (base: Terms, said: Readonly<Partial<Record<TermMember, string>>>): Terms => {
  const terms: Record<string, unknown> = { ...base }
  for (const member of TERM_MEMBERS) {
    const text = said[member]
    if (text !== undefined && text.trim() !== '') terms[member] = FROM[member](text)
  }
  return terms as Terms
}

export const declaredTerms = (declared: Readonly<{ [Name in keyof Terms]?: Terms[Name] | undefined }>): Terms => {
  const terms: Record<string, unknown> = { ...UNKNOWN_TERMS }
  for (const [name, value] of Object.entries(declared)) if (value !== undefined) terms[name] = value
  return terms as Terms
}

const MOST_REMEMBERED = 10_000

/** Reads the members that a declaration names. Records that say the same share one object of terms. */
export class MemberTerms {
  /** Top-level members that are wanted besides the text, each once. */
  readonly wanted: readonly string[]
  private readonly base: Terms
  private readonly paths: readonly { readonly member: TermMember | 'name'; readonly index: number; readonly inner: readonly string[] }[]
  private readonly known = new Map<string, Terms>()

  /** `isNested`: a dot in a name goes into an object; the columns of a table have no inside. */
  constructor(base: Terms, members: Members, isNested: boolean) {
    this.base = base
    const wanted: string[] = []
    this.paths = (['name', ...TERM_MEMBERS] as const).flatMap((member) => {
      const name = members[member]
      if (name === undefined) return []
      const [first = '', ...inner] = isNested ? name.split('.') : [name]
      if (!wanted.includes(first)) wanted.push(first)
      return [{ member, index: wanted.indexOf(first), inner }]
    })
    this.wanted = wanted
  }

  /** `cellOf` gives the member at an index of `wanted`, undefined where the record lacks it. */
  read(cellOf: (index: number) => Json | undefined): { readonly name: string; readonly terms: Terms } {
    let name = ''
    let key = ''
    const said: Partial<Record<TermMember, string>> = {}
    for (const { member, index, inner } of this.paths) {
      const text = wordsOf(within(cellOf(index), inner), member === 'licence' ? ' AND ' : ', ')
      if (text === undefined) continue
      if (member === 'name') name = text.slice(0, LONGEST)
      else {
        said[member] = text
        key += `${member}\0${text}\0`
      }
    }
    return { name, terms: key === '' ? this.base : this.remembered(key, said) }
  }

  private remembered(key: string, said: Readonly<Partial<Record<TermMember, string>>>): Terms {
    const found = this.known.get(key)
    if (found !== undefined) return found
    if (this.known.size >= MOST_REMEMBERED) this.known.clear()
    const made = termsWith(this.base, said)
    this.known.set(key, made)
    return made
  }
}

const within = (value: Json | undefined, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((inner, name) => (isJsonObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined), value)

/** A list of licences binds by each of them. */
const wordsOf = (value: Json | undefined, joint: string): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (!Array.isArray(value)) return undefined
  const words = value.filter((each) => typeof each === 'string')
  if (joint === ' AND ') return words.length === 0 ? undefined : words.map((each) => licenceFrom(each) ?? 'LicenseRef-unknown').join(joint)
  return words.length === 0 ? undefined : words.join(joint)
}
