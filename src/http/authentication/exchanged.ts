// Authentication by a token that the key is exchanged for first (OAuth 2.0 and what resembles it).
import { ok, type Result } from '../../core/result.ts'
import type { Clock, Random } from '../../core/units.ts'
import { type AuthenticationFailure, type Authenticator, type Credentials, failure, type Outgoing } from './authenticator.ts'
import { type Patience, TokenCache } from './token-cache.ts'
import { readTokenAnswer, readTokenSecret, type TokenQuestion, type TokenSecret, tokenRequest } from './token-request.ts'
import { openTokenWire, type TokenWire } from './token-wire.ts'
import { type Environment, type SecretSource, WatchedText } from './watched-text.ts'

export type ExchangedSettings = {
  readonly kind: 'oauth'
  readonly question: TokenQuestion
  readonly secret: SecretSource
  /** PEM file of the authorities the token service's certificate must come from; without it, those of the system. */
  readonly certificateAuthorityFile?: string
  /** The owner's configuration itself names an address of a private network. */
  readonly privateNetwork?: boolean
}
export type ExchangePorts = {
  readonly environment: Environment
  readonly clock: Clock
  readonly random: Random
  readonly patience: Patience
}

/** Prepares the exchange; fails where key or authority cannot be read or the address is none. No byte is sent before the first call. */
export const exchangedAuthenticator = (settings: ExchangedSettings, ports: ExchangePorts): Result<Authenticator, AuthenticationFailure> => {
  const url = tokenAddress(settings.question.url)
  if (!url.ok) return url
  const secret = WatchedText.open(settings.secret, ports.environment, (text) => readTokenSecret(settings.question.credential, text))
  if (!secret.ok) return secret
  const file = settings.certificateAuthorityFile
  const authority = file === undefined ? undefined : WatchedText.open({ file }, ports.environment, readAuthority)
  if (authority !== undefined && !authority.ok) return authority
  return ok(new Exchanged(settings, secret.value, authority?.value, ports))
}

/** INVARIANT(G9): a key goes to an address that the configuration spells out, and unencrypted only to this machine. */
const tokenAddress = (text: string): Result<URL, AuthenticationFailure> => {
  const url = URL.parse(text)
  if (url === null || /[{}]/.test(text)) return failure('the address of the token service is incomplete')
  const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) return failure('the address of the token service must be `https`')
  return url.username === '' && url.password === '' ? ok(url) : failure('the address of the token service must hold no key')
}

const readAuthority = (text: string): Result<string, AuthenticationFailure> =>
  text.includes('-----BEGIN CERTIFICATE-----') ? ok(text) : failure('the file of the certificate authority holds no PEM certificate')

class Exchanged implements Authenticator {
  readonly fixed = undefined
  readonly #settings: ExchangedSettings
  readonly #secret: WatchedText<TokenSecret>
  readonly #authority: WatchedText<string> | undefined
  readonly #cache: TokenCache
  #wire: TokenWire

  constructor(
    settings: ExchangedSettings,
    secret: WatchedText<TokenSecret>,
    authority: WatchedText<string> | undefined,
    ports: ExchangePorts,
  ) {
    this.#settings = settings
    this.#secret = secret
    this.#authority = authority
    this.#wire = this.#connect()
    const { question } = settings
    this.#cache = new TokenCache(
      async (signal) => {
        const asked = ports.clock()
        const answer = await this.#wire.post(tokenRequest(question, this.#secret.value, ports), signal)
        return answer.ok ? readTokenAnswer(question, answer.value, asked) : answer
      },
      ports.clock,
      ports.patience,
    )
  }

  authenticate(_request: Outgoing, later: (credentials: Credentials) => void): Credentials | undefined {
    return this.#cache.get(later)
  }

  refused(): void {
    this.#cache.refused()
  }

  refresh(): readonly string[] {
    const [secret, authority] = [this.#secret.refresh(), this.#authority?.refresh() ?? ok(false)]
    if (authority.ok && authority.value) {
      this.#wire.close()
      this.#wire = this.#connect()
    }
    if ((secret.ok && secret.value) || (authority.ok && authority.value)) this.#cache.reset()
    return [secret, authority].flatMap((each) => (each.ok ? [] : [each.error.message]))
  }

  close(): void {
    this.#cache.close()
    this.#wire.close()
  }

  #connect(): TokenWire {
    return openTokenWire({
      url: this.#settings.question.url,
      certificateAuthority: this.#authority?.value,
      privateNetwork: this.#settings.privateNetwork === true,
    })
  }
}
