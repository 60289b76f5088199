import type { ExchangedSettings } from './exchanged.ts'
import type { FixedSettings } from './fixed.ts'
import type { SigV4Settings } from './sigv4.ts'

/** What one endpoint's authentication is made of. Plain values without a secret: only where one stands. */
export type AuthenticationSettings = FixedSettings | SigV4Settings | ExchangedSettings
