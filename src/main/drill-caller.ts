// Calls that a drill makes itself: content that was made up, as public as it can be, whatever class it is sent as.
import type { ApplicationId, KeyId, TenantId } from '../core/ids.ts'
import { isJsonObject, parseJson } from '../core/json.ts'
import type { EvaluationQuestion } from '../drills/live/evaluation.ts'
import type { LiveAsk } from '../drills/live/order.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { CallControl, GatewayPorts, IncomingHead, Key, Responder } from '../gateway/ports.ts'
import type { Configuration } from './config-schema.ts'
import { jurisdictionOf, keyDefaults } from './exchange.ts'

const SENTENCES = [
  'The library of the town opens at nine.',
  'Name three rivers that flow into the sea.',
  'Write one sentence about bread.',
  'How many days has a week?',
  'A train leaves at noon. When does it arrive if it travels for two hours?',
]
const MOST_TOKENS = 32
/** Stream of records that no key caused but a drill; the store counts no traffic of it, so that no later window holds it. */
export const drillStream = (drill: string): KeyId => `drill.${drill}` as KeyId

export type Asker = Pick<LiveAsk, 'alias' | 'tenant' | 'application' | 'dataClass' | 'purpose'>

/** A key that exists nowhere but in this call: all that its application may for this purpose, and no more. Undefined for an application that is gone. */
export const drillKey = (drill: string, { tenant, application, purpose }: Asker, configuration: Configuration): Key | undefined => {
  const settings = configuration.tenants[tenant]?.applications[application]
  if (settings === undefined) return undefined
  const { dataClassFloor } = keyDefaults(configuration, settings)
  return {
    id: drillStream(drill),
    tenant: tenant as TenantId,
    application: application as ApplicationId,
    jurisdiction: jurisdictionOf(configuration, tenant, settings),
    dataClassFloor,
    purposes: [purpose],
    aliases: 'all',
    ...(settings.priority === undefined ? {} : { priority: settings.priority }),
  }
}

export type DrillCall = { readonly key: Key; readonly asker: Asker; readonly body: string; readonly over: (text: string) => void }

/** Sends one call through a gateway, as its server would; `over` once it is answered or broken off. */
export const makeCall = (
  gateway: Gateway,
  ports: Pick<GatewayPorts, 'currentSnapshot' | 'clock' | 'isFrozen'>,
  { key, asker, body, over }: DrillCall,
): CallControl | undefined => {
  if (ports.isFrozen?.(key) === true) {
    over('')
    return undefined
  }
  const head: IncomingHead = {
    route: 'chat',
    authorization: undefined,
    dataClass: asker.dataClass,
    purpose: asker.purpose,
    jurisdictionAccept: undefined,
    subject: undefined,
    forwarded: [],
  }
  const authenticated = { snapshot: ports.currentSnapshot(), key, head, arrived: ports.clock() }
  return gateway.call(authenticated, Buffer.from(body), new Collecting(over))
}

/** The `count`th made-up question: whole and streamed in turn. */
export const madeUp = (alias: string, count: number): string =>
  JSON.stringify({
    model: alias,
    max_tokens: MOST_TOKENS,
    messages: [{ role: 'user', content: SENTENCES[count % SENTENCES.length] }],
    ...(count % 2 === 0 ? {} : { stream: true }),
  })

export const examining = (alias: string, { asks }: EvaluationQuestion): string =>
  JSON.stringify({ model: alias, max_tokens: 4 * MOST_TOKENS, temperature: 0, messages: [{ role: 'user', content: asks }] })

/** What a whole answer says; empty where it says nothing. */
export const answerText = (body: string): string => {
  const parsed = parseJson(body)
  const [choice] = parsed.ok && isJsonObject(parsed.value) && Array.isArray(parsed.value.choices) ? parsed.value.choices : []
  const message = isJsonObject(choice) ? choice.message : undefined
  return isJsonObject(message) && typeof message.content === 'string' ? message.content : ''
}

/** A caller that takes whatever comes, at once. */
class Collecting implements Responder {
  readonly #over: (text: string) => void
  readonly #parts: Uint8Array[] = []

  constructor(over: (text: string) => void) {
    this.#over = over
  }

  whole(_status: number, _headers: readonly string[], parts: readonly Uint8Array[]): void {
    this.#parts.push(...parts)
    this.end()
  }

  start(): void {}

  write(bytes: Uint8Array): boolean {
    this.#parts.push(bytes)
    return true
  }

  end(): void {
    this.#over(Buffer.concat(this.#parts).toString())
  }

  abort(): void {
    this.#over('')
  }
}
