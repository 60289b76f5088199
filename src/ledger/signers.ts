import { formatVerifierKey, verifierKey } from '#verifier'
import type { LogSigners } from './ports.ts'

type RawSigner = { readonly publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array }

/** Names the log's keys: both are called after its origin, and differ in type. The origin must be a key name: no space, no plus. */
export const logSigners = (origin: string, keys: { readonly ed25519: RawSigner; readonly mlDsa44: RawSigner }): LogSigners => ({
  log: { key: verifierKey(origin, 'ed25519', keys.ed25519.publicKey), sign: keys.ed25519.sign },
  cosigner: { key: verifierKey(origin, 'cosignature-ml-dsa-44', keys.mlDsa44.publicKey), sign: keys.mlDsa44.sign },
})

/** What a verifier needs to know of the log, one key per line (c2sp.org/signed-note): the content of `log.vkey`. */
export const verifierKeys = ({ log, cosigner }: LogSigners): string => `${formatVerifierKey(log.key)}\n${formatVerifierKey(cosigner.key)}\n`
