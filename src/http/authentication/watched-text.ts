// A secret as it stands in a file or the environment. INVARIANT: its text is in private fields alone, which no log and no inspection shows.
import { readFileSync, statSync } from 'node:fs'
import { ok, type Result } from '../../core/result.ts'
import { type AuthenticationFailure, failure } from './authenticator.ts'

/** Where a secret stands. Never the secret itself. */
export type SecretSource = { readonly file: string } | { readonly environment: string }
export type Environment = Readonly<Record<string, string | undefined>>

/** Larger than any key, certificate or service account; a file that is not meant must not fill the memory. */
const MAX_BYTES = 262_144

/** The text of a file or a variable, trimmed, with what `read` makes of it; read again when the file changes. */
export class WatchedText<T> {
  readonly #source: SecretSource
  readonly #environment: Environment
  readonly #read: (text: string) => Result<T, AuthenticationFailure>
  #value: T
  #stamp: string

  /** Fails where there is no text, or `read` cannot make anything of it. */
  static open<T>(
    source: SecretSource,
    environment: Environment,
    read: (text: string) => Result<T, AuthenticationFailure>,
  ): Result<WatchedText<T>, AuthenticationFailure> {
    const stamp = stampOf(source)
    const text = textOf(source, environment)
    if (!text.ok) return text
    const value = read(text.value)
    return value.ok ? ok(new WatchedText(source, environment, read, value.value, stamp)) : value
  }

  private constructor(
    source: SecretSource,
    environment: Environment,
    read: (text: string) => Result<T, AuthenticationFailure>,
    value: T,
    stamp: string,
  ) {
    this.#source = source
    this.#environment = environment
    this.#read = read
    this.#value = value
    this.#stamp = stamp
  }

  get value(): T {
    return this.#value
  }

  /** True when there is a new value; a failure when what stands there now is of no use, which leaves the one before in force. */
  refresh(): Result<boolean, AuthenticationFailure> {
    const stamp = stampOf(this.#source)
    if (stamp === this.#stamp) return ok(false)
    const text = textOf(this.#source, this.#environment)
    if (!text.ok) return text
    const value = this.#read(text.value)
    // Taken first: a file that is written while it is read has another stamp by the next time.
    this.#stamp = stamp
    if (!value.ok) return value
    this.#value = value.value
    return ok(true)
  }
}

export const whereOf = (source: SecretSource): string =>
  'file' in source ? `\`${source.file}\`` : `the environment variable \`${source.environment}\``

/** What changes when a file does: replaced, written, or written again within one tick of the clock. */
const stampOf = (source: SecretSource): string => {
  if (!('file' in source)) return ''
  const stat = statSync(source.file, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? 'absent' : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}`
}

const textOf = (source: SecretSource, environment: Environment): Result<string, AuthenticationFailure> => {
  const where = whereOf(source)
  if (!('file' in source)) {
    const text = (environment[source.environment] ?? '').trim()
    return text === '' ? failure(`${where} is empty; put the secret there`) : ok(text)
  }
  try {
    const { size } = statSync(source.file)
    if (size > MAX_BYTES) return failure(`${where} holds more than ${MAX_BYTES} bytes, which is no secret`)
    const text = readFileSync(source.file, 'utf8').trim()
    return text === '' ? failure(`${where} is empty; put the secret there`) : ok(text)
  } catch (thrown) {
    return failure(`cannot read ${where} (${(thrown as NodeJS.ErrnoException).code ?? 'unreadable'}); put the secret there`)
  }
}
