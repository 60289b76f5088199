// Bridges: ways to bring about what an endpoint does not do by itself. Each can be switched off, and each says when it was used (G4).
import { err, ok, type Result } from '../../core/result.ts'
import type { Warning } from '../dialects/neutral.ts'

export const BRIDGES = [
  /** System text goes to where the endpoint takes it: to the front, or into the first user message. */
  'fold-system-role',
  'developer-as-system',
  /** Messages of one role in a row become one. */
  'merge-turns',
  /** A conversation without a user message gets one. */
  'add-user-turn',
  /** Calls and results of tools are written out as text of the assistant and the user. */
  'tool-turns-as-text',
  'text-only-content',
  /** What tools there are and how to call them is said in words, and calls are read out of the answer's text. */
  'tools-by-prompt',
  'tool-choice-by-prompt',
  /** Only those tools are sent that may be called. */
  'tool-choice-by-filter',
  /** A tool's schema is rewritten to the part of JSON Schema that the endpoint reads. */
  'rewrite-tool-schema',
  'json-by-prompt',
  'json-schema-by-prompt',
  /** A whole answer that is not in the form that was asked for in words is sent back once, with what is wrong with it. */
  'json-by-asking-again',
  /** Reasoning is switched by a word at the end of the last user message. */
  'reasoning-by-prompt',
  /** Reasoning written into the answer between marks becomes reasoning. */
  'reasoning-from-text',
  /** An assistant's turn that must carry its reasoning, and whose reasoning is not known, carries an empty one. */
  'empty-reasoning',
  /** The limit of tokens is said, because the endpoint's own would cut the answer. */
  'explicit-token-limit',
  /** Stop sequences beyond what the endpoint takes are looked for here, and the answer is cut there. */
  'stop-locally',
  /** An endpoint that only streams is asked for a stream, which is gathered. */
  'gather-stream',
] as const
export type BridgeName = (typeof BRIDGES)[number]
export const ALL_BRIDGES: ReadonlySet<BridgeName> = new Set(BRIDGES)

/** A bridge is needed and switched off. One sentence. */
export type Unbridged = { readonly kind: 'unbridged'; readonly bridge: BridgeName; readonly path: string; readonly message: string }

/** What one call needs beyond its endpoint: which bridges were used, what is declared of it, and the first that may not be used. */
export class Bridging {
  readonly warnings: Warning[] = []
  private readonly allowed: ReadonlySet<BridgeName>
  private readonly used = new Set<BridgeName>()
  private refused: Unbridged | undefined

  constructor(allowed: ReadonlySet<BridgeName>) {
    this.allowed = allowed
  }

  /** Notes that a bridge is used for what stands at `path`. False when it is switched off; the call is then refused in the end. */
  cross(bridge: BridgeName, path: string, weight: Warning['weight'], message: string): boolean {
    if (!this.allowed.has(bridge)) {
      this.refused ??= { kind: 'unbridged', bridge, path, message: `${message}, and the bridge \`${bridge}\` is switched off` }
      return false
    }
    this.used.add(bridge)
    this.warn({ kind: 'emulated', weight, path, message: `${message} (\`${bridge}\`)` })
    return true
  }

  dropped(weight: Warning['weight'], path: string, message: string): void {
    this.warn({ kind: 'dropped', weight, path, message })
  }

  approximated(weight: Warning['weight'], path: string, message: string): void {
    this.warn({ kind: 'approximated', weight, path, message })
  }

  get bridges(): readonly BridgeName[] {
    return [...this.used]
  }

  conclude<T>(value: T): Result<T, Unbridged> {
    return this.refused === undefined ? ok(value) : err(this.refused)
  }

  private warn(warning: Warning): void {
    if (!this.warnings.some(({ path, message }) => path === warning.path && message === warning.message)) this.warnings.push(warning)
  }
}
