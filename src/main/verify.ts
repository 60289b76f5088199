import { readFileSync, statSync } from 'node:fs'
import { type Openings, type Verdict, verify } from '#verifier'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from './command.ts'
import { dataPaths } from './paths.ts'

/** `allod verify`: uses @allod/verifier and the given files, and nothing else: no exchange, no network. Reports of drills and of the lab too. */
export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Verifies a receipt, or the report of a drill or a probe, offline. Exit code 0: valid, 1: invalid, 2: unusable input.',
  usage: ['verify <receipt> [--key VKEY|FILE]… [--request FILE] [--response FILE]', 'verify <report> [--key VKEY|FILE]'],
  options: {
    key: { value: 'VKEY|FILE', text: 'a verifier key, or a file of them (default: DATA/log.vkey)', multiple: true },
    data: { value: 'DIR', text: 'data directory (default: ./allod-data)' },
    request: { value: 'FILE', text: 'the exact body sent, to compare with the record' },
    response: { value: 'FILE', text: 'the exact body received, to compare with the record' },
    subject: { value: 'TEXT', text: 'the person named in the call, to compare with the record' },
  },
  examples: ['verify answer.receipt --key log.vkey', 'verify report.html --key log.vkey'],
  async run(given, terminal) {
    const [file, ...more] = given.positionals
    if (file === undefined || more.length > 0)
      throw new UsageFailure('give one receipt, such as `allod verify answer.receipt --key log.vkey`')
    const named = given.texts('key')
    const keys = named.length > 0 ? named.map(keyText) : [keyText(dataPaths(given.text('data') ?? 'allod-data').logVerifierKey)]
    const bytes = read(file, 'the receipt')
    const verdict = isReport(bytes)
      ? await (await import('./verify-report.ts')).verifyReport(bytes, keys)
      : await verify(bytes, keys, openings(given))
    terminal.out(given.flag('json') ? JSON.stringify(verdict, null, 2) : describe(verdict, terminal))
    return exitCode(verdict)
  },
}

/** What a receipt never begins with. */
const isReport = (bytes: Uint8Array): boolean =>
  /^(?:\{"note":|<!doctype html>)/.test(Buffer.from(bytes.subarray(0, 32)).toString('latin1'))

const exitCode = (verdict: ShownVerdict): ExitCode => (verdict.valid ? EXIT.ok : verdict.kind === 'unusable' ? EXIT.usage : EXIT.no)

/** What the verdict on any file says. */
export type ShownVerdict = Pick<Verdict, 'valid' | 'reasons' | 'proves' | 'doesNotProve'> & { readonly kind: Verdict['kind'] | 'report' }

const MAX_REPORT_BYTES = 1 << 26
const read = (file: string, what: string): Uint8Array => {
  try {
    if (statSync(file).size > MAX_REPORT_BYTES) throw new UsageFailure(`\`${file}\` is far larger than any receipt or report`)
    return readFileSync(file)
  } catch (failure) {
    if (failure instanceof UsageFailure) throw failure
    throw new UsageFailure(`cannot read ${what} \`${file}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unreadable'}`)
  }
}

/** A verifier key has two plus signs; anything else is the name of a file. */
const keyText = (given: string): string =>
  /^[^+\s]+\+[0-9a-f]{8}\+\S+$/.test(given) ? given : Buffer.from(read(given, 'the key')).toString('utf8')

const openings = (given: Given): Openings => {
  const [request, response, subject] = [given.text('request'), given.text('response'), given.text('subject')]
  return {
    ...(request === undefined ? {} : { request: read(request, 'the request') }),
    ...(response === undefined ? {} : { response: read(response, 'the response') }),
    ...(subject === undefined ? {} : { subject }),
  }
}

const describe = (verdict: ShownVerdict, terminal: Terminal): string => {
  const head = verdict.valid
    ? paint(terminal, 'green', verdict.kind === 'promise' ? 'valid (a promise: the record is not yet in a signed checkpoint)' : 'valid')
    : paint(terminal, 'red', verdict.kind === 'unusable' ? 'unusable' : 'invalid')
  const reasons = verdict.reasons.map(
    ({ ok, sentence }) => `  ${ok ? paint(terminal, 'green', '✓') : paint(terminal, 'red', '✗')} ${sentence}`,
  )
  const list = (title: string, sentences: readonly string[]) =>
    sentences.length > 0 ? ['', title, ...sentences.map((text) => `  ${text}`)] : []
  return [head, ...reasons, ...list('It proves:', verdict.proves), ...list('It does not prove:', verdict.doesNotProve)].join('\n')
}
