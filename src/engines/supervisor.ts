import { type ChildProcess, fork } from 'node:child_process'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { err, ok, type Result } from '../core/result.ts'
import { type Millis, millis } from '../core/units.ts'
import type { EngineMessage, StartMessage } from './messages.ts'

export type EngineOptions = {
  /** The model name callers use at this engine. */
  readonly name: string
  /** Any GGUF file. */
  readonly modelPath: string
  /** Where the engine listens; replaced when it exists, open to this user only. At most 103 bytes. */
  readonly socketPath: string
  /** Hex SHA-256 the file must have. */
  readonly sha256?: string
  /** Tokens one call can hold; by default what the model was trained on, at most 4096. */
  readonly contextTokens?: number
  /** Calls computed at the same time; 4 by default. Each has a context of its own in memory. */
  readonly parallel?: number
  /** Calls that may wait for a place; 64 by default. */
  readonly maxWaiting?: number
  /** Processor threads. */
  readonly threads: number
  /** false by default: no graphics processor is looked for. */
  readonly gpu?: 'auto' | false
  /** Environment variables the process gets; none by default. A driver of a graphics processor may need some. */
  readonly environment?: Readonly<Record<string, string>>
  /** Must not throw. */
  readonly onEvent?: (event: EngineEvent) => void
  readonly timing?: Partial<EngineTiming>
}

export type EngineTiming = {
  /** Wait before the first restart; doubled for each that follows, up to `longestWait`. */
  readonly firstWait: Millis
  readonly longestWait: Millis
  /** After this long without trouble the next wait is `firstWait` again. */
  readonly settled: Millis
  readonly healthInterval: Millis
  readonly healthTimeout: Millis
  /** From spawn to ready. A large model on a slow disk takes minutes. */
  readonly loadTimeout: Millis
}
const TIMING: EngineTiming = {
  firstWait: millis(200),
  longestWait: millis(30_000),
  settled: millis(60_000),
  healthInterval: millis(5_000),
  healthTimeout: millis(15_000),
  loadTimeout: millis(600_000),
}
/** Health checks that may fail in a row. */
const PATIENCE = 3

/** What an operator and the log should know. `engine-exited` means that calls in the engine at that moment failed. */
export type EngineEvent =
  | { readonly kind: 'engine-ready'; readonly name: string; readonly pid: number; readonly loadMilliseconds: number }
  | {
      readonly kind: 'engine-exited'
      readonly name: string
      readonly code: number | null
      /** For example `SIGKILL` or `SIGABRT`, which is what a native assertion ends with. */
      readonly signal: string | null
      /** The last lines the process wrote to its error output. */
      readonly said: string
      readonly restartIn: Millis
    }
  | { readonly kind: 'engine-restarted'; readonly name: string; readonly pid: number; readonly loadMilliseconds: number }
  | { readonly kind: 'engine-unhealthy'; readonly name: string; readonly message: string }
  | { readonly kind: 'engine-failed'; readonly name: string; readonly message: string }

export type EngineState = 'starting' | 'ready' | 'restarting' | 'failed' | 'stopped'
export type EngineFailure = { readonly kind: 'engine-failed'; readonly message: string }
export type EngineReady = { readonly sha256: string; readonly contextTokens: number; readonly loadMilliseconds: number }

export type Engine = {
  state(): EngineState
  /** The process that serves now, for monitoring. */
  pid(): number | undefined
  /** Settles once: when the engine first answers, or when it says that it never will. */
  readonly ready: Promise<Result<EngineReady, EngineFailure>>
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>
}

const LONGEST_SOCKET_PATH = 103
const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))

/**
 * Starts a local engine in a process of its own and keeps it running: one that dies is restarted, ever more patiently.
 * An engine that says by itself, before it was ever ready, that its model cannot be used is not tried again.
 */
export const startEngine = (options: EngineOptions): Engine => {
  if (Buffer.byteLength(options.socketPath) > LONGEST_SOCKET_PATH) {
    const message = `the socket path is longer than ${LONGEST_SOCKET_PATH} bytes, which the system does not allow`
    return {
      state: () => 'failed',
      pid: () => undefined,
      ready: Promise.resolve(err({ kind: 'engine-failed', message })),
      stop: async () => {},
    }
  }
  return supervise(options, { ...TIMING, ...options.timing })
}

