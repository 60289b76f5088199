import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { NeutralRequest, Tool, ToolChoice } from '../neutral.ts'

/** `tools`, and the deprecated `functions`. A tool that takes no JSON stays among the extensions at its place in the list. */
export const decodeTools = (body: Members, leftovers: Leftovers): readonly Tool[] => {
  const list = body.list('tools') ?? []
  const tools = (body.each('tools') ?? []).flatMap((tool, index) => {
    if (tool.text('type') !== 'function') {
      leftovers.put(`${tool.path}`, list[index] ?? null)
      return []
    }
    const definition = tool.members('function')
    leftovers.keep(tool)
    return definition === undefined ? (tool.missing('function') ?? []) : [decodeDefinition(definition, leftovers)]
  })
  const functions = body.each('functions')
  if (functions === undefined) return tools
  leftovers.put('functions', true)
  return [...tools, ...functions.map((definition) => decodeDefinition(definition, leftovers))]
}

const decodeDefinition = (definition: Members, leftovers: Leftovers): Tool => {
  const tool = {
    name: definition.text('name') ?? definition.missing('name') ?? '',
    description: definition.text('description'),
    parameters: definition.child('parameters'),
    strict: definition.boolean('strict'),
  }
  if (!definition.path.startsWith('functions')) leftovers.keep(definition)
  return defined(tool)
}

/** `any` is Mistral's word for `required`. What has no place (`allowed_tools`, `custom`) stays among the extensions. */
export const decodeToolChoice = (body: Members, leftovers: Leftovers): ToolChoice | undefined => {
  for (const name of ['tool_choice', 'function_call'] as const) {
    const choice = body.value(name)
    if (choice === undefined || choice === null) continue
    if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice }
    if (choice === 'any') return { kind: 'required' }
    const named = isJsonObject(choice) ? (name === 'function_call' ? choice : choice.function) : undefined
    if (isJsonObject(named) && typeof named.name === 'string') return { kind: 'named', name: named.name }
    if (!isJsonObject(choice)) return body.fail(name, 'must be auto, none, required or an object that names a function')
    leftovers.put(name, choice)
  }
  return undefined
}

/** The members about tools. OpenAI refuses an empty list, and what chooses among tools where there are none. */
export const encodeToolMembers = (request: NeutralRequest, losses: Losses): JsonObject => {
  const { tools, toolChoice, parallelToolCalls } = request
  const extended = request.extensions?.dialect === 'openai-chat' && Object.hasOwn(request.extensions.members, 'tools.0')
  const some = tools.length > 0 || extended
  if (!some && toolChoice !== undefined && toolChoice.kind !== 'auto')
    losses.dropped(toolChoice.kind === 'none' ? 'hint' : 'constraint', '/toolChoice', 'there is no tool to choose')
  if (!some && parallelToolCalls !== undefined) losses.dropped('hint', '/parallelToolCalls', 'there is no tool to call')
  if (!some) return {}
  return defined({
    tools: tools.map(encodeTool),
    tool_choice: toolChoice === undefined ? undefined : encodeToolChoice(toolChoice),
    parallel_tool_calls: parallelToolCalls,
  })
}

const encodeTool = (tool: Tool): JsonObject => ({
  type: 'function',
  function: defined({ name: tool.name, description: tool.description, parameters: tool.parameters, strict: tool.strict }),
})

const encodeToolChoice = (choice: ToolChoice) =>
  choice.kind === 'named' ? { type: 'function', function: { name: choice.name } } : choice.kind
