// Administrators, their keys, and what waits for them.
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import { type Administrator, mayDecide, ROLES, type Role } from '../store/administrators.ts'
import type { StoreFailure } from '../store/failure.ts'
import type { Operation, OperationFailure, Operations } from './admin.ts'
import type { ActKind } from './approvals.ts'
import type { Exchange } from './exchange.ts'
import type { Governing } from './governing.ts'
import { isLine, text } from './members.ts'
import { personOf } from './persons.ts'
import { record } from './record.ts'
import { prepareSetup } from './setup.ts'

const unusable = (message: string): Result<never, OperationFailure> => err({ kind: 'unusable', message })
const fromStore = ({ kind, message }: StoreFailure): Result<never, OperationFailure> =>
  err({ kind: ['name-invalid', 'not-found', 'already-exists'].includes(kind) ? 'refused' : 'unavailable', message })

export const administrationOperations = (current: () => Exchange, { approvals }: Governing): Operations => {
  const add: Operation = (input) => addAdministrator(current(), input)
  const addTogether = decidedTogether(current, approvals, {
    kind: 'key',
    what: (input) => `make \`${text(input, 'name') ?? ''}\` ${text(input, 'role') ?? ''}`,
    check: (input) => addable(current(), input),
    operation: add,
  })
  const invite: Operation = (input) => inviteAdministrator(current(), input)
  const inviteTogether = decidedTogether(current, approvals, {
    kind: 'key',
    what: (input) => `invite \`${text(input, 'name') ?? ''}\` as ${text(input, 'role') ?? ''}`,
    check: (input) => addable(current(), input),
    operation: invite,
  })
  return {
    // Until there are enough people to decide it, the owner makes them alone.
    'administrator/add': (input, person) =>
      decide(current()).length < approvals.needs('key') ? add(input, person) : addTogether(input, person),
    'administrator/list': async () => listAdministrators(current()),
    'administrator/remove': decidedTogether(current, approvals, {
      kind: 'key',
      what: (input) => `remove the administrator \`${text(input, 'name') ?? ''}\``,
      check: (input) => present(current(), input),
      operation: (input) => removeAdministrator(current(), input),
    }),
    // Whoever is invited comes in with a code, and chooses a password or a passkey: nobody else ever knows it.
    'administrator/invite': (input, person) =>
      decide(current()).length < approvals.needs('key') ? invite(input, person) : inviteTogether(input, person),
    'administrator/renew': decidedTogether(current, approvals, {
      kind: 'key',
      what: (input) => `give \`${text(input, 'name') ?? ''}\` a new code to sign in with`,
      check: (input) => present(current(), input),
      operation: (input) => renewInvitation(current(), input),
    }),
    'administrator/role': decidedTogether(current, approvals, {
      kind: 'key',
      what: (input) => `make \`${text(input, 'name') ?? ''}\` ${text(input, 'role') ?? ''}`,
      check: (input) => (roleIn(input).ok ? present(current(), input) : roleIn(input)),
      operation: (input) => changeRole(current(), input),
    }),
    'proposal/list': async () => ok(approvals.list()),
    'proposal/approve': async (input, known) => {
      const person = personOf(current(), input, known)
      if (!person.ok) return person
      const id = Number(input.proposal)
      return Number.isSafeInteger(id)
        ? approvals.approve(person.value, id)
        : unusable(`\`${text(input, 'proposal') ?? ''}\` is no number of a proposal`)
    },
  }
}

/** Of something that several people decide. */
type Together = {
  readonly kind: ActKind
  readonly what: (input: JsonObject) => string
  readonly operation: Operation
  /** Why it could not be done as things are: nobody is to agree to what cannot come of it. */
  readonly check?: (input: JsonObject) => Result<unknown, OperationFailure>
}
const LONGEST_ACT = 200

/** An operation that so many people must decide as the configuration says of its kind. */
export const decidedTogether =
  (current: () => Exchange, approvals: Governing['approvals'], { kind, what, operation, check }: Together): Operation =>
  async (input, known) => {
    const person = personOf(current(), input, known)
    if (!person.ok) return person
    if (input.breakGlass === true)
      return err({ kind: 'refused', message: 'only a cut or a restore can be decided alone: they end by themselves' })
    const act = what(input)
    if (!isLine(act, LONGEST_ACT)) return unusable('a name is short, and nothing in it moves the cursor or the direction of writing')
    const checked = check?.(input) ?? ok(undefined)
    return checked.ok ? approvals.decide(person.value, { kind, what: act, perform: () => operation(input) }) : checked
  }

/** Administrators who may decide. */
const decide = ({ store }: Exchange): readonly Administrator[] => {
  const listed = store.administrators.list()
  return listed.ok ? listed.value.filter(({ revoked, role }) => revoked === undefined && mayDecide(role)) : []
}

