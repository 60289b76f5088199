// The endpoints of the soak, a process of their own: each in trouble or not, as it is told.
import { type ChildProcess, fork } from 'node:child_process'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import { type RawUpstream, startRawUpstream } from '../../test/faults/upstream.ts'
import { Chance } from './chance.ts'
import { ENDPOINTS, endpointNamed, type Reported, type StagedEndpoint, usageOf } from './stage.ts'
import { Answering, type Question, readQuestion, type Trouble } from './troubles.ts'

type Order = { readonly kind: 'trouble'; readonly endpoint: string; readonly trouble: Trouble | undefined } | { readonly kind: 'journal' }
/** `asked`: how many questions of each class came, by the class the caller wrote into them; `reported`: what it counted. */
export type Journal = Readonly<
  Record<string, { readonly asked: number; readonly internal: number; readonly reported: Reported; readonly connections: number }>
>
type Told = { readonly ports: Readonly<Record<string, number>> } | { readonly journal: Journal }

export type Endpoints = {
  readonly ports: Readonly<Record<string, number>>
  trouble(endpoint: string, trouble: Trouble | undefined): void
  journal(): Promise<Journal>
  stop(): void
}

export const startEndpoints = async (seed: number): Promise<Endpoints> => {
  const child = fork(import.meta.filename, ['serve', String(seed)])
  process.once('exit', () => child.kill('SIGKILL'))
  const { ports } = (await toldBy(child)) as Extract<Told, { ports: unknown }>
  const order = (order: Order) => child.send(order)
  return {
    ports,
    trouble: (endpoint, trouble) => order({ kind: 'trouble', endpoint, trouble }),
    journal: async () => {
      order({ kind: 'journal' })
      return ((await toldBy(child)) as Extract<Told, { journal: unknown }>).journal
    },
    stop: () => child.disconnect(),
  }
}
const toldBy = (child: ChildProcess): Promise<Told> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the endpoints ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (told) => {
      child.off('exit', ended)
      resolve(told as Told)
    })
  })

class RunningEndpoint {
  readonly port: number
  #upstream: RawUpstream | undefined
  #trouble: Trouble | undefined
  /** Its listener comes and goes in this order. */
  #changes: Promise<void> = Promise.resolve()
  #connections = 0
  #asked = 0
  #internal = 0
  readonly #reported: Record<string, number> = {}
  readonly #answering: Answering

  constructor(upstream: RawUpstream, { dialect }: StagedEndpoint, chance: Chance) {
    this.port = Number(new URL(upstream.baseUrl).port)
    this.#answering = new Answering(DIALECTS[dialect], chance, (question) => this.#count(question))
    this.#adopt(upstream)
  }

  comesInto(trouble: Trouble | undefined): void {
    this.#changes = this.#changes.then(async () => {
      this.#trouble = trouble
      if (trouble === 'refusing') await this.#close()
      else if (this.#upstream === undefined) this.#adopt(await this.#listen())
    })
  }

  journal(): Journal[string] {
    const connections = this.#connections + (this.#upstream?.connections ?? 0)
    return { asked: this.#asked, internal: this.#internal, reported: this.#reported, connections }
  }

  #adopt(upstream: RawUpstream): void {
    this.#upstream = upstream
    upstream.behaves((socket, request) => {
      this.#asked++
      if (request.includes('Class internal.')) this.#internal++
      this.#answering.answer(socket, readQuestion(request), this.#trouble)
    })
  }

  async #close(): Promise<void> {
    this.#connections += this.#upstream?.connections ?? 0
    await this.#upstream?.close()
    this.#upstream = undefined
  }

  /** Somebody's outgoing connection may have the port for a moment. */
  async #listen(): Promise<RawUpstream> {
    for (;;)
      try {
        return await startRawUpstream(this.port)
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
  }

  #count({ number }: Question): void {
    const { input, output } = usageOf(Number(number))
    const name = `${input} ${output}`
    this.#reported[name] = (this.#reported[name] ?? 0) + 1
  }
}

const serve = async (seed: number): Promise<void> => {
  const running = new Map<string, RunningEndpoint>()
  for (const [index, { name }] of ENDPOINTS.entries())
    running.set(name, new RunningEndpoint(await startRawUpstream(), endpointNamed(name), new Chance(seed * 100 + index)))
  process.on('message', (order: Order) => {
    if (order.kind === 'trouble') running.get(order.endpoint)?.comesInto(order.trouble)
    else process.send?.({ journal: Object.fromEntries([...running].map(([name, endpoint]) => [name, endpoint.journal()])) } satisfies Told)
  })
  process.once('disconnect', () => process.exit())
  process.send?.({ ports: Object.fromEntries([...running].map(([name, { port }]) => [name, port])) } satisfies Told)
}

if (process.argv[1] === import.meta.filename && process.argv[2] === 'serve') await serve(Number(process.argv[3]))
