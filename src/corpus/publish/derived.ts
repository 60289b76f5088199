// The files that say the same as the manifest, for those who read something else. Each is made of it alone, so that none can disagree with another.
import type { JsonObject } from '../../core/json.ts'
import { type Digest, digestOf } from '../sections.ts'
import { cardOf } from './card.ts'
import { croissantOf } from './croissant.ts'
import { fileLeaf } from './index-file.ts'
import type { Manifest } from './manifest.ts'
import { treeRoot } from './merkle.ts'
import { processingOf } from './processing.ts'
import { summaryOf } from './summary.ts'

const indented = (value: JsonObject): string => `${JSON.stringify(value, null, 2)}\n`

/** Name and content of each file. */
export const DERIVED: Readonly<Record<string, (manifest: Manifest) => string>> = {
  'README.md': cardOf,
  'croissant.json': (manifest) => indented(croissantOf(manifest)),
  'training-content-summary.md': summaryOf,
  'record-of-processing.md': processingOf,
}

/** All of them for one manifest. */
export const derivedOf = (manifest: Manifest): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(DERIVED).map(([name, make]) => [name, make(manifest)]))

/** The root over these files, sorted by name; what the note signs, so that they verify whatever version of the program wrote them. */
export const summariesRoot = (files: Readonly<Record<string, string>>): Digest => {
  const leaves = Object.keys(files)
    .sort()
    .map((path) => {
      const content = Buffer.from(files[path] ?? '')
      return fileLeaf({ path, bytes: content.length, sha256: digestOf(content) })
    })
  return Buffer.from(treeRoot(leaves)).toString('hex') as Digest
}
