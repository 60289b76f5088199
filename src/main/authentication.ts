import type { Result } from '../core/result.ts'
import type { Endpoint } from '../gateway/snapshot.ts'
import {
  type AuthenticationFailure,
  type AuthenticationPorts,
  type AuthenticationSettings,
  type Authenticator,
  type Authenticators,
  createAuthenticators,
  type Refreshed,
} from '../http/authentication/index.ts'

/** How the endpoints of a running exchange are authenticated to: prepared once, kept while a snapshot needs it. */
export class EndpointAuthentication {
  readonly #all: Authenticators
  readonly #bound = new WeakMap<Endpoint, Authenticator>()

  constructor(ports: AuthenticationPorts) {
    this.#all = createAuthenticators(ports)
  }

  prepare(settings: AuthenticationSettings): Result<Authenticator, AuthenticationFailure> {
    return this.#all.prepare(settings)
  }

  bind(endpoint: Endpoint, authenticator: Authenticator): void {
    this.#bound.set(endpoint, authenticator)
  }

  /** What each request to an endpoint must be asked for; undefined where its headers hold everything already. */
  of(endpoint: Endpoint): Authenticator | undefined {
    const authenticator = this.#bound.get(endpoint)
    return authenticator?.fixed === undefined ? authenticator : undefined
  }

  /** Lets go of what is bound to none of these. */
  retain(endpoints: Iterable<Endpoint>): void {
    this.#all.retain(new Set([...endpoints].flatMap((endpoint) => this.#bound.get(endpoint) ?? [])))
  }

  /** `changed`: a snapshot that is built now holds other keys than the one before. */
  refresh(): Refreshed {
    return this.#all.refresh()
  }

  close(): void {
    this.#all.close()
  }
}
