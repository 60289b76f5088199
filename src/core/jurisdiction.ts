import type { Unit } from './units.ts'

/**
 * Whose law or hand: an ISO 3166-1 alpha-2 code, or `unknown` for what no fact settles.
 * INVARIANT(G3): `unknown` is a member like any other and lies inside no set of homes.
 */
export type Jurisdiction = Unit<string, 'Jurisdiction'>
export const UNKNOWN = 'unknown' as Jurisdiction

/** The three computed sets of one thing, each sorted and without repetition. */
export type Reach = {
  readonly see: readonly Jurisdiction[]
  readonly stop: readonly Jurisdiction[]
  readonly change: readonly Jurisdiction[]
}
export type Power = keyof Reach
export const POWERS: readonly Power[] = ['see', 'stop', 'change']

/** Whether every member is known and inside `allowed`. */
export const liesInside = (members: readonly Jurisdiction[], allowed: ReadonlySet<Jurisdiction>): boolean =>
  members.every((member) => member !== UNKNOWN && allowed.has(member))
