// The engine's own process: a native assertion here ends this process and nothing else. Started by supervisor.ts.
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { err, ok, type Result } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import { type InferenceFailure, loadInference } from './inference.ts'
import type { EngineMessage, StartMessage } from './messages.ts'
import { engineServer } from './server.ts'

const tell = (message: EngineMessage): void => {
  process.send?.(message)
}
const random = (length: number): Uint8Array => randomBytes(length)
const clock = () => epochMillis(Math.round(performance.timeOrigin + performance.now()))

const start = async ({ name, socketPath, sha256, inference: options }: StartMessage): Promise<Result<void, InferenceFailure>> => {
  const began = performance.now()
  const digest = await digestOf(options.modelPath)
  if (!digest.ok) return digest
  if (sha256 !== undefined && sha256 !== digest.value) {
    return unusable(`the model file has SHA-256 ${digest.value}, but ${sha256} is required`)
  }
  const inference = await loadInference(options, random)
  if (!inference.ok) return inference
  const server = engineServer({ name, digest: digest.value, inference: inference.value, clock, random })
  // What a killed engine left behind would make listening fail.
  rmSync(socketPath, { force: true })
  process.umask(0o077)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve))
  const { contextTokens } = inference.value
  tell({ kind: 'ready', sha256: digest.value, contextTokens, loadMilliseconds: Math.round(performance.now() - began) })
  return ok(undefined)
}

const digestOf = async (path: string): Promise<Result<string, InferenceFailure>> => {
  const hash = createHash('sha256')
  try {
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(part as Buffer)
  } catch (failure) {
    return unusable(`the model file cannot be read: ${failure instanceof Error ? failure.message : String(failure)}`)
  }
  return ok(hash.digest('hex'))
}

const unusable = (message: string): Result<never, InferenceFailure> => err({ kind: 'model-unusable', message })

// Whoever started this process is gone: nobody is left to serve, and nobody to stop it.
process.once('disconnect', () => process.exit(0))
// A terminal's interrupt reaches the whole group; the supervisor decides when this process ends, after calls have drained.
process.on('SIGINT', () => {})
process.once('message', (message: StartMessage) => {
  start(message)
    .catch((failure: unknown) => unusable(failure instanceof Error ? failure.message : String(failure)))
    .then((started) => {
      if (started.ok) return
      tell({ kind: 'unusable', message: started.error.message })
      // The channel must have carried the message before the process ends.
      process.disconnect?.()
      process.exitCode = 1
    })
})
