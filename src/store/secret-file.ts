// Keys of 32 bytes in files of `secrets`, in hexadecimal, that only their owner reads. Messages name a file without its folder: callers may come
// to read them.
import { chmodSync, closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../core/result.ts'
import type { Random } from '../core/units.ts'
import { codeOf } from './durable.ts'
import { failed, type StoreFailure } from './failure.ts'
import { KEY_BYTES } from './sealing.ts'

/** `what`: as messages call it. */
export type Secret = { readonly folder: string; readonly file: string; readonly what: string }

/** The key; made where there is none. */
export const openSecret = (secret: Secret, random: Random): Result<Uint8Array, StoreFailure> => {
  const read = readSecret(secret)
  return read.ok && read.value === undefined ? createSecret(secret, random) : (read as Result<Uint8Array, StoreFailure>)
}

/** The key; undefined where there is no such file. */
export const readSecret = ({ folder, file }: Secret): Result<Uint8Array | undefined, StoreFailure> => {
  let text: string
  try {
    text = readFileSync(join(folder, file), 'utf8').trim()
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'ENOENT') return ok(undefined)
    return failed('store-unavailable', `\`secrets/${file}\` cannot be read (${code})`)
  }
  const key = Buffer.from(text, 'hex')
  return key.length === KEY_BYTES && /^[0-9a-f]{64}$/.test(text)
    ? ok(new Uint8Array(key))
    : failed('store-unavailable', `\`secrets/${file}\` does not hold a key`)
}

/** A new key, durable under its name when this returns. Of two processes that make one at once, both get the same. */
export const createSecret = (secret: Secret, random: Random): Result<Uint8Array, StoreFailure> => {
  const { folder, file, what } = secret
  const path = join(folder, file)
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
    return failed('store-unavailable', `${what} cannot be written to \`secrets/${file}\` (${code})`)
  }
  const read = readSecret(secret)
  if (read.ok && read.value === undefined) return failed('store-unavailable', `\`secrets/${file}\` vanished while it was made`)
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
