// Who orders something: the account that owns the exchange, or an administrator who shows a key.
import { readFileSync } from 'node:fs'
import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Administrator } from '../store/administrators.ts'
import type { OperationFailure } from './admin.ts'
import { type Given, type OptionHelp, type Terminal, UsageFailure } from './command.ts'
import type { Exchange } from './exchange.ts'

/** `owner`: whoever may open the exchange's socket. One account, and nobody knows which person. */
export type Person = Administrator | { readonly name: 'owner'; readonly role: 'owner' }
export const OWNER: Person = { name: 'owner', role: 'owner' }

/** Options of every command that administrators may have to decide together. */
export const PERSON_OPTIONS: Readonly<Record<string, OptionHelp>> = {
  as: { value: 'NAME', text: 'decide as this administrator, where several people must' },
  'key-file': { value: 'FILE', text: 'file of the administrator’s key (default: the environment’s ALLOD_ADMIN_KEY)' },
  'break-glass': { text: 'alone, for a short time, on record; --reason is needed' },
}

/** What those options add to an operation's input. */
export const personInput = (given: Given, terminal: Terminal): JsonObject => {
  const name = given.text('as')
  const file = given.text('key-file')
  const broken = given.flag('break-glass') ? { breakGlass: true } : {}
  if (name === undefined && file === undefined) return broken
  const secret = file === undefined ? terminal.environment.ALLOD_ADMIN_KEY : keyIn(file)
  if (secret === undefined) throw new UsageFailure('name the file of your key with --key-file, or put it into ALLOD_ADMIN_KEY')
  // A key says by itself whose it is; a name beside it must be the same.
  return { ...broken, ...(name === undefined ? {} : { as: name }), adminKey: secret.trim() }
}

const keyIn = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new UsageFailure(`cannot read the key in \`${file}\`; name the file that \`allod admin add\` was written to`)
  }
}

/** INVARIANT: a name counts only with the key that belongs to it. */
export const personOf = ({ store }: Exchange, input: JsonObject, known?: Person): Result<Person, OperationFailure> => {
  if (known !== undefined) return ok(known)
  const { as, adminKey } = input
  if (as === undefined && adminKey === undefined) return ok(OWNER)
  const found = store.administrators.find(typeof adminKey === 'string' ? adminKey : '')
  if (!found.ok) return err({ kind: 'unavailable', message: found.error.message })
  if (found.value === undefined) return err({ kind: 'refused', message: 'the administrator’s key is not known, or revoked' })
  if (as !== undefined && as !== found.value.name) return err({ kind: 'refused', message: `the key is not that of \`${String(as)}\`` })
  return ok(found.value)
}
