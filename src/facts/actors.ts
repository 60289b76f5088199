import { type Power, UNKNOWN } from '../core/jurisdiction.ts'
import { openGaps } from './edges.ts'
import type { Evidence } from './fact.ts'
import { type State, search } from './reach.ts'
import { strength, type World, weakest } from './world.ts'

/** Somebody who holds a power, `country:US` or `entity:example`, with the shortest chain of rows to it and the weakest evidence on that. */
export type Actor = { readonly actor: string; readonly path: readonly string[]; readonly evidence: Evidence }
export type Actors = Readonly<Record<Power, ReadonlyMap<string, Actor>>>

/**
 * Every country and every entity that holds a power over the subject (`endpoint:x/model`), by name: whoever is cut off, falls out, or
 * turns against the owner is one of them. `unknown` is there where reach has it.
 */
export const actorsOver = (world: World, subject: string, reached = search(world, subject)): Actors => {
  const found: Record<Power, Map<string, Actor>> = { see: new Map(), stop: new Map(), change: new Map() }
  for (const state of reached) {
    const { node, power } = state
    if (node.startsWith('country:') || node.startsWith('entity:')) add(found[power], node, state)
    if (openGaps(world, node).some(({ question }) => question.powers.includes(power))) add(found[power], UNKNOWN, state)
  }
  return found
}

/** The search comes in order of path length, so the first way to an actor is the shortest. */
const add = (to: Map<string, Actor>, actor: string, { path }: State): void => {
  if (to.has(actor)) return
  to.set(actor, {
    actor,
    path: path.map(({ fact }) => fact.id),
    evidence: actor === UNKNOWN ? 'unverified' : weakest(path.map(strength)),
  })
}
