import type { AliasName } from '../core/ids.ts'
import type { Key, KeyRing } from '../gateway/ports.ts'
import type { Configuration } from './config-schema.ts'
import { jurisdictionOf } from './exchange.ts'

/**
 * The store's keys as the configuration in force lets them be: an application that is gone has none, and what its floor, purposes
 * and aliases narrow holds for keys made before. INVARIANT: a key here never may more than the one in the store.
 */
export const restrictKeys = (ring: KeyRing, configuration: Configuration): KeyRing => {
  // The store replaces a key and never changes it, so the narrowed one can be kept beside it.
  const narrowed = new WeakMap<Key, Key | 'gone'>()
  return {
    find: (secret, now) => {
      const key = ring.find(secret, now)
      if (key === undefined) return undefined
      let found = narrowed.get(key)
      if (found === undefined) {
        found = narrow(key, configuration) ?? 'gone'
        narrowed.set(key, found)
      }
      return found === 'gone' ? undefined : found
    },
  }
}

/** The key as its application may be now; undefined where nothing is left of it. */
export const narrow = (key: Key, configuration: Configuration): Key | undefined => {
  const application = configuration.tenants[key.tenant]?.applications[key.application]
  if (application === undefined) return undefined
  const ranks = configuration.dataClasses
  const floor = application.dataClassFloor ?? (ranks[0] as string)
  const allowed = application.purposes ?? Object.keys(configuration.purposes)
  const [first, ...rest] = key.purposes.filter((purpose) => allowed.includes(purpose))
  // A floor the configuration no longer knows cannot be compared, so the key ends.
  if (first === undefined || !ranks.includes(key.dataClassFloor)) return undefined
  return {
    ...key,
    jurisdiction: jurisdictionOf(configuration, key.tenant, application),
    dataClassFloor: ranks.indexOf(floor) > ranks.indexOf(key.dataClassFloor) ? floor : key.dataClassFloor,
    purposes: [first, ...rest],
    aliases: aliasesOf(key.aliases, application.aliases),
    ...(application.priority === undefined ? {} : { priority: application.priority }),
  }
}

const aliasesOf = (own: Key['aliases'], allowed: readonly string[] | undefined): Key['aliases'] => {
  if (allowed === undefined) return own
  return new Set((allowed as readonly AliasName[]).filter((alias) => own === 'all' || own.has(alias)))
}
