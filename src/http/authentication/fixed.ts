// Authentication that is the same for every request: worked out when a secret is read, so that a call pays nothing for it.
import { ok, type Result } from '../../core/result.ts'
import { type AuthenticationFailure, type Authenticator, type Credentials, failure } from './authenticator.ts'
import { type Environment, type SecretSource, WatchedText } from './watched-text.ts'

export type FixedSettings =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly secret: SecretSource }
  | { readonly kind: 'header'; readonly name: string; readonly prefix?: string; readonly secret: SecretSource }
  /** The secret is `user:password`, or the same in Base64 as some vendors hand it out. */
  | { readonly kind: 'basic'; readonly secret: SecretSource }

/** Prepares a kind whose headers never depend on the request; fails where the secret cannot be read or is none. */
export const fixedAuthenticator = (settings: FixedSettings, environment: Environment): Result<Authenticator, AuthenticationFailure> => {
  if (settings.kind === 'none') return ok(new Fixed(undefined))
  const secret = WatchedText.open(settings.secret, environment, (text) => headersFor(settings, text))
  return secret.ok ? ok(new Fixed(secret.value)) : secret
}

const headersFor = (settings: Exclude<FixedSettings, { kind: 'none' }>, text: string): Result<Credentials, AuthenticationFailure> => {
  if (settings.kind === 'basic') {
    const credential = basicCredential(text)
    return credential.ok ? ok(ok(['authorization', `Basic ${credential.value}`])) : credential
  }
  if (!isWord(text)) return failure('the key must be one word of printable characters')
  return ok(
    ok(settings.kind === 'bearer' ? ['authorization', `Bearer ${text}`] : [settings.name.toLowerCase(), (settings.prefix ?? '') + text]),
  )
}

/** A header cannot hold control characters; a key pasted with a line break in the middle must not pass as two headers. */
export const isWord = (text: string): boolean => /^[\x21-\x7e]+$/.test(text)

/** The credential of `Basic` (RFC 7617): `user:password` in Base64, or the text itself where it is that already. */
export const basicCredential = (text: string): Result<string, AuthenticationFailure> => {
  if (!isPrintable(text)) return failure('the key must be printable characters on one line')
  if (text.includes(':')) return ok(Buffer.from(text, 'utf8').toString('base64'))
  const decoded = /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : ''
  return decoded.includes(':') ? ok(text) : failure('the key must be `user:password`, or that in Base64')
}
const isPrintable = (text: string): boolean => !/[\p{Cc}]/u.test(text)

const NOTHING: Credentials = ok([])

class Fixed implements Authenticator {
  readonly #secret: WatchedText<Credentials> | undefined

  constructor(secret: WatchedText<Credentials> | undefined) {
    this.#secret = secret
  }

  get fixed(): readonly string[] | undefined {
    const credentials = this.authenticate()
    return credentials.ok ? credentials.value : undefined
  }

  authenticate(): Credentials {
    return this.#secret === undefined ? NOTHING : this.#secret.value
  }

  refused(): void {}

  refresh(): readonly string[] {
    const refreshed = this.#secret?.refresh()
    return refreshed === undefined || refreshed.ok ? [] : [refreshed.error.message]
  }

  close(): void {}
}
