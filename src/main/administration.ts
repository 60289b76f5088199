// Administrators, their keys, and what waits for them.
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Administrator, mayDecide, ROLES } from '../store/administrators.ts'
import type { StoreFailure } from '../store/failure.ts'
import type { Operation, OperationFailure, Operations } from './admin.ts'
import type { ActKind } from './approvals.ts'
import type { Exchange } from './exchange.ts'
import type { Governing } from './governing.ts'
import { isLine, text } from './members.ts'
import { personOf } from './persons.ts'
import { record } from './record.ts'

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
  return {
    // Until there are enough people to decide it, the owner makes them alone.
    'administrator/add': (input, person) =>
      decide(current()).length < approvals.needs('key') ? add(input, person) : addTogether(input, person),
    'administrator/list': async () => listAdministrators(current()),
    'administrator/remove': decidedTogether(current, approvals, {
      kind: 'key',
      what: (input) => `remove the administrator \`${text(input, 'name') ?? ''}\``,
      check: (input) => removable(current(), input),
      operation: (input) => removeAdministrator(current(), input),
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
  const role = ROLES.find((each) => each === input.role)
  if (role === undefined) return unusable(`\`${text(input, 'role') ?? ''}\` is no role; say ${ROLES.join(', ')}`)
  if (name === 'owner' || name === 'exchange') return unusable(`\`${name}\` is what records call the exchange’s own account`)
  const free = store.administrators.isFree(name)
  return free.ok ? ok({ name, role }) : fromStore(free.error)
}

const addAdministrator = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const checked = addable(exchange, input)
  if (!checked.ok) return checked
  const { name, role } = checked.value
  const created = exchange.store.administrators.create({ name, role })
  if (!created.ok) return fromStore(created.error)
  const recorded = await record(exchange, 'key', { change: 'created', administrator: name, role })
  if (recorded.ok) return ok({ name, role, ...created.value })
  exchange.store.administrators.revoke(name)
  return recorded
}

const removable = ({ store }: Exchange, input: JsonObject): Result<string, OperationFailure> => {
  const name = text(input, 'name') ?? ''
  const listed = store.administrators.list()
  if (!listed.ok) return fromStore(listed.error)
  const isThere = listed.value.some((each) => each.name === name && each.revoked === undefined)
  return isThere ? ok(name) : err({ kind: 'refused', message: `there is no administrator \`${name}\`` })
}

const removeAdministrator = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const checked = removable(exchange, input)
  if (!checked.ok) return checked
  const name = checked.value
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
    listed.value.map(({ created, revoked, ...rest }) => ({
      ...rest,
      created: new Date(created).toISOString(),
      revoked: revoked === undefined ? null : new Date(revoked).toISOString(),
    })),
  )
}
