// The files that say the same as the manifest, for those who read something else. Each is made of it alone, so that none can disagree with another.
import type { JsonObject } from '../../core/json.ts'
import { cardOf } from './card.ts'
import { croissantOf } from './croissant.ts'
import type { Manifest } from './manifest.ts'
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
