// What the page of an endpoint looks at, as its URL says it.
import * as v from 'valibot'
import type { SearchOf, SetSearch } from '../../search.ts'
import type { EndpointPage } from './names.tsx'

const TABS = ['reach', 'models', 'calls', 'facts', 'behaviour', 'settings'] as const
export const DAYS = ['1', '7', '30', '90'] as const
export const SEARCH = v.object({
  tab: v.optional(v.picklist(TABS), 'reach'),
  power: v.optional(v.picklist(['see', 'stop', 'change']), 'stop'),
  /** Whose power is asked about; the farthest away where nobody is named. */
  who: v.optional(v.string(), ''),
  model: v.optional(v.string(), ''),
  days: v.optional(v.picklist(DAYS), '30'),
  about: v.optional(v.string(), ''),
  /** Every way, not the shortest alone. */
  all: v.optional(v.literal('1')),
  /** The row that is corrected, or `new`. */
  fact: v.optional(v.string(), ''),
})
export type Search = SearchOf<typeof SEARCH>
export type View = { readonly page: EndpointPage; readonly search: Search; readonly set: SetSearch<typeof SEARCH> }
