// The architecture, as a table. A folder imports itself and what its row lists; "type:x" means `import type` only.
import assert from 'node:assert/strict'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const MAY_IMPORT: Record<string, readonly string[]> = {
  verifier: [],
  core: ['verifier'],
  facts: ['core'],
  policy: ['core', 'facts'],
  // What the gateway and a corpus both find in a text.
  'personal-data': ['core'],
  gateway: ['core', 'facts', 'policy', 'personal-data'],
  drills: ['core', 'facts', 'policy'],
  ledger: ['core', 'verifier'],
  engines: ['core'],
  corpus: ['core', 'verifier', 'personal-data'],
  models: ['core', 'facts', 'verifier'],
  federation: ['core', 'facts', 'verifier'],
  store: ['core', 'type:gateway', 'type:ledger', 'type:corpus', 'type:models', 'type:federation'],
  http: ['core', 'facts', 'policy', 'gateway', 'drills', 'ledger', 'corpus', 'models', 'federation'],
  main: [
    'verifier',
    'core',
    'facts',
    'policy',
    'gateway',
    'drills',
    'ledger',
    'engines',
    'corpus',
    'models',
    'federation',
    'personal-data',
    'store',
    'http',
  ],
  console: ['verifier', 'type:http'],
  // What builds the console runs before it, and is no part of it.
  'console/build': [],
}
const ONLY_IN: readonly [pattern: RegExp, folders: readonly string[], why: string][] = [
  [/\bprocess\.(env|argv)\b/, ['main'], 'configuration is parsed once, in main'],
  [/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/, ['main', 'console'], 'take a Clock or Random argument'],
  [
    /from\s+'(?:undici|node:(?:https?|http2|net|tls|dgram|dns)(?:\/[a-z]+)?)'|\bfetch\(|\bnew (?:WebSocket|EventSource)\(/,
    ['http', 'engines', 'main', 'console'],
    'INVARIANT(G9): the network is touched by the wire, the engine and the commands alone',
  ],
  [/\bJSON\.parse\(/, ['core', 'verifier', 'console/build'], 'use core/json.ts, which returns a Result and bounds its input'],
]
const IMPORT = /(import|export)\s+(type\s)?[^'"]*?from\s*['"]([^'"]+)['"]|import\s*\(\s*['"]([^'"]+)['"]/g
const folderOf = (path: string): string => {
  const [first = '', second = ''] = relative(root, path).split('/')
  return first === 'src' ? second : first === 'console' && second !== 'src' ? 'console/build' : first
}

test('folders import only what the table allows', () => {
  const problems: string[] = []
  for (const name of globSync('{src,verifier,console}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.test.ts'],
  })) {
    const file = join(root, name)
    const from = folderOf(file)
    const allowed = MAY_IMPORT[from] ?? assert.fail(`${name}: add folder "${from}" to the table`)
    const text = readFileSync(file, 'utf8')
    for (const [, , isType, a, b] of text.matchAll(IMPORT)) {
      const spec = a ?? b ?? ''
      const to = spec.startsWith('.')
        ? folderOf(join(dirname(file), spec))
        : /^(#verifier|@allod\/verifier)$/.test(spec)
          ? 'verifier'
          : from
      if (to !== from && !allowed.includes(to) && !(isType && allowed.includes(`type:${to}`)))
        problems.push(`${name}: ${from} may not import ${to}`)
    }
    for (const [pattern, folders, why] of ONLY_IN) if (!folders.includes(from) && pattern.test(text)) problems.push(`${name}: ${why}`)
  }
  assert.deepEqual(problems, [])
})

const DIALECTS = join(root, 'src/gateway/dialects')
const PROVIDERS = join(root, 'src/gateway/providers')
const foldersIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
/** Members of one family share what their vendor shares between them. */
const KIN: Readonly<Record<string, readonly string[]>> = {
  'openai-completions': ['openai-chat'],
  'openai-responses': ['openai-chat'],
}

/** Who may know a dialect by name: the tables, and the keeper of the conversations that only one dialect knows of. */
const KNOWS: Readonly<Record<string, readonly string[] | 'all'>> = {
  'src/gateway/dialects/index.ts': 'all',
  'src/gateway/services.ts': 'all',
  'src/gateway/conversations.ts': ['openai-responses'],
}

test('a dialect is one folder: nothing but the tables knows it, and it knows no other', () => {
  const dialects = foldersIn(DIALECTS)
  for (const dialect of dialects) assert.ok(existsSync(join(DIALECTS, dialect, 'index.ts')), `${dialect} has no index.ts`)
  const problems: string[] = []
  for (const name of globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })) {
    const file = join(root, name)
    const [own = ''] = file.startsWith(DIALECTS) ? relative(DIALECTS, file).split('/') : []
    for (const [, , isType, a, b] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const [to = '', rest] = relative(DIALECTS, join(dirname(file), a ?? b ?? '')).split('/')
      if (isType || !(a ?? b ?? '').startsWith('.') || !dialects.includes(to) || to === own || KIN[own]?.includes(to)) continue
      if (KNOWS[name] !== 'all' && !KNOWS[name]?.includes(to)) problems.push(`${name} imports ${to}/${rest}`)
    }
  }
  assert.deepEqual(problems, [])
})

test('a provider is one data file: no code names one', () => {
  assert.deepEqual(foldersIn(PROVIDERS), ['profiles'])
  const files = readdirSync(join(PROVIDERS, 'profiles'))
  assert.ok(files.length > 40 && files.every((file) => /^[a-z0-9-]+\.yaml$/.test(file)))
  // A dialect of a vendor's own may have the vendor's name.
  const names = files.map((file) => file.slice(0, -'.yaml'.length)).filter((name) => !foldersIn(DIALECTS).includes(name))
  const named = new RegExp(`['"\`](${names.join('|')})['"\`]`)
  const problems = globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', 'src/gateway/dialects/**'] }).flatMap((name) => {
    const [, provider] = named.exec(readFileSync(join(root, name), 'utf8')) ?? []
    return provider === undefined || provider === PLAIN ? [] : [`${name} names ${provider}`]
  })
  assert.deepEqual(problems, [])
})
/** The profile of an endpoint whose configuration names none. */
const PLAIN = 'openai-compatible'
