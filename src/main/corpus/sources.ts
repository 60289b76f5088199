// The sources of a declaration as its run sees them: lists of files, and files opened for one reader.
import { join, resolve } from 'node:path'
import { err } from '../../core/result.ts'
import type { SourceDeclaration } from '../../corpus/read/declaration.ts'
import { createReadFile } from '../../corpus/read/read-file.ts'
import type { Sources } from '../../corpus/run/ports.ts'
import { listFolder, openSourceFile } from '../../store/corpus-source-files.ts'

export type SourcePlaces = {
  /** Folder of the declaration. */
  readonly folder: string
  /** Folder of the corpus. */
  readonly corpus: string
}

export const openSources = (declared: Readonly<Record<string, SourceDeclaration>>, { folder }: SourcePlaces): Sources => {
  const rootOf = (source: string): string | undefined => {
    const from = declared[source]?.from
    return from !== undefined && 'folder' in from ? resolve(folder, from.folder) : undefined
  }
  const elsewhere = (source: string) => err({ kind: 'unusable' as const, message: `source \`${source}\` is no folder` })
  return {
    list: async (source) => {
      const root = rootOf(source)
      return root === undefined ? elsewhere(source) : listFolder(root, declared[source]?.files ?? [])
    },
    open: async (source, file) => {
      const root = rootOf(source)
      return root === undefined ? elsewhere(source) : openSourceFile(join(root, file.path), file)
    },
  }
}

export const readFile = createReadFile({ recognise: () => err('no program that recognises letters is installed') })
