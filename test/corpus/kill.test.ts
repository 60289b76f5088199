// A run that is killed at any moment and begun again leaves the bytes of one that nobody disturbed; a thorough run kills it fifty times.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { times } from '../thorough.ts'
import { type Corpus, chance, filesOf, jsonLines, newCorpus } from './corpora.ts'

const KILLS = times(3, 50)
const SEED = Number(process.env.ALLOD_SEED ?? Date.now() % 2 ** 31)
const ALLOD = join(import.meta.dirname, '../../src/main/main.mjs')

const fill = (corpus: Corpus): void => {
  for (const name of ['a', 'b', 'c']) corpus.put(`texts/${name}.jsonl`, jsonLines(name.charCodeAt(0), 150))
  corpus.put('more/d.jsonl', jsonLines(4, 100))
  corpus.declare({ sources: { texts: { from: { folder: 'texts' } }, more: { from: { folder: 'more' } } } })
}
const isFinished = (corpus: Corpus): boolean => existsSync(join(corpus.data, 'corpus/runs/0001/result.json'))

const runFor = async (corpus: Corpus, milliseconds: number): Promise<void> => {
  const words = [ALLOD, 'corpus', 'run', '--corpus', corpus.declaration, '--data', corpus.data, '--threads', '2']
  const child = spawn(process.execPath, words, { stdio: 'ignore', env: { NO_COLOR: '1' } })
  const ended = new Promise((resolve) => child.on('exit', resolve))
  await Promise.race([ended, pause(milliseconds)])
  child.kill('SIGKILL')
  await ended
}

test(`a run that is killed ${KILLS} times and gone on with leaves the bytes of an undisturbed one`, async () => {
  const [calm, disturbed] = [newCorpus(), newCorpus()]
  try {
    fill(calm)
    const began = performance.now()
    await calm.run()
    const whole = performance.now() - began
    const wanted = filesOf(calm.data)
    const next = chance(SEED)
    fill(disturbed)
    for (let kills = 0; kills < KILLS; ) {
      await runFor(disturbed, next() * whole)
      if (!isFinished(disturbed)) kills++
      else {
        assert.deepEqual(filesOf(disturbed.data), wanted, `seed ${SEED}`)
        rmSync(disturbed.data, { recursive: true })
      }
    }
    await disturbed.run()
    assert.deepEqual(filesOf(disturbed.data), wanted, `seed ${SEED}`)
  } finally {
    calm.remove()
    disturbed.remove()
  }
})
