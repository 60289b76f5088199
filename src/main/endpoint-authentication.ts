import { resolve } from 'node:path'
import type { Result } from '../core/result.ts'
import { err, ok } from '../core/result.ts'
import type { DialectName } from '../gateway/dialects/neutral.ts'
import { authenticationsFor } from '../gateway/providers/places.ts'
import type { Place, Profile, ProviderAuthentication } from '../gateway/providers/profile.ts'
import { type Parameters, readParameters } from '../gateway/providers/template.ts'
import { settingsFor } from '../http/authentication/from-profile.ts'
import type { AuthenticationFailure, AuthenticationSettings, SecretSource } from '../http/authentication/index.ts'

/** `authentication` of an endpoint in the configuration. `method`: which of the provider's ways to use its key, the first without it. */
export type ConfiguredAuthentication =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'key'
      readonly keyFile?: string | undefined
      readonly keyEnvironment?: string | undefined
      readonly method?: ProviderAuthentication['kind'] | undefined
      readonly tokenUrl?: string | undefined
    }
  | { readonly kind: 'bearer'; readonly tokenFile?: string | undefined; readonly tokenEnvironment?: string | undefined }
  | {
      readonly kind: 'header'
      readonly name: string
      readonly valueFile?: string | undefined
      readonly valueEnvironment?: string | undefined
    }

export type AuthenticatedEndpoint = {
  readonly kind: DialectName
  readonly authentication: ConfiguredAuthentication
  readonly parameters: Parameters
  readonly certificateAuthorityFile?: string | undefined
}
/** Undefined where nothing is claimed of the provider: a key is then a bearer token. */
export type AtProvider = { readonly profile: Profile; readonly place: Place } | undefined

/** What is to be prepared for an endpoint as it is configured; relative paths start at `folder`. */
export const authenticationSettings = (
  endpoint: AuthenticatedEndpoint,
  provider: AtProvider,
  folder: string,
): Result<AuthenticationSettings, AuthenticationFailure> => {
  const { authentication } = endpoint
  const sourceOf = (file: string | undefined, variable: string | undefined): SecretSource | undefined =>
    file !== undefined ? { file: resolve(folder, file) } : variable === undefined ? undefined : { environment: variable }
  switch (authentication.kind) {
    case 'none':
      return ok({ kind: 'none' })
    case 'bearer':
      return plain({ kind: 'bearer' }, sourceOf(authentication.tokenFile, authentication.tokenEnvironment))
    case 'header':
      return plain({ kind: 'header', name: authentication.name }, sourceOf(authentication.valueFile, authentication.valueEnvironment))
    case 'key': {
      const secret = sourceOf(authentication.keyFile, authentication.keyEnvironment)
      if (provider === undefined) return plain({ kind: 'bearer' }, secret)
      const way = wayOf(provider.profile, endpoint.kind, authentication.method)
      const parameters = valuesOf(provider, endpoint.parameters)
      if (!way.ok) return way
      if (!parameters.ok) return parameters
      const { tokenUrl } = authentication
      const authority = endpoint.certificateAuthorityFile
      return settingsFor(way.value, {
        secret,
        parameters: parameters.value,
        ...(tokenUrl === undefined ? {} : { tokenUrl }),
        ...(authority === undefined ? {} : { certificateAuthorityFile: resolve(folder, authority) }),
      })
    }
  }
}

/** The way a provider is shown a key: the one of that kind, or the first that takes a key. */
export const wayOf = (
  profile: Profile,
  dialect: DialectName,
  method: ProviderAuthentication['kind'] | undefined,
): Result<ProviderAuthentication, AuthenticationFailure> => {
  const ways = authenticationsFor(profile, dialect)
  const way = ways.find(({ kind }) => (method === undefined ? kind !== 'none' : kind === method))
  if (way !== undefined) return ok(way)
  const kinds = ways.map(({ kind }) => kind).join(', ')
  return fail(
    method === undefined ? `${profile.title} takes no key` : `${profile.title} is not shown a key by \`${method}\`, only by ${kinds}`,
  )
}

/** The owner's parameters, the defaults, and what the place settles. */
const valuesOf = ({ profile, place }: NonNullable<AtProvider>, given: Parameters): Result<Parameters, AuthenticationFailure> => {
  const declared = Object.fromEntries(Object.entries(profile.parameters).filter(([name]) => !Object.hasOwn(place.parameters ?? {}, name)))
  const read = readParameters(declared, given)
  return read.ok ? ok({ ...read.value, ...place.parameters }) : fail(read.error.message)
}

const plain = (
  settings: { readonly kind: 'bearer' } | { readonly kind: 'header'; readonly name: string },
  secret: SecretSource | undefined,
): Result<AuthenticationSettings, AuthenticationFailure> =>
  secret === undefined ? fail('the key is missing: name its file or its environment variable') : ok({ ...settings, secret })

const fail = (message: string): Result<never, AuthenticationFailure> => err({ kind: 'authentication-failed', message })
