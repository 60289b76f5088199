import { checkPolicies } from '../policy/check.ts'
import { formatCheck } from '../policy/check-format.ts'
import { checkInput } from './check-input.ts'
import { type Command, EXIT, type ExitCode, type Given, type Terminal, UsageFailure } from './command.ts'
import type { Configuration } from './config-schema.ts'
import { type Law, readLaw } from './law.ts'
import { EXCHANGE_OPTIONS, loadGiven } from './owner.ts'
import { readDay } from './who.ts'

/** `allod policy`: the law in force, and the exhaustive checker over a configuration. */
export const policy: Command = {
  name: 'policy',
  summary:
    'Shows the policies in force, or checks every tenant, class, purpose, endpoint and failure state. Exit code 1 when the check fails.',
  usage: ['policy check [options]', 'policy show [options]'],
  options: { on: { value: 'DATE', text: 'the day to answer for (default: today)' }, ...EXCHANGE_OPTIONS },
  examples: ['policy check --config examples/hybrid/allod.yaml'],
  async run(given, terminal) {
    const [action, ...more] = given.positionals
    if ((action !== 'check' && action !== 'show') || more.length > 0) throw new UsageFailure('say `check` or `show`')
    const loaded = loadGiven(given, terminal)
    if (loaded === undefined) return EXIT.usage
    const law = readLaw(loaded, readDay(given.text('on')))
    if (!law.ok) {
      for (const message of law.error.messages) terminal.error(message)
      return EXIT.usage
    }
    return action === 'show' ? show(law.value, given, terminal) : check(loaded.configuration, law.value, given, terminal)
  },
}

const show = (law: Law, given: Given, terminal: Terminal): ExitCode => {
  if (given.flag('json')) terminal.out(JSON.stringify({ digest: law.policies.digest, texts: law.texts }, null, 2))
  else terminal.out([`# ${law.policies.digest}`, ...law.texts.map(({ name, text }) => `\n# ${name}\n${text.trimEnd()}`)].join('\n'))
  return EXIT.ok
}

const check = (configuration: Configuration, law: Law, given: Given, terminal: Terminal): ExitCode => {
  const report = checkPolicies(checkInput(configuration, law))
  if (!report.ok) {
    for (const { file, line, message } of report.error.problems)
      terminal.error(`${file}${line === undefined ? '' : `:${line}`}: ${message}`)
    return EXIT.usage
  }
  terminal.out(given.flag('json') ? JSON.stringify(report.value, null, 2) : formatCheck(report.value).trimEnd())
  return report.value.passes ? EXIT.ok : EXIT.no
}