const supervise = (options: EngineOptions, timing: EngineTiming): Engine => {
  const { name, onEvent = () => {} } = options
  let state: EngineState = 'starting'
  let life: Life | undefined
  let wait = timing.firstWait
  let restart: NodeJS.Timeout | undefined
  let everReady = false
  let settle: (result: Result<EngineReady, EngineFailure>) => void = () => {}
  const ready = new Promise<Result<EngineReady, EngineFailure>>((resolve) => {
    settle = resolve
  })
  const begin = (): void => {
    life = live(options, timing, {
      ready(pid, details) {
        state = 'ready'
        onEvent({ kind: everReady ? 'engine-restarted' : 'engine-ready', name, pid, loadMilliseconds: details.loadMilliseconds })
        everReady = true
        settle(ok(details))
      },
      unusable(message) {
        if (everReady) return
        state = 'failed'
        onEvent({ kind: 'engine-failed', name, message })
        settle(err({ kind: 'engine-failed', message }))
      },
      unhealthy: (message) => onEvent({ kind: 'engine-unhealthy', name, message }),
      settled() {
        wait = timing.firstWait
      },
      ended(code, signal, said) {
        life = undefined
        if (state === 'stopped' || state === 'failed') return
        state = 'restarting'
        onEvent({ kind: 'engine-exited', name, code, signal, said, restartIn: wait })
        restart = setTimeout(begin, wait)
        wait = millis(Math.min(wait * 2, timing.longestWait))
      },
    })
  }
  begin()
  return {
    state: () => state,
    pid: () => life?.pid,
    ready,
    async stop() {
      state = 'stopped'
      clearTimeout(restart)
      settle(err({ kind: 'engine-failed', message: 'the engine was stopped before it was ready' }))
      await life?.kill()
    },
  }
}

/** One process from its start to its end. */
type Life = {
  readonly pid: number | undefined
  /** Resolves when the process is gone. */
  kill(): Promise<void>
}
type LifeEvents = {
  ready(pid: number, details: EngineReady): void
  /** The process says that it cannot serve this model; it ends by itself. */
  unusable(message: string): void
  /** The process no longer answers; it is killed. */
  unhealthy(message: string): void
  /** It has been well for a while. */
  settled(): void
  /** Called once, last. */
  ended(code: number | null, signal: string | null, said: string): void
}

const live = (options: EngineOptions, timing: EngineTiming, tell: LifeEvents): Life => {
  const worker = startProcess(options)
  let said = ''
  let over = false
  let stopWatching = (): void => {}
  worker.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000)
  })
  const loading = setTimeout(() => {
    said += `the model was not loaded within ${timing.loadTimeout} ms`
    worker.kill('SIGKILL')
  }, timing.loadTimeout)
  worker.on('message', (message: EngineMessage) => {
    clearTimeout(loading)
    if (message.kind === 'unusable') {
      said = message.message
      return tell.unusable(message.message)
    }
    stopWatching = watchHealth(options.socketPath, timing, {
      settled: tell.settled,
      unhealthy: (why) => {
        tell.unhealthy(why)
        worker.kill('SIGKILL')
      },
    })
    const { sha256, contextTokens, loadMilliseconds } = message
    tell.ready(worker.pid ?? 0, { sha256, contextTokens, loadMilliseconds })
  })
  const gone = new Promise<void>((resolve) => {
    const end = (code: number | null, signal: string | null): void => {
      if (over) return
      over = true
      clearTimeout(loading)
      stopWatching()
      resolve()
      tell.ended(code, signal, said.trim())
    }
    worker.once('exit', end)
    worker.on('error', (failure) => {
      said += failure.message
      // A process that could not be started never exits.
      if (worker.pid === undefined) end(null, null)
    })
  })
  return {
    pid: worker.pid,
    kill() {
      // It holds nothing that must be written down, and the library's own farewell can take seconds.
      worker.kill('SIGKILL')
      return gone
    },
  }
}

const startProcess = (options: EngineOptions): ChildProcess => {
  const child = fork(WORKER, {
    // The process computes on whatever callers send: it has no business with this process's secrets.
    env: { ...options.environment },
    // Only what loads this package's own files: below node_modules they need a hook that strips their types.
    execArgv: process.execArgv.filter((argument, index, all) => argument === '--import' || all[index - 1] === '--import'),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const message: StartMessage = {
    kind: 'start',
    name: options.name,
    socketPath: options.socketPath,
    sha256: options.sha256?.toLowerCase(),
    inference: {
      modelPath: options.modelPath,
      contextTokens: options.contextTokens,
      parallel: options.parallel ?? 4,
      maxWaiting: options.maxWaiting ?? 64,
      threads: options.threads,
      gpu: options.gpu ?? false,
    },
  }
  child.send(message, () => {})
  return child
}

/** Asks the engine for its health now and then; calls `unhealthy` once when it stays silent. Returns how to stop asking. */
const watchHealth = (
  socketPath: string,
  timing: EngineTiming,
  tell: { readonly settled: () => void; readonly unhealthy: (why: string) => void },
): (() => void) => {
  let failures = 0
  const asking = setInterval(() => {
    askHealth(socketPath, timing.healthTimeout).then((answered) => {
      failures = answered.ok ? 0 : failures + 1
      if (answered.ok || failures < PATIENCE) return
      stop()
      tell.unhealthy(answered.error)
    })
  }, timing.healthInterval)
  const calm = setTimeout(tell.settled, timing.settled)
  const stop = (): void => {
    clearInterval(asking)
    clearTimeout(calm)
  }
  asking.unref()
  calm.unref()
  return stop
}

const askHealth = (socketPath: string, timeout: Millis): Promise<Result<void, string>> =>
  new Promise((resolve) => {
    const asked = request({ socketPath, path: '/health', timeout, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200 ? ok(undefined) : err(`the engine answered its health check with ${response.statusCode}`))
    })
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${timeout} ms`)))
    asked.on('error', (failure) => resolve(err(`the engine's health check failed: ${failure.message}`)))
    asked.end()
  })
