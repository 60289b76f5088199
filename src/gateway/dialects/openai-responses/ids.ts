// Ids as the vendor's look, made from the call, so that each leads back to the answer it was given in.
import type { AssistantPart, Message } from '../neutral.ts'

const RESPONSE = 'resp_'
const PREFIXES = { text: 'msg', refusal: 'msg', reasoning: 'rs', 'tool-call': 'fc' } as const satisfies Record<
  AssistantPart['kind'],
  string
>
const RESULT = 'fco'
const MESSAGE = 'msg'
const ITEM = /^(?:msg|rs|fc|fco)_(\w{1,128}?)(?:_in)?_(\d{1,9})$/

/** Under this id the exchange keeps the answer, when it keeps it. */
export const responseId = (call: string): string => `${RESPONSE}${call}`
/** The other way. */
export const callOf = (id: string): string => id.slice(RESPONSE.length)

/** The id of an answer's item by its place in the output. */
export const itemId = (call: string, kind: AssistantPart['kind'], index: number): string => `${PREFIXES[kind]}_${call}_${index}`

/** The id of a question's item by its place among what was asked. */
export const askedItemId = (call: string, { role, parts }: Message, index: number): string => {
  const [first] = parts
  const prefix =
    role === 'tool' ? RESULT : role === 'assistant' && first !== undefined ? PREFIXES[first.kind as AssistantPart['kind']] : MESSAGE
  return `${prefix}_${call}_in_${index}`
}

/** The call whose question or answer has this item; undefined for an id that the exchange never gave. */
export const callOfItem = (id: string): string | undefined => ITEM.exec(id)?.[1]
