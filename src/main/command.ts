import { type ParseArgsOptionsConfig, parseArgs, styleText } from 'node:util'
import { nearest } from '../core/nearest.ts'
import type { TerminalQuestion } from './prompt.ts'

/** 0: done, or the answer is yes. 1: done, and the answer is no. 2: the input is unusable. 3: something outside failed. */
export const EXIT = { ok: 0, no: 1, usage: 2, unavailable: 3 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What a command may touch of the terminal. */
export type Terminal = {
  out(text: string): void
  error(text: string): void
  /** Colours and progress only where a person looks. */
  readonly isTerminal: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Asks the person who looks, and waits; undefined when no more is answered. Absent where nobody does. */
  readonly ask?: (question: TerminalQuestion) => Promise<string | undefined>
}

export type OptionHelp = { readonly value?: string; readonly text: string; readonly short?: string; readonly multiple?: boolean }
export type Command = {
  readonly name: string
  readonly summary: string
  /** One line per form, without `allod`. */
  readonly usage: readonly string[]
  readonly options: Readonly<Record<string, OptionHelp>>
  readonly examples?: readonly string[]
  run(given: Given, terminal: Terminal): Promise<ExitCode>
}
export type Given = {
  readonly positionals: readonly string[]
  /** The text of an option, or undefined. */
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  flag(name: string): boolean
}

/** Commands under one name, loaded one at a time: `allod verify` must not pay for the gateway. */
export type CommandGroup = {
  /** With all the words before it: `allod`, `allod corpus`. */
  readonly name: string
  readonly about: string
  readonly commands: Readonly<Record<string, { readonly summary: string; load(): Promise<Command | CommandGroup> }>>
}

/** Bad input: one sentence, and exit code 2. */
export class UsageFailure extends Error {}

/** Every command has these. */
const COMMON: Readonly<Record<string, OptionHelp>> = {
  json: { text: 'answer as JSON' },
  help: { text: 'this text', short: 'h' },
}

/** Runs the command that the first word names, or says which there are. */
export const runGroup = async (group: CommandGroup, argv: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(overview(group))
    return name === undefined ? EXIT.usage : EXIT.ok
  }
  const found = Object.hasOwn(group.commands, name) ? group.commands[name] : undefined
  if (found === undefined) {
    const close = nearest(name, Object.keys(group.commands))
    terminal.error(
      `${group.name}: there is no command \`${name}\`${close ? `; did you mean \`${close}\`?` : `; see \`${group.name} --help\``}`,
    )
    return EXIT.usage
  }
  const loaded = await found.load()
  return 'commands' in loaded ? runGroup(loaded, rest, terminal) : runCommand(loaded, rest, terminal)
}

const overview = ({ name, about, commands }: CommandGroup): string => {
  const width = Math.max(...Object.keys(commands).map((word) => word.length)) + 2
  return [
    about,
    '',
    'Usage:',
    `  ${name} <command> [options]`,
    '',
    'Commands:',
    ...Object.entries(commands).map(([word, { summary }]) => `  ${word.padEnd(width)}${summary}`),
    '',
    'Each command explains itself with --help.',
  ].join('\n')
}

export const runCommand = async (command: Command, argv: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const options = { ...command.options, ...COMMON }
  try {
    const given = parseGiven(command, options, argv)
    if (given.flag('help')) {
      terminal.out(helpText(command, options))
      return EXIT.ok
    }
    return await command.run(given, terminal)
  } catch (failure) {
    if (!(failure instanceof UsageFailure)) throw failure
    terminal.error(`allod ${command.name}: ${failure.message}`)
    return EXIT.usage
  }
}

const parseGiven = (command: Command, options: Readonly<Record<string, OptionHelp>>, argv: readonly string[]): Given => {
  const config: ParseArgsOptionsConfig = {}
  for (const [name, help] of Object.entries(options))
    config[name] = {
      type: help.value === undefined ? 'boolean' : 'string',
      ...(help.short ? { short: help.short } : {}),
      ...(help.multiple ? { multiple: true } : {}),
    }
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: config, allowPositionals: true, strict: true })
    const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined)
    const texts = (name: string) => (Array.isArray(values[name]) ? values[name].map(String) : [])
    return { positionals, text, texts, flag: (name) => values[name] === true }
  } catch (failure) {
    throw new UsageFailure(`${optionSentence(failure as Error, Object.keys(options))}; see \`allod ${command.name} --help\``)
  }
}

const optionSentence = (failure: Error, known: readonly string[]): string => {
  const unknown = /Unknown option '(--?)([^']+)'/.exec(failure.message)
  if (unknown?.[2] === undefined) return failure.message.split('. ')[0]?.replace(/^./, (letter) => letter.toLowerCase()) ?? failure.message
  const close = nearest(unknown[2], known)
  return `there is no option \`${unknown[1]}${unknown[2]}\`${close ? `; did you mean \`--${close}\`?` : ''}`
}

const helpText = (command: Command, options: Readonly<Record<string, OptionHelp>>): string => {
  const rows = Object.entries(options).map(([name, help]) => {
    const left = `  ${help.short ? `-${help.short}, ` : ''}--${name}${help.value === undefined ? '' : ` ${help.value}`}`
    return `${left.padEnd(30)} ${help.text}`
  })
  const usage = command.usage.map((line) => `  allod ${line}`)
  const examples = command.examples ? ['', 'Examples:', ...command.examples.map((line) => `  allod ${line}`)] : []
  return [command.summary, '', 'Usage:', ...usage, '', 'Options:', ...rows, ...examples].join('\n')
}

type Style = Parameters<typeof styleText>[0]
/** Colours for a person, plain text for a pipe. */
export const paint = (terminal: Terminal, style: Style, text: string): string => (terminal.isTerminal ? styleText(style, text) : text)
