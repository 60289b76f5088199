import { isJsonObject, type Json, type JsonObject, numberOf, parseJson } from '../../core/json.ts'
import type { Responder } from '../../gateway/ports.ts'
import type { ChatLine } from '../../http/console/contract/chat.ts'

type Began = Extract<ChatLine, { kind: 'began' }>
type Ended = Extract<ChatLine, { kind: 'ended' }>
export type Hearing = {
  /** What is said of the endpoint that began, from the answer's headers. */
  readonly began: (header: (name: string) => string) => Began
  readonly costOf: (endpoint: string, input: number, output: number) => number | null
  readonly tell: (line: ChatLine) => void
  /** Nothing more will be told. */
  readonly over: () => void
}

const LINE = /\r\n|\n|\r/
const LONGEST_EVENT = 1 << 20

/** Hears a chat as the gateway streams it (`chat.completion.chunk`) and tells it line by line. What ends in any other way than well is told too (G5). */
export class ChatResponder implements Responder {
  readonly #hearing: Hearing
  readonly #decoder = new TextDecoder()
  #rest = ''
  #endpoint = ''
  #finish = ''
  #usage: JsonObject | undefined
  #failure: string | undefined

  constructor(hearing: Hearing) {
    this.#hearing = hearing
  }

  whole(status: number, headers: readonly string[], parts: readonly Uint8Array[]): void {
    const body = parseJson(Buffer.concat(parts).toString('utf8'))
    const failure = body.ok && isJsonObject(body.value) ? body.value.error : undefined
    if (status === 200) this.#tellWhole(headers, body.ok ? body.value : null)
    else
      this.#hearing.tell({
        kind: 'refused',
        status,
        call: headerOf(headers)('allod-call'),
        message: isJsonObject(failure) && typeof failure.message === 'string' ? failure.message : `the exchange answered ${status}`,
      })
    this.#hearing.over()
  }

  start(_status: number, headers: readonly string[]): void {
    this.#begin(headers)
  }

  write(bytes: Uint8Array): boolean {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(LINE)
    this.#rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data:')) this.#event(line.slice('data:'.length).trim())
    return true
  }

  end(): void {
    if (this.#failure !== undefined) this.#hearing.tell({ kind: 'broke', message: this.#failure })
    else this.#end()
    this.#hearing.over()
  }

  abort(): void {
    this.#hearing.tell({ kind: 'broke', message: this.#failure ?? 'the answer broke off' })
    this.#hearing.over()
  }

  #begin(headers: readonly string[]): void {
    const began = this.#hearing.began(headerOf(headers))
    this.#endpoint = began.endpoint
    this.#hearing.tell(began)
  }

  #event(data: string): void {
    if (data === '[DONE]' || data === '') return
    const parsed = parseJson(data, { maxLength: LONGEST_EVENT, maxDepth: 32 })
    if (!parsed.ok || !isJsonObject(parsed.value)) return
    const { error, choices, usage } = parsed.value
    if (isJsonObject(error)) this.#failure = typeof error.message === 'string' ? error.message : 'the endpoint failed'
    if (isJsonObject(usage)) this.#usage = usage
    const [choice] = Array.isArray(choices) ? choices : []
    if (!isJsonObject(choice)) return
    if (typeof choice.finish_reason === 'string') this.#finish = choice.finish_reason
    if (isJsonObject(choice.delta)) this.#said(choice.delta)
  }

  /** A message, or a piece of one. */
  #said({ content, reasoning_content: reasoning, tool_calls: calls }: JsonObject): void {
    if (typeof reasoning === 'string' && reasoning !== '') this.#hearing.tell({ kind: 'reasoning', text: reasoning })
    if (typeof content === 'string' && content !== '') this.#hearing.tell({ kind: 'text', text: content })
    for (const [place, call] of Array.isArray(calls) ? (calls as readonly Json[]).entries() : []) {
      const called = isJsonObject(call) ? call.function : undefined
      if (!isJsonObject(call) || !isJsonObject(called)) continue
      const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
      this.#hearing.tell({
        kind: 'tool',
        index: numberOf(call.index) ?? place,
        name: text(called.name),
        arguments: text(called.arguments),
      })
    }
  }

  #tellWhole(headers: readonly string[], answer: Json): void {
    this.#begin(headers)
    const { choices, usage }: JsonObject = isJsonObject(answer) ? answer : {}
    const [choice] = Array.isArray(choices) ? choices : []
    if (isJsonObject(choice) && isJsonObject(choice.message)) this.#said(choice.message)
    if (isJsonObject(choice) && typeof choice.finish_reason === 'string') this.#finish = choice.finish_reason
    if (isJsonObject(usage)) this.#usage = usage
    this.#end()
  }

  #end(): void {
    const [input, output] = [numberOf(this.#usage?.prompt_tokens), numberOf(this.#usage?.completion_tokens)]
    const cost = input === undefined || output === undefined ? null : this.#hearing.costOf(this.#endpoint, input, output)
    const ended: Ended = { kind: 'ended', finish: this.#finish, input: input ?? null, output: output ?? null, cost }
    this.#hearing.tell(ended)
  }
}

const headerOf =
  (headers: readonly string[]) =>
  (name: string): string => {
    const at = headers.findIndex((each, index) => index % 2 === 0 && each.toLowerCase() === name)
    return at < 0 ? '' : (headers[at + 1] ?? '')
  }
