import type { JsonObject } from '../core/json.ts'
import { Approvals } from './approvals.ts'
import { type CutEvent, Cutting } from './cutting.ts'
import type { Exchange } from './exchange.ts'

/** What an open exchange holds of its owner's decisions: what is cut, and what waits for a second person. */
export type Governing = { readonly cutting: Cutting; readonly approvals: Approvals }

export type GoverningListener = {
  /** At the moment it applies. */
  readonly changed: (event: CutEvent) => void
  readonly proposed: (proposal: JsonObject) => void
}

/** Without somebody who hears of it nothing runs, and nothing can wait for anybody. */
export const governing = (current: () => Exchange, hears?: GoverningListener): Governing => ({
  cutting: new Cutting(current, hears?.changed),
  approvals: new Approvals(current, hears?.proposed),
})
