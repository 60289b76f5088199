import { defined } from '../defined.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Stop } from '../neutral.ts'

/** OpenAI's words, and those that other endpoints of this dialect document beside them. */
const KINDS: { readonly [word: string]: Stop['kind'] } = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  stop_sequence: 'stop-sequence',
  eos: 'stop',
  eos_token: 'stop',
  end_turn: 'stop',
  max_tokens: 'length',
  model_length: 'length',
  tool_use: 'tool-calls',
  sensitive: 'content-filter',
  safety: 'content-filter',
  refusal: 'refusal',
  pause_turn: 'paused',
  error: 'failed',
  abort: 'failed',
  network_error: 'failed',
  insufficient_system_resource: 'failed',
}
/** The word a client of this dialect understands. An answer that is not complete must never look complete. */
const WORDS = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  paused: 'length',
  failed: 'length',
  other: 'stop',
} as const satisfies Record<Stop['kind'], string>
const OFFICIAL: ReadonlySet<string> = new Set(['stop', 'length', 'tool_calls', 'function_call', 'content_filter'])

/**
 * Why an answer ended. `sequence` is what vLLM reports as `stop_reason`. Many endpoints say `stop` though they called a tool; that is
 * a stop for tool calls whose original word is `stop`.
 */
export const decodeStop = (word: string | undefined, sequence: string | undefined, called: boolean): Stop => {
  const kind = word !== undefined && Object.hasOwn(KINDS, word) ? (KINDS[word] ?? 'other') : 'other'
  if (kind === 'stop' && called) return { kind: 'tool-calls', original: word ?? 'stop' }
  if (kind === 'stop' && sequence !== undefined) return { kind: 'stop-sequence', sequence, ...other(word, 'stop-sequence') }
  return { kind, ...other(word, kind) }
}

/** The members of a choice that say why it ended. */
export const encodeStop = (stop: Stop, called: boolean, choice: number, losses: Losses) => {
  const original = OFFICIAL.has(stop.original ?? '') ? stop.original : undefined
  const word = original ?? WORDS[stop.kind]
  const sequence = stop.kind === 'stop-sequence' ? stop.sequence : undefined
  const back = decodeStop(word, sequence, called)
  if (back.kind !== stop.kind)
    losses.approximated('hint', pointer('choices', choice, 'stop'), `\`${stop.original ?? stop.kind}\` is told as \`${word}\``)
  else if (back.original !== stop.original)
    losses.dropped('hint', pointer('choices', choice, 'stop', 'original'), `the endpoint's own word was \`${stop.original ?? ''}\``)
  return defined({ finish_reason: word, stop_reason: sequence })
}

const other = (word: string | undefined, kind: Stop['kind']): { readonly original?: string } =>
  word === undefined || word === WORDS[kind] ? {} : { original: word }
