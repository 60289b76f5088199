#!/usr/bin/env node
// Starts Allod with the Node it was installed with, whichever Node started this file.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
// Node refuses to strip types below node_modules, where a global install of the package puts these files.
const hooks = here.includes(`${sep}node_modules${sep}`)
  ? ['--disable-warning=ExperimentalWarning', '--import', pathToFileURL(join(here, 'strip-types.mjs')).href]
  : []
// A small young generation, and nothing born old: under load that halves what the process holds beside its calls, and a third of the
// collector's work (docs/decisions/0007). The same stands in the start script.
const memory = ['--max-semi-space-size=8', '--no-allocation-site-pretenuring', '--heap-growing-percent=30']
// Read by glibc, and by nobody elsewhere.
const environment = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '1048576', MALLOC_MMAP_THRESHOLD_: '65536', ...process.env }
const child = spawn(node, [...memory, ...hooks, join(here, 'main.mjs'), ...process.argv.slice(2)], { stdio: 'inherit', env: environment })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 3))
