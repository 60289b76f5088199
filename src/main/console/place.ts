// Where the console is served, and by which names it is known there.
import { isIP } from 'node:net'
import type { Configuration } from '../config-schema.ts'
import { isLoopback } from '../listen.ts'

type Settings = Pick<Configuration, 'console' | 'admin'>

/** Whether the exchange's own listener serves it: by default only where this machine alone can reach that. */
export const isOnExchange = ({ console }: Settings, host: string): boolean =>
  console.serve ?? (console.listen === undefined && isLoopback(host))

/** Listeners of its own, as `host:port`. That of administrators serves the same application. */
export const ownListeners = ({ console, admin }: Settings): readonly string[] => [
  ...new Set([console.listen, admin?.listen].flatMap((listen) => listen ?? [])),
]

/** Where people reach it, without a path; undefined where they do not. */
export const addressOf = ({ console }: Settings, exchange: string | undefined, own: readonly string[]): string | undefined => {
  const served = exchange ?? own[0]
  return served === undefined || console.url === undefined ? served : new URL(console.url).origin
}

/** Where passkeys are good: they need a name, and TLS, for which `localhost` stands alone. */
export const passkeyOrigin = (address: string): string | undefined => {
  const { protocol, hostname, port, origin } = new URL(address)
  if (isLoopback(hostname)) return `${protocol}//localhost${port === '' ? '' : `:${port}`}`
  return protocol === 'https:' && isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? origin : undefined
}

/** Whether a request for this `host:port` was meant for here. A name that somebody else points at this machine is not ours. */
export const isOwnName = ({ console }: Settings, isLocalOnly: boolean, host: string): boolean => {
  const name = host.replace(/:\d+$/, '')
  if (console.url !== undefined && new URL(console.url).host === host) return true
  if (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true
  return console.url === undefined && !isLocalOnly
}
