import { writeFileSync } from 'node:fs'
import { POWERS, type Power } from '../core/jurisdiction.ts'
import { type Exposure, exposureOf } from '../drills/exposure/exposure.ts'
import { exposurePage } from '../drills/exposure/html.ts'
import { exposureText } from '../drills/exposure/text.ts'
import { headline, type Written } from '../drills/exposure/words.ts'
import { type Command, EXIT, type ExitCode, type Given, type Terminal, UsageFailure } from './command.ts'
import { exposureGround, exposureJson } from './exposure-ground.ts'
import { readLaw } from './law.ts'
import { EXCHANGE_OPTIONS, loadGiven } from './owner.ts'
import { readLength, readWindow } from './traffic.ts'
import { readDay } from './who.ts'

/** `allod exposure`: who outside can see, stop and change what the owner runs, and who together could end it. */
export const exposure: Command = {
  name: 'exposure',
  summary:
    'What each outside country and company can see, stop and change of what you run, and who together could leave you without an answer.',
  usage: ['exposure [options]'],
  options: {
    power: { value: 'POWER', text: 'list the holders of one power only: see, stop or change' },
    window: { value: 'LENGTH', text: 'the log’s traffic to count, up to now, such as 12h or 90d (default: 30d)' },
    on: { value: 'DATE', text: 'the day to ask the facts for (default: today)' },
    html: { value: 'FILE', text: 'write the report as one page that needs nothing else' },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['exposure --config examples/hybrid/allod.yaml', 'exposure --window 90d --html exposure.html'],
  async run(given, terminal) {
    if (given.positionals.length > 0) throw new UsageFailure(`\`exposure\` takes no arguments such as \`${given.positionals[0]}\``)
    const powers = readPower(given.text('power'))
    const length = readLength(given.text('window') ?? '30d')
    const loaded = loadGiven(given, terminal)
    if (loaded === undefined) return EXIT.usage
    const law = readLaw(loaded, readDay(given.text('on')))
    if (!law.ok) {
      for (const message of law.error.messages) terminal.error(message)
      return EXIT.usage
    }
    const window = await readWindow(length, given, terminal)
    if (typeof window === 'number') return window
    const ground = exposureGround(loaded, law.value, window)
    const { configuration } = loaded
    const written = { exchange: configuration.exchange.name, currency: configuration.currency, factOf: ground.factOf }
    return show(exposureOf(ground), written, powers, given, terminal)
  },
}

const show = (answer: Exposure, written: Written, powers: readonly Power[], given: Given, terminal: Terminal): ExitCode => {
  const file = given.text('html')
  if (file !== undefined) {
    try {
      writeFileSync(file, exposurePage(answer, written, powers))
    } catch (failure) {
      terminal.error(`allod exposure: cannot write \`${file}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unknown'}`)
      return EXIT.unavailable
    }
  }
  if (given.flag('json')) terminal.out(JSON.stringify(exposureJson(answer, written), null, 2))
  else terminal.out(file === undefined ? exposureText(answer, written, powers) : `${headline(answer)} Written to ${file}.`)
  return EXIT.ok
}

const readPower = (text: string | undefined): readonly Power[] => {
  if (text === undefined) return POWERS
  const power = POWERS.find((each) => each === text)
  if (power === undefined) throw new UsageFailure(`\`${text}\` is no power; say see, stop or change`)
  return [power]
}
