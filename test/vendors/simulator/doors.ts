// Who may come in: keys, tokens that keys are exchanged for, signed requests.
import type { JsonObject } from '../../../src/core/json.ts'
import { signatureProblem } from './signature.ts'
import type { Gate, Incoming, Refusal, Vendor } from './vendor.ts'

export class Doors {
  private readonly vendor: Vendor
  private readonly key: string
  /** Tokens and the time in milliseconds at which each ends. */
  private readonly tokens = new Map<string, number>()

  constructor(vendor: Vendor, key: string) {
    this.vendor = vendor
    this.key = key
  }

  /** Undefined where the request is none for a token. */
  exchange(incoming: Incoming, now: number): { readonly status: number; readonly body: JsonObject } | undefined {
    for (const gate of this.vendor.gates) {
      if (gate.kind !== 'token' || gate.exchange.path !== incoming.path) continue
      const refusal = gate.exchange.refuse(incoming, this.key)
      if (refusal !== undefined) return refusal
      const token = `simulated-token-${this.tokens.size + 1}`
      this.tokens.set(token, now + gate.exchange.lifetimeMillis)
      return { status: 200, body: gate.exchange.answer(token, now) }
    }
    return undefined
  }

  refuse(incoming: Incoming): Refusal | undefined {
    const { vendor } = this
    for (const [name, pattern] of Object.entries(vendor.headers ?? {}))
      if (!pattern.test(incoming.headers[name] ?? ''))
        return { status: 400, kind: 'invalid', message: `${name}: header is required`, parameter: name }
    const problems = vendor.gates.map((gate) => this.problem(gate, incoming))
    if (problems.includes(undefined)) return undefined
    if (vendor.anonymous === true && incoming.headers.authorization === undefined) return undefined
    const [message = 'Unauthorized'] = problems.filter((problem) => problem !== undefined)
    return { status: vendor.errors.headers !== undefined && message.includes('signature') ? 403 : 401, kind: 'authentication', message }
  }

  private problem(gate: Gate, incoming: Incoming): string | undefined {
    if (gate.kind === 'signed') return signatureProblem(incoming, gate.service, this.key)
    const given = incoming.headers[gate.header] ?? ''
    const prefix = gate.prefix ?? ''
    if (!given.startsWith(prefix) || given === prefix) return 'No API key provided'
    const word = given.slice(prefix.length)
    if (gate.kind === 'key') return word === this.key ? undefined : 'Incorrect API key provided'
    return (this.tokens.get(word) ?? 0) > Date.now() ? undefined : 'Unauthorized'
  }
}
