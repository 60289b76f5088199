import { type Terminal, UsageFailure } from './command.ts'

export type Asked = {
  /** The option that answers without being asked, without `--`. */
  readonly option: string
  readonly text: string
  /** Said to a person beside the text. */
  readonly hint?: string
  /** Taken where nothing is answered. */
  readonly otherwise?: string
  readonly hidden?: boolean
  /** What is wrong with an answer, in one sentence. */
  readonly check?: (answer: string) => string | undefined
}

/** Questions with answers from the command line first, then from a person, then by default; what is left open is told in one sentence. */
export class Asker {
  readonly #terminal: Terminal
  readonly #ask: Terminal['ask']
  readonly #missing: string[] = []

  /** `asks` false: nobody is asked, as with `--yes`. */
  constructor(terminal: Terminal, asks: boolean) {
    this.#terminal = terminal
    this.#ask = asks ? terminal.ask : undefined
  }

  /** Whether somebody is there. */
  get asks(): boolean {
    return this.#ask !== undefined
  }

  async text(asked: Asked, given: string | undefined): Promise<string> {
    const { option, text: question, otherwise, check } = asked
    const hint = asked.hint === undefined ? '' : ` (${asked.hint})`
    if (given !== undefined) {
      const wrong = check?.(given)
      if (wrong !== undefined) throw new UsageFailure(`--${option}: ${wrong}`)
      return given
    }
    if (this.#ask === undefined) {
      if (otherwise === undefined) this.#missing.push(`--${option} (${question})`)
      return otherwise ?? ''
    }
    for (;;) {
      const answer = await this.#line(
        `${question}${hint}${otherwise === undefined || otherwise === '' ? '' : ` [${otherwise}]`}: `,
        asked.hidden,
      )
      const text = answer === '' && otherwise !== undefined ? otherwise : answer
      const wrong = text === '' && otherwise === undefined ? 'an answer is needed' : text === otherwise ? undefined : check?.(text)
      if (wrong === undefined) return text
      this.#terminal.error(wrong)
    }
  }

  /** `otherwise` where nobody is there. */
  async confirm(text: string, otherwise: boolean): Promise<boolean> {
    if (this.#ask === undefined) return otherwise
    const answer = (await this.#line(`${text} ${otherwise ? '[Y/n]' : '[y/N]'} `)).toLowerCase()
    return answer === '' ? otherwise : answer === 'y' || answer === 'yes'
  }

  /** To be called before an answer counts. */
  settle(): void {
    if (this.#missing.length > 0) throw new UsageFailure(`nobody can be asked here, so give ${this.#missing.join(', ')}`)
  }

  async #line(text: string, hidden = false): Promise<string> {
    const answer = await this.#ask?.({ text, hidden })
    if (answer === undefined) throw new UsageFailure('stopped; nothing was written')
    return answer.trim()
  }
}
