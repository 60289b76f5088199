// Functions the model may call. https://ai.google.dev/api/caching#Tool
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members, Reading } from '../members.ts'
import type { NeutralRequest, Tool, ToolChoice } from '../neutral.ts'
import { repeated } from './proto.ts'
import { jsonSchemaOf } from './schema.ts'

/** Google's own tools (search, code execution, …) are nobody else's and stay leftovers. */
export const decodeTools = (body: Members, reading: Reading, leftovers: Leftovers): Tool[] =>
  repeated(body, 'tools', reading).flatMap((tool) => {
    const whole = tool.rest() ?? {}
    const functions = repeated(tool, 'functionDeclarations', reading).map((declaration) => decodeTool(declaration, leftovers))
    if (functions.length === 0) leftovers.put(tool.path, whole)
    else leftovers.keep(tool)
    return functions
  })

const decodeTool = (declaration: Members, leftovers: Leftovers): Tool => {
  const name = declaration.text('name') ?? declaration.missing('name') ?? ''
  const schema = declaration.child('parametersJsonSchema')
  const openApi = schema === undefined ? declaration.child('parameters') : undefined
  const tool = defined({
    name,
    description: declaration.text('description'),
    parameters: schema ?? (openApi === undefined ? undefined : jsonSchemaOf(openApi)),
  })
  leftovers.keep(declaration)
  return tool
}

/** A choice among several functions, and the mode VALIDATED, are said with a nearest kind and a leftover that sharpens it. */
export const decodeToolChoice = (body: Members, leftovers: Leftovers): ToolChoice | undefined => {
  const config = body.members('toolConfig')
  const calling = config?.members('functionCallingConfig')
  if (config !== undefined) leftovers.keep(config)
  if (calling === undefined) return undefined
  const mode = calling.text('mode') ?? 'AUTO'
  const names = calling.texts('allowedFunctionNames') ?? []
  const [only] = names
  if (mode === 'ANY' && only !== undefined && names.length === 1) {
    leftovers.keep(calling)
    return { kind: 'named', name: only }
  }
  if (names.length > 0) leftovers.put(`${calling.path}.allowedFunctionNames`, names)
  if (mode !== 'AUTO' && mode !== 'ANY' && mode !== 'NONE') leftovers.put(`${calling.path}.mode`, mode)
  leftovers.keep(calling)
  return { kind: mode === 'ANY' ? 'required' : mode === 'NONE' ? 'none' : 'auto' }
}

export const encodeTools = (tools: readonly Tool[], losses: Losses): JsonObject[] => {
  const functionDeclarations = tools.map((tool, index) => {
    if (tool.strict === true)
      losses.dropped('constraint', pointer('tools', index, 'strict'), 'the wire cannot hold arguments to a schema tool by tool')
    return defined({ name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters })
  })
  return functionDeclarations.length === 0 ? [] : [{ functionDeclarations }]
}

export const encodeToolChoice = (request: NeutralRequest, losses: Losses): JsonObject | undefined => {
  if (request.parallelToolCalls !== undefined)
    losses.dropped(
      request.parallelToolCalls ? 'hint' : 'constraint',
      pointer('parallelToolCalls'),
      'the wire leaves it to the model how many functions it calls at once',
    )
  const choice = request.toolChoice
  if (choice === undefined) return undefined
  if (choice.kind === 'named') return calling('ANY', [choice.name])
  return calling(choice.kind === 'required' ? 'ANY' : choice.kind === 'none' ? 'NONE' : 'AUTO')
}

const calling = (mode: string, names?: readonly string[]): JsonObject => ({
  functionCallingConfig: defined({ mode, allowedFunctionNames: names }) as JsonObject,
})
