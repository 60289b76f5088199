import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

export type Licence = { readonly name: string; readonly version: string; readonly licence: string; readonly text: string }
const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//

/** Lists what the console's code is made of, each with the text its licence asks to be handed on: `licences.json`. */
export const licences = (): Plugin => ({
  name: 'licences',
  generateBundle(_, bundle) {
    const folders = new Set<string>()
    for (const file of Object.values(bundle)) {
      for (const id of file.type === 'chunk' ? file.moduleIds : []) {
        const [, folder] = PACKAGE.exec(id) ?? []
        if (folder !== undefined) folders.add(folder)
      }
    }
    this.emitFile({ type: 'asset', fileName: 'licences.json', source: JSON.stringify([...folders].sort().flatMap(readLicence)) })
  },
})

const readLicence = (folder: string): Licence[] => {
  if (!existsSync(join(folder, 'package.json'))) return []
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>
  const [file] = globSync('{LICENSE,LICENCE,license,UNLICENSE}*', { cwd: folder })
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8')
  return [{ name: name ?? '', version: version ?? '', licence: license ?? '', text }]
}
