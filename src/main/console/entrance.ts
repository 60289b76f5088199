// The way in: every kind of sign-in, each recorded, none faster to guess than another.
import { err, ok, type Result } from '../../core/result.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers, Visit, Visitor } from '../../http/console/handlers.ts'
import { type Counted, Limiter } from '../../http/console/limiter.ts'
import type { Openid } from '../../http/console/openid.ts'
import { type KnownPasskey, type PasskeyAnswer, Passkeys } from '../../http/console/passkeys.ts'
import { Passwords } from '../../http/console/passwords.ts'
import { capabilitiesOf } from '../../http/console/roles.ts'
import type { Administrator } from '../../store/administrators.ts'
import type { Credential } from '../../store/credentials.ts'
import type { StoreFailure } from '../../store/failure.ts'
import { csrfOf, type Lasting, type Way } from '../../store/sessions.ts'
import { RESERVED } from '../administration.ts'
import type { Exchange } from '../exchange.ts'
import { record } from '../record.ts'
import { isSetupCode, prepareSetup } from '../setup.ts'

export type EntranceOptions = {
  exchange(): Exchange
  describe(): Answer<'GET /session'>['exchange']
  /** Where passkeys are good; undefined where they are not. */
  readonly passkeyAt: string | undefined
  readonly openid: Openid | undefined
}
type SessionRoutes = Extract<keyof Handlers, `${string} /session${string}` | `${string} /sign-in`>
/** Whoever redeems a code, or sets the exchange up. */
type Redeeming = { readonly code: string; readonly name?: string | undefined }
type Admission = Result<Answer<'POST /session'>, ConsoleFailure>

const MINUTE = 60_000
/** Attempts that cost no time: of one name, and from one address, behind which many people may be. */
const FREE = { name: 5, address: 20 } as const
/** Refused sign-ins that are recorded in a minute: whoever guesses must not fill the log. */
const MOST_RECORDED = 30

export class Entrance {
  readonly #options: EntranceOptions
  readonly passwords = new Passwords()
  readonly passkeys: Passkeys | undefined
  readonly #limiter: Limiter
  #recorded = { since: 0, count: 0 }

  constructor(options: EntranceOptions) {
    this.#options = options
    const { clock, loaded } = options.exchange()
    this.#limiter = new Limiter(clock)
    if (options.passkeyAt !== undefined && loaded.configuration.console.signIn.passkey)
      this.passkeys = new Passkeys({ clock, exchange: loaded.configuration.exchange.name, origin: options.passkeyAt })
  }

  handlers(): Pick<Handlers, SessionRoutes> {
    return {
      'GET /sign-in': async () => ok(this.#describe()),
      'GET /session': async (_asked, who, _gone, { token }) => ok(this.#session(who, token)),
      'POST /session': ({ body }, _who, _gone, visit) =>
        'key' in body ? this.#byKey(body.key, visit) : this.#byPassword(body.name, body.password, visit),
      'DELETE /session': async (_asked, who, _gone, visit) => this.#leave(who, visit),
      'POST /session/passkey/question': async () => (this.passkeys === undefined ? NO_PASSKEYS : ok(await this.passkeys.question())),
      'POST /session/passkey': ({ body }, _who, _gone, visit) => this.#byPasskey(body, visit),
      'POST /session/code/question': ({ body }, _who, _gone, visit) => this.#codeQuestion(body, visit),
      'POST /session/code': ({ body }, _who, _gone, visit) => this.#byCode(body, visit),
    }
  }

  /** Whoever the provider vouches for. */
  async byOpenid(query: string, memory: string, visit: Visit): Promise<Result<void, ConsoleFailure>> {
    const vouched = await this.#options.openid?.finish(query, memory)
    if (vouched === undefined) return err({ kind: 'not-found', message: 'there is no provider' })
    if (!vouched.ok) return this.#refuse('openid', undefined, vouched.error)
    const { subject, ...person } = vouched.value
    const known = this.#store.credentials.vouched(subject, person)
    if (!known.ok) return this.#refuse('openid', undefined, { kind: 'not-allowed', message: known.error.message })
    const admitted = await this.#admit(known.value, 'openid', visit)
    return admitted.ok ? ok(undefined) : admitted
  }

  lasting(): Lasting {
    const { idleMinutes, hours } = this.#settings.sessions
    return { idle: idleMinutes * MINUTE, longest: hours * 60 * MINUTE }
  }

  /** Lets the attempt through, or says how long to wait. */
  take(counted: readonly Counted[]): Result<void, ConsoleFailure> {
    const retryAfter = this.#limiter.take(counted)
    return retryAfter === 0
      ? ok(undefined)
      : err({ kind: 'too-many', message: `too many attempts; try again in ${retryAfter} s`, retryAfter })
  }
  forgive(counted: readonly Counted[]): void {
    this.#limiter.forgive(counted)
  }

  get #store() {
    return this.#options.exchange().store
  }
  get #settings() {
    return this.#options.exchange().loaded.configuration.console
  }

