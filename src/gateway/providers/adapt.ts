// A provider's deviations, applied to a neutral request: what the endpoint takes is left alone, the rest is bridged, declared or refused.
import type { JsonObject } from '../../core/json.ts'
import type { Result } from '../../core/result.ts'
import type { NeutralRequest, OutputFormat, Sampling, Warning } from '../dialects/neutral.ts'
import type { AnswerPlan } from './answer.ts'
import { type BridgeName, Bridging, type Unbridged } from './bridging.ts'
import type { Mark } from './marked-text.ts'
import { merge } from './member-paths.ts'
import type { Deviations } from './profile.ts'
import { adaptEcho, adaptReasoning, noteMissingEcho } from './reasoning.ts'
import type { TextCalls } from './text-calls.ts'
import { adaptTools } from './tools.ts'
import { append, arrange, instruct, restorePath, turnsOf } from './turns.ts'

export type AdaptContext = {
  /** The bridges that may be used. */
  readonly bridges: ReadonlySet<BridgeName>
  /** The most tokens of output the owner lets the model write; said where the endpoint's own limit would cut the answer. */
  readonly maxOutputTokens: number
}

/** What an answer must hold to; to check it, and to mend it or ask again, is for the caller of this. */
export type OutputCheck = { readonly kind: 'json' } | { readonly kind: 'schema'; readonly schema: JsonObject }

export type Adapted = {
  /** For the dialect to encode. */
  readonly request: NeutralRequest
  /** For `adaptBody`, after the dialect encoded. */
  readonly body: BodyPlan
  /** For `adaptEvents` and `adaptAnswer`, after the dialect decoded. */
  readonly answer: AnswerPlan
  readonly check: OutputCheck | undefined
  /** True: the caller wants a whole answer, and the endpoint only streams; its events are to be collected. */
  readonly gather: boolean
  readonly bridges: readonly BridgeName[]
  /** Paths lead into the caller's own request. */
  readonly warnings: readonly Warning[]
  /** The same for the paths of warnings that the dialect's encoder gives for `request`. */
  readonly restorePath: (path: string) => string
}

/** What is to be done to the encoded body. */
export type BodyPlan = {
  /** Merged into the body. */
  readonly patch: JsonObject
  /** The model will reason, as far as is known. */
  readonly reasons: boolean | undefined
  /** Assistant turns with tool calls and without reasoning get an empty one. */
  readonly emptyReasoning: boolean
}

/** Adapts a request to the deviations of one model behind one endpoint. Fails when a bridge is needed that is switched off. */
export const adaptRequest = (given: NeutralRequest, deviations: Deviations, context: AdaptContext): Result<Adapted, Unbridged> => {
  const bridging = new Bridging(context.bridges)
  const output = adaptOutput(given, deviations, bridging)
  const tools = adaptTools(output.request, deviations, bridging)
  const reasoning = adaptReasoning(tools.request, deviations, bridging)
  const sampled = adaptSampling(reasoning.request, deviations, context, bridging)
  const streamed = adaptStreaming(sampled.request, deviations, bridging)

  let turns = instruct(turnsOf(given.messages), [...tools.instructions, ...output.instructions])
  if (reasoning.word !== undefined) turns = append(turns, reasoning.word)
  turns = adaptEcho(turns, deviations, bridging)
  turns = arrange(turns, deviations, tools.way, bridging)
  const emptyReasoning = noteMissingEcho(turns, deviations, bridging)

  const request = { ...streamed.request, messages: turns.map(({ message }) => message) }
  const patch = merge(merge(reasoning.patch, sampled.patch), streamAsks(request, streamed.gather, deviations))
  return bridging.conclude({
    request,
    body: { patch, reasons: reasoning.reasons, emptyReasoning },
    answer: {
      marks: marksOf(deviations, tools.way, context.bridges),
      syntax: tools.way?.syntax ?? 'json',
      stopWords: deviations.finishReasons?.words ?? {},
      stopSequences: sampled.stopSequences,
    },
    check: output.check,
    gather: streamed.gather,
    bridges: bridging.bridges,
    warnings: bridging.warnings,
    restorePath: (path) => restorePath(turns, path),
  })
}

type OutputAdapted = { readonly request: NeutralRequest; readonly instructions: readonly string[]; readonly check: OutputCheck | undefined }

/** Class 12: what the endpoint does not guarantee is asked for in words, and left to be checked. */
const adaptOutput = (request: NeutralRequest, { jsonModes }: Deviations, bridging: Bridging): OutputAdapted => {
  const { output, ...rest } = request
  const kept = { request, instructions: [], check: undefined }
  if (jsonModes === undefined || output === undefined || output.kind === 'text') return kept
  if (output.kind === 'schema' ? jsonModes.schema : jsonModes.object) return kept
  const guarded = jsonModes.object ? { ...rest, output: { kind: 'json' as const } } : rest
  if (output.kind === 'json') {
    bridging.cross('json-by-prompt', '/output', 'constraint', 'the endpoint has no JSON mode, so the model is asked in words')
    return { request: guarded, instructions: [inWords(output)], check: { kind: 'json' } }
  }
  bridging.cross('json-schema-by-prompt', '/output', 'constraint', 'the endpoint holds to no schema, so the model is asked in words')
  return { request: guarded, instructions: [inWords(output)], check: { kind: 'schema', schema: output.schema } }
}

