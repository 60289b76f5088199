// Administrators, their keys, and what waits for them.
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Administrator, ROLES } from '../store/administrators.ts'
import type { StoreFailure } from '../store/failure.ts'
import type { Operation, OperationFailure, Operations } from './admin.ts'
import type { ActKind } from './approvals.ts'
import type { Exchange } from './exchange.ts'
import type { Governing } from './governing.ts'
import { text } from './members.ts'
import { personOf } from './persons.ts'
import { record } from './record.ts'

const unusable = (message: string): Result<never, OperationFailure> => err({ kind: 'unusable', message })
const fromStore = ({ kind, message }: StoreFailure): Result<never, OperationFailure> =>
  err({ kind: ['name-invalid', 'not-found', 'already-exists'].includes(kind) ? 'refused' : 'unavailable', message })

export const administrationOperations = (current: () => Exchange, { approvals }: Governing): Operations => {
  const keyAct = (what: (input: JsonObject) => string, operation: Operation): Operation =>
    decidedTogether(current, approvals, { kind: 'key', what, operation })
  const add = (input: JsonObject) => addAdministrator(current(), input)
  const addTogether = keyAct((input) => `make \`${text(input, 'name') ?? ''}\` ${text(input, 'role') ?? ''}`, add)
  return {
    // Until there are enough people to decide it, the owner makes them alone.
    'administrator/add': (input) => (decide(current()).length < approvals.needs('key') ? add(input) : addTogether(input)),
    'administrator/list': async () => listAdministrators(current()),
    'administrator/remove': keyAct(
      (input) => `remove the administrator \`${text(input, 'name') ?? ''}\``,
      (input) => removeAdministrator(current(), input),
    ),
    'proposal/list': async () => ok(approvals.list()),
    'proposal/approve': async (input) => {
      const person = personOf(current(), input)
      if (!person.ok) return person
      const id = Number(input.proposal)
      return Number.isSafeInteger(id)
        ? approvals.approve(person.value, id)
        : unusable(`\`${text(input, 'proposal') ?? ''}\` is no number of a proposal`)
    },
  }
}

/** An operation that so many people must decide as the configuration says of its kind. */
export const decidedTogether =
  (
    current: () => Exchange,
    approvals: Governing['approvals'],
    { kind, what, operation }: { readonly kind: ActKind; readonly what: (input: JsonObject) => string; readonly operation: Operation },
  ): Operation =>
  async (input) => {
    const person = personOf(current(), input)
    if (!person.ok) return person
    if (input.breakGlass === true)
      return err({ kind: 'refused', message: 'only a cut or a restore can be decided alone: they end by themselves' })
    return approvals.decide(person.value, { kind, what: what(input), perform: () => operation(input) })
  }

/** Administrators who may decide. */
const decide = ({ store }: Exchange): readonly Administrator[] => {
  const listed = store.administrators.list()
  return listed.ok ? listed.value.filter(({ revoked, role }) => revoked === undefined && role !== 'auditor') : []
}

const addAdministrator = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const name = text(input, 'name') ?? ''
  const role = ROLES.find((each) => each === input.role)
  if (role === undefined) return unusable(`\`${text(input, 'role') ?? ''}\` is no role; say ${ROLES.join(', ')}`)
  if (name === 'owner' || name === 'exchange') return unusable(`\`${name}\` is what records call the exchange’s own account`)
  const created = exchange.store.administrators.create({ name, role })
  if (!created.ok) return fromStore(created.error)
  const recorded = await record(exchange, 'key', { change: 'created', administrator: name, role })
  if (recorded.ok) return ok({ name, role, ...created.value })
  exchange.store.administrators.revoke(name)
  return recorded
}

const removeAdministrator = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const name = text(input, 'name') ?? ''
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
