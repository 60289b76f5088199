// The same run on a cluster: job arrays of a real Slurm, with the bytes of a run in threads.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Corpus, filesOf, jsonLines, newCorpus } from './corpora.ts'
import { type Cluster, noSlurm, startCluster } from './slurm-cluster.ts'

const ALLOD = join(import.meta.dirname, '../../src/main/main.mjs')

let cluster: Cluster
before(async () => {
  if (noSlurm === false) cluster = await startCluster()
})
after(() => cluster?.stop())

const fill = (corpus: Corpus): void => {
  for (const name of ['a', 'b', 'c']) corpus.put(`${name}/texts.jsonl`, jsonLines(name.charCodeAt(0), 60))
  const sources = Object.fromEntries(['a', 'b', 'c'].map((folder) => [folder, { from: { folder } }]))
  corpus.declare({ sources })
}

const onCluster = (corpus: Corpus, ...words: readonly string[]) => {
  const run = ['corpus', 'run', '--corpus', corpus.declaration, '--data', corpus.data, '--executor', 'slurm', '--json', ...words]
  const child = spawn(process.execPath, [ALLOD, ...run], { env: cluster.environment })
  let [out, error] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text
  })
  return new Promise<{ code: number | null; out: string; error: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out, error })),
  )
}
const slurm = (program: string, ...words: readonly string[]): string =>
  spawnSync(program, words, { env: cluster.environment, encoding: 'utf8' }).stdout.trim()
/** What the spool leaves is no part of the corpus. */
const bytesOf = (corpus: Corpus) => new Map([...filesOf(corpus.data)].filter(([path]) => !path.startsWith('spool/')))

test('a run on a cluster leaves the bytes of one in threads', { skip: noSlurm }, async () => {
  const [here, there] = [newCorpus(), newCorpus()]
  try {
    fill(here)
    fill(there)
    await here.run()
    const ran = await onCluster(there, '--jobs', '2')
    assert.equal(ran.code, 0, ran.error)
    assert.deepEqual(bytesOf(there), filesOf(here.data))
  } finally {
    here.remove()
    there.remove()
  }
})

test('a job that is killed is given to another, and nothing of it is missing', { skip: noSlurm }, async () => {
  const [here, there] = [newCorpus(), newCorpus()]
  try {
    fill(here)
    fill(there)
    await here.run()
    const running = onCluster(there)
    const deadline = performance.now() + 60_000
    let killed = ''
    while (killed === '' && performance.now() < deadline) {
      killed = slurm('squeue', '--noheader', '--states=RUNNING', '--format=%i').split('\n')[0] ?? ''
      await pause(20)
    }
    slurm('scancel', '--signal=KILL', killed)
    const ran = await running
    assert.equal(ran.code, 0, ran.error)
    assert.deepEqual(bytesOf(there), filesOf(here.data))
  } finally {
    here.remove()
    there.remove()
  }
})

test('an option that Slurm refuses is told in its words', { skip: noSlurm }, async () => {
  const corpus = newCorpus()
  try {
    fill(corpus)
    const ran = await onCluster(corpus, '--slurm=--partition=nowhere')
    assert.equal(ran.code, 3)
    assert.match(ran.error, /^allod corpus: `sbatch` failed: .*partition/m)
  } finally {
    corpus.remove()
  }
})
