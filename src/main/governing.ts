import { Approvals } from './approvals.ts'
import { type CutEvent, Cutting } from './cutting.ts'
import type { Exchange } from './exchange.ts'

/** What an open exchange holds of its owner's decisions: what is cut, and what waits for a second person. */
export type Governing = { readonly cutting: Cutting; readonly approvals: Approvals }

/** `changed` hears of each cut and restore at the moment it applies. Without it nothing runs, and nothing can wait for anybody. */
export const governing = (current: () => Exchange, changed?: (event: CutEvent) => void): Governing => ({
  cutting: new Cutting(current, changed),
  approvals: new Approvals(current, changed !== undefined),
})
