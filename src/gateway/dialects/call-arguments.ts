// Tool-call arguments are JSON text in the neutral form; some wires carry them as an object.
import { isJsonObject, type JsonObject, parseJson, parseSpelledJson } from '../../core/json.ts'
import type { Losses } from './losses.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 128 }

/**
 * The object that stands for a call's arguments on a wire that wants one, each number as it was written. No text at all says `{}`, as
 * models mean it; other text that is no JSON object becomes `{}` and is noted as lost content, and so is a member that is there twice.
 * Space between the tokens says nothing and is not noted.
 */
export const argumentsAsObject = (text: string, path: string, losses: Losses): JsonObject => {
  if (text.trim() === '') return {}
  const parsed = parseSpelledJson(text, LIMITS)
  if (!parsed.ok || !isJsonObject(parsed.value)) {
    losses.dropped('content', path, 'the arguments are no JSON object, and the wire carries nothing else')
    return {}
  }
  if (normal(text) !== normal(JSON.stringify(parsed.value)))
    losses.approximated('content', path, 'of a repeated member only the last is left where the arguments become an object')
  return parsed.value
}

/** JSON text without the space between its tokens, with its strings escaped in one way and its numbers as they are written. */
const normal = (json: string): string =>
  json.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g, (_, text: string | undefined) => {
    if (text === undefined || !text.includes('\\')) return text ?? ''
    const parsed = parseJson(text, LIMITS)
    return parsed.ok ? JSON.stringify(parsed.value) : text
  })
