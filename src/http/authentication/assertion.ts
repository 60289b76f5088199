// A signed statement that stands for a service account when a token is asked for (RFC 7523; Google's and Yandex Cloud's service accounts).
import { constants, createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import type { EpochMillis } from '../../core/units.ts'
import { type AuthenticationFailure, failure } from './authenticator.ts'

/** Who signs: the key file of a service account, read. */
export type ServiceAccount = { readonly issuer: string; readonly keyId: string | undefined; readonly privateKey: KeyObject }
export type AssertionAlgorithm = 'RS256' | 'PS256'

/** Seconds an assertion is good for; Google and Yandex take no more. */
const LIFETIME = 3600

/**
 * Reads a key file as the vendors write it: `client_email`, `private_key`, `private_key_id` (Google) or `service_account_id`, `private_key`,
 * `id` (Yandex Cloud). INVARIANT(G9): an address in it, such as `token_uri`, is not read: where a token is asked for stands in the
 * configuration.
 */
export const readServiceAccount = (text: string): Result<ServiceAccount, AuthenticationFailure> => {
  const parsed = parseJson(text, { maxLength: 65_536, maxDepth: 8 })
  if (!parsed.ok || !isJsonObject(parsed.value)) return failure('the key is no key file of a service account: it is no JSON object')
  const issuer = wordOf(parsed.value, 'client_email') ?? wordOf(parsed.value, 'service_account_id')
  const pem = wordOf(parsed.value, 'private_key')
  if (issuer === undefined || pem === undefined)
    return failure('the key is no key file of a service account: it needs `private_key`, and `client_email` or `service_account_id`')
  const privateKey = readPrivateKey(pem)
  if (privateKey?.asymmetricKeyType !== 'rsa') return failure('the `private_key` of the service account is no RSA key')
  return ok({ issuer, keyId: wordOf(parsed.value, 'private_key_id') ?? wordOf(parsed.value, 'id'), privateKey })
}

const wordOf = (object: JsonObject, name: string): string | undefined => {
  const value = object[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Yandex Cloud writes a line of warning before the key. */
const readPrivateKey = (pem: string): KeyObject | undefined => {
  try {
    return createPrivateKey(pem.slice(Math.max(0, pem.indexOf('-----BEGIN'))))
  } catch {
    return undefined
  }
}

/** A JSON Web Token (RFC 7519) for the token service at `audience`, good for an hour from `now`. */
export const signAssertion = (
  { issuer, keyId, privateKey }: ServiceAccount,
  {
    algorithm,
    audience,
    claims,
    now,
  }: {
    readonly algorithm: AssertionAlgorithm
    readonly audience: string
    readonly claims: Readonly<Record<string, string>>
    readonly now: EpochMillis
  },
): string => {
  const issued = Math.floor(now / 1000)
  const header = { alg: algorithm, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) }
  const payload = { ...claims, iss: issuer, aud: audience, iat: issued, exp: issued + LIFETIME }
  const text = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const padding =
    algorithm === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING }
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, ...padding }).toString('base64url')}`
}
