// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { NeutralRequest, Tool, ToolChoice } from '../neutral.ts'
import { isWord } from './blocks.ts'

/** Reads tools and their choice; tools of the vendor's own, and cache points among them, are left over. */
export const decodeToolConfig = (config: Members, left: Leftovers): { readonly tools: readonly Tool[]; readonly choice?: ToolChoice } => {
  const tools: Tool[] = []
  const others: Members[] = []
  for (const entry of config.each('tools') ?? []) {
    const tool = decodeTool(entry, left)
    if (tool === undefined) others.push(entry)
    else tools.push(tool)
  }
  if (tools.length === 0) {
    const rest = { tools: others.map((entry) => entry.rest() ?? {}), ...config.rest() }
    if (others.length > 0) left.put(config.path, rest)
    return { tools }
  }
  for (const entry of others) left.put(entry.path, entry.rest() ?? {})
  const choice = decodeChoice(config, left)
  left.keep(config)
  return { tools, ...(choice !== undefined && { choice }) }
}

const decodeTool = (entry: Members, left: Leftovers): Tool | undefined => {
  if (!entry.has('toolSpec')) return undefined
  const spec = entry.members('toolSpec')
  const name = spec?.text('name') ?? spec?.missing('name')
  const schema = spec?.members('inputSchema')
  if (spec === undefined || name === undefined) return undefined
  const tool = { name, description: spec.text('description'), parameters: schema?.child('json'), strict: spec.boolean('strict') }
  left.keep(spec)
  if (schema !== undefined) left.keep(schema)
  left.keep(entry)
  return defined(tool)
}

const decodeChoice = (config: Members, left: Leftovers): ToolChoice | undefined => {
  const choice = config.members('toolChoice')
  if (choice === undefined) return undefined
  const [kind, ...more] = Object.keys(choice.rest() ?? {})
  if (kind === undefined || more.length > 0) return config.fail('toolChoice', 'must hold one member')
  if (kind === 'auto') return { kind: 'auto' }
  if (kind === 'any') return { kind: 'required' }
  if (kind === 'tool') {
    const tool = choice.members('tool')
    const name = tool?.text('name') ?? choice.missing('tool.name')
    if (tool !== undefined) left.keep(tool)
    return name === undefined ? undefined : { kind: 'named', name }
  }
  left.put(choice.path, choice.rest() ?? {})
  return undefined
}

const NO_ARGUMENTS = { type: 'object', properties: {} }

/**
 * Writes tools and their choice. The vendor has no way to forbid tools, and demands their list wherever the conversation holds a call
 * or a result; `called` names the tools that it holds calls of.
 */
export const encodeToolConfig = (
  { tools, toolChoice, parallelToolCalls }: NeutralRequest,
  called: ReadonlySet<string>,
  losses: Losses,
): JsonObject | undefined => {
  if (parallelToolCalls !== undefined)
    losses.dropped(
      parallelToolCalls ? 'hint' : 'constraint',
      '/parallelToolCalls',
      'bedrock leaves it to the model how many tools it calls',
    )
  const usable = tools.flatMap((tool, index) => encodeTool(tool, pointer('tools', index), losses))
  if (toolChoice?.kind === 'none' && called.size === 0 && tools.length > 0) {
    for (const at of ['/tools', '/toolChoice']) losses.emulated('hint', at, 'bedrock cannot forbid tools, so they are not told of')
    return undefined
  }
  if (usable.length === 0 && called.size > 0) {
    losses.emulated(
      'constraint',
      '/tools',
      'bedrock demands the list of tools that were called before; they are told of without their schemas',
    )
    for (const name of called) usable.push({ toolSpec: { name, inputSchema: { json: NO_ARGUMENTS } } })
    if (toolChoice !== undefined) losses.dropped('constraint', '/toolChoice', 'there are no tools to choose from')
    return { tools: usable }
  }
  if (usable.length === 0) {
    if (toolChoice !== undefined) losses.dropped('hint', '/toolChoice', 'there are no tools to choose from')
    return undefined
  }
  return defined({ tools: usable, toolChoice: toolChoice && encodeChoice(toolChoice, tools, losses) })
}

/** A schema is demanded; a tool without arguments has that of an object without members. */
const encodeTool = (tool: Tool, path: string, losses: Losses): readonly JsonObject[] => {
  if (!isWord(tool.name)) {
    losses.dropped('content', path, `\`${tool.name}\` is no name of a tool on bedrock: up to 64 letters, digits, \`_\` and \`-\``)
    return []
  }
  if (tool.description === '') losses.dropped('hint', `${path}/description`, 'bedrock refuses an empty description')
  const description = tool.description === '' ? undefined : tool.description
  return [
    { toolSpec: defined({ name: tool.name, description, inputSchema: { json: tool.parameters ?? NO_ARGUMENTS }, strict: tool.strict }) },
  ]
}

const encodeChoice = (choice: ToolChoice, tools: readonly Tool[], losses: Losses): JsonObject | undefined => {
  if (choice.kind === 'auto') return { auto: {} }
  if (choice.kind === 'required') return { any: {} }
  if (choice.kind === 'named' && isWord(choice.name) && tools.some(({ name }) => name === choice.name))
    return { tool: { name: choice.name } }
  const message =
    choice.kind === 'none' ? 'bedrock cannot forbid tools in a conversation that holds calls' : `there is no tool \`${choice.name}\``
  losses.dropped('constraint', '/toolChoice', message)
  return undefined
}
