import type { InferenceOptions } from './inference.ts'

/** What the supervisor tells the engine's process over their private channel, once. */
export type StartMessage = {
  readonly kind: 'start'
  readonly name: string
  readonly socketPath: string
  /** Hex SHA-256 the model file must have; absent: whatever it has. */
  readonly sha256: string | undefined
  readonly inference: InferenceOptions
}

/** What the engine's process tells the supervisor. */
export type EngineMessage =
  | { readonly kind: 'ready'; readonly sha256: string; readonly contextTokens: number; readonly loadMilliseconds: number }
  | { readonly kind: 'unusable'; readonly message: string }
