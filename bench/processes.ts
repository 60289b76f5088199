// What a process and all it started have used, as the Linux kernel counts it, and servers that are started and stopped.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'

export const HOST = '127.0.0.1'
const MICROS_PER_TICK = 1e6 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
const PAGE = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }))

/** The fields of /proc/PID/stat after the name (which may hold spaces): [0] is the state, [1] the parent, proc(5) counts from 3. */
const statOf = (pid: number): readonly string[] | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** A process and its descendants. */
const treeOf = (root: number): readonly number[] => {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const parent = Number.isInteger(pid) ? statOf(pid)?.[1] : undefined
    if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/** CPU time in microseconds of a process tree, threads included, and of children that have ended; steps of one clock tick. */
export const cpuOf = (root: number): number => {
  let ticks = 0
  for (const pid of treeOf(root)) {
    const stat = statOf(pid)
    // utime, stime, cutime, cstime
    for (let field = 11; field <= 14; field++) ticks += Number(stat?.[field] ?? 0)
  }
  return ticks * MICROS_PER_TICK
}

/** Resident memory in bytes of a process tree; pages that two of its processes share count twice. */
export const residentOf = (root: number): number => treeOf(root).reduce((sum, pid) => sum + Number(statOf(pid)?.[21] ?? 0) * PAGE, 0)

/** What a process holds open, the sockets among it counted. */
export const descriptorsOf = (pid: number): { readonly all: number; readonly sockets: number } => {
  const targets = readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)]
    } catch {
      return []
    }
  })
  return { all: targets.length, sockets: targets.filter((target) => target.startsWith('socket:')).length }
}

export type Running = { readonly process: ChildProcess; readonly pid: number; printed(): string; stop(): Promise<void> }

/** Starts a program; what it prints is kept, so that a failure can be told. Stopped with `SIGTERM`, after ten seconds with `SIGKILL`. */
export const start = (command: string, argv: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Running => {
  const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-20_000)
    })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', (failure) => {
      text += failure.message
      resolve()
    })
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const last = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(last)
  }
  process.once('exit', () => child.kill('SIGKILL'))
  return { process: child, pid: child.pid ?? 0, printed: () => text, stop }
}

/** Waits until `ready` holds; fails with what the program printed when it ends or two minutes pass first. */
export const waitFor = async <T>(running: Running, ready: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  const deadline = performance.now() + 120_000
  for (;;) {
    const value = await ready()
    if (value !== undefined) return value
    const { exitCode, signalCode } = running.process
    if (exitCode !== null || signalCode !== null || running.pid === 0 || performance.now() > deadline)
      throw new Error(`it did not become ready: ${running.printed().trim().split('\n').slice(-8).join('\n')}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** `true` once somebody accepts connections at the port. */
export const accepts = (port: number): Promise<true | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(undefined))
    socket.once('connect', () => socket.destroy())
  })

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, HOST, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
