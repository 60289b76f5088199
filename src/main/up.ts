import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { type Command, EXIT, type Given, paint, type Terminal, UsageFailure } from './command.ts'
import { loadConfiguration } from './config.ts'
import { type Exchange, openExchange } from './exchange.ts'
import { parseListen } from './listen.ts'
import { DEFAULT_CONFIGURATION, EXCHANGE_OPTIONS, pathsOf } from './owner.ts'
import { RunningExchange } from './running.ts'

/** `allod up`: the exchange, until a signal stops it. */
export const up: Command = {
  name: 'up',
  summary: 'Starts the exchange. SIGHUP reloads the configuration, SIGTERM and SIGINT let running calls finish and stop.',
  usage: ['up [options]'],
  options: {
    listen: { value: 'HOST:PORT', text: 'instead of the configuration’s; port 0 lets the system choose' },
    sandbox: { text: 'simulated endpoints on this machine stand for the outside ones; no account needed' },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['up', 'up --config examples/hybrid/allod.yaml --sandbox'],
  async run(given, terminal) {
    if (given.positionals.length > 0)
      throw new UsageFailure(`\`up\` takes no arguments such as \`${given.positionals[0]}\`; a configuration is named with --config`)
    const complain = (messages: readonly string[], code: 2 | 3) => {
      for (const message of messages) terminal.error(`allod up: ${message}`)
      return code
    }
    const loaded = configurationOf(given)
    if (!loaded.ok) return complain(loaded.error.messages, EXIT.usage)
    const listen = parseListen(given.text('listen') ?? loaded.value.configuration.listen)
    const say = (sentence: string) => terminal.error(`${new Date().toISOString()} ${sentence}`)
    const first = !existsSync(pathsOf(given).firstKey)
    const exchange = await openExchange(loaded.value, pathsOf(given))
    if (!exchange.ok) return complain(exchange.error.messages, EXIT.usage)
    const running = await RunningExchange.start(exchange.value, {
      sandbox: given.flag('sandbox'),
      listen,
      environment: terminal.environment,
      say,
    })
    if (!running.ok) return complain(running.error.messages, EXIT.usage)
    const stopped = untilStopped(running.value, say)
    terminal.out(banner(exchange.value, given, terminal))
    if (running.value.hasEngines) say('loading weights')
    await running.value.enginesReady()
    terminal.out(invitation(running.value, first, terminal))
    terminal.out(`ready ${running.value.url}`)
    // What this start compiled is there for the next one, however this one ends.
    flushCompileCache()
    return stopped
  },
}

/** The file named; else the data directory's own, which a first start writes there for its owner to change. */
const configurationOf = (given: Given): ReturnType<typeof loadConfiguration> => {
  const named = given.text('config')
  if (named !== undefined) return loadConfiguration(named)
  const paths = pathsOf(given)
  if (!existsSync(paths.configuration)) {
    mkdirSync(paths.root, { recursive: true, mode: 0o700 })
    copyFileSync(DEFAULT_CONFIGURATION, paths.configuration)
  }
  return loadConfiguration(paths.configuration)
}

const banner = ({ loaded, law, paths }: Exchange, given: Given, terminal: Terminal): string => {
  const { name, operator } = loaded.configuration.exchange
  const row = (label: string, text: string) => `  ${paint(terminal, 'dim', label.padEnd(13))} ${text}`
  return [
    `${paint(terminal, 'bold', name)}, run by ${operator}`,
    row('home', [...law.context.home].join(' ')),
    row('configuration', loaded.file),
    row('data', paths.root),
    ...(given.flag('sandbox') ? [row('sandbox', paint(terminal, 'yellow', 'outside endpoints are simulated on this machine'))] : []),
  ].join('\n')
}

const invitation = (running: RunningExchange, first: boolean, terminal: Terminal): string => {
  const { paths, loaded } = running.exchange
  const row = (label: string, text: string) => `  ${paint(terminal, 'dim', label.padEnd(13))} ${text}`
  const alias = Object.keys(loaded.configuration.aliases)[0] ?? 'assistant'
  const key = paths.firstKey
  const body = `'{"model":"${alias}","messages":[{"role":"user","content":"What is everyone entitled to?"}],"stream":true}'`
  return [
    row('inference', `${running.url}/v1`),
    row('about', `${running.url}/.well-known/allod.json`),
    row('log', `${running.url}/log/checkpoint`),
    ...(running.consoleUrl === undefined ? [] : [row('console', running.consoleUrl)]),
    ...(running.awaitsSetup ? [row('setup', `the code in ${paths.setupCode} makes its first administrator`)] : []),
    row('first key', first ? `written to ${key}, readable by you alone` : key),
    '',
    `  curl ${running.url}/v1/chat/completions -H "authorization: Bearer $(cat ${key})" -H 'content-type: application/json' -d ${body}`,
    `  npx allod ask --data ${paths.root} "What is everyone entitled to?"`,
    '',
  ].join('\n')
}

const untilStopped = (running: RunningExchange, say: (sentence: string) => void): Promise<0> =>
  new Promise((resolve) => {
    let stopping = false
    const stop = (signal: NodeJS.Signals) => {
      // Asked twice, it does not wait for calls any longer.
      if (stopping) process.exit(EXIT.unavailable)
      stopping = true
      say(`${signal}: running calls may finish; again to stop at once`)
      running.stop().then(() => resolve(EXIT.ok))
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
    process.on('SIGHUP', () => {
      running.reload().then((reloaded) => {
        if (reloaded.ok) say(reloaded.value)
        else say(`the configuration was refused and the one before stays in force: ${reloaded.error.messages.join('; ')}`)
      })
    })
  })
