import type { Configuration } from './config-schema.ts'

/** What a running exchange is built on cannot change under it. */
export const needsRestart = (before: Configuration, after: Configuration): string[] => {
  const changed: string[] = []
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  // The log and its keys have this name.
  if (before.exchange.name !== after.exchange.name) changed.push('`exchange.name`')
  for (const field of ['currency', 'listen', 'admin', 'console'] as const)
    if (!same(before[field], after[field])) changed.push(`\`${field}\``)
  const own = (configuration: Configuration) => Object.entries(configuration.endpoints).filter(([, { kind }]) => kind === 'engine')
  if (!same(own(before), own(after))) changed.push('an endpoint of kind `engine`')
  return changed.map((what) => `${what} changed: that needs a restart`)
}
