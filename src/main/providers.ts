import { err, ok, type Result } from '../core/result.ts'
import type { DialectName } from '../gateway/dialects/neutral.ts'
import { placeNamed, type Target, targetOf } from '../gateway/providers/places.ts'
import type { Place, Profile } from '../gateway/providers/profile.ts'
import type { AuthenticationFailure, AuthenticationSettings } from '../http/authentication/index.ts'
import type { RemoteConfiguration } from './config-schema.ts'
import { authenticationSettings } from './endpoint-authentication.ts'
import { shippedProfile } from './profiles.ts'

/** Of this one nothing is claimed, so that nothing of it need be read. */
export const ANY_PROVIDER = 'openai-compatible'
/** One sentence. */
export type ProviderFailure = {
  readonly kind: 'provider'
  readonly field: 'provider' | keyof RemoteConfiguration
  readonly message: string
}

const readProvider = (name: string): Result<Profile, ProviderFailure> => {
  const profile = shippedProfile(name)
  return profile.ok ? profile : fail('provider', profile.error)
}

/** Who runs an endpoint, with everything a configuration leaves to its provider. */
export type Provided = {
  /** Undefined where nothing is claimed. */
  readonly profile: Profile | undefined
  readonly place: Place | undefined
  readonly baseUrl: string
  readonly alsoSpeaks: readonly DialectName[]
  /** What the endpoint calls a model of the owner's, and what it must be told. */
  targetOf(model: string): Result<Pick<Target, 'model' | 'headers' | 'body'>, ProviderFailure>
  /** What the endpoint is shown; relative paths start at `folder`. */
  authentication(folder: string): Result<AuthenticationSettings, AuthenticationFailure>
}

/** What the provider that a configuration names makes of it. Reads the profile. */
export const providedFor = (settings: RemoteConfiguration): Result<Provided, ProviderFailure> => {
  const { provider, kind, region, parameters, baseUrl } = settings
  if (provider === ANY_PROVIDER) return anyProvider(settings)
  const read = readProvider(provider)
  if (!read.ok) return read
  const profile = read.value
  if (profile.dialects[kind] === undefined)
    return fail('kind', `${profile.title} speaks no \`${kind}\`, only ${Object.keys(profile.dialects).join(', ')}`)
  const place = placeNamed(profile, region)
  if (!place.ok) return fail('region', place.error.message)
  if (profile.kind === 'engine' && baseUrl === undefined)
    return fail('baseUrl', `${profile.title} runs on a machine of yours: give its address as \`baseUrl\``)
  if (profile.ownAuthority && settings.certificateAuthorityFile === undefined)
    return fail(
      'provider',
      `the certificate of ${profile.title} comes from an authority of its own: name its file in \`certificateAuthorityFile\``,
    )
  const asked = { dialect: kind, place: place.value, parameters, ...(baseUrl !== undefined && { baseUrl }) }
  const target = (model: string): Result<Target, ProviderFailure> => {
    const made = targetOf(profile, { ...asked, model })
    return made.ok ? made : fail('provider', made.error.message)
  }
  const [first = ''] = Object.keys(settings.models)
  const usual = target(first)
  if (!usual.ok) return usual
  const authentication = (folder: string) => authenticationSettings(settings, { profile, place: place.value }, folder)
  const prepared = hasSecret(settings) ? authentication('') : ok(undefined)
  if (!prepared.ok) return fail('authentication', prepared.error.message)
  return ok({
    profile,
    place: place.value,
    baseUrl: usual.value.baseUrl,
    alsoSpeaks: neighbours(profile, place.value, kind, baseUrl),
    targetOf: target,
    authentication,
  })
}

/** Where none is named, that is another mistake. */
const hasSecret = ({ authentication }: RemoteConfiguration): boolean =>
  authentication.kind === 'key' && (authentication.keyFile !== undefined || authentication.keyEnvironment !== undefined)

const anyProvider = (settings: RemoteConfiguration): Result<Provided, ProviderFailure> => {
  const { kind, baseUrl, region, parameters } = settings
  if (baseUrl === undefined) return fail('baseUrl', 'give the address of the endpoint as `baseUrl`, or a `provider` that has one')
  if (region !== undefined) return fail('region', 'only a `provider` with regions can be told of one')
  if (Object.keys(parameters).length > 0) return fail('parameters', 'only a `provider` that asks for parameters can be told of any')
  return ok({
    profile: undefined,
    place: undefined,
    baseUrl,
    alsoSpeaks: kind === 'openai-chat' ? ['openai-completions'] : [],
    targetOf: (model) => ok({ model, headers: [], body: {} }),
    authentication: (folder) => authenticationSettings(settings, undefined, folder),
  })
}

/** The other dialects that stand under the same address. */
const neighbours = (profile: Profile, place: Place, kind: DialectName, baseUrl: string | undefined): readonly DialectName[] => {
  const urls = baseUrl === undefined ? place.urls : (profile.places[0]?.urls ?? {})
  return (Object.keys(profile.dialects) as DialectName[]).filter(
    (name) => name !== kind && urls[name] !== undefined && urls[name] === urls[kind],
  )
}

/** The thing in the fact book that an endpoint is by the provider and region it names. An address of the owner's own says nothing. */
export const factsOfProvider = ({ provider, region, baseUrl }: RemoteConfiguration): string | undefined => {
  if (provider === ANY_PROVIDER || baseUrl !== undefined) return undefined
  const profile = readProvider(provider)
  const place = profile.ok ? placeNamed(profile.value, region) : undefined
  return place?.ok === true ? place.value.facts : undefined
}

const fail = (field: ProviderFailure['field'], message: string): Result<never, ProviderFailure> => err({ kind: 'provider', field, message })
