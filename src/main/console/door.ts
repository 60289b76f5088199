import type { IncomingMessage, ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import { err, ok, type Result } from '../../core/result.ts'
import { type Environment, WatchedText } from '../../http/authentication/watched-text.ts'
import type { ConsoleFailure } from '../../http/console/handlers.ts'
import { type RunningConsole, startConsole } from '../../http/console/server.ts'
import type { Operations } from '../admin.ts'
import { isLoopback, parseListen } from '../listen.ts'
import type { PolicyOrder } from '../policy-versions.ts'
import { ConsoleEvents } from './events.ts'
import type { ConsoleGround } from './ground.ts'
import { addressOf, isOnExchange, ownListeners } from './place.ts'

type DoorOptions = Omit<ConsoleGround, 'events' | 'operate' | 'reload' | 'enforce'> & {
  readonly operations: () => Operations
  readonly reload: () => Promise<Result<string, Sentences>>
  readonly enforce: (order: PolicyOrder) => Promise<Result<void, Sentences>>
  readonly environment: Environment
  /** One sentence for the operator. */
  readonly say: (sentence: string) => void
}
/** What only the door knows of its console. */
export type ConsolePlace = {
  /** Where people reach it, without a path. */
  readonly address: string
  /** Whether only this machine can. */
  readonly isLocalOnly: boolean
  /** Of the provider that people sign in with, where there is one that needs it. */
  readonly clientSecret: string | undefined
}
type Sentences = { readonly messages: readonly string[] }
type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** Where browsers come in. The console itself is loaded when the first one does. */
export class ConsoleDoor {
  readonly events = new ConsoleEvents()
  readonly #options: DoorOptions
  #listener: Promise<Listener> | undefined
  #own: readonly RunningConsole[] = []
  #place: ConsolePlace | undefined

  constructor(options: DoorOptions) {
    this.#options = options
  }

  /** Whether the exchange's own listener at this host serves it. */
  isOnExchange(host: string): boolean {
    return isOnExchange(this.#options.exchange().loaded.configuration, host)
  }

  /** Where people reach the console, without a path; undefined where it is served nowhere. */
  get address(): string | undefined {
    return this.#place?.address
  }

  /** Starts its own listeners. `exchange`: where the exchange's own listener serves it too. Rejects when an address cannot be taken. */
  async listen(exchange: string | undefined): Promise<Result<void, Sentences>> {
    const { configuration } = this.#options.exchange().loaded
    const secret = this.#clientSecret()
    if (!secret.ok) return secret
    const wanted = ownListeners(configuration).map(parseListen)
    for (const listen of wanted) this.#own = [...this.#own, await startConsole(listen, this.open)]
    const own = this.#own.map(({ url }) => url)
    const address = addressOf(configuration, exchange, own)
    const served = [...(exchange === undefined ? [] : [exchange]), ...own]
    const isLocalOnly = served.every((url) => isLoopback(new URL(url).hostname))
    this.#place = address === undefined ? undefined : { address, isLocalOnly, clientSecret: secret.value }
    for (const url of own) this.#options.say(`administrators are served at ${url}/admin/v1`)
    return ok(undefined)
  }

  async close(): Promise<void> {
    await Promise.all(this.#own.map((server) => server.close()))
  }

  readonly open = (request: IncomingMessage, response: ServerResponse): void => {
    this.#listener ??= this.#load()
    this.#listener
      .then((listener) => listener(request, response))
      .catch((fault: unknown) => {
        this.#fault(fault)
        response.destroy()
      })
  }

  async #load(): Promise<Listener> {
    const { openConsole } = await import('./index.ts')
    const place = this.#place ?? { address: 'http://localhost', isLocalOnly: true, clientSecret: undefined }
    return openConsole(this.#ground(), place, (fault) => this.#fault(fault))
  }

  #ground(): ConsoleGround {
    const { operations, reload, enforce, environment: _, say: __, ...ground } = this.#options
    const refused = ({ messages }: Sentences) => err<ConsoleFailure>({ kind: 'refused', message: messages.join('; ') })
    return {
      ...ground,
      events: this.events,
      operate: async (name, input, who) => {
        const operation = operations()[name]
        if (operation === undefined) return err({ kind: 'not-found', message: `there is no operation \`${name}\`` })
        return operation(input, who)
      },
      reload: async () => {
        const reloaded = await reload()
        return reloaded.ok ? ok(reloaded.value) : refused(reloaded.error)
      },
      enforce: async (order) => {
        const enforced = await enforce(order)
        return enforced.ok ? ok(enforced.value) : refused(enforced.error)
      },
    }
  }

  #clientSecret(): Result<string | undefined, Sentences> {
    const { configuration, folder } = this.#options.exchange().loaded
    const { clientSecretFile: file, clientSecretEnvironment: environment } = configuration.console.signIn.openid ?? {}
    if (file === undefined && environment === undefined) return ok(undefined)
    const source = file === undefined ? { environment: environment ?? '' } : { file: resolve(folder, file) }
    const opened = WatchedText.open(source, this.#options.environment, ok)
    return opened.ok ? ok(opened.value.value) : err({ messages: [`\`console.signIn.openid\`: ${opened.error.message}`] })
  }

  #fault(fault: unknown): void {
    this.#options.say(`a fault in the console's own code: ${fault instanceof Error ? fault.stack : String(fault)}`)
  }
}
