// A row of a published data set: a document with all that is known of it. What its columns are stands here and nowhere else.
import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../../core/json.ts'
import type { Digest } from '../sections.ts'

/** In the order in which the columns stand in the files and in a row's leaf. `whole`: a whole number; `number`: any. */
export const COLUMNS = [
  { name: 'id', type: 'text', about: 'SHA-256 of the text as it was read, before personal data were replaced' },
  { name: 'text', type: 'text', about: 'the text, personal data replaced as the manifest says' },
  { name: 'language', type: 'text', about: 'as identified, BCP 47; `und` where no language is sure enough' },
  { name: 'language_score', type: 'number', about: 'how sure, from 0 to 1' },
  { name: 'source', type: 'text', about: 'name of the source in the manifest' },
  { name: 'licence', type: 'text', about: 'SPDX identifier or expression' },
  { name: 'owner', type: 'text', about: 'who owns the rights' },
  { name: 'attribution', type: 'text', about: 'who must be named' },
  { name: 'legal_basis', type: 'text', about: 'why it may be processed, in the words of who declared it' },
  { name: 'jurisdiction', type: 'text', about: 'whose law it came under, ISO 3166-1 alpha-2' },
  { name: 'restrictions', type: 'text', about: 'duties by contract, parted by spaces' },
  { name: 'consent', type: 'text', about: 'uses that consent covers, parted by spaces' },
  { name: 'consent_expires', type: 'text', about: 'last day of the consent' },
  { name: 'reservation', type: 'text', about: 'rights reservation against mining as found: where, `reserved` or `free`, and on which day' },
  { name: 'region', type: 'text', about: 'as declared' },
  { name: 'domain', type: 'text', about: 'as declared' },
  { name: 'register', type: 'text', about: 'as declared' },
  { name: 'period', type: 'text', about: 'a year, or two joined by `/`' },
  { name: 'origin_file', type: 'text', about: 'file within the source' },
  { name: 'origin_digest', type: 'text', about: 'SHA-256 of that file as it was found' },
  { name: 'origin_time', type: 'whole', about: 'when the file was last changed, milliseconds since 1970' },
  { name: 'origin_offset', type: 'whole', about: 'first byte of the record in the unpacked file' },
  { name: 'origin_length', type: 'whole', about: 'bytes of the record' },
  { name: 'origin_name', type: 'text', about: 'the record’s own name in its source' },
  { name: 'cluster', type: 'text', about: 'id of the document that stands for its near-duplicates: this one' },
  { name: 'cluster_size', type: 'whole', about: 'documents that it stands for, itself among them' },
  { name: 'personal_data', type: 'text', about: 'spans that were marked, as `start-end:class` in bytes of the text, parted by spaces' },
] as const
export type Column = (typeof COLUMNS)[number]
export type ColumnName = Column['name']
export type Cell = string | number | null

/** The text stays bytes; the other columns stand in their order. */
export type DatasetRow = { readonly id: Digest; readonly text: Uint8Array; readonly cells: ReadonlyMap<ColumnName, Cell> }

/**
 * What a row is in the tree of documents, 64 bytes: its id, then the SHA-256 of the canonical JSON array (RFC 8785) of its columns in their order, with
 * the SHA-256 of the text where the text stands. So a row proves itself without the other texts, and two neighbours prove what is not between them.
 */
export const rowEntry = ({ id, text, cells }: DatasetRow): Uint8Array => {
  const values = COLUMNS.map(({ name }): Json => {
    if (name === 'id') return id
    return name === 'text' ? sha256(text).toString('hex') : (cells.get(name) ?? null)
  })
  return Buffer.concat([Buffer.from(id, 'hex'), sha256(canonicalJson(values))])
}

const sha256 = (content: Uint8Array | string): Buffer => createHash('sha256').update(content).digest()
