// Tool calls as text, in the two ways models write them, and back.
import { canonicalJson, isJsonObject, type Json, type JsonObject, parseSpelledJson } from '../../core/json.ts'
import type { Tool, ToolCallPart } from '../dialects/neutral.ts'

export type Syntax = 'json' | 'calls'
export type TextCalls = { readonly open: string; readonly close: string; readonly syntax: Syntax }
export type WrittenCall = { readonly name: string; readonly arguments: string }

/** Used where a profile knows of no way of the model's own. */
export const OUR_WAY: TextCalls = { open: '```tool_call', close: '```', syntax: 'json' }

const LIMITS = { maxLength: 1 << 20, maxDepth: 32 }

/** The calls in one block; undefined when there stands something else, which then remains text. */
export const readCalls = (block: string, syntax: Syntax): readonly WrittenCall[] | undefined => {
  if (block.length > LIMITS.maxLength) return undefined
  const calls = syntax === 'json' ? jsonCalls(block) : new CallReader(block).calls()
  return calls === undefined || calls.length === 0 ? undefined : calls
}

/** One JSON object a line, or one list, or one object over several lines. */
const jsonCalls = (block: string): readonly WrittenCall[] | undefined => {
  const whole = parseSpelledJson(block.trim(), LIMITS)
  const values = whole.ok ? (Array.isArray(whole.value) ? (whole.value as readonly Json[]) : [whole.value]) : linesOf(block)
  const calls = values?.map(jsonCall)
  return calls?.every((call) => call !== undefined) ? calls : undefined
}
const linesOf = (block: string): readonly Json[] | undefined => {
  const values = block.split('\n').filter((line) => line.trim() !== '')
  const parsed = values.map((line) => parseSpelledJson(line, LIMITS))
  return parsed.every((line) => line.ok) ? parsed.map((line) => line.value) : undefined
}
const jsonCall = (value: Json): WrittenCall | undefined => {
  if (!isJsonObject(value) || typeof value.name !== 'string' || value.name === '') return undefined
  const given = value.arguments ?? value.parameters ?? {}
  return isJsonObject(given) ? { name: value.name, arguments: JSON.stringify(given) } : undefined
}

/** `name(argument="value", other=[1, 2])`, one or several; a literal is JSON's or Python's. Linear; nothing is evaluated. */
class CallReader {
  private readonly text: string
  private at = 0
  private wrong = false

  constructor(text: string) {
    this.text = text
  }

  calls(): readonly WrittenCall[] | undefined {
    const calls: WrittenCall[] = []
    const listed = this.skip('[')
    while (!this.wrong && this.peek() !== undefined && this.peek() !== ']') {
      calls.push(this.call())
      this.skip(',')
      this.skip(';')
    }
    if (listed) this.expect(']')
    return this.wrong || this.peek() !== undefined ? undefined : calls
  }

  private call(): WrittenCall {
    const name = this.name()
    const given: [string, Json][] = []
    this.expect('(')
    while (!this.wrong && !this.skip(')')) {
      const argument = this.name()
      this.expect('=')
      given.push([argument, this.literal(0)])
      if (!this.skip(',') && this.peek() !== ')') this.wrong = true
    }
    return { name, arguments: JSON.stringify(Object.fromEntries(given)) }
  }

  private literal(depth: number): Json {
    const next = this.peek()
    if (depth > LIMITS.maxDepth || next === undefined) return this.fail()
    if (next === '"' || next === "'") return this.quoted(next)
    if (next === '[' || next === '(') return this.list(next === '[' ? ']' : ')', depth)
    if (next === '{') return this.object(depth)
    const bare = this.match(/[-+\w.]+/y)
    if (bare === 'True' || bare === 'true') return true
    if (bare === 'False' || bare === 'false') return false
    if (bare === 'None' || bare === 'null') return null
    const written = parseSpelledJson(bare ?? '', LIMITS)
    if (written.ok) return written.value
    const number = bare === undefined || bare === '' ? Number.NaN : Number(bare)
    return Number.isFinite(number) ? number : this.fail()
  }