  #describe(): Answer<'GET /sign-in'> {
    const exchange = this.#options.exchange()
    const { name, operator, seat } = exchange.loaded.configuration.exchange
    const { password, openid } = this.#settings.signIn
    const empty = exchange.store.credentials.isEmpty()
    const [logKey = ''] = exchange.verifierKeys.split('\n')
    return {
      exchange: { name, operator, seat, logKey },
      ways: {
        password,
        passkey: this.passkeys === undefined ? null : (this.#options.passkeyAt ?? null),
        openid: openid?.title ?? null,
        setup: empty.ok && empty.value,
      },
    }
  }

  #session({ name, role }: Visitor, token: string | undefined): Answer<'GET /session'> {
    const person = { name, role, capabilities: [...capabilitiesOf(role)] }
    return { person, csrf: token === undefined ? '' : csrfOf(token), exchange: this.#options.describe() }
  }

  async #byKey(key: string, visit: Visit): Promise<Admission> {
    const counted = [{ name: `key ${visit.address}`, free: FREE.address }]
    const taken = this.take(counted)
    if (!taken.ok) return taken
    const found = this.#store.administrators.find(key)
    if (!found.ok) return fromStore(found.error)
    if (found.value === undefined) return this.#refuse('key', undefined, wrong('this is no administrator’s key'))
    this.forgive(counted)
    return this.#admit(found.value, 'key', visit)
  }

  async #byPassword(name: string, password: string, visit: Visit): Promise<Admission> {
    if (!this.#settings.signIn.password) return err({ kind: 'not-allowed', message: 'nobody signs in with a password here' })
    const counted = countedOf(name, visit)
    const taken = this.take(counted)
    if (!taken.ok) return taken
    const known = this.#store.credentials.password(name)
    if (!known.ok) return fromStore(known.error)
    const verified = await this.passwords.verify(known.value?.hash, password)
    if (!verified.ok) return verified
    if (!verified.value || known.value === undefined)
      return this.#refuse('password', known.value?.person.name, wrong('the name or the password is wrong'))
    this.forgive(counted)
    return this.#admit(known.value.person, 'password', visit)
  }

  async #byPasskey(answer: PasskeyAnswer, visit: Visit): Promise<Admission> {
    if (this.passkeys === undefined) return NO_PASSKEYS
    const counted = [{ name: `passkey ${visit.address}`, free: FREE.address }]
    const taken = this.take(counted)
    if (!taken.ok) return taken
    const known = this.#store.credentials.passkey(answer.id)
    if (!known.ok) return fromStore(known.error)
    const unknown = wrong('this passkey does not open this exchange')
    if (known.value === undefined) return this.#refuse('passkey', undefined, unknown)
    const { person, passkey } = known.value
    const counter = await this.passkeys.verify(answer, passkey)
    if (!counter.ok) return this.#refuse('passkey', person.name, unknown)
    const used = this.#store.credentials.used(passkey.id, counter.value)
    if (!used.ok) return fromStore(used.error)
    this.forgive(counted)
    return this.#admit(person, 'passkey', visit)
  }

  async #codeQuestion(redeeming: Redeeming, visit: Visit): Promise<Result<Answer<'POST /session/code/question'>, ConsoleFailure>> {
    if (this.passkeys === undefined) return NO_PASSKEYS
    const holder = await this.#holder(redeeming, visit)
    if (!holder.ok) return holder
    const { name } = holder.value
    const known = this.#store.credentials.passkeys(name)
    return known.ok ? ok(await this.passkeys.newQuestion(`code ${redeeming.code}`, name, known.value)) : fromStore(known.error)
  }

  async #byCode({ password, passkey, ...redeeming }: Redeeming & CredentialGiven, visit: Visit): Promise<Admission> {
    const holder = await this.#holder(redeeming, visit)
    if (!holder.ok) return holder
    const credential = await this.#credential(redeeming.code, { password, passkey })
    if (!credential.ok) return credential
    const { credentials } = this.#store
    const { isFirst, name } = holder.value
    const redeemed = isFirst ? credentials.found(name, credential.value) : credentials.redeem(redeeming.code, credential.value)
    if (!redeemed.ok) return fromStore(redeemed.error)
    if (redeemed.value === undefined) return this.#refuse('code', undefined, WRONG_CODE)
    const exchange = this.#options.exchange()
    if (isFirst) {
      prepareSetup(exchange)
      const made = await record(exchange, 'key', { change: 'created', administrator: name, role: redeemed.value.role, by: ['setup'] })
      if (!made.ok) return made
    }
    return this.#admit(redeemed.value, 'code', visit)
  }

  /** Whose code this is; it is not used up. */
  async #holder(
    { code, name }: Redeeming,
    visit: Visit,
  ): Promise<Result<{ readonly name: string; readonly isFirst: boolean }, ConsoleFailure>> {
    const counted = [{ name: `code ${visit.address}`, free: FREE.address }]
    const taken = this.take(counted)
    if (!taken.ok) return taken
    const { credentials, administrators } = this.#store
    const empty = credentials.isEmpty()
    if (!empty.ok) return fromStore(empty.error)
    if (empty.value && isSetupCode(this.#options.exchange(), code)) {
      this.forgive(counted)
      if (name === undefined || RESERVED.has(name)) return err({ kind: 'unusable', message: 'give the name of the first administrator' })
      const isFree = administrators.isFree(name)
      return isFree.ok ? ok({ name, isFirst: true }) : fromStore(isFree.error)
    }
    const invited = credentials.invited(code.trim())
    if (!invited.ok) return fromStore(invited.error)
    if (invited.value === undefined) return this.#refuse('code', undefined, WRONG_CODE)
    this.forgive(counted)
    return ok({ name: invited.value.name, isFirst: false })
  }

  async #credential(code: string, { password, passkey }: CredentialGiven): Promise<Result<Credential, ConsoleFailure>> {
    if (passkey !== undefined) {
      if (this.passkeys === undefined) return NO_PASSKEYS
      const made = await this.passkeys.made(`code ${code}`, passkey)
      return made.ok ? ok({ passkey: made.value satisfies KnownPasskey }) : made
    }
    if (password === undefined) return err({ kind: 'unusable', message: 'give a `password` or a `passkey`' })
    if (!this.#settings.signIn.password)
      return err({ kind: 'not-allowed', message: 'nobody signs in with a password here; make a passkey' })
    const hash = await this.passwords.hash(password)
    return hash.ok ? ok({ password: hash.value }) : hash
  }

  /** INVARIANT(G7): nobody is in before the log says so. */
  async #admit(person: Administrator, way: Way, visit: Visit): Promise<Admission> {
    const recorded = await record(this.#options.exchange(), 'sign-in', { what: 'in', administrator: person.name, role: person.role, way })
    if (!recorded.ok) return recorded
    const opened = this.#store.sessions.open(person.name, way, this.lasting())
    if (!opened.ok) return fromStore(opened.error)
    visit.remember(opened.value)
    return ok(this.#session(person, opened.value))
  }

  async #leave(who: Visitor, visit: Visit): Promise<Result<Answer<'DELETE /session'>, ConsoleFailure>> {
    const closed = this.#store.sessions.close(visit.token ?? '')
    visit.forget()
    if (!closed.ok) return fromStore(closed.error)
    const recorded = await record(this.#options.exchange(), 'sign-in', { what: 'out', administrator: who.name })
    return recorded.ok ? ok({}) : recorded
  }

  /** On record with the name only where somebody has it: a person may have typed their password into the wrong field. */
  async #refuse(way: Way, administrator: string | undefined, failure: ConsoleFailure): Promise<Result<never, ConsoleFailure>> {
    const exchange = this.#options.exchange()
    const now = exchange.clock()
    if (now - this.#recorded.since > MINUTE) this.#recorded = { since: now, count: 0 }
    if (this.#recorded.count++ < MOST_RECORDED)
      await record(exchange, 'sign-in', { what: 'refused', way, ...(administrator === undefined ? {} : { administrator }) })
    return err(failure)
  }
}

type CredentialGiven = { readonly password?: string | undefined; readonly passkey?: PasskeyAnswer | undefined }
const countedOf = (name: string, { address }: Visit): readonly Counted[] => [
  { name: `name ${name}`, free: FREE.name },
  { name: `address ${address}`, free: FREE.address },
]
const wrong = (message: string): ConsoleFailure => ({ kind: 'not-signed-in', message })
const WRONG_CODE = wrong('this code is wrong, used already, or too old')
const NO_PASSKEYS: Result<never, ConsoleFailure> = err({ kind: 'not-allowed', message: 'passkeys are not used here' })
export const fromStore = ({ kind, message }: StoreFailure): Result<never, ConsoleFailure> =>
  err({ kind: kind === 'name-invalid' || kind === 'value-invalid' ? 'unusable' : REFUSED.has(kind) ? 'refused' : 'unavailable', message })
const REFUSED = new Set<StoreFailure['kind']>(['not-found', 'already-exists'])
