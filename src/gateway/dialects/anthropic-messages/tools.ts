import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { NeutralRequest, Tool, ToolChoice } from '../neutral.ts'
import type { Extras, Leftovers } from './places.ts'

/** The caller's own tools. Those that the vendor runs, or brings along, have a type, and are kept beside. */
export const decodeTools = (body: Members, leftovers: Leftovers): Tool[] => {
  const tools: Tool[] = []
  for (const tool of body.each('tools') ?? []) {
    const place = `/tools/${tools.length}`
    const type = tool.text('type')
    if (type !== undefined && type !== 'custom') {
      leftovers.keepBlock(place, { type, ...tool.rest() })
      continue
    }
    const name = tool.text('name') ?? tool.missing('name') ?? ''
    const parameters = tool.child('input_schema') ?? (tool.has('input_schema') ? undefined : tool.missing('input_schema'))
    tools.push({ name, ...defined({ description: tool.text('description'), parameters, strict: tool.boolean('strict') }) })
    leftovers.keep(place, tool.rest())
  }
  return tools
}

export const encodeTools = (tools: readonly Tool[], extras: Extras, losses: Losses): JsonObject => {
  const wire = tools.flatMap((tool, index) => {
    const place = `/tools/${index}`
    const { name, description, strict } = tool
    const input_schema = schemaOf(tool.parameters, `${place}/parameters`, losses)
    return [...extras.blocksBefore(place), { name, ...defined({ description }), input_schema, ...defined({ strict }), ...extras.at(place) }]
  })
  const all = [...wire, ...extras.blocksBefore(`/tools/${tools.length}`)]
  return all.length > 0 ? { tools: all } : {}
}

/** The wire wants the schema of an object. */
const schemaOf = (parameters: JsonObject | undefined, place: string, losses: Losses): JsonObject => {
  if (parameters === undefined) return { type: 'object', properties: {} }
  if (parameters.type === 'object') return parameters
  losses.approximated('constraint', place, 'arguments are always an object here, and the schema is sent as that of one')
  return { ...parameters, type: 'object' }
}

export const decodeToolChoice = (body: Members): Pick<NeutralRequest, 'toolChoice' | 'parallelToolCalls'> => {
  const choice = body.members('tool_choice')
  if (choice === undefined) return {}
  const type = choice.word('type', ['auto', 'any', 'tool', 'none']) ?? (choice.has('type') ? undefined : choice.missing('type'))
  const alone = choice.boolean('disable_parallel_tool_use')
  const toolChoice: ToolChoice =
    type === 'tool'
      ? { kind: 'named', name: choice.text('name') ?? choice.missing('name') ?? '' }
      : { kind: type === 'any' ? 'required' : (type ?? 'auto') }
  return { toolChoice, ...defined({ parallelToolCalls: alone === undefined ? undefined : !alone }) }
}

/** `toolsSent` also counts the vendor's own. */
export const encodeToolChoice = (request: NeutralRequest, toolsSent: boolean, losses: Losses): JsonObject => {
  const { toolChoice: choice, parallelToolCalls: parallel } = request
  if (choice === undefined && parallel === undefined) return {}
  if (!toolsSent) {
    if (choice !== undefined && choice.kind !== 'auto') losses.dropped('constraint', '/toolChoice', 'there is no tool to choose')
    if (parallel !== undefined) losses.dropped('hint', '/parallelToolCalls', 'there is no tool to call')
    return {}
  }
  if (choice?.kind === 'none') {
    if (parallel !== undefined) losses.dropped('hint', '/parallelToolCalls', 'no tool is to be called')
    return { tool_choice: { type: 'none' } }
  }
  const alone: { readonly disable_parallel_tool_use?: Json } = parallel === undefined ? {} : { disable_parallel_tool_use: !parallel }
  if (choice?.kind === 'named') return { tool_choice: { type: 'tool', name: choice.name, ...alone } }
  return { tool_choice: { type: choice?.kind === 'required' ? 'any' : 'auto', ...alone } }
}

/** A schema as the vendor takes it for an answer: each object says that it has no members but those named. */
export const closed = (schema: Json): Json => {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isJsonObject(schema)) return schema
  const members = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]))
  return schema.type === 'object' ? { ...members, additionalProperties: false } : members
}
