// Ids as the vendor's look, made from the call, so that each leads back to the answer it was given in.
import type { AssistantPart } from '../neutral.ts'

const RESPONSE = 'resp_'
const PREFIXES = { text: 'msg', refusal: 'msg', reasoning: 'rs', 'tool-call': 'fc' } as const satisfies Record<
  AssistantPart['kind'],
  string
>
const ITEM = /^(?:msg|rs|fc)_(\w{1,128})_(\d{1,9})$/

/** Under this id the exchange keeps the answer, when it keeps it. */
export const responseId = (call: string): string => `${RESPONSE}${call}`
/** The other way. */
export const callOf = (id: string): string => id.slice(RESPONSE.length)

/** The id of an answer's item by its place in the output. */
export const itemId = (call: string, kind: AssistantPart['kind'], index: number): string => `${PREFIXES[kind]}_${call}_${index}`

/** The call whose answer has this item; undefined for an id that the exchange never gave. */
export const callOfItem = (id: string): string | undefined => ITEM.exec(id)?.[1]
