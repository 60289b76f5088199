// The model behind every simulator: a script, so that the same question has the same answer and each setting shows from outside.
//
// - It repeats the user's last words, and what it was instructed; `Say "…"` is answered with what is quoted, `say hello in one word`
//   with that word, and `count to 40` by counting.
// - It calls a tool that is forced, or whose name the user's words hold a part of; several names or several places make several calls.
// - What it repeats ends in the number of the take: another for each answer, the same for the same seed, none where the temperature is 0.
// - A token is a word with the space before it, or one other sign: `countTokens`.
import { type Ask, type Call, lastWords } from './ask.ts'
import { callsFor, instanceOf, promptedCalls, promptedSchema } from './script.ts'

export type Completion = {
  readonly reasoning: string
  readonly text: string
  readonly calls: readonly Call[]
  readonly stop: 'stop' | 'stop-sequence' | 'length' | 'context' | 'tool-calls'
  readonly sequence: string | undefined
  readonly usage: { readonly input: number; readonly output: number; readonly reasoning: number }
}

const TOKEN = /\s*[\p{L}\p{M}\p{N}]+|\s*[^\s\p{L}\p{M}\p{N}]|\s+$/gu
export const tokensOf = (text: string): readonly string[] => text.match(TOKEN) ?? []
export const countTokens = (text: string): number => tokensOf(text).length
/** What the question costs: its texts, four tokens of form for each turn, and the tools as JSON. */
export const countInput = ({ turns, tools }: Pick<Ask, 'turns' | 'tools'>): number =>
  turns.reduce((sum, turn) => sum + countTokens(turn.text) + 4, 0) + (tools.length === 0 ? 0 : countTokens(JSON.stringify(tools)))

/** One for each server: it counts how often it was asked. */
export class ScriptedModel {
  private asked = 0

  answer(ask: Ask): Completion {
    const take = takeOf(ask, ++this.asked)
    const input = countInput(ask)
    const native = callsFor(ask)
    const said = native.length > 0 ? '' : textOf(ask, take)
    const { text, sequence } = stopped(said, ask.stop ?? [])
    const reasoning = ask.reasons ? `The user wrote ${lastWords(ask).split(/\s+/).length} words; I shall answer them.` : ''
    const room = Math.max(0, Math.min(ask.maxTokens ?? Number.POSITIVE_INFINITY, ask.context - input))
    const cut = within(room, reasoning, text, native)
    const full = !cut.complete && ask.context - input < (ask.maxTokens ?? Number.POSITIVE_INFINITY)
    const ended = sequence !== undefined ? 'stop-sequence' : native.length > 0 ? 'tool-calls' : 'stop'
    return {
      reasoning: cut.reasoning,
      text: cut.text,
      calls: cut.calls,
      stop: cut.complete ? ended : full ? 'context' : 'length',
      sequence: cut.complete ? sequence : undefined,
      usage: { input, output: cut.used, reasoning: countTokens(cut.reasoning) },
    }
  }
}

/** Undefined: the answer has no takes, because nothing is left to chance. */
const takeOf = ({ seed, temperature }: Ask, asked: number): number | undefined => {
  if (temperature === 0) return undefined
  return seed === undefined ? asked : 1000 + (Math.abs(Math.trunc(seed)) % 8999)
}

const textOf = (ask: Ask, take: number | undefined): string => {
  const { turns, output, prefix = '' } = ask
  const instructions = turns
    .filter(({ role }) => role === 'system')
    .map((turn) => turn.text)
    .join('\n')
  const written = promptedCalls(instructions, lastWords(ask), ask)
  if (written !== undefined) return written
  const said = sentenceOf(ask, instructions)
  const varied = said.repeats && take !== undefined ? `${said.text} #${take}` : said.text
  const schema = output === undefined || output === 'json' ? promptedSchema(instructions) : output.schema
  if (schema !== undefined) return JSON.stringify(instanceOf(schema, varied, varied))
  if (output === 'json' || /\bone JSON object\b/.test(instructions)) return JSON.stringify({ answer: varied })
  return prefix + varied
}

const sentenceOf = (ask: Ask, instructions: string): { readonly text: string; readonly repeats: boolean } => {
  const plainly = (text: string) => ({ text, repeats: false })
  const { turns } = ask
  const found = turns.slice(turns.findLastIndex(({ role }) => role !== 'tool') + 1)
  if (found.length > 0) return plainly(`The tools answered: ${found.map(({ text }) => text).join('; ')}.`)
  const words = lastWords(ask)
  const quoted = /\b(?:say|reply|answer|respond|repeat|write|echo)\b[^"“«]*["“«]([^"”»]+)["”»]/iu.exec(words)?.[1]
  const alone = /\bsay (\p{L}+) in one word\b/iu.exec(words)?.[1]
  if (quoted !== undefined || alone !== undefined) return plainly(quoted ?? alone ?? '')
  const until = Number(/\bcount\b\D*(?:1 (?:up )?to\s+)?(\d{1,4})\b/i.exec(words)?.[1] ?? 0)
  if (until > 0) return plainly(Array.from({ length: Math.min(until, 2000) }, (_, index) => index + 1).join(' '))
  return { text: instructions === '' ? words : `${words} [${instructions.slice(0, 80)}]`, repeats: true }
}

const stopped = (text: string, sequences: readonly string[]): { readonly text: string; readonly sequence: string | undefined } => {
  const found = sequences
    .map((sequence) => ({ sequence, at: sequence === '' ? -1 : text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0]
  return found === undefined ? { text, sequence: undefined } : { text: text.slice(0, found.at), sequence: found.sequence }
}

/** As much as there is room for, in the order in which a model writes: thoughts, words, calls. */
const within = (room: number, reasoning: string, text: string, calls: readonly Call[]) => {
  let used = 0
  let complete = true
  const take = (whole: string): string => {
    const tokens = tokensOf(whole)
    const kept = tokens.slice(0, Math.max(0, room - used))
    used += kept.length
    if (kept.length < tokens.length) complete = false
    return kept.length === tokens.length ? whole : kept.join('')
  }
  const thought = take(reasoning)
  const said = take(text)
  const called = calls.filter(() => complete).map((call) => ({ name: call.name, arguments: take(call.arguments) }))
  return { reasoning: thought, text: said, calls: called.filter((call) => call.arguments !== ''), used, complete }
}
