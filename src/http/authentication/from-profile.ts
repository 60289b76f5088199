// From what a provider's profile says of its authentication, and what the owner gave, to settings that can be prepared.
import { ok, type Result } from '../../core/result.ts'
import type { ProviderAuthentication } from '../../gateway/providers/profile.ts'
import { fill, type Parameters, placeholdersOf } from '../../gateway/providers/template.ts'
import { type AuthenticationFailure, failure } from './authenticator.ts'
import type { AuthenticationSettings } from './settings.ts'
import type { TokenCredential } from './token-request.ts'
import type { SecretSource } from './watched-text.ts'

/** What the owner gave; `parameters` have been read against their grammars, those that the chosen place settles among them. */
export type GivenAuthentication = {
  readonly secret: SecretSource | undefined
  readonly parameters: Parameters
  /** The owner's own token service in place of the vendor's. */
  readonly tokenUrl?: string
  readonly certificateAuthorityFile?: string
}

/** Fails, in one sentence, where a key or a parameter is missing. */
export const settingsFor = (
  authentication: ProviderAuthentication,
  given: GivenAuthentication,
): Result<AuthenticationSettings, AuthenticationFailure> => {
  if (authentication.kind === 'none') return ok({ kind: 'none' })
  const { secret, parameters } = given
  if (secret === undefined) return failure('the key is missing: name its file or its environment variable')
  switch (authentication.kind) {
    case 'bearer':
      return ok({ kind: 'bearer', secret })
    case 'header': {
      const { name, prefix } = authentication
      return ok({ kind: 'header', name, secret, ...(prefix === undefined ? {} : { prefix }) })
    }
    case 'sigv4': {
      const { region } = parameters
      return region === undefined
        ? failure('the parameter `region` is missing, which requests are signed for')
        : ok({ kind: 'sigv4', service: authentication.service, region, secret })
    }
    case 'oauth':
      return exchanged(authentication, { ...given, secret })
  }
}

type OAuth = Extract<ProviderAuthentication, { kind: 'oauth' }>

const exchanged = (
  authentication: OAuth,
  { secret, parameters, tokenUrl, certificateAuthorityFile }: GivenAuthentication & { readonly secret: SecretSource },
): Result<AuthenticationSettings, AuthenticationFailure> => {
  const url = fill(tokenUrl ?? authentication.tokenUrl, parameters)
  const form = Object.fromEntries(Object.entries(authentication.form).map(([name, text]) => [name, fill(text, parameters)]))
  const [missing] = [url, ...Object.values(form)].flatMap(placeholdersOf)
  if (missing !== undefined) return failure(`the parameter \`${missing}\` is missing, which a token cannot be had without`)
  const { encoding, uuidHeaders, tokenMember, lifetimeSeconds } = authentication
  return ok({
    kind: 'oauth',
    question: { url, credential: credentialOf(authentication), encoding, form, uuidHeaders, tokenMember, lifetimeSeconds },
    secret,
    // An address that the owner wrote may lie inside; one that a profile brought may not turn out to.
    privateNetwork: tokenUrl !== undefined,
    ...(certificateAuthorityFile === undefined ? {} : { certificateAuthorityFile }),
  })
}

const credentialOf = ({ credential, assertion }: OAuth): TokenCredential => {
  if (credential !== 'service-account') return { kind: credential }
  return {
    kind: 'assertion',
    algorithm: assertion?.algorithm ?? 'RS256',
    member: assertion?.member ?? 'assertion',
    claims: assertion?.claims ?? {},
  }
}
