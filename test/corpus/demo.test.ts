// The demonstration of the guide: from raw texts to a data set that verifies, in under a minute, on a machine that reaches nobody.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { allod, newData, removeData } from '../end-to-end/allod.ts'

test('the demonstration publishes a data set in many languages that verifies, with card and coverage page', async () => {
  const data = newData()
  try {
    const began = performance.now()
    const ran = await allod('corpus', 'demo', '--data', data)
    assert.equal(ran.code, 0, ran.error)
    assert.ok(performance.now() - began < 60_000)
    assert.match(ran.out, /^VALID/m)
    const placeOf = (name: string) => new RegExp(`^ {2}${name} +(\\S+)$`, 'm').exec(ran.out)?.[1] ?? assert.fail(`no ${name} in ${ran.out}`)
    for (const name of ['card', 'coverage', 'declaration', 'dataSet']) assert.ok(existsSync(placeOf(name)), name)
    assert.match(readFileSync(placeOf('coverage'), 'utf8'), /Estonian/)
    assert.match(readFileSync(placeOf('card'), 'utf8'), /CC-BY-4\.0|MIT/)
    const dropped = await allod('corpus', 'dropped', '--data', data, '--source', 'generated-revisions', '--json')
    assert.match(dropped.out, /"rule":"near-duplicate"/, 'the copies without a licence gave way to the guides')
    const unpublished = await allod('corpus', 'may', 'corpus', 'publish', '--run', '--data', data)
    assert.notEqual(unpublished.code, 0, 'with the letters, whose consent has expired, nobody may publish it')
  } finally {
    removeData(data)
  }
})
