// A message has one text, one reasoning, one call. More of a kind is joined, and what was between them is lost.
import type { JsonObject } from '../../../core/json.ts'
import { argumentsAsObject } from '../call-arguments.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Opaque, ReasoningPart, ToolCallPart } from '../neutral.ts'

type Placed<P> = { readonly part: P; readonly path: string }

/** Between texts that were apart. */
export const SEAM = '\n'

/** The texts as one; each of several is told of, and those that say nothing are left out. */
export const joined = (texts: readonly { readonly text: string; readonly path: string }[], losses: Losses): string => {
  const said = texts.filter(({ text }) => text !== '')
  for (const { text, path } of texts) if (text === '') noteEmpty(path, losses)
  if (said.length > 1) for (const { path } of said) noteJoined(path, losses)
  return said.map(({ text }) => text).join(SEAM)
}

export const noteEmpty = (path: string, losses: Losses): void =>
  losses.dropped('hint', path, 'an empty text has no place in a message of gigachat')

export const noteJoined = (path: string, losses: Losses): void =>
  losses.approximated('hint', path, 'a message of gigachat has one text; those that were apart are joined by a line feed')

export type Split = {
  readonly texts: readonly { readonly text: string; readonly path: string }[]
  readonly reasoning: readonly { readonly text: string; readonly path: string }[]
  readonly calls: readonly Placed<ToolCallPart>[]
}

const RANKS = { reasoning: 0, text: 1, refusal: 1, 'tool-call': 2 } as const

/** Who reads what is written: an endpoint, for which what another sealed is of no use, or a caller. */
export type Reader = 'endpoint' | 'caller'

/** The model's parts by their kind; `path` leads to their list. */
export const split = (parts: readonly AssistantPart[], path: string, reader: Reader, losses: Losses): Split => {
  const texts: { text: string; path: string }[] = []
  const reasoning: { text: string; path: string }[] = []
  const calls: Placed<ToolCallPart>[] = []
  for (const [index, part] of parts.entries()) {
    const at = `${path}/${index}`
    if (part.kind === 'tool-call') calls.push({ part, path: at })
    else if (part.kind !== 'reasoning') {
      noteText(part, at, losses)
      texts.push({ text: part.text, path: at })
    } else if (isSendable(part, at, reader, losses)) reasoning.push({ text: part.text, path: at })
  }
  const alone = new Set([reasoning, texts].flatMap(onlySaid))
  const first = calls[0]?.path
  const kept = parts.flatMap(({ kind }, index) => {
    const at = `${path}/${index}`
    return alone.has(at) || at === first ? [{ path: at, rank: RANKS[kind] }] : []
  })
  for (const at of displaced(kept)) noteMoved(at, losses)
  return { texts, reasoning, calls }
}

/** The path of the text that stays as it is: the only one that says something. */
const onlySaid = (texts: readonly { readonly text: string; readonly path: string }[]): string[] => {
  const said = texts.filter(({ text }) => text !== '')
  return said.length === 1 ? said.map(({ path }) => path) : []
}

/** The paths of what will stand behind something that came after it, when all stand in the order of their ranks. */
export const displaced = (kept: readonly { readonly path: string; readonly rank: number }[]): readonly string[] => {
  const found: string[] = []
  let least = Number.POSITIVE_INFINITY
  for (const { path, rank } of kept.toReversed()) {
    if (rank > least) found.push(path)
    least = Math.min(least, rank)
  }
  return found
}

export const noteMoved = (path: string, losses: Losses): void =>
  losses.approximated('hint', path, 'reasoning, text and call stand in this order in a message of gigachat')

const isSendable = (part: ReasoningPart, path: string, reader: Reader, losses: Losses): boolean => {
  if (part.opaque === undefined) return true
  if (reader === 'caller') return noteSeal(part.opaque, part.text, path, losses)
  losses.dropped('hint', path, `reasoning sealed by ${part.opaque.owner} is not gigachat’s to read`)
  return false
}

/** A caller reads the text, and has no place for the seal. Without a text there is nothing to write. */
export const noteSeal = (opaque: Opaque, text: string, path: string, losses: Losses): boolean => {
  if (text !== '') losses.dropped('hint', `${path}/opaque`, `gigachat has no place for what ${opaque.owner} sealed`)
  return true
}

export const noteText = (part: Exclude<AssistantPart, { kind: 'tool-call' | 'reasoning' }>, path: string, losses: Losses): void => {
  if (part.text === '') return
  if (part.kind === 'refusal') losses.approximated('hint', `${path}/kind`, 'a refusal is text on the wire of gigachat')
  else if (part.citations !== undefined && part.citations.length > 0)
    losses.dropped('hint', `${path}/citations`, 'gigachat names no sources of its text')
}

export const functionCall = ({ part, path }: Placed<ToolCallPart>, losses: Losses): JsonObject => {
  return { name: part.name, arguments: argumentsAsObject(part.arguments, `${path}/arguments`, losses) }
}

/** A call's arguments stand as an object; older endpoints give them as text. */
export const argumentsOf = (call: Members): string => {
  const given = call.value('arguments') ?? {}
  return typeof given === 'string' ? given : JSON.stringify(given)
}
