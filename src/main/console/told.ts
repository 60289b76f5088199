/** What one side tells as it comes and the other reads when it can, a JSON object to a line. */
export class Told<Line> {
  readonly #waiting: Line[] = []
  #isOver = false
  #wake: (() => void) | undefined

  tell(line: Line): void {
    this.#waiting.push(line)
    this.#wake?.()
  }

  over(): void {
    this.#isOver = true
    this.#wake?.()
  }

  /** Each line once. `leave`: whoever read stopped before the end. */
  async *lines(leave: () => void): AsyncGenerator<string> {
    try {
      while (true) {
        const lines = this.#waiting.splice(0)
        if (lines.length > 0) yield lines.map((line) => `${JSON.stringify(line)}\n`).join('')
        else if (this.#isOver) return
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
      }
    } finally {
      if (!this.#isOver) leave()
    }
  }
}
