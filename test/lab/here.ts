// A command of the owner's, run in this process: what it says, and how it ends.
import { type Command, runCommand } from '../../src/main/command.ts'
import type { Ran } from '../end-to-end/allod.ts'

export const here = async (command: Command, ...argv: readonly string[]): Promise<Ran> => {
  const [out, error]: [string[], string[]] = [[], []]
  const terminal = { out: (text: string) => out.push(text), error: (text: string) => error.push(text), isTerminal: false, environment: {} }
  const code = await runCommand(command, argv, terminal)
  return { code, out: out.join('\n'), error: error.join('\n') }
}
