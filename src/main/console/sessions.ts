import { ok } from '../../core/result.ts'
import type { Random } from '../../core/units.ts'
import type { Session, Sessions } from '../../http/console/sessions.ts'
import { sha256Hex } from '../digest.ts'

/** Sessions of this process. */
export const openSessions = (random: Random): Sessions => {
  const sessions = new Map<string, Session>()
  const secret = (): string => Buffer.from(random(32)).toString('base64url')
  return {
    open: (visitor) => {
      const [token, session] = [secret(), { visitor, csrf: secret() }]
      sessions.set(sha256Hex(token), session)
      return ok({ token, session })
    },
    find: (token) => ok(sessions.get(sha256Hex(token))),
    close: (token) => {
      sessions.delete(sha256Hex(token))
      return ok(undefined)
    },
  }
}
