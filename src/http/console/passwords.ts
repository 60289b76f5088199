import { err, ok, type Result } from '../../core/result.ts'

type Argon2 = typeof import('@node-rs/argon2')
/** Argon2id (RFC 9106) as OWASP's cheat sheet on the storage of passwords has it: 19 MiB, two passes, one lane. */
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
/** Each works in a thread of its own with 19 MiB: whoever asks for more at once waits outside. */
const MOST_AT_ONCE = 8

export type PasswordFailure = { readonly kind: 'too-many'; readonly message: string; readonly retryAfter: number }

/** Hashes and compares passwords off the event loop. The library is loaded when the first is. */
export class Passwords {
  #argon2: Promise<Argon2> | undefined
  #decoy: Promise<string> | undefined
  #running = 0

  hash(password: string): Promise<Result<string, PasswordFailure>> {
    return this.#bounded(async ({ hash }) => hash(normal(password), COST))
  }

  /** In the same time whether there is a hash or not: where there is none, the password is compared with one that nobody has. */
  verify(hash: string | undefined, password: string): Promise<Result<boolean, PasswordFailure>> {
    return this.#bounded(async (argon2) => {
      this.#decoy ??= argon2.hash(crypto.randomUUID(), COST)
      const decoy = await this.#decoy
      const isSame = await argon2.verify(hash ?? decoy, normal(password))
      return isSame && hash !== undefined
    })
  }

  async #bounded<T>(work: (argon2: Argon2) => Promise<T>): Promise<Result<T, PasswordFailure>> {
    if (this.#running >= MOST_AT_ONCE)
      return err({ kind: 'too-many', message: 'too many people sign in at once; try again in a moment', retryAfter: 1 })
    this.#running++
    try {
      this.#argon2 ??= import('@node-rs/argon2')
      return ok(await work(await this.#argon2))
    } finally {
      this.#running--
    }
  }
}

/** The same letters typed on two keyboards are one password (NIST SP 800-63B, section 3.1.1.2). */
const normal = (password: string): string => password.normalize('NFKC')
