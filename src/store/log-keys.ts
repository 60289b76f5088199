// The log's own keys, kept as PKCS #8 files that only their owner reads. A log's key cannot rotate: who loses it starts another log.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import { codeOf, type FileFailure, fileFailure, replaceFile, syncDirectory } from './durable.ts'

/** A signing key without a name. `publicKey` is in its raw form: 32 bytes for Ed25519, 1312 for ML-DSA-44. */
export type RawSigner = { readonly publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array }
export type LogKeys = { readonly ed25519: RawSigner; readonly mlDsa44: RawSigner }

const FILES = { ed25519: 'log-ed25519.pem', 'ml-dsa-44': 'log-ml-dsa-44.pem' } as const
const RAW_BYTES = { ed25519: 32, 'ml-dsa-44': 1312 } as const
type Algorithm = keyof typeof FILES

/**
 * Loads the keys from a directory, or creates both when there is no Ed25519 key. Whether they are the keys of the log that is
 * there, `openLedger` checks.
 */
export const openLogKeys = async (directory: string): Promise<Result<LogKeys, FileFailure>> => {
  const ed25519 = await load(directory, 'ed25519')
  if (!ed25519.ok) return ed25519
  if (ed25519.value === undefined) return create(directory)
  const mlDsa44 = await load(directory, 'ml-dsa-44')
  if (!mlDsa44.ok) return mlDsa44
  const missing = join(directory, FILES['ml-dsa-44'])
  return mlDsa44.value === undefined
    ? err({ kind: 'storage-failed', message: `the log's key \`${missing}\` is missing while the other is there: restore it` })
    : ok({ ed25519: rawSigner(ed25519.value, 'ed25519'), mlDsa44: rawSigner(mlDsa44.value, 'ml-dsa-44') })
}

const load = async (directory: string, algorithm: Algorithm): Promise<Result<KeyObject | undefined, FileFailure>> => {
  const path = join(directory, FILES[algorithm])
  let pem: Buffer
  try {
    pem = await readFile(path)
  } catch (thrown) {
    return codeOf(thrown) === 'ENOENT' ? ok(undefined) : fileFailure('read', path, thrown)
  }
  const key = parsePem(pem)
  return key?.asymmetricKeyType === algorithm
    ? ok(key)
    : err({ kind: 'storage-failed', message: `\`${path}\` is not a private key for ${algorithm}` })
}

const parsePem = (pem: Buffer): KeyObject | undefined => {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

/** The Ed25519 key is written last: after a crash before that, nothing is signed yet and both are made anew. */
const create = async (directory: string): Promise<Result<LogKeys, FileFailure>> => {
  const mlDsa44 = generateKeyPairSync('ml-dsa-44').privateKey
  const ed25519 = generateKeyPairSync('ed25519').privateKey
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await chmod(directory, 0o700)
    for (const [algorithm, key] of [
      ['ml-dsa-44', mlDsa44],
      ['ed25519', ed25519],
    ] as const)
      await replaceFile(join(directory, FILES[algorithm]), key.export({ type: 'pkcs8', format: 'pem' }), directory, 0o600)
    await syncDirectory(dirname(directory))
  } catch (thrown) {
    return fileFailure('write the keys of the log to', directory, thrown)
  }
  return ok({ ed25519: rawSigner(ed25519, 'ed25519'), mlDsa44: rawSigner(mlDsa44, 'ml-dsa-44') })
}

const rawSigner = (key: KeyObject, algorithm: Algorithm): RawSigner => ({
  // A SubjectPublicKeyInfo (RFC 8410, RFC 9881) ends with the raw key.
  publicKey: new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-RAW_BYTES[algorithm])),
  sign: (message) => sign(null, message, key),
})