const inWords = (output: Exclude<OutputFormat, { kind: 'text' }>): string => {
  const form = 'Answer with one JSON object and nothing else: no explanation, no code fence.'
  if (output.kind === 'json') return form
  const described = output.description === undefined ? '' : ` It is described so: ${output.description}`
  return `${form}${described}\nIt must be valid against this JSON Schema:\n${JSON.stringify(output.schema)}`
}

type SamplingAdapted = { readonly request: NeutralRequest; readonly patch: JsonObject; readonly stopSequences: readonly string[] }

/** Classes 1 and 2, and stop sequences. */
const adaptSampling = (request: NeutralRequest, deviations: Deviations, context: AdaptContext, bridging: Bridging): SamplingAdapted => {
  const limited = withLimit(request.sampling, deviations, context, bridging)
  const { sampling, patch } = withExtras(limited, deviations)
  const { stop, ...others } = sampling
  const most = deviations.stopSequences?.most ?? Number.POSITIVE_INFINITY
  if (stop === undefined || stop.length <= most) return { request: { ...request, sampling }, patch, stopSequences: [] }
  bridging.cross('stop-locally', '/sampling/stop', 'hint', `the endpoint takes ${most} stop sequences, so the answer is cut here`)
  const sent = stop.slice(0, most)
  return { request: { ...request, sampling: sent.length === 0 ? others : { ...others, stop: sent } }, patch, stopSequences: stop }
}

const withLimit = (sampling: Sampling, { tokenLimit }: Deviations, context: AdaptContext, bridging: Bridging): Sampling => {
  const maximum = tokenLimit?.maximum ?? Number.POSITIVE_INFINITY
  if (tokenLimit?.default !== undefined && sampling.maxTokens === undefined) {
    const maxTokens = Math.min(context.maxOutputTokens, maximum)
    const said = `the endpoint would stop after ${tokenLimit.default} tokens, so it is told of ${maxTokens}`
    bridging.cross('explicit-token-limit', '/sampling/maxTokens', 'hint', said)
    return { ...sampling, maxTokens }
  }
  if (sampling.maxTokens === undefined || sampling.maxTokens <= maximum) return sampling
  bridging.approximated('constraint', '/sampling/maxTokens', `the endpoint writes ${maximum} tokens at most`)
  return { ...sampling, maxTokens: maximum }
}

/** Members that the dialect has not and the endpoint has. */
const withExtras = (sampling: Sampling, { unknownFields }: Deviations): { readonly sampling: Sampling; readonly patch: JsonObject } => {
  const { topK, minP, ...rest } = sampling
  const takesK = unknownFields?.also.includes('top_k') === true
  const takesP = unknownFields?.also.includes('min_p') === true
  return {
    sampling: { ...rest, ...(topK !== undefined && !takesK && { topK }), ...(minP !== undefined && !takesP && { minP }) },
    patch: { ...(topK !== undefined && takesK && { top_k: topK }), ...(minP !== undefined && takesP && { min_p: minP }) },
  }
}

/** Class 13. */
const adaptStreaming = (request: NeutralRequest, { streaming }: Deviations, bridging: Bridging) => {
  if (streaming?.only !== true || request.stream) return { request, gather: false }
  bridging.cross('gather-stream', '/stream', 'hint', 'the endpoint only streams, so its answer is gathered here')
  return { request: { ...request, stream: true }, gather: true }
}

/** A stream that is gathered must count its tokens, as a whole answer does. */
const streamAsks = (request: NeutralRequest, gather: boolean, { streaming, toolCalls }: Deviations): JsonObject => {
  if (!request.stream) return {}
  const counted = gather && streaming?.usage === 'asked' ? { stream_options: { include_usage: true } } : {}
  const tooled = request.tools.length > 0 ? (toolCalls?.ask ?? {}) : {}
  return [streaming?.ask ?? {}, tooled, counted].reduce(merge, {})
}

/** Where reasoning may not be taken out of the text, it stays there as the endpoint wrote it. */
const marksOf = ({ reasoningOutput }: Deviations, way: TextCalls | undefined, bridges: ReadonlySet<BridgeName>): readonly Mark[] => {
  const marks: Mark[] = []
  if (reasoningOutput?.stands === 'tags' && bridges.has('reasoning-from-text'))
    marks.push({ name: 'reasoning', ...reasoningOutput.tags, leading: true })
  if (way !== undefined) marks.push({ name: 'call', open: way.open, close: way.close, leading: false })
  return marks
}
