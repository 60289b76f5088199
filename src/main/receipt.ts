import { writeFileSync } from 'node:fs'
import { isJsonObject, type Json } from '../core/json.ts'
import { type Command, EXIT, UsageFailure } from './command.ts'
import { EXCHANGE_OPTIONS, operate } from './owner.ts'

/** `allod receipt`: the record of a call with its proof, in one file that verifies offline. */
export const receipt: Command = {
  name: 'receipt',
  summary: 'Fetches the receipt of a call. Before its checkpoint exists (at most a second), a signed promise.',
  usage: ['receipt <call> [--out FILE] [--border]'],
  options: {
    out: { value: 'FILE', text: 'write it there instead of to the terminal' },
    border: { text: 'of its border crossing instead of its outcome' },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['receipt call_01JD… --out answer.receipt'],
  async run(given, terminal) {
    const [call, ...more] = given.positionals
    if (call === undefined || more.length > 0)
      throw new UsageFailure('give one call id; it stands in the header `allod-call` of its answer')
    const out = given.text('out')
    let written: string | undefined
    const show = (value: Json) => {
      const text = isJsonObject(value) ? String(value.text) : ''
      if (out === undefined) terminal.out(text.trimEnd())
      else written = write(out, text)
    }
    const code = await operate('receipt', { call, border: given.flag('border') }, { given, terminal, show })
    if (written === undefined) return code
    terminal.error(`allod receipt: ${written}`)
    return EXIT.unavailable
  },
}

/** The sentence to print when the file could not be written. */
const write = (file: string, text: string): string | undefined => {
  try {
    writeFileSync(file, text)
    return undefined
  } catch (failure) {
    return `cannot write \`${file}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unknown'}`
  }
}
