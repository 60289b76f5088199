// Where a call is to run: the policy decides, the vendor is told in its own way, and its own report is held against what was asked.
import type { Json, JsonObject } from '../../core/json.ts'
import type { Jurisdiction } from '../../core/jurisdiction.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { EVIDENCE } from '../../facts/fact.ts'
import type { DialectName } from '../dialects/neutral.ts'
import { memberAt } from './member-paths.ts'
import type { Place, Profile, ProviderAuthentication, Within } from './profile.ts'
import { fill, type Parameters, placeholdersOf, readParameters } from './template.ts'

/** Members of blocs, by upper-case name, for today. */
export type Blocs = ReadonlyMap<string, ReadonlySet<Jurisdiction>>
/** One sentence. The call must not be sent elsewhere instead. */
export type PlaceFailure = { readonly kind: 'place-unavailable' | 'target-invalid'; readonly message: string }

/** What the vendor's own selector asks for, as the ways it can be asked; several may hold at once. */
export type SelectorKind = 'host' | 'header' | 'body' | 'model-prefix' | 'path' | 'none'

/** Where bytes go and what they must carry so that the vendor runs them there. */
export type Target = {
  readonly baseUrl: string
  /** The endpoint's name of the model. */
  readonly model: string
  /** Names and values in turn; authentication is not among them. */
  readonly headers: readonly string[]
  /** Merged into the encoded body. */
  readonly body: JsonObject
  readonly facts: string | undefined
}

/** The place of that name; without one, the first. */
export const placeNamed = (profile: Profile, name?: string): Result<Place, PlaceFailure> => {
  const place = name === undefined ? profile.places[0] : profile.places.find((each) => each.name === name)
  if (place !== undefined) return ok(place)
  const names = profile.places.map((each) => each.name).join(', ')
  return fail('place-unavailable', `${profile.title} has no place \`${name}\`; it has ${names}`)
}

/**
 * The first place that asks the vendor to stay within these countries. INVARIANT(G3): a place that may be anywhere, of which nobody
 * knows where it is, or that nobody read of, is within nothing. Where a call really runs remains a matter of facts; this is only what
 * the vendor is asked.
 */
export const placeWithin = (profile: Profile, demanded: ReadonlySet<Jurisdiction>, blocs: Blocs): Result<Place, PlaceFailure> => {
  const place = profile.places.find((each) => {
    const countries = countriesOf(each.in, blocs)
    const read = EVIDENCE.indexOf(each.evidence) >= EVIDENCE.indexOf('documented')
    return each.in === 'here' || (read && countries !== undefined && [...countries].every((country) => demanded.has(country)))
  })
  if (place !== undefined) return ok(place)
  return fail('place-unavailable', `${profile.title} cannot be asked to stay within ${[...demanded].sort().join(', ') || 'no country'}`)
}

/** By what the vendor is told of this place: where it differs from the place that is taken when nobody chooses. */
export const selectorOf = (profile: Profile, place: Place): readonly SelectorKind[] => {
  const [usual] = profile.places
  const kinds: SelectorKind[] = []
  const urls = Object.entries(place.urls)
  if (place !== usual && urls.some(([dialect, url]) => hostOf(url) !== hostOf(usual?.urls[dialect as DialectName]))) kinds.push('host')
  if (place.headers !== undefined) kinds.push('header')
  if (place.body !== undefined) kinds.push('body')
  if (place.modelPrefix !== undefined) kinds.push('model-prefix')
  if (place.parameters !== undefined) kinds.push('path')
  return kinds.length === 0 ? ['none'] : kinds
}
const hostOf = (url: string | undefined): string => url?.split('/')[2] ?? ''

export type TargetRequest = {
  readonly dialect: DialectName
  readonly place: Place
  /** The owner's parameters of the profile. */
  readonly parameters: Parameters
  /** The owner's name of the model. */
  readonly model: string
  /** The owner's own address, for software on a machine of the owner's. */
  readonly baseUrl?: string
}

/** Applies the selector of a place. Fails rather than send anything that the vendor could run elsewhere. */
export const targetOf = (profile: Profile, request: TargetRequest): Result<Target, PlaceFailure> => {
  const { place, dialect } = request
  const read = readParameters(declaredFor(profile, place), request.parameters)
  if (!read.ok) return fail('target-invalid', read.error.message)
  const values = { ...read.value, ...place.parameters }
  const template = request.baseUrl ?? place.urls[dialect] ?? profile.places[0]?.urls[dialect]
  if (template === undefined) return fail('target-invalid', `${profile.title} does not speak \`${dialect}\` at \`${place.name}\``)
  const baseUrl = request.baseUrl ?? fill(template, values)
  const [missing] = placeholdersOf(baseUrl)
  if (missing !== undefined) return fail('target-invalid', `the address of ${profile.title} wants a value for \`${missing}\``)
  const model = modelName(profile, place, request.model, values)
  if (!model.ok) return model
  const headers = { ...profile.headers, ...profile.logging?.headers, ...place.headers }
  return ok({
    baseUrl: baseUrl.replace(/\/+$/, ''),
    model: model.value,
    headers: Object.entries(headers).flat(),
    body: place.body ?? {},
    facts: place.facts,
  })
}

