import { type AliasName, newCallId } from '../core/ids.ts'
import { err, ok, type Result } from '../core/result.ts'
import { readAsked } from './asked.ts'
import { askedOf, decode } from './decoded.ts'
import type { CallFailure } from './failure.ts'
import { parseAccept } from './jurisdiction-headers.ts'
import type { GatewayPorts, Key } from './ports.ts'
import { raisedClass } from './raising.ts'
import { continuingOf } from './resumed.ts'
import type { Alias, Snapshot } from './snapshot.ts'
import type { Authenticated, Classified } from './stages.ts'

const SALT_BYTES = 32

/** Reads body and headers: which alias, which class of data, which purpose, how far the caller narrows. */
export const classify = (ports: GatewayPorts, authenticated: Authenticated, body: Uint8Array): Result<Classified, CallFailure> => {
  const { snapshot, key, head, arrived } = authenticated
  const decoded = head.path === undefined ? undefined : decode(ports, authenticated, body)
  const asked = decoded === undefined ? readAsked(body, ports.isUtf8) : askedOf(authenticated, decoded)
  if (!asked.ok) return asked
  const alias = findAlias(snapshot, key, asked.value.model)
  if (alias === undefined) return err({ kind: 'alias-unknown', message: `the model ${quoted(asked.value.model)} is none this key may use` })
  const dataClass = effectiveClass(snapshot, key, head.dataClass)
  if (!dataClass.ok) return dataClass
  const purpose = head.purpose ?? key.purposes[0]
  if (!snapshot.purposes.includes(purpose)) return unknownName('allod-purpose', purpose, snapshot.purposes)
  const narrowing = head.jurisdictionAccept === undefined ? undefined : parseAccept(head.jurisdictionAccept, snapshot.blocs)
  if (narrowing !== undefined && !narrowing.ok) return narrowing
  const continuing = continuingOf(ports, authenticated, body, { asked: asked.value, decoded, purpose })
  if (!continuing.ok) return continuing
  const own = higherClass(snapshot, dataClass.value, continuing.value.resumed?.dataClass)
  return ok({
    ...continuing.value,
    call: newCallId(arrived, ports.random),
    salt: ports.random(SALT_BYTES),
    body,
    asked: asked.value,
    alias,
    ...raisedClass(snapshot, own, body),
    purpose,
    narrowing: narrowing?.value,
    subject: head.subject ?? asked.value.user,
    drill: ports.drill,
  })
}

/** INVARIANT(G1): what was said before under a higher class raises the class of the call that goes on from it. */
const higherClass = ({ dataClasses }: Snapshot, own: string, before: string | undefined): string =>
  before !== undefined && dataClasses.indexOf(before) > dataClasses.indexOf(own) ? before : own

/** The alias of that name when the key may use it. An alias that exists but is not the key's looks like none. */
export const findAlias = (snapshot: Snapshot, key: Key, name: string): Alias | undefined =>
  key.aliases === 'all' || key.aliases.has(name as AliasName) ? snapshot.aliases.get(name as AliasName) : undefined

/** The higher of what the key demands at least and what the caller asks for; the answer says which it is. */
export const effectiveClass = (
  snapshot: Pick<Snapshot, 'dataClasses'>,
  key: Key,
  asked: string | undefined,
): Result<string, CallFailure> => {
  const floor = snapshot.dataClasses.indexOf(key.dataClassFloor)
  if (floor < 0) return err({ kind: 'broken', message: 'the data class of this key is not configured' })
  if (asked === undefined) return ok(key.dataClassFloor)
  const rank = snapshot.dataClasses.indexOf(asked)
  if (rank < 0) return unknownName('allod-data-class', asked, snapshot.dataClasses)
  return ok(rank > floor ? asked : key.dataClassFloor)
}

const unknownName = (header: string, name: string, known: readonly string[]): Result<never, CallFailure> =>
  err({ kind: 'header-invalid', header, message: `${header}: ${quoted(name)} is none of ${known.join(', ')}` })

/** A caller's own words, short and on one line. */
const quoted = (text: string): string =>
  `\`${(text.length > 100 ? `${text.slice(0, 100)}…` : text).replace(/[\p{Cc}\u2028\u2029]/gu, '\ufffd')}\``
