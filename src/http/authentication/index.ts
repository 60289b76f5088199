// Authentication of every endpoint of an exchange. Kept across reloads, so that tokens are not fetched anew because a budget changed.
import { type Result, unreachable } from '../../core/result.ts'
import type { Clock, Random } from '../../core/units.ts'
import type { AuthenticationFailure, Authenticator } from './authenticator.ts'
import { exchangedAuthenticator } from './exchanged.ts'
import { fixedAuthenticator } from './fixed.ts'
import type { AuthenticationSettings } from './settings.ts'
import { sigV4Authenticator } from './sigv4.ts'
import { DEFAULT_PATIENCE, type Patience } from './token-cache.ts'
import type { Environment } from './watched-text.ts'

export type { AuthenticationFailure, Authenticator, Credentials, Outgoing } from './authenticator.ts'
export { type GivenAuthentication, settingsFor } from './from-profile.ts'
export type { AuthenticationSettings } from './settings.ts'
export type { SecretSource } from './watched-text.ts'

export type AuthenticationPorts = {
  readonly clock: Clock
  readonly random: Random
  readonly environment: Environment
  readonly patience?: Patience
}

/** Prepares one endpoint's authentication; reads its files now, and sends nothing. */
export const createAuthenticator = (
  settings: AuthenticationSettings,
  { patience = DEFAULT_PATIENCE, ...ports }: AuthenticationPorts,
): Result<Authenticator, AuthenticationFailure> => {
  switch (settings.kind) {
    case 'none':
    case 'bearer':
    case 'header':
    case 'basic':
      return fixedAuthenticator(settings, ports.environment)
    case 'sigv4':
      return sigV4Authenticator(settings, ports)
    case 'oauth':
      return exchangedAuthenticator(settings, { ...ports, patience })
    default:
      return unreachable(settings)
  }
}

/** `changed`: headers that are the same for every call are others now. One sentence for each file that became unusable. */
export type Refreshed = { readonly changed: boolean; readonly complaints: readonly string[] }

export type Authenticators = {
  /** The authenticator of these settings: the one that was prepared for them before, where there is one. */
  prepare(settings: AuthenticationSettings): Result<Authenticator, AuthenticationFailure>
  /** Lets go of all that are not among these, once a reload is in force. */
  retain(kept: ReadonlySet<Authenticator>): void
  /** To be called every second or so: reads what changed on disk. */
  refresh(): Refreshed
  close(): void
}

export const createAuthenticators = (ports: AuthenticationPorts): Authenticators => {
  const known = new Map<string, Authenticator>()
  const dismiss = (kept: ReadonlySet<Authenticator>) => {
    for (const [name, authenticator] of known) {
      if (kept.has(authenticator)) continue
      known.delete(name)
      authenticator.close()
    }
  }
  return {
    prepare: (settings) => {
      const name = JSON.stringify(settings)
      const before = known.get(name)
      if (before !== undefined) return { ok: true, value: before }
      const made = createAuthenticator(settings, ports)
      if (made.ok) known.set(name, made.value)
      return made
    },
    retain: dismiss,
    refresh: () => {
      const all = [...known.values()]
      const before = all.map(({ fixed }) => fixed)
      const complaints = all.flatMap((authenticator) => authenticator.refresh())
      return { changed: all.some(({ fixed }, index) => fixed !== before[index]), complaints }
    },
    close: () => dismiss(new Set()),
  }
}
