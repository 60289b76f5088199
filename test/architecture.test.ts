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
  gateway: ['core', 'facts', 'policy'],
  drills: ['core', 'facts', 'policy'],
  ledger: ['core', 'verifier'],
  engines: ['core'],
  corpus: ['core'],
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
    'store',
    'http',
  ],
  console: ['verifier', 'type:http'],
}
const ONLY_IN: readonly [pattern: RegExp, folders: readonly string[], why: string][] = [
  [/\bprocess\.(env|argv)\b/, ['main'], 'configuration is parsed once, in main'],
  [/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/, ['main', 'console'], 'take a Clock or Random argument'],
  [
    /from\s+'(?:undici|node:(?:https?|http2|net|tls|dgram|dns)(?:\/[a-z]+)?)'|\bfetch\(|\bnew (?:WebSocket|EventSource)\(/,
    ['http', 'engines', 'main'],
    'INVARIANT(G9): the network is touched by the wire, the engine and the commands alone',
  ],
  [/\bJSON\.parse\(/, ['core', 'verifier'], 'use core/json.ts, which returns a Result and bounds its input'],
]
const IMPORT = /(import|export)\s+(type\s)?[^'"]*?from\s*['"]([^'"]+)['"]|import\s*\(\s*['"]([^'"]+)['"]/g
const folderOf = (path: string): string => {
  const [first = '', second = ''] = relative(root, path).split('/')
  return first === 'src' ? second : first
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

test('every provider folder has the same shape', {
  skip: !existsSync(join(root, 'src/gateway/providers')) && 'no provider folder exists yet',
}, () => {
  for (const provider of readdirSync(join(root, 'src/gateway/providers'))) {
    const files = readdirSync(join(root, 'src/gateway/providers', provider)).filter((f) => !f.includes('.test.') && f !== 'fixtures')
    assert.deepEqual(files.sort(), ['index.ts', 'request.ts', 'response.ts', 'stream.ts'], provider)
  }
})
