// https://developers.sber.ru/docs/ru/gigachat/api/function-calling
// Functions are called only where `function_call` says so; one is called at a time, and one at most can be demanded.
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { NeutralRequest, Tool, ToolChoice } from '../neutral.ts'

export const decodeFunctions = (body: Members, left: Leftovers): { readonly tools: readonly Tool[]; readonly toolChoice?: ToolChoice } => {
  const tools = (body.each('functions') ?? []).map((entry) => decodeFunction(entry, left))
  const { function_call: said } = body.rest() ?? {}
  // Without functions of the caller's own this switches the endpoint's built-in ones.
  if (tools.length === 0) return { tools }
  const toolChoice = typeof said === 'object' && said !== null ? decodeNamed(body, left) : decodeMode(body)
  return { tools, ...(toolChoice !== undefined && { toolChoice }) }
}

const decodeFunction = (entry: Members, left: Leftovers): Tool => {
  const name = entry.text('name') ?? entry.missing('name') ?? ''
  const tool = defined({ name, description: entry.text('description'), parameters: entry.child('parameters') })
  left.keep(entry)
  return tool
}

const decodeMode = (body: Members): ToolChoice => ({ kind: body.word('function_call', ['auto', 'none']) ?? 'none' })

const decodeNamed = (body: Members, left: Leftovers): ToolChoice | undefined => {
  const call = body.members('function_call')
  const name = call?.text('name') ?? call?.missing('name')
  if (call !== undefined) left.keep(call)
  return name === undefined ? undefined : { kind: 'named', name }
}

export const encodeFunctions = (
  { tools, toolChoice, parallelToolCalls }: NeutralRequest,
  losses: Losses,
): { readonly functions?: readonly JsonObject[]; readonly function_call?: JsonObject | string } => {
  if (parallelToolCalls === true) losses.dropped('hint', '/parallelToolCalls', 'gigachat calls one function at a time')
  if (parallelToolCalls === false) losses.emulated('hint', '/parallelToolCalls', 'gigachat calls one function at a time anyway')
  if (tools.length === 0) {
    if (toolChoice !== undefined && toolChoice.kind !== 'auto')
      losses.dropped('constraint', '/toolChoice', 'there are no functions to choose from')
    return {}
  }
  const functions = tools.map((tool, index) => encodeFunction(tool, pointer('tools', index), losses))
  return { functions, function_call: encodeChoice(toolChoice, tools, losses) }
}

/** The endpoint demands `properties`, even of a function without arguments. */
const encodeFunction = ({ name, description, parameters, strict }: Tool, path: string, losses: Losses): JsonObject => {
  if (strict === true) losses.dropped('constraint', `${path}/strict`, 'gigachat does not hold arguments to their schema')
  const complete = parameters === undefined || parameters.properties !== undefined
  const addsNothing = parameters === undefined || Object.keys(parameters).every((member) => member === 'type')
  if (!complete && !addsNothing)
    losses.approximated('hint', `${path}/parameters/properties`, 'gigachat demands `properties`; an object without members is sent')
  return defined({ name, description, parameters: complete ? (parameters ?? NO_ARGUMENTS) : { ...parameters, properties: {} } })
}
const NO_ARGUMENTS = { type: 'object', properties: {} }

const encodeChoice = (choice: ToolChoice | undefined, tools: readonly Tool[], losses: Losses): JsonObject | string => {
  if (choice?.kind === 'none') return 'none'
  if (choice?.kind === 'named') return { name: choice.name }
  if (choice?.kind !== 'required') return 'auto'
  const [only, ...others] = tools
  if (only !== undefined && others.length === 0) {
    losses.emulated('hint', '/toolChoice', 'the one function there is, is demanded by its name')
    return { name: only.name }
  }
  losses.approximated('constraint', '/toolChoice', 'gigachat can be made to call one function by its name, not any of several')
  return 'auto'
}