/** A place may settle a parameter; the owner is then not asked for it. */
const declaredFor = (profile: Profile, place: Place): Profile['parameters'] =>
  Object.fromEntries(Object.entries(profile.parameters).filter(([name]) => !Object.hasOwn(place.parameters ?? {}, name)))

/** Class 15 and prefixes. A name that already asks for another place is refused: it would overrule the one that was chosen. */
const modelName = (profile: Profile, place: Place, model: string, values: Parameters): Result<string, PlaceFailure> => {
  const { template, segments } = profile.modelIds ?? {}
  const other = profile.places.find(
    ({ modelPrefix }) => modelPrefix !== undefined && modelPrefix !== place.modelPrefix && model.startsWith(modelPrefix),
  )
  if (other !== undefined)
    return fail('target-invalid', `the model \`${model}\` asks ${profile.title} for \`${other.name}\`, and \`${place.name}\` was chosen`)
  if (segments !== undefined && model.split('/').length !== segments)
    return fail('target-invalid', `\`${model}\` is no model of ${profile.title}: it must have ${segments} parts divided by \`/\``)
  const prefixed = place.modelPrefix === undefined || model.startsWith(place.modelPrefix) ? model : place.modelPrefix + model
  const [before = '', after = ''] = (template ?? '{model}').split('{model}')
  const [head, tail] = [fill(before, values), fill(after, values)]
  return ok(head !== '' && prefixed.startsWith(head) ? prefixed : head + prefixed + tail)
}

/** The ways to authenticate in this dialect, in the order of preference. */
export const authenticationsFor = (profile: Profile, dialect: DialectName): readonly ProviderAuthentication[] =>
  profile.authentication.filter((each) => !('dialect' in each) || each.dialect === undefined || each.dialect === dialect)

/** The header a key is sent in; names and values in turn. Undefined where a key is not sent as it is. */
export const keyHeader = (authentication: ProviderAuthentication, key: string): readonly string[] | undefined => {
  if (authentication.kind === 'none') return []
  if (authentication.kind === 'bearer') return ['authorization', `Bearer ${key}`]
  if (authentication.kind === 'header') return [authentication.name.toLowerCase(), `${authentication.prefix ?? ''}${key}`]
  return undefined
}

/** What a vendor said of the place, in its own word, and what that means for the place that was asked for. */
export type PlaceReport = { readonly word: string; readonly verdict: 'agrees' | 'contradicts' | 'unknown' }

/** Reads the vendor's report from a whole answer, or from one event of a stream; undefined when this one says nothing. */
export const readPlaceReport = (
  profile: Profile,
  place: Place,
  answer: { readonly body?: Json; readonly header?: (name: string) => string | undefined },
  blocs: Blocs,
): PlaceReport | undefined => {
  const report = profile.residency?.report
  if (report === undefined) return undefined
  const word = (report.member === undefined ? undefined : textAt(answer.body, report.member)) ?? answer.header?.(report.header ?? '')
  if (word === undefined || word === '') return undefined
  return { word, verdict: Object.hasOwn(report.words, word) ? judge(place.in, report.words[word], blocs) : 'unknown' }
}

/** The first event of some streams wraps the answer in `message` or `response`. */
const textAt = (body: Json | undefined, path: string): string | undefined => {
  for (const prefix of ['', 'message.', 'response.']) {
    const value = memberAt(body, prefix + path)
    if (typeof value === 'string') return value
  }
  return undefined
}

const judge = (asked: Within, told: Within | undefined, blocs: Blocs): PlaceReport['verdict'] => {
  const wanted = countriesOf(asked, blocs)
  if (told === undefined || told === 'unknown' || asked === 'unknown' || asked === 'here') return 'unknown'
  if (asked === 'anywhere') return 'agrees'
  const ran = countriesOf(told, blocs)
  if (wanted === undefined || (ran === undefined && told !== 'anywhere')) return 'unknown'
  return ran !== undefined && [...ran].every((country) => wanted.has(country)) ? 'agrees' : 'contradicts'
}

/** Undefined: not known, or not bounded. A bloc that nobody can resolve is not known. */
const countriesOf = (within: Within, blocs: Blocs): ReadonlySet<Jurisdiction> | undefined => {
  if (typeof within === 'string') return undefined
  const countries = new Set<Jurisdiction>()
  for (const place of within) {
    const members = place.startsWith('bloc:') ? blocs.get(place.slice('bloc:'.length).toUpperCase()) : [place as Jurisdiction]
    if (members === undefined) return undefined
    for (const member of members) countries.add(member)
  }
  return countries.size === 0 ? undefined : countries
}

const fail = (kind: PlaceFailure['kind'], message: string): Result<never, PlaceFailure> => err({ kind, message })