const addable = ({ store }: Exchange, input: JsonObject): Result<Administrator, OperationFailure> => {
  const name = text(input, 'name') ?? ''
  const role = roleIn(input)
  if (!role.ok) return role
  if (RESERVED.has(name)) return unusable(`\`${name}\` is what records call the exchange’s own account`)
  const free = store.administrators.isFree(name)
  return free.ok ? ok({ name, role: role.value }) : fromStore(free.error)
}
/** What records call the account that owns the exchange, the exchange itself, and its beginning. */
export const RESERVED: ReadonlySet<string> = new Set(['owner', 'exchange', 'setup'])

const roleIn = (input: JsonObject): Result<Role, OperationFailure> => {
  const role = ROLES.find((each) => each === input.role)
  return role === undefined ? unusable(`\`${text(input, 'role') ?? ''}\` is no role; say ${ROLES.join(', ')}`) : ok(role)
}

const addAdministrator = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const checked = addable(exchange, input)
  if (!checked.ok) return checked
  const { name, role } = checked.value
  const created = exchange.store.administrators.create({ name, role })
  if (!created.ok) return fromStore(created.error)
  const recorded = await record(exchange, 'key', { change: 'created', administrator: name, role })
  prepareSetup(exchange)
  if (recorded.ok) return ok({ name, role, ...created.value })
  exchange.store.administrators.revoke(name)
  return recorded
}

const DAY = 86_400_000
const codeFor = (person: Administrator, code: string, expires: EpochMillis): JsonObject => ({
  ...person,
  code,
  expires: new Date(expires).toISOString(),
})

const inviteAdministrator = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const checked = addable(exchange, input)
  if (!checked.ok) return checked
  const { name, role } = checked.value
  const expires = epochMillis(exchange.clock() + DAY)
  const code = exchange.store.credentials.invite({ name, role }, expires)
  if (!code.ok) return fromStore(code.error)
  prepareSetup(exchange)
  const recorded = await record(exchange, 'key', { change: 'invited', administrator: name, role })
  if (recorded.ok) return ok(codeFor({ name, role }, code.value, expires))
  exchange.store.administrators.revoke(name)
  return recorded
}

const renewInvitation = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const person = present(exchange, input)
  if (!person.ok) return person
  // The record first: a code that nobody knows of would be a second way in.
  const recorded = await record(exchange, 'key', { change: 'invited', administrator: person.value.name, role: person.value.role })
  if (!recorded.ok) return recorded
  const expires = epochMillis(exchange.clock() + DAY)
  const code = exchange.store.credentials.renew(person.value.name, expires)
  return code.ok ? ok(codeFor(person.value, code.value, expires)) : fromStore(code.error)
}

const changeRole = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const [person, role] = [present(exchange, input), roleIn(input)]
  if (!person.ok) return person
  if (!role.ok) return role
  const { name } = person.value
  const recorded = await record(exchange, 'key', { change: 'role', administrator: name, role: role.value, before: person.value.role })
  if (!recorded.ok) return recorded
  const changed = exchange.store.administrators.setRole(name, role.value)
  return changed.ok ? ok({ name, role: role.value }) : fromStore(changed.error)
}

/** Whoever the input names, if they are there. */
const present = ({ store }: Exchange, input: JsonObject): Result<Administrator, OperationFailure> => {
  const name = text(input, 'name') ?? ''
  const listed = store.administrators.list()
  if (!listed.ok) return fromStore(listed.error)
  const found = listed.value.find((each) => each.name === name && each.revoked === undefined)
  return found === undefined
    ? err({ kind: 'refused', message: `there is no administrator \`${name}\`` })
    : ok({ name: found.name, role: found.role })
}

const removeAdministrator = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const checked = present(exchange, input)
  if (!checked.ok) return checked
  const { name } = checked.value
  // Revoked first: a full disk may keep the record out of the log, but never the key in force.
  const revoked = exchange.store.administrators.revoke(name)
  if (!revoked.ok) return fromStore(revoked.error)
  const recorded = await record(exchange, 'key', { change: 'revoked', administrator: name })
  return recorded.ok ? ok({ removed: name }) : recorded
}

const listAdministrators = ({ store }: Exchange): Result<Json, OperationFailure> => {
  const listed = store.administrators.list()
  if (!listed.ok) return fromStore(listed.error)
  return ok(
    listed.value.map(({ name, role, prefix = null, created, revoked }) => ({
      name,
      role,
      prefix,
      created: new Date(created).toISOString(),
      revoked: revoked === undefined ? null : new Date(revoked).toISOString(),
    })),
  )
}
