import { hash } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON, WebAuthnCredential } from '@simplewebauthn/server'
import { err, ok, type Result } from '../../core/result.ts'
import type { Clock } from '../../core/units.ts'

type Library = typeof import('@simplewebauthn/server')
export type PasskeySettings = {
  readonly clock: Clock
  /** What the authenticator shows. */
  readonly exchange: string
  /** Where people reach the console: passkeys are good there and nowhere else. */
  readonly origin: string
}
/** As it is kept. */
export type KnownPasskey = {
  readonly id: string
  readonly key: Uint8Array
  readonly counter: number
  readonly transports: readonly string[]
}
/** What a browser said, in the shape of the contract. */
export type PasskeyAnswer = { readonly id: string; readonly [member: string]: unknown }
export type PasskeyQuestion = { readonly challenge: string; readonly [member: string]: unknown }
export type PasskeyFailure = { readonly kind: 'unusable'; readonly message: string }

const PATIENCE = 300_000
const MOST_ASKED = 1000

/**
 * Passkeys as WebAuthn Level 3 has them (https://www.w3.org/TR/webauthn-3/): discoverable, with the person verified by their device.
 * INVARIANT: a challenge is answered once, for what it was asked for, within five minutes.
 */
export class Passkeys {
  readonly #settings: PasskeySettings
  readonly #asked = new Map<string, { readonly purpose: string; readonly until: number }>()
  #library: Promise<Library> | undefined

  constructor(settings: PasskeySettings) {
    this.#settings = settings
  }

  /** What to ask of an authenticator that has a passkey for this exchange. */
  async question(): Promise<PasskeyQuestion> {
    const { generateAuthenticationOptions } = await this.#load()
    const options = await generateAuthenticationOptions({ rpID: this.#relyingParty, userVerification: 'required', timeout: PATIENCE })
    return this.#remember('sign-in', options)
  }

  /** The counter that the authenticator is at, if what it signed is right. */
  async verify(answer: PasskeyAnswer, { id, key, counter, transports }: KnownPasskey): Promise<Result<number, PasskeyFailure>> {
    const { verifyAuthenticationResponse } = await this.#load()
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: answer as unknown as AuthenticationResponseJSON,
        expectedChallenge: (challenge) => this.#take(challenge, 'sign-in'),
        expectedOrigin: this.#settings.origin,
        expectedRPID: this.#relyingParty,
        credential: { id, publicKey: new Uint8Array(key), counter, transports: [...transports] } as WebAuthnCredential,
        requireUserVerification: true,
      })
      return verified ? ok(authenticationInfo.newCounter) : WRONG
    } catch {
      // What the library says of a wrong answer may repeat it.
      return WRONG
    }
  }

  /** What to ask of an authenticator to make one more passkey; `purpose` says for whom, and must be the same when the answer comes. */
  async newQuestion(purpose: string, name: string, known: readonly KnownPasskey[]): Promise<PasskeyQuestion> {
    const { generateRegistrationOptions } = await this.#load()
    const options = await generateRegistrationOptions({
      rpName: this.#settings.exchange,
      rpID: this.#relyingParty,
      userName: name,
      userID: new Uint8Array(hash('sha256', `${this.#settings.exchange} ${name}`, 'buffer')),
      timeout: PATIENCE,
      attestationType: 'none',
      excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    return this.#remember(purpose, options)
  }

  async made(purpose: string, answer: PasskeyAnswer): Promise<Result<KnownPasskey, PasskeyFailure>> {
    const { verifyRegistrationResponse } = await this.#load()
    try {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: answer as unknown as RegistrationResponseJSON,
        expectedChallenge: (challenge) => this.#take(challenge, purpose),
        expectedOrigin: this.#settings.origin,
        expectedRPID: this.#relyingParty,
        requireUserVerification: true,
      })
      if (!verified) return WRONG
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential
      return ok({ id, key: publicKey, counter, transports })
    } catch {
      return WRONG
    }
  }

  get #relyingParty(): string {
    return new URL(this.#settings.origin).hostname
  }

  #load(): Promise<Library> {
    this.#library ??= import('@simplewebauthn/server')
    return this.#library
  }

  #remember(purpose: string, question: { readonly challenge: string }): PasskeyQuestion {
    const now = this.#settings.clock()
    for (const [challenge, { until }] of this.#asked) if (until <= now || this.#asked.size >= MOST_ASKED) this.#asked.delete(challenge)
    this.#asked.set(question.challenge, { purpose, until: now + PATIENCE })
    return question as PasskeyQuestion
  }

  #take(challenge: string, purpose: string): boolean {
    const asked = this.#asked.get(challenge)
    this.#asked.delete(challenge)
    return asked !== undefined && asked.purpose === purpose && asked.until > this.#settings.clock()
  }
}

const WRONG: Result<never, PasskeyFailure> = err({ kind: 'unusable', message: 'this passkey does not open this exchange' })
