// The other gateways, installed from their package registries into a temporary folder that later runs find again.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accepts, freePort, HOST, type Running, start, waitFor } from './processes.ts'

const PORTKEY = '1.15.2'
const LITELLM = '1.106.2'
const MASTER_KEY = 'sk-bench-0123456789abcdef'

export type Peer = { readonly running: Running; readonly port: number; readonly version: string; readonly headers: readonly string[] }

const run = (command: string, argv: readonly string[], cwd?: string): void => {
  execFileSync(command, argv, { stdio: ['ignore', 'ignore', 'pipe'], ...(cwd === undefined ? {} : { cwd }) })
}
const say = (text: string): void => console.error(text)

/** The oldest its range of versions lets in: with 1.14.2 and 1.19.19 all its streams fail (Portkey-AI/gateway#1389). */
const HONO_NODE_SERVER = '1.3.3'

const installedPackage = (folder: string, name: string): string | undefined => {
  const file = join(folder, 'node_modules', name, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined
}
const installPortkey = (folder: string): void => {
  const [gateway, server] = ['@portkey-ai/gateway', '@hono/node-server']
  if (installedPackage(folder, gateway) === PORTKEY && installedPackage(folder, server) === HONO_NODE_SERVER) return
  say(`installing ${gateway} ${PORTKEY} into ${folder}`)
  mkdirSync(folder, { recursive: true })
  const wanted = { private: true, dependencies: { [gateway]: PORTKEY }, overrides: { [server]: HONO_NODE_SERVER } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(wanted))
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], folder)
}

/** Portkey's gateway, which reads provider and base URL from headers of the call; it has no keys of its own to check. */
export const startPortkey = async (cache: string, upstreamPort: number): Promise<Peer> => {
  const folder = join(cache, 'portkey')
  installPortkey(folder)
  const port = await freePort()
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  const running = start(process.execPath, [script, `--port=${port}`, '--headless'], {
    cwd: folder,
    env: { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: `${HOST},localhost` },
  })
  await waitFor(running, () => accepts(port))
  const headers = [
    ...['authorization', 'Bearer none', 'x-portkey-provider', 'openai'],
    ...['x-portkey-custom-host', `http://${HOST}:${upstreamPort}/v1`],
  ]
  return { running, port, version: PORTKEY, headers }
}

const installedLitellm = (python: string): string | undefined => {
  try {
    const program = 'from importlib.metadata import version; print(version("litellm"))'
    return execFileSync(python, ['-c', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

/** LiteLLM's proxy with one worker, one model and a master key, without a database; told to fetch nothing when it starts. */
export const startLitellm = async (cache: string, upstreamPort: number): Promise<Peer> => {
  const folder = join(cache, 'litellm')
  const python = join(folder, 'bin/python')
  if (installedLitellm(python) !== LITELLM) {
    say(`installing litellm[proxy] ${LITELLM} into ${folder}; this takes minutes`)
    mkdirSync(cache, { recursive: true })
    run('python3', ['-m', 'venv', folder])
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `litellm[proxy]==${LITELLM}`])
  }
  const port = await freePort()
  const file = join(cache, `litellm-${port}.yaml`)
  writeFileSync(
    file,
    `model_list:
  - model_name: assistant
    litellm_params: { model: openai/seed, api_base: 'http://${HOST}:${upstreamPort}/v1', api_key: none }
general_settings: { master_key: ${MASTER_KEY} }
litellm_settings: { telemetry: false }
`,
  )
  const locally = ['MODEL_COST_MAP', 'ANTHROPIC_BETA_HEADERS', 'AUTOROUTER_PRESETS', 'BLOG_POSTS', 'POLICY_TEMPLATES']
  const running = start(
    join(folder, 'bin/litellm'),
    ['--config', file, '--host', HOST, '--port', String(port), '--num_workers', '1', '--telemetry', 'False'],
    {
      cwd: folder,
      env: {
        PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
        HOME: folder,
        LITELLM_MODE: 'PRODUCTION',
        LITELLM_LOG: 'ERROR',
        ...Object.fromEntries(locally.map((name) => [`LITELLM_LOCAL_${name}`, 'True'])),
      },
    },
  )
  await waitFor(running, () => accepts(port))
  return { running, port, version: LITELLM, headers: ['authorization', `Bearer ${MASTER_KEY}`] }
}
