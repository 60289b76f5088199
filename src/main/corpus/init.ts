import { existsSync, statSync, writeFileSync } from 'node:fs'
import { basename, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import { isName } from '../../core/ids.ts'
import { codeOf } from '../../store/durable.ts'
import { type Command, EXIT, UsageFailure } from '../command.ts'
import { parseDeclaration } from './ground.ts'

/** `allod corpus init`: a declaration that runs as it stands, and says in comments what to add. */
export const init: Command = {
  name: 'corpus init',
  summary: 'Writes a first corpus.yaml for a folder of texts; what is not known of them stays unknown, and permits nothing.',
  usage: ['corpus init [folder] [--languages TAGS] [--corpus FILE]'],
  options: {
    corpus: { value: 'FILE', text: 'where to write it (default: ./corpus.yaml)' },
    languages: { value: 'TAGS', text: 'languages of the corpus by BCP 47, with commas (default: en)' },
  },
  examples: ['corpus init texts --languages et,en'],
  async run(given, terminal) {
    const [folder = '.', ...more] = given.positionals
    if (more.length > 0) throw new UsageFailure('give one folder, such as `allod corpus init texts`')
    const file = given.text('corpus') ?? 'corpus.yaml'
    if (existsSync(file)) throw new UsageFailure(`\`${file}\` is there already; edit it, or name another with --corpus`)
    if (!isFolder(folder)) throw new UsageFailure(`\`${folder}\` is no folder`)
    const languages = (given.text('languages') ?? 'en').split(',').map((tag) => tag.trim())
    const text = firstDeclaration(nameFor(folder), relative(resolve(file, '..'), folder) || '.', languages)
    const parsed = parseDeclaration(text, file)
    if (!parsed.ok) throw new UsageFailure(parsed.error.messages.join('; '))
    try {
      writeFileSync(file, text, { flag: 'wx' })
    } catch (thrown) {
      throw new UsageFailure(`cannot write \`${file}\`: ${codeOf(thrown)}`)
    }
    terminal.out(
      given.flag('json') ? JSON.stringify({ file }) : `wrote ${file}; say there what you know of the texts, then \`allod corpus run\``,
    )
    return EXIT.ok
  },
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const nameFor = (folder: string): string => {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
  return isName(name) ? name : 'texts'
}

const firstDeclaration = (
  name: string,
  folder: string,
  languages: readonly string[],
): string => `# A corpus: what it is of, where its texts lie, and what may be done with them. Every field is in docs/corpus.md.
corpus: ${name}

# The languages that it is of, by BCP 47. A text in another is dropped, with its reason.
languages: [${languages.join(', ')}]

sources:
  ${name}:
${indented(stringify({ from: { folder } }), 4)}
    # What holds for every text that does not say otherwise itself. What is not said is not known, and permits nothing.
    terms: {}
    #   owner: Ministry of Justice
    #   licence: CC-BY-4.0
    #   legalBasis: public-sector information
    #   jurisdiction: EE
    #   domain: law

dataSets:
  open:
    title: ${JSON.stringify(`Texts of ${name}`)}
    # What the terms of each document must permit: train, publish, export, send.
    for: [publish, train]
`

const indented = (text: string, spaces: number): string => text.trim().replace(/^/gm, ' '.repeat(spaces))
