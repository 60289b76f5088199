// Amazon's Signature Version 4 over the final request (docs.aws.amazon.com, "Create a signed AWS API request"); `aws4` does the signing.
import aws4 from 'aws4'
import { isJsonObject, type Json, parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Clock } from '../../core/units.ts'
import { type AuthenticationFailure, type Authenticator, type Credentials, failure, type Outgoing } from './authenticator.ts'
import { isWord } from './fixed.ts'
import { type Environment, type SecretSource, WatchedText } from './watched-text.ts'

export type SigV4Settings = { readonly kind: 'sigv4'; readonly service: string; readonly region: string; readonly secret: SecretSource }
type AccessKey = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }

/** Prepares signing with one access key; fails where the secret cannot be read or is no access key. */
export const sigV4Authenticator = (
  settings: SigV4Settings,
  { environment, clock }: { readonly environment: Environment; readonly clock: Clock },
): Result<Authenticator, AuthenticationFailure> => {
  const key = WatchedText.open(settings.secret, environment, readAccessKey)
  return key.ok ? ok(new Signing(settings, key.value, clock)) : key
}

/**
 * `id:secret` or `id:secret:session`; the lines `aws_access_key_id = …` of a credentials file (of its first section); or the JSON that
 * `aws configure export-credentials` writes.
 */
export const readAccessKey = (text: string): Result<AccessKey, AuthenticationFailure> => {
  const [accessKeyId, secretAccessKey, sessionToken] = text.startsWith('{')
    ? fromJson(text)
    : text.includes('aws_access_key_id')
      ? ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'].map((name) => lineOf(text, name))
      : text.split(':')
  const words = [accessKeyId, secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])]
  if (accessKeyId === undefined || secretAccessKey === undefined || !words.every((word) => word !== undefined && isWord(word)))
    return failure('the key is no AWS access key; write `id:secret`, `id:secret:session`, or a credentials file of AWS')
  return ok({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) })
}

const fromJson = (text: string): (string | undefined)[] => {
  const parsed = parseJson(text, { maxLength: 65_536, maxDepth: 4 })
  const object = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
  const word = (value: Json | undefined) => (typeof value === 'string' ? value : undefined)
  return [word(object.AccessKeyId), word(object.SecretAccessKey), word(object.SessionToken)]
}

const lineOf = (text: string, name: string): string | undefined => {
  const line = text.split('\n').find((each) => each.split('=', 1)[0]?.trim() === name)
  return line?.slice(line.indexOf('=') + 1).trim()
}

class Signing implements Authenticator {
  readonly fixed = undefined
  readonly #settings: SigV4Settings
  readonly #key: WatchedText<AccessKey>
  readonly #clock: Clock

  constructor(settings: SigV4Settings, key: WatchedText<AccessKey>, clock: Clock) {
    this.#settings = settings
    this.#key = key
    this.#clock = clock
  }

  authenticate(request: Outgoing): Credentials {
    const { service, region } = this.#settings
    const { sessionToken } = this.#key.value
    const url = new URL(request.url)
    const date = `${new Date(this.#clock()).toISOString().replace(/[-:]|\.\d{3}/g, '')}`
    const added = ['x-amz-date', date, ...(sessionToken === undefined ? [] : ['x-amz-security-token', sessionToken])]
    const signer = new aws4.RequestSigner(
      {
        method: request.method,
        host: url.host,
        path: url.pathname + url.search,
        service,
        region,
        headers: { host: url.host, ...signed(request.headers), ...signed(added) },
        body: Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength),
        // Every header is ours already; the library would add some that the wire might write otherwise.
        doNotModifyHeaders: true,
      },
      this.#key.value,
    )
    signer.datetime = date
    return ok([...added, 'authorization', signer.authHeader()])
  }

  refused(): void {}

  refresh(): readonly string[] {
    const refreshed = this.#key.refresh()
    return refreshed.ok ? [] : [refreshed.error.message]
  }

  close(): void {}
}

/** What must be signed besides the host: the type of the body, and every header of Amazon's own. */
const signed = (headers: readonly string[]): Record<string, string> => {
  const found: Record<string, string> = {}
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]?.toLowerCase() ?? ''
    if (name === 'content-type' || name.startsWith('x-amz-')) found[name] = headers[i + 1] ?? ''
  }
  return found
}
