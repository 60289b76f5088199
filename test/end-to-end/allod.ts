// Starts the real thing, as its users do: `allod up` in a process of its own, and the command line beside it.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const ALLOD = join(ROOT, 'src/main/main.mjs')
const START_PATIENCE = 120_000

export const example = (name: string): string => join(ROOT, 'examples', name, 'allod.yaml')

export type Ran = { readonly code: number | null; readonly out: string; readonly error: string }
/** Runs one command to its end. */
export const allod = (...argv: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [ALLOD, ...argv], { cwd: ROOT, env: { NO_COLOR: '1' } })
    let [out, error] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      error += text
    })
    child.on('close', (code) => resolve({ code, out, error }))
  })

export type Started = {
  readonly url: string
  readonly data: string
  readonly process: ChildProcess
  /** The first key's secret. */
  readonly key: string
  /** All it has printed. */
  printed(): string
  /** Waits until it has printed something that fits. */
  prints(pattern: RegExp): Promise<void>
  /** Asks it to stop, waits for its end, and tells how it ended. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

export const newData = (): string => mkdtempSync(join(tmpdir(), 'allod-test-'))
export const removeData = (data: string): void => rmSync(data, { recursive: true, force: true })

/** Starts an exchange and waits for `ready`; rejects with what it printed when it ends before. */
export const startAllod = (data: string, ...options: readonly string[]): Promise<Started> => startThrough([], data, ...options)

/** Where a wrapper has given the exchange file systems of its own, the key is found only as the exchange sees it. */
const firstKey = (data: string, process: number | undefined): string => {
  const file = join(data, 'first.key')
  return existsSync(file) ? file : join(`/proc/${process}/root`, file)
}

/** The same, by a command that prepares its surroundings and then becomes what its last arguments name, such as `unshare --mount`. */
export const startThrough = async (wrapper: readonly string[], data: string, ...options: readonly string[]): Promise<Started> => {
  const own = [process.execPath, ALLOD, 'up', '--data', data, '--listen', '127.0.0.1:0', ...options]
  const [command = process.execPath, ...argv] = [...wrapper, ...own]
  const child = spawn(command, argv, { cwd: ROOT, env: { NO_COLOR: '1', PATH: process.env.PATH ?? '' } })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const prints = async (pattern: RegExp): Promise<void> => {
    const deadline = performance.now() + START_PATIENCE
    while (!pattern.test(text)) {
      if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadline)
        throw new Error(`no \`${pattern.source}\` in what it printed:\n${text}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  await prints(/^ready http\S+$/m)
  return {
    url: /^ready (http\S+)$/m.exec(text)?.[1] ?? '',
    data,
    process: child,
    key: readFileSync(firstKey(data, child.pid), 'utf8').trim(),
    printed: () => text,
    prints,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Tries again until it succeeds or half a minute has passed. */
export const eventually = async <T>(attempt: () => Promise<T>): Promise<T> => {
  const deadline = performance.now() + 30_000
  for (;;) {
    try {
      return await attempt()
    } catch (failure) {
      if (performance.now() > deadline) throw failure
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
