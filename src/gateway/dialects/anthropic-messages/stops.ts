import type { Json, JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import type { Stop } from '../neutral.ts'

const KINDS: ReadonlyMap<Json | undefined, Stop> = new Map<Json | undefined, Stop>([
  ['end_turn', { kind: 'stop' }],
  ['max_tokens', { kind: 'length' }],
  ['model_context_window_exceeded', { kind: 'length', original: 'model_context_window_exceeded' }],
  ['stop_sequence', { kind: 'stop-sequence' }],
  ['tool_use', { kind: 'tool-calls' }],
  ['pause_turn', { kind: 'paused' }],
  ['refusal', { kind: 'refusal' }],
])

export const decodeStop = (reason: Json | undefined, sequence: Json | undefined): Stop => ({
  ...(KINDS.get(reason) ?? { kind: 'other', ...defined({ original: typeof reason === 'string' ? reason : undefined }) }),
  ...defined({ sequence: typeof sequence === 'string' ? sequence : undefined }),
})

/** `stop_reason` and `stop_sequence`; a reason that the wire does not know becomes the nearest one that an SDK does. */
export const encodeStop = (stop: Stop, place: string, losses: Losses): JsonObject => ({
  stop_reason: reasonOf(stop, place, losses),
  stop_sequence: stop.sequence ?? null,
})

const reasonOf = (stop: Stop, place: string, losses: Losses): string => {
  for (const [reason, { kind, original }] of KINDS)
    if (typeof reason === 'string' && kind === stop.kind && original === stop.original) return reason
  for (const [reason, { kind, original }] of KINDS)
    if (typeof reason === 'string' && kind === stop.kind && original === undefined) {
      losses.dropped('hint', `${place}/original`, `the endpoint's word \`${stop.original}\` is not known here`)
      return reason
    }
  const reason = stop.kind === 'content-filter' ? 'refusal' : 'end_turn'
  losses.approximated('constraint', place, `that it stopped for \`${stop.original ?? stop.kind}\` is told as \`${reason}\``)
  return reason
}
