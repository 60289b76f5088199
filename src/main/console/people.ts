// People who may sign in, and what each may do with their own account.
import { err, ok, type Result } from '../../core/result.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers, Visit, Visitor } from '../../http/console/handlers.ts'
import type { ListedAdministrator } from '../../store/administrators.ts'
import { record } from '../record.ts'
import { type Entrance, fromStore } from './entrance.ts'
import type { ConsoleGround } from './ground.ts'
import { operated } from './operated.ts'

type PeopleRoutes = Extract<keyof Handlers, `${string} /people${string}` | `${string} /account${string}`>
/** Somebody who has a key and guesses a password must wait as whoever signs in does. */
const FREE_GUESSES = 5

export const peopleHandlers = (ground: ConsoleGround, entrance: Entrance): Pick<Handlers, PeopleRoutes> => {
  /** What everybody who looks at people sees at once. */
  const told = <T>(done: Result<T, ConsoleFailure>): Result<T, ConsoleFailure> => {
    if (done.ok) ground.events.publish('people')
    return done
  }
  return {
    'GET /people': async () => listPeople(ground),
    'POST /people': async ({ body }, who) => told(await operated(ground, 'administrator/invite', body, who)),
    'POST /people/{name}/invitation': async ({ path: { name } }, who) => told(await operated(ground, 'administrator/renew', { name }, who)),
    'PUT /people/{name}/role': async ({ path: { name }, body: { role } }, who) =>
      told(await operated(ground, 'administrator/role', { name, role }, who)),
    'DELETE /people/{name}': async ({ path: { name } }, who) => told(await operated(ground, 'administrator/remove', { name }, who)),
    'GET /account': async (_asked, who) => describeAccount(ground, who),
    'PUT /account/password': async ({ body }, who) => told(await setPassword(ground, entrance, body, who)),
    'POST /account/passkeys/question': async (_asked, { name }) => {
      if (entrance.passkeys === undefined) return NO_PASSKEYS
      const known = ground.exchange().store.credentials.passkeys(name)
      return known.ok ? ok(await entrance.passkeys.newQuestion(`account ${name}`, name, known.value)) : fromStore(known.error)
    },
    'POST /account/passkeys': async ({ body }, { name }) => {
      if (entrance.passkeys === undefined) return NO_PASSKEYS
      const made = await entrance.passkeys.made(`account ${name}`, body)
      if (!made.ok) return made
      const added = ground.exchange().store.credentials.add(name, { passkey: made.value })
      return added.ok ? told(await recorded(ground, name, 'passkey-added')) : fromStore(added.error)
    },
    'DELETE /account/passkeys/{id}': async ({ path: { id } }, { name }) => {
      const removed = ground.exchange().store.credentials.removePasskey(name, id)
      return removed.ok ? told(await recorded(ground, name, 'passkey-removed')) : fromStore(removed.error)
    },
    'DELETE /account/sessions': async (_asked, { name }, _gone, visit) => told(await leaveEverywhere(ground, name, visit)),
  }
}

const NO_PASSKEYS: Result<never, ConsoleFailure> = err({ kind: 'not-allowed', message: 'passkeys are not used here' })

const moment = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString())

/** Whoever was removed is on record, and not shown. */
const listPeople = ({ exchange }: ConsoleGround): Result<Answer<'GET /people'>, ConsoleFailure> => {
  const listed = exchange().store.administrators.list()
  return listed.ok ? ok(listed.value.filter(({ revoked }) => revoked === undefined).map(describePerson)) : fromStore(listed.error)
}
const describePerson = (person: ListedAdministrator): Answer<'GET /people'>[number] => ({
  name: person.name,
  role: person.role,
  created: new Date(person.created).toISOString(),
  seen: moment(person.seen),
  key: person.prefix ?? null,
  password: person.hasPassword,
  passkeys: person.passkeys,
  openid: person.hasOpenid,
  sessions: person.sessions,
  invited: moment(person.invited),
})

const describeAccount = ({ exchange }: ConsoleGround, { name }: Visitor): Result<Answer<'GET /account'>, ConsoleFailure> => {
  const { administrators, credentials } = exchange().store
  const [listed, passkeys] = [administrators.list(), credentials.passkeys(name)]
  if (!listed.ok) return fromStore(listed.error)
  if (!passkeys.ok) return fromStore(passkeys.error)
  const person = listed.value.find((each) => each.name === name)
  if (person === undefined) return err({ kind: 'not-found', message: `there is no administrator \`${name}\`` })
  return ok({
    ...describePerson(person),
    passkeys: passkeys.value.map(({ id, created, used }) => ({ id, created: new Date(created).toISOString(), used: moment(used) })),
  })
}

/** Whoever has a password gives it: a browser that was left open must not lock its owner out. */
const setPassword = async (
  ground: ConsoleGround,
  entrance: Entrance,
  { current, password }: { readonly current?: string | undefined; readonly password: string },
  { name }: Visitor,
): Promise<Result<Record<string, never>, ConsoleFailure>> => {
  const { credentials } = ground.exchange().store
  const known = credentials.password(name)
  if (!known.ok) return fromStore(known.error)
  if (known.value !== undefined) {
    const counted = [{ name: `name ${name}`, free: FREE_GUESSES }]
    const taken = entrance.take(counted)
    if (!taken.ok) return taken
    const verified = await entrance.passwords.verify(known.value.hash, current ?? '')
    if (!verified.ok) return verified
    if (!verified.value) return err({ kind: 'refused', message: 'the password in use is another one' })
    entrance.forgive(counted)
  }
  const hash = await entrance.passwords.hash(password)
  if (!hash.ok) return hash
  const set = credentials.add(name, { password: hash.value })
  return set.ok ? recorded(ground, name, 'password-set') : fromStore(set.error)
}

const leaveEverywhere = async (
  ground: ConsoleGround,
  name: string,
  visit: Visit,
): Promise<Result<Record<string, never>, ConsoleFailure>> => {
  const closed = ground.exchange().store.sessions.closeAll(name)
  visit.forget()
  return closed.ok ? recorded(ground, name, 'out-everywhere') : fromStore(closed.error)
}

const recorded = async (
  ground: ConsoleGround,
  administrator: string,
  what: string,
): Promise<Result<Record<string, never>, ConsoleFailure>> => {
  const done = await record(ground.exchange(), 'sign-in', { what, administrator })
  return done.ok ? ok({}) : done
}
