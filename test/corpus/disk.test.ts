// A disk that fills up or turns read-only under a run: one clear sentence, and with room again the run goes on as if nothing had been.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { namespace, noNamespace } from '../faults/disks.ts'
import { type Corpus, filesOf, jsonLines, newCorpus } from './corpora.ts'

const ALLOD = join(import.meta.dirname, '../../src/main/main.mjs')
const LISTED = `cd "$0/corpus" && find packs steps runs -type f ! -name events.jsonl -exec sha256sum {} + | sort -k 2`

const fill = (corpus: Corpus): void => {
  corpus.put('texts/a.jsonl', jsonLines(1, 300))
  corpus.put('texts/b.jsonl', jsonLines(2, 300))
  corpus.declare({ sources: { texts: { from: { folder: 'texts' } } } })
  mkdirSync(corpus.data)
}

/** Runs a script in which `$0` is the data directory, on a file system of its own, and `"$@"` the run. */
const onDisk = (corpus: Corpus, script: string): string => {
  const [command = '', ...words] = namespace ?? []
  const run = [process.execPath, ALLOD, 'corpus', 'run', '--corpus', corpus.declaration, '--data', corpus.data, '--threads', '2']
  const options = { encoding: 'utf8', env: { PATH: process.env.PATH, NO_COLOR: '1' } } as const
  const ran = spawnSync(
    command,
    [...words, 'sh', '-c', `exec 2>&1; mount -t tmpfs -o size=64m,mode=700 allod-test "$0"\n${script}`, corpus.data, ...run],
    options,
  )
  return ran.stdout
}
const sentence = /^allod corpus: cannot [a-z ]+ `[^`]+`: (the disk is full|the file system is read-only)$/m

const calm = newCorpus()
before(async () => {
  fill(calm)
  if (noNamespace === false) await calm.run()
})
after(() => calm.remove())

for (const { name, fails, recovers } of [
  { name: 'full', fails: 'mount -o remount,size=600k "$0"', recovers: 'mount -o remount,size=64m "$0"' },
  {
    name: 'read-only',
    fails: '"$@" --help > /dev/null; mkdir "$0/corpus"; mount -o remount,ro "$0"',
    recovers: 'mount -o remount,rw "$0"',
  },
])
  test(`on a ${name} disk a run says so in one sentence, and goes on when there is room again`, { skip: noNamespace }, async () => {
    const disturbed = newCorpus()
    try {
      fill(disturbed)
      const said = onDisk(disturbed, `${fails}\n"$@" --json; echo "ended with $?"\n${recovers}\n"$@"; echo "then with $?"; ${LISTED}`)
      assert.match(said, sentence)
      assert.match(said, /^ended with 3$/m)
      assert.match(said, /^then with 0$/m)
      assert.doesNotMatch(said, /\n {4}at /, 'a sentence is no stack')
      const listed = [...said.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)].map(([, digest, path]) => [path, digest])
      assert.deepEqual(new Map(listed as [string, string][]), filesOf(calm.data))
    } finally {
      disturbed.remove()
    }
  })
