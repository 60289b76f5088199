// What a token service is asked, and what its answer means (RFC 6749 section 4.4, RFC 7523 section 2.1, and vendors' own ways of both).
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type Clock, type EpochMillis, epochMillis, type Millis, millis, type Random } from '../../core/units.ts'
import { memberAt } from '../../gateway/providers/member-paths.ts'
import { type AssertionAlgorithm, readServiceAccount, type ServiceAccount, signAssertion } from './assertion.ts'
import { type AuthenticationFailure, failure } from './authenticator.ts'
import { basicCredential, isWord } from './fixed.ts'
import type { TokenAnswer, TokenRequest } from './token-wire.ts'

/** How the secret stands in a request for a token. */
export type TokenCredential =
  /** `user:password`, or that in Base64, in the header `authorization`. */
  | { readonly kind: 'basic' }
  /** `client_id` and `client_secret` as members of the form; the secret is `id:secret` (RFC 6749 section 2.3.1, Microsoft Entra ID). */
  | { readonly kind: 'form' }
  /** A statement signed with the private key of a service account, as the member `member`; `claims` are added to it. */
  | {
      readonly kind: 'assertion'
      readonly algorithm: AssertionAlgorithm
      readonly member: string
      readonly claims: Readonly<Record<string, string>>
    }

export type TokenQuestion = {
  readonly url: string
  readonly credential: TokenCredential
  readonly encoding: 'form' | 'json'
  /** Members of the body beside the credential. */
  readonly form: Readonly<Record<string, string>>
  /** Headers that carry a fresh random UUID each time. */
  readonly uuidHeaders: readonly string[]
  /** Where the token stands in the answer, `access_token` for instance. */
  readonly tokenMember: string
  /** How long a token is good for when its service does not say. */
  readonly lifetimeSeconds: number
}

/** The secret, made ready for its kind of credential. */
export type TokenSecret =
  | { readonly kind: 'basic'; readonly credential: string }
  | { readonly kind: 'form'; readonly id: string; readonly secret: string }
  | { readonly kind: 'assertion'; readonly account: ServiceAccount }

export const readTokenSecret = (credential: TokenCredential, text: string): Result<TokenSecret, AuthenticationFailure> => {
  if (credential.kind === 'assertion') {
    const account = readServiceAccount(text)
    return account.ok ? ok({ kind: 'assertion', account: account.value }) : account
  }
  if (credential.kind === 'basic') {
    const basic = basicCredential(text)
    return basic.ok ? ok({ kind: 'basic', credential: basic.value }) : basic
  }
  const colon = text.indexOf(':')
  if (colon < 1 || !isWord(text)) return failure('the key must be `client-id:client-secret`')
  return ok({ kind: 'form', id: text.slice(0, colon), secret: text.slice(colon + 1) })
}

/** One request for a token; each is made anew, for assertions and UUIDs are good for one. */
export const tokenRequest = (
  question: TokenQuestion,
  secret: TokenSecret,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): TokenRequest => {
  const members = { ...question.form, ...credentialMembers(question, secret, clock()) }
  const isForm = question.encoding === 'form'
  const headers: Record<string, string> = {
    'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'allod',
    ...(secret.kind === 'basic' ? { authorization: `Basic ${secret.credential}` } : {}),
  }
  for (const name of question.uuidHeaders) headers[name] = uuid(random(16))
  return { headers, body: isForm ? new URLSearchParams(members).toString() : JSON.stringify(members) }
}

const credentialMembers = (question: TokenQuestion, secret: TokenSecret, now: EpochMillis): Readonly<Record<string, string>> => {
  if (secret.kind === 'form') return { client_id: secret.id, client_secret: secret.secret }
  if (secret.kind !== 'assertion' || question.credential.kind !== 'assertion') return {}
  const { algorithm, member, claims } = question.credential
  return { [member]: signAssertion(secret.account, { algorithm, audience: question.url, claims, now }) }
}

/** A random UUID, version 4 (RFC 9562 section 5.4), of 16 random bytes. */
const uuid = (bytes: Uint8Array): string => {
  const hex = Buffer.from(bytes).toString('hex')
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** INVARIANT: never logged; a class, so that inspecting it shows nothing. */
export class Token {
  readonly #headers: readonly string[]
  readonly lifetime: Millis

  constructor(text: string, lifetime: Millis) {
    this.#headers = ['authorization', `Bearer ${text}`]
    this.lifetime = lifetime
  }

  get headers(): readonly string[] {
    return this.#headers
  }
}
/** A sentence without its subject, as of the wire. */
export type TokenRefusal = { readonly kind: 'token'; readonly message: string; readonly passing: boolean; readonly retryAfter?: Millis }

/** Reads an answer. Of a refusal only what the standard names is told: the service may repeat in its own words what it was sent. */
export const readTokenAnswer = (question: TokenQuestion, answer: TokenAnswer, asked: EpochMillis): Result<Token, TokenRefusal> => {
  const parsed = parseJson(answer.body, { maxLength: 131_072, maxDepth: 16 })
  const body: JsonObject = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
  if (answer.status >= 300 && answer.status < 400)
    return refusal(`answered with a redirect (${answer.status}), which is not followed`, false)
  if (answer.status !== 200 && answer.status !== 201) {
    const passing = answer.status >= 500 || answer.status === 429 || answer.status === 408
    return refusal(`refused (${[answer.status, ...knownError(body.error)].join(', ')})`, passing, secondsIn(answer.retryAfter))
  }
  const token = memberAt(body, question.tokenMember)
  if (typeof token !== 'string' || !isWord(token) || token.length > 16_384) return refusal('answered without a token', false)
  return ok(new Token(token, lifetimeOf(body, question, asked)))
}

/** RFC 6749 sections 4.1.2.1 and 5.2. */
const KNOWN_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
]
const knownError = (error: Json | undefined): string[] => KNOWN_ERRORS.filter((known) => known === error)

/**
 * `expires_in` counts from now and is believed. A moment (`expires_at` of GigaChat in milliseconds, `expiresAt` of Yandex Cloud as text)
 * is told by another clock: it may shorten what is documented, and where it lies in the past that clock is wrong, or ours.
 */
const lifetimeOf = (body: JsonObject, question: TokenQuestion, asked: EpochMillis): Millis => {
  const documented = question.lifetimeSeconds * 1000
  const seconds = Number(body.expires_in)
  if (seconds > 0 && Number.isFinite(seconds)) return millis(seconds * 1000)
  const moment = typeof body.expires_at === 'number' ? body.expires_at : Date.parse(String(body.expiresAt ?? ''))
  const left = epochMillis(moment) - asked
  return millis(left > 0 ? Math.min(left, documented) : documented)
}

const secondsIn = (text: string | undefined): Millis | undefined =>
  text !== undefined && /^\d{1,5}$/.test(text) ? millis(Number(text) * 1000) : undefined

const refusal = (message: string, passing: boolean, retryAfter?: Millis): Result<never, TokenRefusal> =>
  err({ kind: 'token', message, passing, ...(retryAfter === undefined ? {} : { retryAfter }) })
