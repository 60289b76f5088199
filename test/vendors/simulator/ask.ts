// What the scripted model is asked, whatever the wire it came over.
import type { JsonObject } from '../../../src/core/json.ts'

export type Turn = { readonly role: 'system' | 'user' | 'assistant' | 'tool'; readonly text: string }
export type OfferedTool = { readonly name: string; readonly parameters?: JsonObject | undefined }
export type Ask = {
  readonly turns: readonly Turn[]
  readonly tools: readonly OfferedTool[]
  readonly choice: 'auto' | 'none' | 'required' | { readonly name: string }
  /** One call at most where false. */
  readonly parallel: boolean
  readonly output?: 'json' | { readonly schema: JsonObject } | undefined
  readonly reasons: boolean
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly seed?: number | undefined
  readonly stop?: readonly string[] | undefined
  /** What the assistant has begun to say; the answer goes on from there and repeats it. */
  readonly prefix?: string | undefined
  /** Tokens of question and answer together. */
  readonly context: number
}
export type Call = { readonly name: string; readonly arguments: string }
/** All that the user said since the assistant spoke last. */
export const lastWords = ({ turns }: Pick<Ask, 'turns'>): string => {
  const spoken = turns.slice(turns.findLastIndex(({ role }) => role === 'assistant') + 1).filter(({ role }) => role === 'user')
  const [only = turns.findLast(({ role }) => role === 'user')] = spoken
  return spoken.length > 1 ? spoken.map(({ text }) => text).join(' ') : (only?.text ?? '')
}
