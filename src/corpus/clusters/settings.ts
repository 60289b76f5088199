// What an owner may set about duplicates. All of it stands in the key of the step.
import { z } from 'zod'
import { HASHES } from '../kernel/kernel.ts'
import { MEASURES } from '../kernel/measures.ts'

/** Licences from the one that binds least; a licence that is not in the list comes after them, and no known licence last. */
const LEAST_BINDING_FIRST = [
  'CC0-1.0',
  'PDDL-1.0',
  'Unlicense',
  'CC-PDDC',
  'LicenseRef-public-domain',
  'LicenseRef-official-work',
  'CC-BY-4.0',
  'ODC-By-1.0',
  'etalab-2.0',
  'DL-DE-BY-2.0',
  'OGL-UK-3.0',
  'MIT',
  'Apache-2.0',
  'CC-BY-3.0',
  'CC-BY-SA-4.0',
  'ODbL-1.0',
  'CC-BY-SA-3.0',
  'GFDL-1.3-or-later',
  'CC-BY-ND-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-NC-SA-4.0',
  'CC-BY-NC-ND-4.0',
]

/** FineWeb's bands and rows (arXiv 2406.17557): of two documents with similarity J the chance to be compared is 1-(1-J^8)^14. */
export const clusterSettings = z
  .strictObject({
    /** A document is dropped only where its Jaccard similarity to the document that stays is at least this. */
    threshold: z.number().gt(0).max(1).default(0.7),
    bands: z.int().min(1).max(64).default(14),
    rows: z.int().min(1).max(64).default(8),
    /** In a bucket, each document is compared with so many of the others at most: the most preferred. */
    comparisons: z.int().min(1).max(4096).default(32),
    licences: z.array(z.string().min(1)).default(LEAST_BINDING_FIRST),
    /** Of documents that are equally free and equally new, the one with more of this measure stays. */
    quality: z.enum(MEASURES).default('words'),
    /** A source of at least so many documents, of which no more than this share stays, raises an alarm. */
    alarm: z.strictObject({ documents: z.int().min(1).default(50), share: z.number().min(0).max(1).default(0.05) }).prefault({}),
  })
  .refine(({ bands, rows }) => bands * rows <= HASHES, {
    path: ['rows'],
    message: `bands times rows is at most ${HASHES}, for so many hashes a signature has`,
  })
export type ClusterSettings = z.output<typeof clusterSettings>
