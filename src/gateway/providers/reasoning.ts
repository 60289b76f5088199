// How an endpoint is told to reason, how much, or not at all.
import type { JsonObject } from '../../core/json.ts'
import type { Effort, Message, NeutralRequest, ReasoningRequest } from '../dialects/neutral.ts'
import type { Bridging } from './bridging.ts'
import { merge, setMember } from './member-paths.ts'
import type { Deviations } from './profile.ts'
import type { Turn } from './turns.ts'

const ORDER: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'maximal']
type Toggle = NonNullable<Deviations['reasoningToggle']>

/** `patch` goes into the body, `word` to the end of the last user message; `reasons`: whether the model will, where it is known. */
export type ReasoningAdapted = {
  readonly request: NeutralRequest
  readonly patch: JsonObject
  readonly word: string | undefined
  readonly reasons: boolean | undefined
}

/** Where nothing is known of the endpoint's way, the request is left to the dialect. */
export const adaptReasoning = (request: NeutralRequest, deviations: Deviations, bridging: Bridging): ReasoningAdapted => {
  const { reasoningToggle: toggle, reasoningOutput: output } = deviations
  const shown = output?.ask ?? {}
  if (toggle === undefined) return { request, patch: shown, word: undefined, reasons: undefined }
  const { reasoning, ...rest } = request
  const standing = toggle.default === 'unknown' ? undefined : toggle.default === 'on'
  if (reasoning?.visible !== undefined)
    bridging.dropped('hint', '/reasoning/visible', 'the endpoint decides whether it shows its reasoning')
  if (reasoning?.effort === undefined && reasoning?.budget === undefined)
    return { request: rest, patch: shown, word: undefined, reasons: standing }
  const wanted = isOff(reasoning) ? switchOff(toggle, bridging) : switchOn(reasoning, toggle, bridging)
  return { request: rest, patch: merge(wanted.patch, shown), word: wanted.word, reasons: wanted.reasons ?? standing }
}

type Switched = { readonly patch: JsonObject; readonly word?: string; readonly reasons: boolean | undefined }

const isOff = ({ effort, budget }: ReasoningRequest): boolean => effort === 'none' || (effort === undefined && budget === 0)

const switchOff = (toggle: Toggle, bridging: Bridging): Switched => {
  const patch = toggle.efforts?.none ?? toggle.off
  if (patch !== undefined) return { patch, reasons: false }
  if (toggle.text !== undefined) return byWord(toggle.text.off, false, bridging)
  if (toggle.default === 'off') return { patch: {}, reasons: false }
  bridging.dropped('constraint', '/reasoning', 'the reasoning of this model cannot be switched off')
  return { patch: {}, reasons: undefined }
}

const switchOn = (wanted: ReasoningRequest, toggle: Toggle, bridging: Bridging): Switched => {
  let patch: JsonObject = toggle.on ?? {}
  let said = false
  if (wanted.budget !== undefined && toggle.budget !== undefined) {
    patch = setMember(patch, toggle.budget, wanted.budget)
    said = true
  } else if (wanted.budget !== undefined)
    bridging.dropped('constraint', '/reasoning/budget', 'the endpoint takes no budget of tokens for reasoning')
  if (wanted.effort !== undefined) {
    const nearest = nearestEffort(wanted.effort, toggle.efforts ?? {})
    if (nearest !== undefined) patch = merge(patch, toggle.efforts?.[nearest] ?? {})
    if (nearest !== undefined && nearest !== wanted.effort)
      bridging.approximated(
        'hint',
        '/reasoning/effort',
        `the endpoint knows no effort \`${wanted.effort}\`; it is asked for \`${nearest}\``,
      )
    if (nearest === undefined && !said)
      bridging.approximated('hint', '/reasoning/effort', 'the endpoint takes no effort of reasoning, only whether')
  }
  if (Object.keys(patch).length === 0 && toggle.text !== undefined) return byWord(toggle.text.on, true, bridging)
  return { patch, reasons: true }
}

const byWord = (word: string, reasons: boolean, bridging: Bridging): Switched => {
  bridging.cross('reasoning-by-prompt', '/reasoning', 'hint', `the endpoint is told by \`${word}\` at the end of the user's message`)
  return { patch: {}, word, reasons }
}

/** The effort itself, or the nearest that is not `none`; of two equally near, the higher. */
const nearestEffort = (wanted: Effort, offered: NonNullable<Toggle['efforts']>): Effort | undefined => {
  if (offered[wanted] !== undefined) return wanted
  const index = ORDER.indexOf(wanted)
  const known = ORDER.filter((effort) => effort !== 'none' && offered[effort] !== undefined)
  const distance = (effort: Effort): number => Math.abs(ORDER.indexOf(effort) - index) - (ORDER.indexOf(effort) > index ? 0.5 : 0)
  return known.sort((a, b) => distance(a) - distance(b))[0]
}

/** Class 8: reasoning goes back where the endpoint wants it, and nowhere else. */
export const adaptEcho = (turns: readonly Turn[], { reasoningOutput }: Deviations, bridging: Bridging): Turn[] => {
  if (reasoningOutput?.echo !== 'forbidden') return [...turns]
  return turns.map((turn) => {
    const { message } = turn
    if (message.role !== 'assistant' || !message.parts.some((part) => part.kind === 'reasoning')) return turn
    message.parts.forEach((part, index) => {
      if (part.kind === 'reasoning')
        bridging.dropped('hint', `/messages/${turn.origin ?? 0}/parts/${index}`, 'the endpoint takes no reasoning of earlier turns')
    })
    const kept: Message = { ...message, parts: message.parts.filter((part) => part.kind !== 'reasoning') }
    return { ...turn, message: kept, whole: false }
  })
}

/** Turns with tool calls that must carry their reasoning and have none to carry. */
export const noteMissingEcho = (turns: readonly Turn[], { reasoningOutput }: Deviations, bridging: Bridging): boolean => {
  if (reasoningOutput?.echo !== 'required-after-tools') return false
  const missing = turns.filter(
    ({ message }) =>
      message.role === 'assistant' &&
      message.parts.some((part) => part.kind === 'tool-call') &&
      !message.parts.some((part) => part.kind === 'reasoning'),
  )
  for (const { origin } of missing)
    bridging.cross(
      'empty-reasoning',
      `/messages/${origin ?? 0}`,
      'hint',
      'the endpoint wants the reasoning before a tool call back, and this turn has none',
    )
  return missing.length > 0
}
