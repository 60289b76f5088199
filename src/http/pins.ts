import { createHash, X509Certificate } from 'node:crypto'
import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate } from 'node:tls'

/** The code of a connection that was refused because nobody in the chain is pinned. */
export const CERTIFICATE_CHANGED = 'ERR_CERTIFICATE_CHANGED'

/**
 * Holds a server to its host name, and its chain to public keys that the owner named: one of the certificates, from the server's to its
 * authority's, must have one of them. A pin is `sha256/` and the Base64 of the SHA-256 of the key as SubjectPublicKeyInfo (RFC 7469,
 * section 2.4). It comes after the check of trust, and replaces nothing of it.
 */
export const pinnedTo =
  (pins: readonly string[]) =>
  (host: string, certificate: PeerCertificate): Error | undefined =>
    checkServerIdentity(host, certificate) ?? (isPinned(certificate, new Set(pins)) ? undefined : changed())

export const pinOf = (certificate: X509Certificate): string =>
  `sha256/${createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')}`

const isPinned = (leaf: PeerCertificate, pins: ReadonlySet<string>): boolean => {
  // An authority that signed itself stands as its own issuer.
  const seen = new Set<string>()
  let next: Partial<DetailedPeerCertificate> | undefined = leaf as DetailedPeerCertificate
  while (next?.raw !== undefined && next.fingerprint256 !== undefined && !seen.has(next.fingerprint256)) {
    if (pins.has(pinOf(new X509Certificate(next.raw)))) return true
    seen.add(next.fingerprint256)
    next = next.issuerCertificate
  }
  return false
}

const changed = (): Error => Object.assign(new Error('no certificate of the chain has a pinned key'), { code: CERTIFICATE_CHANGED })
