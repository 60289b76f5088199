import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** One question to the person at the terminal; what is `hidden` is not shown while it is typed. */
export type TerminalQuestion = { readonly text: string; readonly hidden?: boolean }

/** Asks on `output` and reads a line from `input`; undefined when there is no more to read. */
export const askAt =
  (input: NodeJS.ReadStream, output: NodeJS.WriteStream) =>
  ({ text, hidden = false }: TerminalQuestion): Promise<string | undefined> =>
    new Promise((resolve) => {
      // The line editor shows what is typed by writing it itself; where it writes to nothing, nothing is shown.
      const shown = hidden ? new Writable({ write: (_part, _encoding, done) => done() }) : output
      const lines = createInterface({ input, output: shown, terminal: true, historySize: 0, prompt: text })
      if (hidden) output.write(text)
      lines.prompt()
      let finished = false
      const finish = (line: string | undefined) => {
        if (finished) return
        finished = true
        // Its own listeners must run: an editor that goes on listening would show the next answer, hidden or not.
        lines.close()
        if (hidden || line === undefined) output.write('\n')
        resolve(line)
      }
      lines.once('line', finish)
      lines.once('SIGINT', () => finish(undefined))
      lines.once('close', () => finish(undefined))
    })
