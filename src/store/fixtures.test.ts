import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type AliasName, type ApplicationId, type CallId, newCallId, type TenantId } from '../core/ids.ts'
import type { Result } from '../core/result.ts'
import { type EpochMillis, epochMillis, type Micros, micros, millis, type Random, type Tokens, tokens } from '../core/units.ts'
import type { Key } from '../gateway/ports.ts'
import type { NewKey } from './admin.ts'
import type { ProjectedEntry } from './projection.ts'
import { openStore, type Store } from './store.ts'

export const NOON = epochMillis(Date.UTC(2026, 10, 22, 12))
export const HOME = 'home' as TenantId
export const CHAT = 'chat' as ApplicationId

/** The same bytes in every run, never twice in one. */
export const seededRandom = (seed: number): Random => {
  let state = BigInt(seed) * 0x9e3779b97f4a7c15n + 1n
  return (length) => {
    const bytes = new Uint8Array(length)
    for (let i = 0; i < length; i++) {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n)
      bytes[i] = Number(state >> 56n)
    }
    return bytes
  }
}

export const must = <T, E>(result: Result<T, E>): T => {
  if (!result.ok) throw new Error(`a failure where none was expected: ${JSON.stringify(result.error)}`)
  return result.value
}

export const temporaryFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-store-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A store whose clock stands where the test puts it. */
export type OpenedStore = { readonly store: Store; readonly time: { now: EpochMillis } }
export const openAt = (path: string, seed = 1, now: EpochMillis = NOON): OpenedStore => {
  const time = { now }
  return { store: must(openStore(path, { clock: () => time.now, random: seededRandom(seed), currency: 'EUR' })), time }
}

export const NEW_KEY: NewKey = { tenant: HOME, application: CHAT, dataClassFloor: 'public', purposes: ['service'], aliases: 'all' }
export const firstKey = (store: Store, key: NewKey = NEW_KEY): Key & { readonly secret: string } => {
  const created = must(store.admin.ensureFirstKey(key))
  const found = store.keys.find(created?.secret ?? '', NOON)
  if (created === undefined || found === undefined) throw new Error('the first key was not made')
  return { ...found, secret: created.secret }
}

let calls = 0
export const callAt = (now: EpochMillis = NOON): CallId => newCallId(now, seededRandom(1_000_000 + calls++))
export const cost = (value: number): { readonly cost: Micros; readonly tokens: Tokens } => ({ cost: micros(value), tokens: tokens(0) })
export const seconds = (count: number): number => millis(count * 1000)
export const later = (moment: EpochMillis, by: number): EpochMillis => epochMillis(moment + by)
export const aliases = (...names: string[]): readonly AliasName[] => names as AliasName[]

/** Makes log entries as the exchange does; indices and numbers follow on. */
export const logOf = (key: Pick<Key, 'id' | 'tenant' | 'application'>) => {
  const entries: ProjectedEntry[] = []
  const add = (kind: string, members: object, secret?: object): ProjectedEntry => {
    const n = entries.length
    const record = { v: 1, stream: key.id, n, time: NOON, kind, ...members }
    const entry = { index: n, record: JSON.stringify(record), ...(secret === undefined ? {} : { secret: JSON.stringify(secret) }) }
    entries.push(entry)
    return entry
  }
  const owner = { tenant: key.tenant, application: key.application }
  return {
    entries,
    add,
    call: (call: CallId, spent: number, secret?: object) => add('call', { call, ...owner, cost: spent, border: [] }, secret),
    border: (call: CallId, reserved: number, secret?: object) => add('border', { call, ...owner, reserved }, secret),
    refusal: (call: CallId, secret?: object) => add('refusal', { call, ...owner, why: 'policy' }, secret),
  }
}

/** Every byte of every file of the store; the keys in their own folder are none of it. */
export const bytesOf = (folder: string): Buffer => {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  return Buffer.concat(files.map(({ name }) => readFileSync(join(folder, name))))
}
