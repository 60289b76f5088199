// The 18 classes in which endpoints deviate, and for each the simulated vendors that show it: the rows of the compatibility table.
import { CONVERSATION } from './classes/conversation.ts'
import type { DeviationClass } from './classes/demonstration.ts'
import { MEMBERS } from './classes/members.ts'
import { REASONING } from './classes/reasoning.ts'
import { SURROUNDINGS } from './classes/surroundings.ts'
import { TOOLS } from './classes/tools.ts'

export type { Demonstration, DeviationClass } from './classes/demonstration.ts'

export const CLASSES: readonly DeviationClass[] = [...MEMBERS, ...TOOLS, ...REASONING, ...CONVERSATION, ...SURROUNDINGS]

/** By class: the vendors that show it. */
export const SHOWN_BY: ReadonlyMap<number, readonly string[]> = new Map(
  CLASSES.map(({ number, shown }) => [number, [...new Set(shown.map(({ vendor }) => vendor))]]),
)
