// One line of JSONL: its text comes out of the kernel as UTF-8, and only what is left of the object is ever parsed.
import { isUtf8 } from 'node:buffer'
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, unusable } from '../failure.ts'
import type { Kernel } from './kernel.ts'

/** Members beside the text. */
const OTHERS = { maxLength: 1 << 20, maxDepth: 32 }
const QUOTES = Buffer.from('""')

export type TextLine = {
  /** A view, until the kernel is called again. */
  readonly text: Uint8Array
  /** The object, with an empty string for its text. */
  readonly others: JsonObject
}

/**
 * The string that a line, one JSON object (RFC 8259), has under `name`. Malformed where `JSON.parse` says so, and where the line is no
 * UTF-8, has the name twice, or half a surrogate pair in its text: nothing is mended, for then the text would not be what its source says.
 */
export const textOfLine = (kernel: Kernel, line: Uint8Array, name: string): Result<TextLine, CorpusFailure> => {
  if (!isUtf8(line)) return unusable('the line is no UTF-8; convert the file')
  const member = kernel.member(line, Buffer.from(name))
  switch (member.kind) {
    case 'missing':
      return unusable(`the line has no member \`${name}\``)
    case 'not-text':
      return unusable(`member \`${name}\` is no string`)
    case 'twice':
      return unusable(`member \`${name}\` stands twice in the line`)
    case 'broken':
      return unusable(`the line is no JSON object from byte ${member.at} on`)
  }
  const rest = Buffer.concat([line.subarray(0, member.start), QUOTES, line.subarray(member.end)]).toString('utf8')
  const others = parseJson(rest, OTHERS)
  if (!others.ok) return unusable(`the line is no JSON object beside \`${name}\`: ${others.error.message}`)
  return isJsonObject(others.value) ? ok({ text: member.text, others: others.value }) : unusable('the line is no JSON object')
}
