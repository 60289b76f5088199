import { type CommandGroup, EXIT, runGroup } from './command.ts'
import { askAt } from './prompt.ts'

const COMMANDS: CommandGroup['commands'] = {
  up: { summary: 'start the exchange', load: async () => (await import('./up.ts')).up },
  ask: { summary: 'ask a running exchange a question', load: async () => (await import('./ask.ts')).ask },
  who: { summary: 'who can see, stop and change a thing, and by which path', load: async () => (await import('./who.ts')).who },
  may: { summary: 'what the licences of a model and its ancestors allow', load: async () => (await import('./may.ts')).may },
  facts: { summary: 'list, add and check facts', load: async () => (await import('./facts.ts')).facts },
  policy: { summary: 'show the policies in force, or check them exhaustively', load: async () => (await import('./policy.ts')).policy },
  exposure: {
    summary: 'what outside actors can see, stop and change, and who together could end it',
    load: async () => (await import('./exposure.ts')).exposure,
  },
  endpoint: { summary: 'add, list and remove endpoints', load: async () => (await import('./endpoint.ts')).endpoint },
  drill: { summary: 'rehearse a cut, a price shock, a lost licence or a sale', load: async () => (await import('./drill.ts')).drill },
  report: {
    summary: 'answer a framework’s questions, such as csf or c3a, with evidence',
    load: async () => (await import('./report.ts')).report,
  },
  probe: { summary: 'measure what an endpoint honours, ignores and rejects', load: async () => (await import('./probe.ts')).probe },
  key: { summary: 'create, list and revoke keys', load: async () => (await import('./key.ts')).key },
  cut: { summary: 'cut off a country, an entity, an endpoint or a model at once', load: async () => (await import('./cut.ts')).cut },
  approve: { summary: 'agree to what another administrator ordered', load: async () => (await import('./approve.ts')).approve },
  admin: { summary: 'add, list and remove administrators', load: async () => (await import('./approve.ts')).admin },
  restore: { summary: 'end a cut', load: async () => (await import('./cut.ts')).restore },
  receipt: { summary: 'fetch the receipt of a call', load: async () => (await import('./receipt.ts')).receipt },
  verify: { summary: 'verify a receipt offline', load: async () => (await import('./verify.ts')).verifyCommand },
  erase: { summary: 'destroy the salts of a call or a person', load: async () => (await import('./erase.ts')).erase },
  corpus: { summary: 'build, publish and erase from a corpus of texts', load: async () => (await import('./corpus.ts')).corpus },
  status: { summary: 'what runs, and how it is', load: async () => (await import('./status.ts')).status },
}

// A reader that went away (`allod facts list | head`) is no failure.
process.stdout.on('error', (failure: NodeJS.ErrnoException) => process.exit(failure.code === 'EPIPE' ? 0 : EXIT.unavailable))
// INVARIANT(G7): nor may an operator who no longer listens, or whose own log is on a full disk, stop an exchange.
process.stderr.on('error', () => {})

const ALLOD: CommandGroup = { name: 'allod', about: 'allod: the exchange through which you use AI on your own terms', commands: COMMANDS }
process.exitCode = await runGroup(ALLOD, process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  error: (text) => process.stderr.write(`${text}\n`),
  isTerminal: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
  environment: process.env,
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: askAt(process.stdin, process.stderr) } : {}),
})
