import { type Bytes, fail, ok, type Result } from './bytes.ts'
import { type Checkpoint, cosignatureMessage, noteMessage, subtreeMessage } from './checkpoint.ts'
import { verifyMlDsa44 } from './ml-dsa.ts'
import type { VerifierKey } from './note.ts'

/** Ed25519 (RFC 8032) by code that the caller brings, for platforms that have none of their own. */
export type Ed25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

/**
 * Verifies what follows the key ID in a signature line of `key`. The value is the time in seconds that a cosignature states, or 0
 * for none. Cosignatures speak of checkpoints: without one they are refused.
 */
export const verifySignature = async (
  key: VerifierKey,
  text: string,
  checkpoint: Checkpoint | undefined,
  signature: Uint8Array,
  ed25519?: Ed25519,
): Promise<Result<number>> => {
  const verifyEd25519 = async (message: Uint8Array, bare: Uint8Array): Promise<boolean | undefined> =>
    (await verifyByPlatform(key.publicKey, message, bare)) ?? ed25519?.(key.publicKey, message, bare)
  if (key.type === 'ed25519') return outcome(await verifyEd25519(noteMessage(text), signature), 0)
  if (checkpoint === undefined || signature.length < 8) return fail('is malformed')
  const seconds = signature.slice(0, 8).reduce((value, byte) => 256 * value + byte, 0)
  if (!Number.isSafeInteger(seconds)) return fail('states a time beyond any calendar')
  const bare = signature.subarray(8)
  return key.type === 'cosignature-ed25519'
    ? outcome(await verifyEd25519(cosignatureMessage(text, seconds), bare), seconds)
    : outcome(verifyMlDsa44(key.publicKey, subtreeMessage(key.name, seconds, checkpoint), bare), seconds)
}

const outcome = (right: boolean | undefined, seconds: number): Result<number> => {
  if (right === undefined) return fail('cannot be checked here: this platform offers no Ed25519 through WebCrypto')
  return right ? ok(seconds) : fail('is wrong: the signed text was changed, or another key signed it')
}

/** Ed25519 (RFC 8032) by the platform's WebCrypto; undefined where there is none, such as a page not served securely. */
const verifyByPlatform = async (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean | undefined> => {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  try {
    const key = await subtle?.importKey('raw', owned(publicKey), 'Ed25519', false, ['verify'])
    return key && (await subtle?.verify('Ed25519', key, owned(signature), owned(message)))
  } catch (failure) {
    return failure instanceof Error && failure.name === 'NotSupportedError' ? undefined : false
  }
}

/** A copy in memory of its own: WebCrypto does not take views of shared memory. */
const owned = (bytes: Uint8Array): Bytes => Uint8Array.from(bytes)