  private list(close: string, depth: number): Json {
    const items: Json[] = []
    this.at++
    while (!this.wrong && !this.skip(close)) {
      items.push(this.literal(depth + 1))
      if (!this.skip(',') && this.peek() !== close) this.wrong = true
    }
    return items
  }

  private object(depth: number): Json {
    const members: [string, Json][] = []
    this.at++
    while (!this.wrong && !this.skip('}')) {
      const quote = this.peek()
      const name = quote === '"' || quote === "'" ? this.quoted(quote) : this.name()
      this.expect(':')
      members.push([name, this.literal(depth + 1)])
      if (!this.skip(',') && this.peek() !== '}') this.wrong = true
    }
    return Object.fromEntries(members)
  }

  private quoted(quote: string): string {
    const pieces: string[] = []
    let from = ++this.at
    for (; this.at < this.text.length; this.at++) {
      const unit = this.text[this.at]
      if (unit === quote) {
        pieces.push(this.text.slice(from, this.at++))
        return pieces.join('')
      }
      if (unit !== '\\') continue
      const escaped = this.text[this.at + 1] ?? ''
      const code = /^u[0-9a-f]{4}/i.test(this.text.slice(this.at + 1, this.at + 6)) ? this.text.slice(this.at + 2, this.at + 6) : undefined
      const meant = code === undefined ? (ESCAPES[escaped] ?? escaped) : String.fromCharCode(Number.parseInt(code, 16))
      pieces.push(this.text.slice(from, this.at), meant)
      this.at += code === undefined ? 1 : 5
      from = this.at + 1
    }
    this.wrong = true
    return ''
  }

  private name(): string {
    const name = this.peek() === undefined ? undefined : this.match(/[A-Za-z_][\w.-]*/y)
    if (name === undefined) this.wrong = true
    return name ?? ''
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  /** The next unit that is no space. */
  private peek(): string | undefined {
    while (SPACE.has(this.text[this.at] ?? '')) this.at++
    return this.text[this.at]
  }

  private skip(unit: string): boolean {
    if (this.peek() !== unit) return false
    this.at++
    return true
  }

  private expect(unit: string): void {
    if (!this.skip(unit)) this.wrong = true
  }

  private fail(): null {
    this.wrong = true
    return null
  }
}

const SPACE: ReadonlySet<string> = new Set([' ', '\n', '\r', '\t'])
const ESCAPES: { readonly [unit: string]: string } = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** One call as the model would have written it, with its marks. Arguments that are no JSON object are said as the text they are. */
export const writeCall = (call: Pick<ToolCallPart, 'name' | 'arguments'>, { open, close, syntax }: TextCalls): string => {
  const parsed = parseSpelledJson(call.arguments, LIMITS)
  const given = parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined
  const named = Object.entries(given ?? { arguments: call.arguments }).map(([name, value]) => `${name}=${canonicalJson(value)}`)
  const written =
    syntax === 'json'
      ? `{"name":${JSON.stringify(call.name)},"arguments":${canonicalJson(given ?? call.arguments)}}`
      : `${call.name}(${named.join(', ')})`
  return `${open}\n${written}\n${close}`
}

/** What a model must be told that knows no tools of its own. */
export const describeTools = (tools: readonly Tool[], way: TextCalls): string => {
  const example: JsonObject = { argument: 'value' }
  const shape = writeCall({ name: 'function_name', arguments: JSON.stringify(example) }, way)
  const lines = tools.map(({ name, description, parameters }) =>
    JSON.stringify({
      name,
      ...(description !== undefined && { description }),
      parameters: parameters ?? { type: 'object', properties: {} },
    }),
  )
  return [
    'You may call the functions listed below, one JSON object a line: name, description, and the JSON Schema of the arguments.',
    'To call a function, write a block of exactly this form, one block for each call, and nothing after the last block:',
    shape,
    'The results come in the next message. If no function is needed, answer without any block.',
    'Functions:',
    ...lines,
  ].join('\n')
}
