import type { Key } from '../ports.ts'

export type Asker = Pick<Key, 'tenant' | 'application'>

/**
 * For whom an endpoint has failed since it last answered. What a caller sends can make an endpoint fail (403 of a filter, 404 of a file, 500 of
 * a server that stumbles, 429 of a question that is too long), and nobody is to take it from others by that: it rests for that caller alone
 * until somebody else has seen it fail too.
 */
export class Blame {
  private by: Asker | 'all' | undefined

  /** Whether the endpoint rests for this one. */
  holds(asker: Asker): boolean {
    return this.isOnAll || isSame(this.by as Asker, asker)
  }

  get isOnAll(): boolean {
    return this.by === undefined || this.by === 'all'
  }

  /** It failed for this one; `concernsAll`: whoever asks. */
  add(asker: Asker, concernsAll: boolean): void {
    if (concernsAll || (this.by !== undefined && (this.by === 'all' || !isSame(this.by, asker)))) this.by = 'all'
    else this.by = asker
  }

  clear(): void {
    this.by = undefined
  }
}

const isSame = (one: Asker, other: Asker): boolean => one.application === other.application && one.tenant === other.tenant
