import { err, ok, type Result } from '../core/result.ts'

export type StoreFailure = {
  readonly kind:
    | 'store-unavailable'
    | 'store-busy'
    | 'store-damaged'
    | 'store-newer'
    | 'projection-gap'
    | 'name-invalid'
    | 'value-invalid'
    | 'already-exists'
    | 'not-found'
  readonly message: string
}

export const failed = (kind: StoreFailure['kind'], message: string): Result<never, StoreFailure> => err({ kind, message })

/** Primary result codes of SQLite (https://sqlite.org/rescode.html) that an operator can do something about. */
const BY_CODE: ReadonlyMap<number, StoreFailure> = new Map([
  [5, { kind: 'store-busy', message: 'the store is held by another process for longer than it may wait' }],
  [6, { kind: 'store-busy', message: 'the store is held by another connection of this process' }],
  [8, { kind: 'store-unavailable', message: 'the store is read-only' }],
  [10, { kind: 'store-unavailable', message: 'the disk under the store fails' }],
  [11, { kind: 'store-damaged', message: 'the store is damaged: restore it, or let the log rebuild it' }],
  [13, { kind: 'store-unavailable', message: 'the disk under the store is full' }],
  [14, { kind: 'store-unavailable', message: 'the store cannot be opened' }],
  [26, { kind: 'store-damaged', message: 'the file is not a store' }],
])

/** SQLITE_CONSTRAINT_FOREIGNKEY, which only the fence of leases can raise: a lease whose holder was declared gone (leases.ts). */
const FENCED = 787

/** What SQLite says as a failure value; anything else is a bug and passes on. */
export const attempt = <T>(action: () => T): Result<T, StoreFailure> => {
  try {
    return ok(action())
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === FENCED) return failed('store-unavailable', 'this process was taken for dead: its lock file beside the store was removed')
    if (code === undefined) throw thrown
    return err(BY_CODE.get(code) ?? { kind: 'store-unavailable', message: `the store failed: ${(thrown as Error).message}` })
  }
}

/** The primary result code is the low byte; SQLITE_ERROR, MISUSE and the like say that a statement of ours is wrong. */
const codeOf = (thrown: unknown): number | undefined => {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number') return undefined
  if (thrown.errcode === FENCED) return FENCED
  const code = thrown.errcode & 0xff
  return code === 1 || code === 19 || code === 20 || code === 21 || code === 25 ? undefined : code
}
