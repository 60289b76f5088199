// What stands in JSON that came over the owner's socket, read without surprises.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'

/** A member that is a text. */
export const text = (input: JsonObject, name: string): string | undefined => (typeof input[name] === 'string' ? input[name] : undefined)

/** A list as texts; empty where there is none. */
export const textsIn = (value: Json | undefined): string[] => (Array.isArray(value) ? (value as readonly Json[]).map(String) : [])

/** The objects of a list; empty where there is none. */
export const objectsIn = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : []

/** Whether it can stand in a record, in a list and in an alert: one line, and nothing that moves the cursor or the direction of writing. */
export const isLine = (line: string, longest: number): boolean => line.length <= longest && !/\p{Cc}|\p{Bidi_Control}/u.test(line)

/** The members that an input may have, and what each is. */
export type Shape = Readonly<Record<string, 'text' | 'texts' | 'flag'>>

/** The first member that is not of this shape, in one sentence; undefined where all are. */
export const misshapen = (input: JsonObject, shape: Shape): string | undefined => {
  for (const [name, value] of Object.entries(input)) {
    const wanted = Object.hasOwn(shape, name) ? shape[name] : undefined
    if (wanted === undefined) return `there is no \`${name}\`; there is ${Object.keys(shape).join(', ')}`
    if (wanted === 'text' && typeof value !== 'string') return `\`${name}\` must be a text`
    if (wanted === 'flag' && typeof value !== 'boolean') return `\`${name}\` must be true or false`
    if (wanted === 'texts' && !(Array.isArray(value) && value.every((each) => typeof each === 'string')))
      return `\`${name}\` must be a list of texts`
  }
  return undefined
}
