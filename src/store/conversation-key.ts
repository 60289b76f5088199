import type { DatabaseSync } from 'node:sqlite'
import { ok, type Result } from '../core/result.ts'
import type { Random } from '../core/units.ts'
import { attempt, failed, type StoreFailure } from './failure.ts'
import { seal, unseal } from './sealing.ts'
import { createSecret, readSecret, type Secret } from './secret-file.ts'

const FILE = 'conversations.key'
const CHECK = 'this is the key of the conversations'

/** The exchange's key of what it keeps; every other key of the conversations is sealed with it. */
export type ConversationKey = {
  /** The key; made when there is none and nothing was ever sealed with one, or all that was is gone. */
  get(): Result<Uint8Array, StoreFailure>
}

/**
 * Keeps the key in a file of `secrets` that only its owner reads, and beside the conversations what tells the right key from a wrong one.
 * Messages name the file without its folder: callers may come to read them.
 */
export const conversationKey = (database: DatabaseSync, secrets: string, random: Random): ConversationKey => {
  const secret: Secret = { folder: secrets, file: FILE, what: 'the key of the conversations' }
  const sql = {
    check: database.prepare('SELECT sealed FROM conversation_key WHERE id = 1'),
    remember: database.prepare('INSERT OR REPLACE INTO conversation_key (id, sealed) VALUES (1, ?)'),
    any: database.prepare('SELECT 1 FROM conversations LIMIT 1'),
  }
  let found: Uint8Array | undefined

  const examine = (key: Uint8Array | undefined): Result<Uint8Array, StoreFailure> => {
    const sealed = sql.check.get()?.sealed
    const held = sql.any.get() !== undefined
    if (key === undefined && held)
      return failed('store-unavailable', `the key of the conversations is missing: restore \`secrets/${FILE}\``)
    if (key !== undefined && sealed instanceof Uint8Array && unseal(key, sealed, CHECK) !== undefined) return ok(key)
    if (key !== undefined && held)
      return failed('store-unavailable', `\`secrets/${FILE}\` is not the key that the conversations were written with`)
    const made = key === undefined ? createSecret(secret, random) : ok(key)
    if (made.ok) sql.remember.run(seal(made.value, Buffer.from(CHECK), CHECK, random))
    return made
  }

  return {
    get: () => {
      if (found !== undefined) return ok(found)
      const read = readSecret(secret)
      if (!read.ok) return read
      const examined = attempt(() => examine(read.value))
      const result = examined.ok ? examined.value : examined
      if (result.ok) found = result.value
      return result
    },
  }
}
