import type { Predicate } from '../facts/predicates.ts'

/**
 * What an endpoint needs beside itself, and what a cut may take with it. Whoever provides it by a row of the fact book holds the power to
 * stop, and falls with the rest; `predicate` is the row that must say so, where there is one that could say that nobody does.
 */
export const SERVICES = {
  identity: {
    predicate: 'identity-by',
    needs: 'who checks its logins',
    abroad: 'whoever signs in abroad cannot; facts tell it of endpoints, not of your own staff',
  },
  names: { predicate: 'dns-by', needs: 'who answers for its name', abroad: 'your own names and resolvers stand in no fact' },
  'licence-checks': {
    abroad: 'software that asks its maker for leave stops when it cannot; facts tell it only where a row says depends-on-technology-of',
  },
  updates: { abroad: 'what waits for them waits, and mistakes in what runs stay' },
  registries: { abroad: 'what runs goes on; what must be installed or downloaded again does not' },
  time: { abroad: 'clocks drift, and receipts and the expiry of keys and certificates lean on them' },
  revocation: { abroad: 'certificates cannot be checked against lists kept abroad; what insists on that refuses' },
  telemetry: { abroad: 'what is watched from abroad is not watched' },
} as const satisfies Readonly<Record<string, Service>>

type Service = { readonly predicate?: Predicate; readonly needs?: string; readonly abroad: string }
export type ServiceName = keyof typeof SERVICES
export const SERVICE_NAMES = Object.keys(SERVICES) as readonly ServiceName[] as readonly [ServiceName, ...ServiceName[]]
export const serviceOf = (name: ServiceName): Service => SERVICES[name]
