// What the owner declares of one source: where it lies, how it is read, and the terms that hold where the files say nothing themselves.
import { z } from 'zod'
import type { Json } from '../../core/json.ts'
import { reservation, terms } from '../terms.ts'

export const FORMATS = ['jsonl', 'csv', 'parquet', 'warc', 'html', 'markdown', 'text', 'tei', 'pdf', 'docx', 'image'] as const
export type Format = (typeof FORMATS)[number]

/** One byte a character, or two a unit: what lies where in the file can be told from the text alone. */
const SINGLE_BYTE = [
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1256',
  'windows-1257',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-4',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-9',
  'iso-8859-13',
  'iso-8859-15',
  'koi8-r',
  'koi8-u',
] as const
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', ...SINGLE_BYTE] as const
export type Encoding = (typeof ENCODINGS)[number]

const known = z.string().min(1)
/** A pattern as `node:path` matches it, below the source: `laws/*.jsonl.zst`; two stars cross folders. */
const pattern = known
  .max(1000)
  .refine(
    (text) => !text.startsWith('/') && !text.split('/').includes('..'),
    'must be a pattern below the source, such as `laws/**/*.jsonl`',
  )
const address = z.url({ protocol: /^https?$/ })
/** Where a secret stands; never the secret itself. */
const secret = z.union([z.strictObject({ file: known }), z.strictObject({ environment: known })])

/** `prefix` and `files` together choose; keys are what the service calls the names of its objects. */
const objectStorage = z.strictObject({
  /** Of the service: `https://s3.fr-par.scw.cloud`. */
  endpoint: address,
  region: known,
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket'),
  prefix: z.string().max(1000).default(''),
  /** Where `id:secret` of the access key stands; without it the bucket is read as anybody may. */
  key: secret.optional(),
  /** The service stands in a private network; without it an address that leads inwards is refused. */
  privateNetwork: z.boolean().default(false),
})
export type ObjectStorageDeclaration = z.output<typeof objectStorage>

const webList = z.strictObject({
  addresses: z.array(address).min(1).max(100_000),
  privateNetwork: z.boolean().default(false),
})

export type WebListDeclaration = z.output<typeof webList>

/** Which member (JSONL), column (CSV, Parquet) holds what. A dot goes into an object: `metadata.license`. */
const members = z.strictObject({
  text: known.default('text'),
  /** The record's own name in its source. */
  name: known.optional(),
  owner: known.optional(),
  licence: known.optional(),
  legalBasis: known.optional(),
  jurisdiction: known.optional(),
  attribution: known.optional(),
  language: known.optional(),
  region: known.optional(),
  domain: known.optional(),
  register: known.optional(),
  /** A date or a year; the year counts. */
  period: known.optional(),
})
export type Members = z.output<typeof members>

export const sourceDeclaration = z.strictObject({
  from: z.union([z.strictObject({ folder: known }), z.strictObject({ objectStorage }), z.strictObject({ http: webList })]),
  files: z.array(pattern).min(1).default(['**']),
  /** Without it, the end of each file's name says it. */
  format: z.enum(FORMATS).optional(),
  /** Of JSONL, CSV and text; a byte order mark wins. */
  encoding: z.enum(ENCODINGS).default('utf-8'),
  members: members.prefault({}),
  /** What the text member of JSONL, CSV and Parquet holds. */
  content: z.enum(['text', 'markdown', 'html', 'tei']).default('text'),
  /** What is one document in a file of text. */
  documents: z.enum(['file', 'line', 'paragraph']).default('file'),
  csv: z
    .strictObject({
      /** Without it a tab in files whose names end with `.tsv`, and a comma in all others. */
      separator: z.enum([',', ';', '\t', '|']).optional(),
      /** Names of the columns, where the first row does not have them. */
      columns: z.array(known).min(1).optional(),
    })
    .prefault({}),
  /** By whose name robots.txt is asked, besides `*`: what crawled, and what the texts are for. */
  robots: z.array(z.string().regex(/^[A-Za-z_-]+$/, 'must be a product token such as `ExampleBot`')).default([]),
  /** Languages of scanned pages, as Tesseract calls them: `fra+deu`. */
  scanned: z
    .string()
    .regex(/^[A-Za-z_]+(\+[A-Za-z_]+)*$/)
    .default('eng'),
  /** What holds for each document unless its file says otherwise. */
  terms: terms.partial().extend({ reservation: reservation.nullable().optional() }).prefault({}),
})
export type SourceDeclaration = z.output<typeof sourceDeclaration>

/** What of a declaration decides about the bytes of a pack, for the key of the step: not where the files came from. */
export const readingSettings = ({ from: _, files: __, ...rest }: SourceDeclaration): Json => rest as unknown as Json
