// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, `stopReason`
import type { Losses } from '../losses.ts'
import type { Stop } from '../neutral.ts'

/** The usual word of a kind stands first among those that mean it. */
const WORDS: readonly (readonly [word: string, kind: Stop['kind']])[] = [
  ['end_turn', 'stop'],
  ['tool_use', 'tool-calls'],
  ['max_tokens', 'length'],
  ['stop_sequence', 'stop-sequence'],
  ['content_filtered', 'content-filter'],
  ['malformed_model_output', 'failed'],
  ['guardrail_intervened', 'content-filter'],
  ['model_context_window_exceeded', 'length'],
  ['malformed_tool_use', 'failed'],
]
const KINDS = new Map(WORDS)
const usualWord = (kind: Stop['kind']): string | undefined => WORDS.find(([, meaning]) => meaning === kind)?.[0]

/** `sequence` is what the model's own fields say of it, where they were asked for. */
export const decodeStop = (word: string | undefined, sequence?: string): Stop => {
  if (word === undefined) return { kind: 'other' }
  const kind = KINDS.get(word) ?? 'other'
  if (word === usualWord(kind)) return kind === 'stop-sequence' && sequence !== undefined ? { kind, sequence } : { kind }
  return { kind, original: word }
}

/** The vendor's own word is kept where it was one; kinds it has no word for end the turn. `path` leads to the stop. */
export const encodeStop = (stop: Stop, path: string, losses: Losses): string => {
  if (stop.original !== undefined && KINDS.get(stop.original) === stop.kind) return stop.original
  if (stop.original !== undefined && stop.kind === 'other') return stop.original
  if (stop.original !== undefined) losses.dropped('hint', `${path}/original`, `bedrock has no reason to stop called \`${stop.original}\``)
  const word = usualWord(stop.kind) ?? (stop.kind === 'refusal' ? 'content_filtered' : 'end_turn')
  if (KINDS.get(word) !== stop.kind)
    losses.approximated('hint', `${path}/kind`, `bedrock has no reason to stop that means ${stop.kind}; \`${word}\` is sent`)
  return word
}
