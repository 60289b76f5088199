import { isName } from '../../core/ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Clock, Random } from '../../core/units.ts'
import { type CheckedFetch, openCheckedFetch } from '../authentication/checked-fetch.ts'
import { isPrivateHost } from '../authentication/private-addresses.ts'
import type { Role } from './roles.ts'

type Library = typeof import('openid-client')
type Provider = import('openid-client').Configuration
export type OpenidSettings = {
  readonly issuer: string
  readonly clientId: string
  /** Undefined for a public client, which PKCE alone protects. */
  readonly clientSecret: string | undefined
  readonly scopes: readonly string[]
  /** The claim that says a person's name here. */
  readonly nameClaim: string
  /** The claim that says what they are there: a text or a list of texts; `a.b` reaches into an object. */
  readonly roleClaim: string
  /** What is said there, and the role it means here; the first that fits. */
  readonly roles: Readonly<Record<string, Role>>
  /** Hosts beside the issuer's that may be asked for tokens and keys. */
  readonly hosts: readonly string[]
  /** Where the provider sends people back to. */
  readonly returnTo: string
  readonly clock: Clock
  readonly random: Random
}
/** Whom the provider vouches for. `subject`: the same for this person as long as they have an account there. */
export type Vouched = { readonly subject: string; readonly name: string; readonly role: Role }
export type OpenidFailure = { readonly kind: 'unavailable' | 'not-allowed'; readonly message: string }

type Leaving = { readonly state: string; readonly nonce: string; readonly verifier: string; readonly until: number }
const PATIENCE = 600_000
const MOST_AWAY = 1000

/**
 * Sign-in with a provider of OpenID Connect Core 1.0: code flow with PKCE (RFC 7636), state and nonce, and the issuer in the answer where
 * the provider says that it gives it (RFC 9207). Signatures of ID tokens are checked against the provider's keys although TLS would do.
 */
export class Openid {
  readonly #settings: OpenidSettings
  readonly #fetch: CheckedFetch
  readonly #away = new Map<string, Leaving>()
  #library: Promise<Library> | undefined
  #provider: Provider | undefined

  constructor(settings: OpenidSettings) {
    this.#settings = settings
    const issuer = new URL(settings.issuer)
    this.#fetch = openCheckedFetch({ hosts: [issuer.host, ...settings.hosts], privateNetwork: isPrivateHost(issuer.hostname) })
  }

  /** Where to send the browser, and what it must bring back. */
  async begin(): Promise<Result<{ readonly location: string; readonly memory: string }, OpenidFailure>> {
    const { clientId, returnTo, scopes, clock, random } = this.#settings
    try {
      const library = await this.#load()
      const provider = await this.#known(library)
      const [memory, verifier] = [text(random), library.randomPKCECodeVerifier()]
      const leaving = { state: text(random), nonce: text(random), verifier, until: clock() + PATIENCE }
      this.#remember(memory, leaving)
      const location = library.buildAuthorizationUrl(provider, {
        client_id: clientId,
        redirect_uri: returnTo,
        scope: scopes.join(' '),
        code_challenge: await library.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: leaving.state,
        nonce: leaving.nonce,
      })
      return ok({ location: location.href, memory })
    } catch (failure) {
      this.#provider = undefined
      return err({ kind: 'unavailable', message: `the provider cannot be reached (${reasonOf(failure)})` })
    }
  }

  /** Who came back, with the query that the provider sent them with. */
  async finish(query: string, memory: string): Promise<Result<Vouched, OpenidFailure>> {
    const leaving = this.#away.get(memory)
    this.#away.delete(memory)
    if (leaving === undefined || leaving.until <= this.#settings.clock())
      return refused('this sign-in did not begin in this browser, or long ago')
    try {
      const library = await this.#load()
      const provider = await this.#known(library)
      const tokens = await library.authorizationCodeGrant(provider, new URL(this.#settings.returnTo + query), {
        pkceCodeVerifier: leaving.verifier,
        expectedState: leaving.state,
        expectedNonce: leaving.nonce,
        idTokenExpected: true,
      })
      return this.#vouched((tokens.claims() ?? {}) as JsonObject)
    } catch (failure) {
      return refused(`what the provider answered is not good (${reasonOf(failure)})`)
    }
  }

  #vouched(claims: JsonObject): Result<Vouched, OpenidFailure> {
    const { issuer, nameClaim, roleClaim, roles } = this.#settings
    const said = [claimAt(claims, roleClaim)].flat()
    const [, role] = Object.entries(roles).find(([there]) => said.includes(there)) ?? []
    const name = nameOf(claimAt(claims, nameClaim))
    if (role === undefined) return refused('the provider gives this person no role here')
    if (name === undefined || typeof claims.sub !== 'string') return refused(`the provider says no name in \`${nameClaim}\``)
    return ok({ subject: `${issuer} ${claims.sub}`, name, role })
  }

  #load(): Promise<Library> {
    this.#library ??= import('openid-client')
    return this.#library
  }

  /** Asked once, and anew after a failure. */
  async #known(library: Library): Promise<Provider> {
    if (this.#provider !== undefined) return this.#provider
    const { issuer, clientId, clientSecret } = this.#settings
    const authentication = clientSecret === undefined ? library.None() : library.ClientSecretPost(clientSecret)
    const isPlain = new URL(issuer).protocol === 'http:'
    const provider = await library.discovery(new URL(issuer), clientId, undefined, authentication, {
      [library.customFetch]: this.#fetch as import('openid-client').CustomFetch,
      execute: [library.enableNonRepudiationChecks, ...(isPlain ? [library.allowInsecureRequests] : [])],
    })
    this.#provider = provider
    return provider
  }

  #remember(memory: string, leaving: Leaving): void {
    const now = this.#settings.clock()
    for (const [each, { until }] of this.#away) if (until <= now || this.#away.size >= MOST_AWAY) this.#away.delete(each)
    this.#away.set(memory, leaving)
  }
}

const refused = (message: string): Result<never, OpenidFailure> => err({ kind: 'not-allowed', message })
const text = (random: Random): string => Buffer.from(random(32)).toString('base64url')
/** The library's code for what is wrong; its sentences may repeat what was sent. */
const reasonOf = (failure: unknown): string =>
  failure instanceof Error ? String((failure as { readonly code?: unknown }).code ?? failure.name) : 'unknown'

const claimAt = (claims: JsonObject, path: string): Json | undefined =>
  // Some providers name claims by a URL, which has dots of its own.
  Object.hasOwn(claims, path)
    ? claims[path]
    : path
        .split('.')
        .reduce<Json | undefined>(
          (value, member) => (isJsonObject(value) && Object.hasOwn(value, member) ? value[member] : undefined),
          claims,
        )

/** As a name here: of an address of mail the part before the `@`, in lower case. */
const nameOf = (claim: Json | undefined): string | undefined => {
  const [name = ''] = typeof claim === 'string' ? claim.toLowerCase().split('@') : []
  return isName(name) ? name : undefined
}
