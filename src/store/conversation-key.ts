import { chmodSync, closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ok, type Result } from '../core/result.ts'
import type { Random } from '../core/units.ts'
import { codeOf } from './durable.ts'
import { attempt, failed, type StoreFailure } from './failure.ts'
import { KEY_BYTES, seal, unseal } from './sealing.ts'

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
  const path = join(secrets, FILE)
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
    const made = key === undefined ? create(path, random) : ok(key)
    if (made.ok) sql.remember.run(seal(made.value, Buffer.from(CHECK), CHECK, random))
    return made
  }

  return {
    get: () => {
      if (found !== undefined) return ok(found)
      const read = readKey(path)
      if (!read.ok) return read
      const examined = attempt(() => examine(read.value))
      const result = examined.ok ? examined.value : examined
      if (result.ok) found = result.value
      return result
    },
  }
}

const readKey = (path: string): Result<Uint8Array | undefined, StoreFailure> => {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'ENOENT') return ok(undefined)
    return failed('store-unavailable', `\`secrets/${FILE}\` cannot be read (${code})`)
  }
  const key = Buffer.from(text, 'hex')
  return key.length === KEY_BYTES && /^[0-9a-f]{64}$/.test(text)
    ? ok(new Uint8Array(key))
    : failed('store-unavailable', `\`secrets/${FILE}\` does not hold a key`)
}

/** Durable under its name before anything is sealed with it. Of two processes that make one at once, both get the same. */
const create = (path: string, random: Random): Result<Uint8Array, StoreFailure> => {
  const folder = dirname(path)
  const whole = `${path}.${Buffer.from(random(8)).toString('hex')}`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    writeWhole(whole, `${Buffer.from(random(KEY_BYTES)).toString('hex')}\n`)
    try {
      linkSync(whole, path)
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST') throw thrown
    } finally {
      rmSync(whole, { force: true })
    }
    sync(folder)
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === '') throw thrown
    rmSync(whole, { force: true })
    return failed('store-unavailable', `the key of the conversations cannot be written to \`secrets/${FILE}\` (${code})`)
  }
  const read = readKey(path)
  if (read.ok && read.value === undefined) return failed('store-unavailable', `\`secrets/${FILE}\` vanished while it was made`)
  return read as Result<Uint8Array, StoreFailure>
}

const writeWhole = (path: string, text: string): void => {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const sync = (folder: string): void => {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
