import type { Losses } from '../losses.ts'
import type { Stop } from '../neutral.ts'

/** `finish_reason`, as the official SDK's types list its words. */
const KINDS: ReadonlyMap<string, Stop['kind']> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['function_call', 'tool-calls'],
  ['blacklist', 'content-filter'],
  ['error', 'failed'],
])

export const decodeStop = (word: string | undefined): Stop => {
  if (word === undefined) return { kind: 'other' }
  const kind = KINDS.get(word)
  return kind === undefined ? { kind: 'other', original: word } : { kind }
}

/** `path` leads to the stop. Kinds the wire has no word for are a plain stop. */
export const encodeStop = ({ kind, sequence, original }: Stop, path: string, losses: Losses): string => {
  if (kind === 'other' && original !== undefined && !KINDS.has(original)) return original
  if (original !== undefined) losses.dropped('hint', `${path}/original`, `gigachat has no reason to stop called \`${original}\``)
  if (sequence !== undefined) losses.dropped('hint', `${path}/sequence`, 'gigachat does not say which sequence it stopped at')
  for (const [word, known] of KINDS) if (known === kind) return word
  const word = kind === 'refusal' ? 'blacklist' : 'stop'
  losses.approximated('hint', `${path}/kind`, `gigachat has no reason to stop that means ${kind}; \`${word}\` is sent`)
  return word
}
