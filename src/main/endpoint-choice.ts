import { resolve } from 'node:path'
import { isName } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import type { DialectName } from '../gateway/dialects/neutral.ts'
import { authenticationsFor } from '../gateway/providers/places.ts'
import type { Place, Profile, ProviderAuthentication } from '../gateway/providers/profile.ts'
import { type Parameters, placeholdersOf, readParameters } from '../gateway/providers/template.ts'
import type { Asker } from './asker.ts'
import { type Given, UsageFailure } from './command.ts'

/** Where the key of a new endpoint comes from. */
export type KeyGiven = { readonly file: string } | { readonly environment: string } | { readonly typed: string }

/** Everything that is said of a new endpoint, before any of it counts. */
export type Choice = {
  readonly name: string
  readonly profile: Profile
  readonly dialect: DialectName
  readonly place: Place
  readonly parameters: Parameters
  readonly baseUrl: string | undefined
  readonly method: ProviderAuthentication | undefined
  readonly key: KeyGiven | undefined
  readonly authorityFile: string | undefined
  readonly models: readonly string[]
  readonly subject: string | undefined
  readonly picks: JsonObject
}

/** Asks for what a profile needs and the command line leaves open; `taken` are the names in use. */
export const chooseEndpoint = async (profile: Profile, given: Given, asker: Asker, taken: readonly string[]): Promise<Choice> => {
  const name = await chooseName(profile, given, asker, taken)
  const place = await choosePlace(profile, given, asker)
  const dialect = chooseDialect(profile, place, given)
  const method = chooseMethod(profile, dialect, given)
  const choice: Choice = {
    name,
    profile,
    dialect,
    place,
    baseUrl: await chooseAddress(profile, place, dialect, given, asker),
    parameters: await chooseParameters(profile, { place, dialect, method }, given, asker),
    method,
    key: await chooseKey(profile, dialect, method, given, asker),
    authorityFile: await chooseAuthority(profile, given, asker),
    models: await chooseModels(profile, given, asker),
    subject: given.text('subject'),
    picks: readPicks(given.texts('pick')),
  }
  asker.settle()
  return choice
}

const chooseName = (profile: Profile, given: Given, asker: Asker, taken: readonly string[]): Promise<string> => {
  const isTaken = taken.includes(profile.name)
  const check = (text: string) => {
    if (!isName(text)) return `\`${text}\` is no name; write lower case letters, digits, \`.\`, \`_\` or \`-\``
    return taken.includes(text) ? `there is an endpoint \`${text}\` already` : undefined
  }
  return asker.text({ option: 'name', text: 'its name here', check, ...(isTaken ? {} : { otherwise: profile.name }) }, given.text('name'))
}

const choosePlace = async (profile: Profile, given: Given, asker: Asker): Promise<Place> => {
  const names = profile.places.map((each) => each.name)
  const [first = ''] = names
  const check = (text: string) => (names.includes(text) ? undefined : unknown('region', text, names))
  const asked = { option: 'region', text: `where it runs, of ${names.join(', ')}`, otherwise: first, check }
  const name = names.length === 1 && given.text('region') === undefined ? first : await asker.text(asked, given.text('region'))
  return profile.places.find((each) => each.name === name) as Place
}

const chooseDialect = (profile: Profile, place: Place, given: Given): DialectName => {
  const spoken = (Object.keys(profile.dialects) as DialectName[]).filter(
    (each) => (place.urls[each] ?? profile.places[0]?.urls[each]) !== undefined,
  )
  const wanted = given.text('dialect') ?? spoken[0] ?? ''
  const dialect = spoken.find((each) => each === wanted)
  if (dialect === undefined) throw new UsageFailure(`--dialect: ${unknown('dialect', wanted, spoken)}`)
  return dialect
}

const chooseMethod = (profile: Profile, dialect: DialectName, given: Given): ProviderAuthentication | undefined => {
  const ways = authenticationsFor(profile, dialect)
  const wanted = given.text('method')
  if (wanted === undefined) return ways.find(({ kind }) => kind !== 'none')
  const way = ways.find(({ kind }) => kind === wanted)
  const kinds = ways.map(({ kind }) => kind)
  if (way === undefined) throw new UsageFailure(`--method: ${unknown('way to authenticate', wanted, kinds)}`)
  return way.kind === 'none' ? undefined : way
}

const chooseAddress = async (
  profile: Profile,
  place: Place,
  dialect: DialectName,
  given: Given,
  asker: Asker,
): Promise<string | undefined> => {
  const url = given.text('url')
  const check = (text: string) => (/^https?:\/\/[^\s/]+/.test(text) && URL.canParse(text) ? undefined : `\`${text}\` is no address`)
  if (profile.kind === 'hosted' && url === undefined) return undefined
  const usual = place.urls[dialect]
  return asker.text({ option: 'url', text: 'its address', check, ...(usual === undefined ? {} : { otherwise: usual }) }, url)
}

