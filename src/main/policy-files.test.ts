import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Day, epochMillis } from '../core/units.ts'
import { loadConfiguration } from './config.ts'
import { type Law, readLaw } from './law.ts'
import { PROJECT } from './paths.ts'
import { arrange, write } from './policy-files.ts'
import { editionOf, type NamedText, namedTexts, PolicyVersions } from './policy-versions.ts'

const inFolder = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-policy-files-'))
  try {
    copyFileSync(join(PROJECT, 'examples/hybrid/allod.yaml'), join(folder, 'allod.yaml'))
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const good = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }): T => {
  if (!result.ok) assert.fail(JSON.stringify(result.error))
  return result.value
}
const onDisk = (folder: string) => {
  const loaded = good(loadConfiguration(join(folder, 'allod.yaml')))
  const law: Law = good(readLaw(loaded, '2026-11-22' as Day))
  return { loaded, law, texts: namedTexts(loaded.configuration, law.texts) }
}
const nothingKept = () => false
const longer = ({ texts }: ReturnType<typeof onDisk>): readonly NamedText[] =>
  texts.map((each, index) => (index === 0 ? { ...each, text: `${each.text}// more\n` } : each))
/** What these texts make of what is on disk. */
const put = async (folder: string, texts: readonly NamedText[], isKept: (name: string, text?: string) => boolean = nothingKept) =>
  good(await write(good(arrange(onDisk(folder), texts, isKept))))

test('a changed preset becomes a file, a new text another, and the shipped text the preset again; nothing else of the configuration changes', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'allod.yaml')
    const before = readFileSync(file, 'utf8')
    const first = onDisk(folder)
    const own: NamedText = {
      name: 'own.cedar',
      origin: 'file',
      text: '@id("own")\n@reason("a rule of our own")\nforbid (principal, action == Action::"call", resource)\nwhen { context.purpose == "x" };\n',
    }
    await put(folder, [...longer(first), own])
    const second = onDisk(folder)
    assert.deepEqual(
      second.texts.map(({ name, origin }) => `${origin} ${name}`),
      ['file hybrid.cedar', 'file own.cedar'],
    )
    assert.equal(readFileSync(file, 'utf8').replace(/ {2}files: .*\n/, '  preset: hybrid\n'), before)
    await put(folder, first.texts)
    assert.equal(readFileSync(file, 'utf8'), before)
    assert.equal(onDisk(folder).law.policies.digest, first.law.policies.digest)
    // What is there already is written over only where a version kept it.
    await put(folder, longer(first))
    assert.equal(onDisk(folder).texts[0]?.name, 'hybrid-2.cedar')
    const there = second.texts.map((each) => ({ ...each, text: `${each.text}// later\n` }))
    assert.equal(arrange(onDisk(folder), there, nothingKept).ok, false)
    await put(folder, there, () => true)
    assert.equal(editionOf(onDisk(folder).texts), editionOf(there))
  }))

test('what was written is taken back whole; where one file cannot be written, none is', () =>
  inFolder(async (folder) => {
    const before = readFileSync(join(folder, 'allod.yaml'), 'utf8')
    const undo = await put(folder, longer(onDisk(folder)))
    assert.notEqual(readFileSync(join(folder, 'allod.yaml'), 'utf8'), before)
    await undo()
    assert.equal(readFileSync(join(folder, 'allod.yaml'), 'utf8'), before)
    assert.equal(existsSync(join(folder, 'hybrid.cedar')), false)
    // A directory stands where the configuration would be written beside itself.
    mkdirSync(join(folder, 'allod.yaml.new'))
    const written = await write(good(arrange(onDisk(folder), longer(onDisk(folder)), nothingKept)))
    assert.equal(written.ok, false)
    assert.equal(readFileSync(join(folder, 'allod.yaml'), 'utf8'), before)
    assert.equal(existsSync(join(folder, 'hybrid.cedar')), false)
  }))

test('versions are kept once, found again, and bounded; what is damaged hides no other', () =>
  inFolder(async (folder) => {
    const versions = new PolicyVersions(join(folder, 'policies'))
    const version = (text: string) => ({
      at: epochMillis(1),
      by: ['olga'],
      reason: 'why',
      digest: 'sha256:x',
      record: 7,
      texts: [{ name: 'a.cedar', origin: 'file' as const, text }],
    })
    for (const text of ['one', 'one', 'two']) good(await versions.keep(version(text)))
    assert.deepEqual(
      (await versions.list()).map(({ number, texts }) => `${number} ${texts[0]?.text}`),
      ['2 two', '1 one'],
    )
    writeFileSync(join(folder, 'policies', '1.json'), '{')
    assert.deepEqual(
      (await versions.list()).map(({ number }) => number),
      [2],
    )
    for (let number = 3; number <= 203; number++) good(await versions.keep(version(String(number))))
    const numbers = (await versions.list()).map(({ number }) => number)
    assert.deepEqual([numbers.length, numbers[0], numbers.at(-1)], [200, 203, 4])
    const [newest] = await versions.list()
    assert.deepEqual([newest?.by, newest?.record, newest?.edition], [['olga'], 7, editionOf(newest?.texts ?? [])])
    if (process.getuid?.() !== 0) {
      chmodSync(join(folder, 'policies'), 0o500)
      assert.equal((await versions.keep(version('never'))).ok, false)
      chmodSync(join(folder, 'policies'), 0o700)
    }
  }))
