// What a tool gave back. `response` is an object: `output` for what it said, `error` for why it failed, anything else is itself the output.
// https://ai.google.dev/api/caching#FunctionResponse
import { isJsonObject, type JsonObject, parseExactJson } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members, Reading } from '../members.ts'
import type { AudioPart, FilePart, TextPart, ToolResultPart } from '../neutral.ts'
import type { Calls } from './calls.ts'
import { decodeMedia, encodeMedia } from './media.ts'
import { repeated } from './proto.ts'

const LIMITS = { maxLength: 1 << 22, maxDepth: 64 }

export const decodeResult = (result: Members, calls: Calls, leftovers: Leftovers, reading: Reading): ToolResultPart => {
  const name = result.text('name') ?? result.missing('name') ?? ''
  const call = calls.answered(result.text('id'), name)
  const { texts, failed } = said(result.child('response') ?? {})
  const media = repeated(result, 'parts', reading).flatMap((part) => {
    const whole = part.rest() ?? {}
    const file = decodeMedia(part, leftovers)
    if (file === undefined) leftovers.put(part.path, whole)
    else leftovers.keep(part)
    return file === undefined ? [] : [file.kind === 'audio' ? soundFile(file) : file]
  })
  leftovers.keep(result)
  const parts = [...texts.map((text): TextPart => ({ kind: 'text', text })), ...media]
  return { kind: 'tool-result', call, name, parts, ...(failed && { failed }) }
}

/** A tool's result holds sound as any other file. */
const soundFile = ({ format, data }: AudioPart): FilePart => ({
  kind: 'file',
  source: { kind: 'data', mediaType: `audio/${format}`, data },
})

const said = (response: JsonObject): { readonly texts: readonly string[]; readonly failed: boolean } => {
  const [[name, value] = ['', null], ...others] = Object.entries(response)
  const texts = typeof value === 'string' ? [value] : value
  if (others.length === 0 && (name === 'output' || name === 'error') && isTexts(texts)) return { texts, failed: name === 'error' }
  return { texts: name === '' && others.length === 0 ? [] : [JSON.stringify(response)], failed: false }
}

export const encodeResult = (part: ToolResultPart, at: readonly (string | number)[], calls: Calls, losses: Losses): JsonObject => {
  const name = part.name ?? calls.nameOf(part.call)
  if (name === undefined)
    losses.approximated('hint', pointer(...at, 'name'), 'the wire wants the name of the function, and no call before has this id')
  const media: JsonObject[] = []
  const texts: string[] = []
  part.parts.forEach((each, index) => {
    const here = [...at, 'parts', index]
    if (each.kind === 'text') {
      if (media.length > 0) losses.approximated('hint', pointer(...at, 'parts'), 'the wire puts all text before other parts')
      texts.push(each.text)
    } else media.push(...[encodeMedia(each, here, losses)].filter((file) => file !== undefined))
  })
  return {
    functionResponse: defined({
      id: part.call || undefined,
      name: name ?? (part.call || 'unknown'),
      response: responseOf(texts, part.failed === true),
      parts: media.length === 0 ? undefined : media,
    }),
  }
}

/** An object that a tool wrote as JSON goes as that object, if reading it back gives the same text. */
const responseOf = (texts: readonly string[], failed: boolean): JsonObject => {
  const [text = ''] = texts
  if (failed) return { error: texts.length === 1 ? text : texts }
  if (texts.length === 0) return {}
  if (texts.length > 1) return { output: texts }
  const parsed = text.startsWith('{') ? parseExactJson(text, LIMITS) : undefined
  const plain = parsed?.ok === true && isJsonObject(parsed.value) && JSON.stringify(parsed.value) === text ? parsed.value : undefined
  const back = plain === undefined ? undefined : said(plain)
  return plain !== undefined && back?.failed === false && back.texts.length === 1 && back.texts[0] === text ? plain : { output: text }
}

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((each) => typeof each === 'string')
