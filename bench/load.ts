// The load generator, a process of its own: keep-alive connections, a fixed number of calls in flight, each answer checked.
import { fork } from 'node:child_process'
import { Pool } from 'undici'
import { cpuOf, HOST } from './processes.ts'

/** What is sent: the body sizes of the benchmark, in bytes, and whether the answer is streamed. */
export type Case = { readonly stream: boolean; readonly size: number }
/** Where it is sent, as what model, and whose CPU time is read at both ends of the measured window. */
export type Aim = {
  readonly port: number
  readonly pid: number
  readonly path: string
  readonly model: string
  readonly headers: readonly string[]
  /** What the caller speaks; OpenAI's chat where it is left out. */
  readonly dialect?: 'anthropic-messages'
}
export type Load = {
  /** Sent in turn. */
  readonly mix: readonly { readonly aim: Aim; readonly case: Case }[]
  readonly concurrency: number
  /**
   * Seconds before the window opens, and its length: at least `seconds`, longer (five times at most) until four calls a place in
   * flight have ended, so that slow targets are not judged by a handful.
   */
  readonly warm: number
  readonly seconds: number
}
/** Of the window: latencies in milliseconds, CPU of the first aim's process tree in microseconds per call. */
export type Measured = {
  readonly calls: number
  readonly failures: number
  readonly firstFailure: string
  readonly seconds: number
  readonly callsPerSecond: number
  readonly cpu: number
  readonly p50: number
  readonly p99: number
}

const TEXT = 'Toute personne a droit à l’éducation.\n"Education shall be free", at least in the elementary stages. '
/** A request whose UTF-8 is `size` bytes long, or a little over: the same question in either dialect. */
export const bodyOf = ({ stream, size }: Case, model: string, dialect?: Aim['dialect']): Buffer => {
  const make = (content: string) => {
    const system = 'Answer briefly.'
    const question = { role: 'user', content }
    const asked = dialect === undefined ? { messages: [{ role: 'system', content: system }, question] } : { system, messages: [question] }
    return Buffer.from(JSON.stringify({ model, ...asked, max_tokens: 64, ...(stream ? { stream: true } : {}) }))
  }
  const room = size - make('').length
  const repeat = TEXT.repeat(Math.ceil(room / TEXT.length) + 1)
  let characters = Math.max(1, room)
  while (characters > 1 && make(repeat.slice(0, characters)).length > size) characters -= Math.max(1, Math.floor(characters / 500))
  return make(repeat.slice(0, characters))
}

type Shot = {
  readonly pool: Pool
  readonly path: string
  readonly headers: string[]
  readonly body: Buffer
  readonly stream: boolean
  readonly end: Buffer
}
/** What a stream's last event holds. */
const ENDS = { 'openai-chat': Buffer.from('data: [DONE]'), 'anthropic-messages': Buffer.from('"type":"message_stop"') } as const

const run = async ({ mix, concurrency, warm, seconds }: Load): Promise<Measured> => {
  const pools = new Map<number, Pool>()
  const poolAt = (port: number): Pool => {
    const pool = pools.get(port) ?? new Pool(`http://${HOST}:${port}`, { connections: concurrency, pipelining: 1, bodyTimeout: 60_000 })
    pools.set(port, pool)
    return pool
  }
  const shots = mix.map(({ aim, case: each }): Shot => {
    const headers = ['content-type', 'application/json', 'accept', '*/*', 'user-agent', 'bench', ...aim.headers]
    return {
      pool: poolAt(aim.port),
      path: aim.path,
      headers,
      body: bodyOf(each, aim.model, aim.dialect),
      stream: each.stream,
      end: ENDS[aim.dialect ?? 'openai-chat'],
    }
  })
  const pid = mix[0]?.aim.pid ?? 0
  const times: number[] = []
  const seen = { failures: 0, firstFailure: '' }
  let [turn, running, ending, opened, cpuBefore] = [0, 0, false, 0, 0]
  let finished: () => void = () => {}
  const over = new Promise<void>((resolve) => {
    finished = resolve
  })
  const one = (): void => {
    const shot = shots[turn++ % shots.length]
    if (ending || shot === undefined) {
      if (running === 0) finished()
      return
    }
    running++
    const began = performance.now()
    let status = 0
    let last: Buffer = Buffer.alloc(0)
    const done = (failure: string): void => {
      running--
      if (opened > 0 && !ending) {
        if (failure === '') times.push(performance.now() - began)
        else if (seen.failures++ === 0) seen.firstFailure = failure
      }
      setImmediate(one)
    }
    shot.pool.dispatch(
      { path: shot.path, method: 'POST', headers: shot.headers, body: shot.body },
      {
        onRequestStart: () => {},
        onResponseStart: (_controller, code) => {
          status = code
        },
        onResponseData: (_controller, chunk) => {
          last = chunk.length < shot.end.length * 2 ? Buffer.concat([last.subarray(-shot.end.length), chunk]) : chunk
        },
        onResponseEnd: () => {
          const whole = shot.stream ? last.includes(shot.end) : last.at(-1) === 125
          done(status === 200 && whole ? '' : `status ${status}, answer ends with ${last.toString('utf8').slice(-300)}`)
        },
        onResponseError: (_controller, error) => done(error.message),
      },
    )
  }
  let measured: Measured | undefined
  const close = (): void => {
    ending = true
    const cpu = cpuOf(pid) - cpuBefore
    const elapsed = (performance.now() - opened) / 1000
    times.sort((a, b) => a - b)
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
    const rate = times.length / elapsed
    measured = {
      calls: times.length,
      ...seen,
      seconds: elapsed,
      callsPerSecond: rate,
      cpu: cpu / times.length,
      p50: at(0.5),
      p99: at(0.99),
    }
  }
  for (let i = 0; i < concurrency; i++) one()
  await new Promise((resolve) => setTimeout(resolve, warm * 1000))
  cpuBefore = cpuOf(pid)
  opened = performance.now()
  const enough = (tries: number): void => {
    if (tries === 0 || times.length + seen.failures >= 4 * concurrency) close()
    else setTimeout(enough, (seconds * 1000) / 4, tries - 1)
  }
  setTimeout(enough, seconds * 1000, 16)
  await over
  await Promise.all([...pools.values()].map((pool) => pool.destroy()))
  if (measured === undefined) throw new Error('the window never closed')
  return measured
}

export type LoadGenerator = { fire(load: Load): Promise<Measured>; stop(): void }
export const startLoadGenerator = (): LoadGenerator => {
  const child = fork(import.meta.filename, ['serve'])
  process.once('exit', () => child.kill('SIGKILL'))
  return {
    fire: (load) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void => reject(new Error(`the load generator ended with ${code}`))
        child.once('exit', ended)
        child.once('message', (measured) => {
          child.off('exit', ended)
          resolve(measured as Measured)
        })
        child.send(load)
      }),
    stop: () => child.disconnect(),
  }
}

if (process.argv[1] === import.meta.filename && process.argv[2] === 'serve')
  process.on('message', (load) => {
    run(load as Load).then((measured) => process.send?.(measured))
  })
