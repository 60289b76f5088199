import { readFileSync } from 'node:fs'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../core/json.ts'
import { askRunning } from './admin.ts'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from './command.ts'
import { dataPaths } from './paths.ts'

/** `allod ask`: one question through the front door, as any application would ask it. */
export const ask: Command = {
  name: 'ask',
  summary: 'Asks a running exchange a question and prints the answer as it comes.',
  usage: ['ask [options] <question>'],
  options: {
    alias: { value: 'NAME', text: 'the alias to ask (default: assistant)' },
    class: { value: 'NAME', text: 'raise the data class of this call' },
    purpose: { value: 'NAME', text: 'the purpose of this call' },
    accept: { value: 'TEXT', text: 'narrow where it may go, such as "see=(FR), stop=(FR)"' },
    'max-tokens': { value: 'N', text: 'tokens to write at most (default: 200)' },
    key: { value: 'FILE', text: 'file with the key (default: DATA/first.key)' },
    data: { value: 'DIR', text: 'data directory (default: ./allod-data)' },
    url: { value: 'URL', text: 'the exchange (default: the one that runs on the data directory)' },
  },
  examples: ['ask "What is everyone entitled to?"', 'ask --class confidential "Tout individu a droit à"'],
  async run(given, terminal) {
    const question = given.positionals.join(' ')
    if (question === '') throw new UsageFailure('give a question, such as `allod ask "What is everyone entitled to?"`')
    const paths = dataPaths(given.text('data') ?? 'allod-data')
    const url = given.text('url') ?? (await runningUrl(paths.adminSocket)) ?? 'http://127.0.0.1:8080'
    const secret = readKey(given.text('key') ?? paths.firstKey)
    let response: Response
    try {
      response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: headersOf(given, secret),
        body: bodyOf(given, question),
      })
    } catch (failure) {
      terminal.error(
        `allod ask: no exchange answers at ${url}: ${(failure as { cause?: { code?: string } }).cause?.code ?? 'unreachable'}; start one with \`npm start\``,
      )
      return EXIT.unavailable
    }
    return response.ok ? print(response, given, terminal) : refuse(response, given, terminal)
  },
}

/** Where the exchange of a data directory listens, if one runs and this account may ask it. */
const runningUrl = async (adminSocket: string): Promise<string | undefined> => {
  const status = await askRunning(adminSocket, 'status', {})
  return status?.ok && isJsonObject(status.value) && typeof status.value.url === 'string' ? status.value.url : undefined
}

const readKey = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new UsageFailure(`cannot read the key in \`${file}\`; name its file with --key, or the data directory with --data`)
  }
}

const headersOf = (given: Given, secret: string): Record<string, string> => ({
  authorization: `Bearer ${secret}`,
  'content-type': 'application/json',
  ...(given.text('class') ? { 'allod-data-class': given.text('class') ?? '' } : {}),
  ...(given.text('purpose') ? { 'allod-purpose': given.text('purpose') ?? '' } : {}),
  ...(given.text('accept') ? { 'jurisdiction-accept': given.text('accept') ?? '' } : {}),
})

const bodyOf = (given: Given, question: string): string => {
  const maxTokens = Number(given.text('max-tokens') ?? 200)
  if (!Number.isInteger(maxTokens) || maxTokens < 1) throw new UsageFailure('--max-tokens must be a whole number from 1')
  return JSON.stringify({
    model: given.text('alias') ?? 'assistant',
    messages: [{ role: 'user', content: question }],
    stream: true,
    max_tokens: maxTokens,
  })
}

const provenance = (response: Response): JsonObject => ({
  call: response.headers.get('allod-call'),
  endpoint: response.headers.get('allod-endpoint'),
  served: response.headers.get('jurisdiction-served'),
  simulated: response.headers.get('allod-simulated') === 'true',
})

const print = async (response: Response, given: Given, terminal: Terminal): Promise<ExitCode> => {
  let text = ''
  for await (const event of events(response)) {
    if (isJsonObject(event.error)) {
      terminal.error(`\nallod ask: the answer broke off: ${String(event.error.message)}`)
      return EXIT.unavailable
    }
    const piece = deltaOf(event)
    text += piece
    if (!given.flag('json')) process.stdout.write(piece)
  }
  const from = provenance(response)
  if (given.flag('json')) terminal.out(JSON.stringify({ text, ...from }))
  else {
    const simulated = from.simulated ? ', simulated' : ''
    terminal.out('')
    terminal.error(paint(terminal, 'dim', `${from.endpoint}${simulated}  ${from.served}  receipt: allod receipt ${from.call}`))
  }
  return EXIT.ok
}

const deltaOf = (event: JsonObject): string => {
  const choice = Array.isArray(event.choices) ? (event.choices as readonly Json[])[0] : undefined
  const delta = isJsonObject(choice) ? choice.delta : undefined
  return isJsonObject(delta) && typeof delta.content === 'string' ? delta.content : ''
}

async function* events(response: Response): AsyncGenerator<JsonObject> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    const lines = (rest + decoder.decode(part as Uint8Array, { stream: true })).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const parsed = line.startsWith('data: {') ? parseJson(line.slice('data: '.length)) : undefined
      if (parsed?.ok && isJsonObject(parsed.value)) yield parsed.value
    }
  }
}

const refuse = async (response: Response, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const body = await response.text()
  if (given.flag('json')) terminal.out(body)
  const parsed = parseJson(body)
  const error = parsed.ok && isJsonObject(parsed.value) ? parsed.value.error : undefined
  terminal.error(`allod ask: ${response.status}: ${isJsonObject(error) ? String(error.message) : body.slice(0, 400)}`)
  const considered = isJsonObject(error) && isJsonObject(error.allod) ? error.allod.considered : undefined
  for (const row of Array.isArray(considered) ? (considered as readonly Json[]) : [])
    if (isJsonObject(row)) terminal.error(`  ${consideredLine(row)}`)
  return response.status >= 500 ? EXIT.unavailable : EXIT.no
}

const consideredLine = (row: JsonObject): string => {
  const list = (value: Json | undefined) => (Array.isArray(value) ? (value as readonly Json[]) : [])
  const reasons = list(row.refused_by).map((policy) => (isJsonObject(policy) ? `    ${String(policy.reason)} [${String(policy.id)}]` : ''))
  const help = list(row.possible).map((sentence) => `    what would help: ${String(sentence)}`)
  return [`${String(row.endpoint)}/${String(row.model)}`, ...reasons, ...help].join('\n')
}
