import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BLOCKS, type BlockName } from '../../corpus/block.ts'
import { corpusDeclaration } from '../../corpus/run/declaration.ts'
import { LOAD, readsOf } from './blocks.ts'
import { loadDeclaration } from './ground.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-declaration-'))
after(() => rmSync(folder, { recursive: true }))

const file = join(folder, 'corpus.yaml')
const loaded = (text: string) => {
  writeFileSync(file, text)
  return loadDeclaration(file)
}
/** What is said of a declaration, without the name of the file before the line. */
const saidOf = (text: string): readonly string[] => {
  const result = loaded(text)
  assert.ok(!result.ok, 'it was accepted')
  return result.error.messages.map((message) => message.replaceAll(`${file}:`, '').replaceAll(file, 'the file'))
}

const GOOD = `corpus: laws
languages: [et, en]
sources:
  laws: { from: { folder: laws } }
`

test('the least that can be declared is enough, and every other field has a default', () => {
  const result = loaded(GOOD)
  assert.ok(result.ok)
  const { declaration } = result.value
  assert.deepEqual(declaration.pipeline, [...BLOCKS])
  assert.equal(declaration.personalData.mode, 'redact')
  assert.equal(declaration.quality.profile, 'fineweb2')
  assert.equal(declaration.duplicates.threshold, 0.7)
  assert.deepEqual(declaration.dataSets, {})
})

for (const [name, text, said] of [
  ['a field that is mistyped', `${GOOD}dataset: {}\n`, /^5: `dataset` is not a field of the file; did you mean `dataSets`\?$/],
  ['a field of a source that is mistyped', GOOD.replace('folder: laws', 'foldr: laws'), /^4: .*from/],
  ['no sources', 'corpus: a\nlanguages: [et]\n', /`sources` is missing; it must be a mapping/],
  ['sources that are empty', 'corpus: a\nlanguages: [et]\nsources: {}\n', /^3: `sources`: must name at least one source$/],
  ['a name that is none', GOOD.replace('laws\n', 'Die Gesetze\n'), /^1: `corpus`: must be lower case letters/],
  ['a language that is none', GOOD.replace('[et, en]', '[estonian]'), /^2: `languages\.0`: must be a language by BCP 47/],
  ['a language twice', GOOD.replace('[et, en]', '[et, en, et]'), /^2: `et` stands here twice$/],
  [
    'a block before what it reads',
    `${GOOD}pipeline: [judge, language, quality]\n`,
    /^5: `judge` reads what `language` finds; put `language` before it$/,
  ],
  ['a block that is none', `${GOOD}pipeline: [magic]\n`, /^5: `pipeline\.0`/],
  ['a threshold out of bounds', `${GOOD}duplicates: { threshold: 7 }\n`, /^5: `duplicates\.threshold`/],
  [
    'a data set of a source that is not there',
    `${GOOD}dataSets: { open: { title: T, sources: [law] } }\n`,
    /^5: there is no source `law`; there are laws$/,
  ],
  [
    'a data set in a language that is not the corpus’s',
    `${GOOD}dataSets: { open: { title: T, languages: [fi] } }\n`,
    /^5: there is no language of the corpus `fi`/,
  ],
  ['a pattern that leads out of the source', GOOD.replace('laws }', 'laws }, files: [../../etc/*]'), /must be a pattern below the source/],
  ['no YAML', 'corpus: [', /^[12]: /],
  ['a field twice', `${GOOD}corpus: again\n`, /^5: /],
  ['a list', '- a\n', /the file must be/],
  ['nothing', '', /is missing/],
  ['zeros', '\0\0\0\0', /./],
  [
    'aliases that unfold to a great many',
    `${GOOD}a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, at) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[at]}`).join(',')}]`)
      .join('\n')}\n`,
    /./,
  ],
  ['lists in lists in lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /./],
] as const)
  test(`a declaration with ${name} is refused with its line`, () => {
    const sentences = saidOf(text)
    assert.ok(
      sentences.some((sentence) => said.test(sentence)),
      sentences.join('\n'),
    )
  })

test('a file that is none, a folder, and one that is far too large are refused in a sentence', () => {
  const missing = loadDeclaration(join(folder, 'nowhere.yaml'))
  assert.ok(!missing.ok && /cannot read/.test(missing.error.messages[0] ?? ''))
  assert.equal(loadDeclaration(folder).ok, false)
  writeFileSync(file, '')
  truncateSync(file, 2 ** 40)
  const large = loadDeclaration(file)
  assert.ok(!large.ok && /has 1099511627776 bytes/.test(large.error.messages[0] ?? ''))
})

test('what the table says each block reads is what the block reads', async () => {
  for (const [name, load] of Object.entries(LOAD)) {
    const block = await load()
    assert.equal(block.name, name)
    assert.deepEqual(block.reads, readsOf[name as BlockName])
  }
})

test('each field of a declaration stands in docs/corpus.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/corpus.md'), 'utf8')
  const words = new Set([...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => code.split(/[^A-Za-z0-9]+/)))
  assert.deepEqual(
    [...new Set(fieldNames(corpusDeclaration))].filter((field) => !words.has(field)),
    [],
  )
})

function* fieldNames(schema: unknown): Generator<string> {
  const node = schema as { def?: { innerType?: unknown }; options?: unknown[]; shape?: object; valueType?: unknown; element?: unknown }
  if (!node.def) return
  if (node.def.innerType) yield* fieldNames(node.def.innerType)
  for (const next of [...(node.options ?? []), node.valueType, node.element]) if (next) yield* fieldNames(next)
  for (const [name, next] of Object.entries(node.shape ?? {})) {
    yield name
    yield* fieldNames(next)
  }
}
