// Tools and their choice, as far as an endpoint takes them; the rest is filtered or said in words.
import type { NeutralRequest, Tool, ToolChoice } from '../dialects/neutral.ts'
import type { Bridging } from './bridging.ts'
import type { Deviations } from './profile.ts'
import { describeTools, OUR_WAY, type TextCalls } from './text-calls.ts'
import { toSubset } from './tool-schema.ts'

/** `instructions` are said to the model; `way`: how calls stand in the answer's text, where they do. */
export type ToolsAdapted = {
  readonly request: NeutralRequest
  readonly instructions: readonly string[]
  readonly way: TextCalls | undefined
}

export const adaptTools = (request: NeutralRequest, deviations: Deviations, bridging: Bridging): ToolsAdapted => {
  if (request.tools.length === 0) return { request, instructions: [], way: undefined }
  const { toolCalls } = deviations
  const forced = request.toolChoice?.kind === 'required' || request.toolChoice?.kind === 'named'
  const inText =
    toolCalls?.arrive === 'none' || (toolCalls?.arrive === 'text' && !(forced && deviations.toolChoice?.words.required !== undefined))
  return inText ? byPrompt(request, toolCalls?.marks ?? OUR_WAY, bridging) : natively(request, deviations, bridging)
}

const byPrompt = (request: NeutralRequest, way: TextCalls, bridging: Bridging): ToolsAdapted => {
  const { tools: all, toolChoice, parallelToolCalls, ...rest } = request
  if (toolChoice?.kind === 'none') return { ...withoutTools(request, bridging), way }
  const said = 'the endpoint takes no tools, so they are described in words and calls are read out of the text'
  bridging.cross('tools-by-prompt', '/tools', 'constraint', said)
  const tools = toolChoice?.kind === 'named' ? all.filter(({ name }) => name === toolChoice.name) : all
  const instructions = [describeTools(tools, way)]
  if (toolChoice !== undefined && toolChoice.kind !== 'auto') instructions.push(demand(toolChoice, bridging))
  if (parallelToolCalls !== undefined) {
    const number = parallelToolCalls ? 'several functions at once' : 'one function at most'
    bridging.cross('tools-by-prompt', '/parallelToolCalls', 'constraint', `the model is told in words that it may call ${number}`)
    if (!parallelToolCalls) instructions.push('Call at most one function.')
  }
  return { request: { ...rest, tools: [] }, instructions, way }
}

/** Nothing can be called where nothing is known. */
const withoutTools = (request: NeutralRequest, bridging: Bridging): Omit<ToolsAdapted, 'way'> => {
  const { toolChoice: _, parallelToolCalls, ...rest } = request
  for (const path of ['/tools', '/toolChoice', ...(parallelToolCalls === undefined ? [] : ['/parallelToolCalls'])])
    bridging.cross('tool-choice-by-filter', path, 'hint', 'the endpoint cannot be told to call no tool, so it is told of none')
  return { request: { ...rest, tools: [] }, instructions: [] }
}

const demand = (choice: ToolChoice, bridging: Bridging): string => {
  const which = choice.kind === 'named' ? `the function \`${choice.name}\`` : 'at least one function'
  bridging.cross(
    'tool-choice-by-prompt',
    '/toolChoice',
    'constraint',
    `the endpoint cannot be made to call ${which}, so the model is asked in words`,
  )
  return `Your answer must call ${which}.`
}

const natively = (request: NeutralRequest, deviations: Deviations, bridging: Bridging): ToolsAdapted => {
  const adapted = chosen(withSchemas(request, deviations, bridging), deviations, bridging)
  return { ...adapted, request: parallel(adapted.request, deviations, bridging), way: undefined }
}

const chosen = (request: NeutralRequest, deviations: Deviations, bridging: Bridging): Omit<ToolsAdapted, 'way'> => {
  const { toolChoice } = request
  const rules = deviations.toolChoice
  const kept = { request, instructions: [] }
  if (toolChoice === undefined || rules === undefined) return kept
  const { words, named } = rules
  if (toolChoice.kind === 'named' && named === 'function') return kept
  if (toolChoice.kind !== 'named' && words[toolChoice.kind] !== undefined) return kept
  if (toolChoice.kind === 'none') return withoutTools(request, bridging)
  const { toolChoice: _, ...open } = request
  // What an endpoint does by itself need not be said.
  if (toolChoice.kind === 'auto') return { request: open, instructions: [] }
  const filtered = toolChoice.kind === 'named' ? only(open, toolChoice.name, bridging) : open
  if (words.required === undefined) return { request: filtered, instructions: [demand(toolChoice, bridging)] }
  return { request: { ...filtered, toolChoice: { kind: 'required' } }, instructions: [] }
}

const only = (request: NeutralRequest, name: string, bridging: Bridging): NeutralRequest => {
  for (const path of ['/tools', '/toolChoice'])
    bridging.cross(
      'tool-choice-by-filter',
      path,
      'hint',
      `the endpoint cannot be told to call \`${name}\`, so it is told of that tool alone`,
    )
  return { ...request, tools: request.tools.filter((tool) => tool.name === name) }
}

const withSchemas = (request: NeutralRequest, { toolSchema }: Deviations, bridging: Bridging): NeutralRequest =>
  toolSchema === undefined
    ? request
    : { ...request, tools: request.tools.map((tool, index) => withSchema(tool, index, toolSchema, bridging)) }

const withSchema = (tool: Tool, index: number, rules: NonNullable<Deviations['toolSchema']>, bridging: Bridging): Tool => {
  let adapted = tool
  if (rules.strictFlag === false && tool.strict !== undefined) {
    const { strict, ...loose } = tool
    if (strict) bridging.dropped('constraint', `/tools/${index}/strict`, 'the endpoint does not hold arguments to their schema')
    adapted = loose
  }
  if (rules.dialect !== 'mfjs') return adapted
  const { schema, changed } = toSubset(tool.parameters ?? { type: 'object', properties: {} })
  if (changed)
    bridging.cross(
      'rewrite-tool-schema',
      `/tools/${index}/parameters`,
      'hint',
      'the endpoint reads a part of JSON Schema, so the schema is rewritten to it',
    )
  return { ...adapted, parameters: schema }
}

const parallel = (request: NeutralRequest, { toolChoice }: Deviations, bridging: Bridging): NeutralRequest => {
  if (toolChoice?.parallel !== false || request.parallelToolCalls === undefined) return request
  const { parallelToolCalls, ...rest } = request
  if (parallelToolCalls) bridging.dropped('constraint', '/parallelToolCalls', 'the endpoint calls one tool at a time')
  return rest
}
