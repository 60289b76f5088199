import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { parse, type Token } from '@messageformat/parser'

const SOURCE = join(import.meta.dirname, '../../console/src')
const WORDS = join(SOURCE, 'words')
const LANGUAGES = ['en', 'fr', 'de', 'es', 'pt', 'hi', 'ar']
type Words = Readonly<Record<string, string>>
const read = (language: string, area: string): Words => JSON.parse(readFileSync(join(WORDS, language, `${area}.json`), 'utf8')) as Words

const areas = globSync('*.json', { cwd: join(WORDS, 'en') }).map((file) => basename(file, '.json'))
const code = globSync('**/*.{ts,tsx}', { cwd: SOURCE })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(join(SOURCE, file), 'utf8') }))

test('every language has every word, and no other', () => {
  for (const area of areas) {
    const wanted = Object.keys(read('en', area)).sort()
    for (const language of LANGUAGES) {
      const there = globSync(`${area}.json`, { cwd: join(WORDS, language) }).length === 1
      assert.ok(there, `${language} has no words of ${area}`)
      assert.deepEqual(Object.keys(read(language, area)).sort(), wanted, `${language}/${area}`)
    }
  }
})

/** Every part of a message, those inside its forms too. */
const partsOf = (message: string): readonly Token[] => flat(parse(message))
const flat = (tokens: readonly Token[]): readonly Token[] =>
  tokens.flatMap((token) => ('cases' in token ? [token, ...token.cases.flatMap((each) => flat(each.tokens))] : [token]))
/** What a message takes, and the elements it holds, so that none is lost on the way into another language. */
const takes = (message: string): string[] => {
  const names = partsOf(message).flatMap((part) => ('arg' in part ? [part.arg] : []))
  const tags = [...message.matchAll(/<\/?(\w+)\/?>/g)].map(([tag]) => tag)
  return [...new Set([...names, ...tags])].sort()
}

test('every message is read, takes what the English one takes, and has every plural form of its language', () => {
  for (const area of areas) {
    const english = read('en', area)
    for (const language of LANGUAGES) {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
      for (const [id, message] of Object.entries(read(language, area))) {
        assert.deepEqual(takes(message), takes(english[id] ?? ''), `${language}: ${id}`)
        for (const part of partsOf(message)) {
          if (part.type !== 'plural') continue
          const has = part.cases.map(({ key }) => key)
          const missing = forms.filter((form) => !has.includes(form))
          assert.deepEqual(missing, [], `${language}: ${id} lacks forms`)
        }
      }
    }
  }
})

test('no word is left in English by mistake', () => {
  // Names, signs and words that languages share.
  const shared = (text: string): boolean => text.length < 14 || !/[a-z]{4,} [a-z]{3,} [a-z]{3,}/.test(text)
  for (const area of areas) {
    const english = read('en', area)
    for (const language of LANGUAGES.slice(1)) {
      for (const [id, message] of Object.entries(read(language, area)))
        assert.ok(shared(message) || message !== english[id], `${language}: ${id} is still English: ${message}`)
    }
  }
})

const ids = areas.flatMap((area) => Object.keys(read('en', area)))

/** Ids made of a fixed part and values, as patterns: `place.${place}`, or with a choice of fixed parts before the first dot. */
const madeIn = (text: string): RegExp[] =>
  [...text.matchAll(/`((?:[a-z][\w-]*|\$\{[^}`]*'[^}`]*\})\.(?:[\w.-]|\$\{[^}`]*\})*)`/g)].map(([, template = '']) => {
    const [first = '', ...rest] = template.split(/\.(?![^{]*\})/)
    const choices = first.startsWith('$') ? [...first.matchAll(/'([\w-]+)'/g)].map(([, choice]) => choice) : [first]
    const others = rest.map((part) => part.replaceAll(/\$\{[^}]*\}/g, '[\\w-]+(?:\\.[\\w-]+)*'))
    return new RegExp(`^(?:${choices.join('|')})\\.${others.join('\\.')}$`)
  })

test('every word that is used exists, and every word that exists is used', () => {
  const all = code.map(({ text }) => text).join('\n')
  const literals = new Set([...all.matchAll(/['"`]([a-z][\w.-]*\.[\w.-]+)['"`]/g)].map(([, id]) => id ?? ''))
  const made = madeIn(all)
  const unused = ids.filter((id) => !literals.has(id) && !made.some((pattern) => pattern.test(id)))
  assert.deepEqual(unused, [])
  const said = code.flatMap(({ file, text }) =>
    [...text.matchAll(/\bsay\('([a-z][\w-]*\.[^']+)'/g)].map(([, id]) => ({ file, id: id ?? '' })),
  )
  assert.deepEqual(
    said.filter(({ id }) => !ids.includes(id)),
    [],
  )
})

test('a word stands in one area alone', () => {
  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
  )
})

test('no text stands in the code outside the words', () => {
  /** Addresses, names of files and what is typed into a field are no language. */
  const isCode = (words: string): boolean => /https?:|[a-z]:[a-z]|[A-Z]+_[A-Z]/.test(words)
  /** What is the same in every language. */
  const allowed = new Set(['Allod', 'Node.js', 'Ctrl K', 'Esc', 'EU', 'JSON Lines'])
  const found = code
    .filter(({ file }) => file.endsWith('.tsx'))
    .flatMap(({ file, text }) => {
      const bare = text.replaceAll(/\{?\/\*[\s\S]*?\*\/\}?/g, '').replaceAll(/^\s*\/\/.*$/gm, '')
      const between = [...bare.matchAll(/<[A-Za-z][\w.]*(?:\s[^<>]*?)?>\s*([^<>{}]*[A-Za-z]{2,}[^<>{}]*?)\s*<\//g)].map(
        ([, words]) => words ?? '',
      )
      const attributes = [...bare.matchAll(/\s(?:title|aria-label|placeholder|alt|label)="([^"]*[A-Za-z]{2,}[^"]*)"/g)].map(
        ([, words]) => words ?? '',
      )
      return [...between, ...attributes].filter((words) => !allowed.has(words.trim()) && !isCode(words)).map((words) => `${file}: ${words}`)
    })
  assert.deepEqual(found, [])
})
