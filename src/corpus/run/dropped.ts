import type { Origin } from '../pack.ts'
import type { Digest } from '../sections.ts'

/** One line of `dropped.jsonl`: what an editor needs to find the text and to disagree. `reason` where no document came of a record, the others where a rule dropped one. */
export type Dropped = Pick<Origin, 'source' | 'file' | 'offset' | 'length' | 'name'> & {
  readonly document?: Digest
  /** `unreadable`, `duplicate`, `near-duplicate`, or a rule of the block `judge`. */
  readonly rule: string
  readonly reason?: string
  readonly value?: number
  readonly threshold?: number
  readonly language?: string
  /** Rules that it broke besides. */
  readonly more?: readonly { readonly rule: string; readonly value: number; readonly threshold: number }[]
  /** The document that stays for it. */
  readonly kept?: Digest
}

export const droppedLine = (dropped: Dropped): string => `${JSON.stringify(dropped)}\n`