type Way = { readonly place: Place; readonly dialect: DialectName; readonly method: ProviderAuthentication | undefined }

const chooseParameters = async (profile: Profile, way: Way, given: Given, asker: Asker): Promise<Parameters> => {
  const values = readPairs(given.texts('parameter'))
  for (const name of Object.keys(values))
    if (!Object.hasOwn(profile.parameters, name))
      throw new UsageFailure(`--parameter: ${unknown('parameter', name, Object.keys(profile.parameters))}`)
  const chosen: Record<string, string> = {}
  for (const [name, declared] of Object.entries(profile.parameters)) {
    if (Object.hasOwn(way.place.parameters ?? {}, name) || (declared.optional === true && values[name] === undefined && !needs(way, name)))
      continue
    const check = (text: string) => {
      const read = readParameters({ [name]: declared }, { [name]: text })
      return read.ok ? undefined : read.error.message
    }
    const { default: otherwise, title } = declared
    const asked = { option: `parameter ${name}=…`, text: title, check, ...(otherwise === undefined ? {} : { otherwise }) }
    const value = await asker.text(asked, values[name])
    if (value !== otherwise) chosen[name] = value
  }
  return chosen
}

/** Whether a way to authenticate is written with that parameter. */
const needs = ({ method }: Way, name: string): boolean =>
  method?.kind === 'oauth' && [method.tokenUrl, ...Object.values(method.form)].flatMap(placeholdersOf).includes(name)

const chooseKey = async (
  profile: Profile,
  dialect: DialectName,
  method: ProviderAuthentication | undefined,
  given: Given,
  asker: Asker,
): Promise<KeyGiven | undefined> => {
  const [file, environment] = [given.text('key-file'), given.text('key-environment')]
  if (file !== undefined && environment !== undefined) throw new UsageFailure('give one of --key-file and --key-environment')
  if (method === undefined) {
    if (file !== undefined || environment !== undefined) throw new UsageFailure(`${profile.title} takes no key`)
    return undefined
  }
  if (environment !== undefined) return { environment }
  if (file !== undefined) return { file: resolve(file) }
  const optional = authenticationsFor(profile, dialect).some(({ kind }) => kind === 'none')
  const inFile = method.kind === 'oauth' && method.credential === 'service-account'
  const hint = inFile ? 'its path' : `not shown while typed; @FILE for one in a file${optional ? '; empty for none' : ''}`
  const answer = await asker.text(
    { option: 'key-file', text: keyWords(method), hint, hidden: !inFile, ...(optional ? { otherwise: '' } : {}) },
    undefined,
  )
  if (answer === '') return undefined
  return inFile || answer.startsWith('@') ? { file: resolve(answer.replace(/^@/, '')) } : { typed: answer }
}

const keyWords = (method: ProviderAuthentication): string => {
  if (method.kind === 'sigv4') return 'the access key, as id:secret'
  if (method.kind !== 'oauth') return 'the key'
  return { basic: 'the authorization key', form: 'client-id:client-secret', 'service-account': 'the key file of the service account' }[
    method.credential
  ]
}

const chooseAuthority = async (profile: Profile, given: Given, asker: Asker): Promise<string | undefined> => {
  const file = given.text('authority')
  if (file === undefined && !profile.ownAuthority) return undefined
  return resolve(await asker.text({ option: 'authority', text: `the PEM file of the authority that certifies ${profile.title}` }, file))
}

const chooseModels = async (profile: Profile, given: Given, asker: Asker): Promise<readonly string[]> => {
  const models = given.texts('model')
  if (models.length > 0) return models
  const example = profile.modelIds?.example
  const text = `a model of it${example === undefined ? '' : `, such as ${example}`}`
  return (await asker.text({ option: 'model', text }, undefined)).split(/[\s,]+/).filter((each) => each !== '')
}

const readPairs = (texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw new UsageFailure(`\`${text}\` is no parameter; write name=value`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )

const readPicks = (texts: readonly string[]): JsonObject => {
  for (const text of texts)
    if (!/^(region|customer)=[A-Z]{2}$/.test(text)) throw new UsageFailure(`\`${text}\` is no pick; write region=DE or customer=CH`)
  return readPairs(texts)
}

const unknown = (what: string, name: string, known: readonly string[]): string => {
  const close = nearest(name, known)
  return `there is no ${what} \`${name}\`${close === undefined ? `; there is ${known.join(', ') || 'none'}` : `; did you mean \`${close}\`?`}`
}
