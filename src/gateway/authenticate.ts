import { err, ok, type Result } from '../core/result.ts'
import type { CallFailure } from './failure.ts'
import type { GatewayPorts, IncomingHead, Key } from './ports.ts'
import type { Authenticated } from './stages.ts'

const BEARER = 'bearer '

/** Whose key this is. INVARIANT: the caller's secret goes no further than this function. */
export const authenticate = (ports: GatewayPorts, head: IncomingHead): Result<Authenticated, CallFailure> => {
  const arrived = ports.clock()
  const key = findKey(ports, head.authorization, arrived)
  if (!key.ok) return key
  if (ports.isFrozen?.(key.value) === true) return err(frozen(key.value))
  return ok({ snapshot: ports.currentSnapshot(), key: key.value, head, arrived })
}

const frozen = ({ tenant, application }: Key): CallFailure => ({
  kind: 'key-frozen',
  message: `the keys of \`${tenant}/${application}\` are frozen until the operator of this exchange restores them`,
})

/** The live key named by an `Authorization: Bearer` header (RFC 6750). */
export const findKey = (
  ports: Pick<GatewayPorts, 'keys'>,
  authorization: string | undefined,
  now: Parameters<GatewayPorts['keys']['find']>[1],
): Result<Key, CallFailure> => {
  if (authorization === undefined) return err({ kind: 'key-invalid', message: 'a key is needed: `authorization: Bearer …`' })
  if (authorization.length <= BEARER.length || authorization.slice(0, BEARER.length).toLowerCase() !== BEARER)
    return err({ kind: 'key-invalid', message: 'the authorization header must be `Bearer` and a key' })
  const key = ports.keys.find(authorization.slice(BEARER.length).trim(), now)
  return key === undefined ? err({ kind: 'key-invalid', message: 'the key is not known, revoked or expired' }) : ok(key)
}
