import type { IncomingMessage, ServerResponse } from 'node:http'
import { err, ok, type Result } from '../../core/result.ts'
import type { ConsoleFailure } from '../../http/console/handlers.ts'
import type { Operations } from '../admin.ts'
import type { PolicyOrder } from '../policy-versions.ts'
import { ConsoleEvents } from './events.ts'
import type { ConsoleGround } from './ground.ts'

type DoorOptions = Omit<ConsoleGround, 'events' | 'operate' | 'reload' | 'enforce'> & {
  readonly operations: () => Operations
  readonly reload: () => Promise<Result<string, Sentences>>
  readonly enforce: (order: PolicyOrder) => Promise<Result<void, Sentences>>
  /** One sentence for the operator. */
  readonly say: (sentence: string) => void
}
type Sentences = { readonly messages: readonly string[] }
type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** Where browsers come in. The console itself is loaded when the first one does. */
export class ConsoleDoor {
  readonly events = new ConsoleEvents()
  readonly #options: DoorOptions
  #listener: Promise<Listener> | undefined

  constructor(options: DoorOptions) {
    this.#options = options
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
    return openConsole(this.#ground(), (fault) => this.#fault(fault))
  }

  #ground(): ConsoleGround {
    const { operations, reload, enforce, ...ground } = this.#options
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

  #fault(fault: unknown): void {
    this.#options.say(`a fault in the console's own code: ${fault instanceof Error ? fault.stack : String(fault)}`)
  }
}
