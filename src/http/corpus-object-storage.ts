// Object storage that speaks the protocol of Amazon S3 (docs.aws.amazon.com/AmazonS3, "ListObjectsV2", "GetObject"), signed with Signature
// Version 4 where a key is declared.
import { createHash } from 'node:crypto'
import { matchesGlob } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import type { Clock } from '../core/units.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import type { ObjectStorageDeclaration } from '../corpus/read/declaration.ts'
import type { Fetched, FetchedFiles, FetchedOrMissed } from '../corpus/read/fetched.ts'
import { readXml } from '../corpus/read/xml.ts'
import type { Authenticator } from './authentication/authenticator.ts'
import { sigV4Authenticator } from './authentication/sigv4.ts'
import type { Environment } from './authentication/watched-text.ts'
import { Fetcher, type FetcherOptions, type HeadersFor } from './corpus-fetch.ts'

export type FetchGround = Pick<FetcherOptions, 'patience'> & {
  readonly files: FetchedFiles
  readonly clock: Clock
  readonly environment: Environment
}
type Listed = { readonly key: string; readonly size: number; readonly time: number; readonly tag: string }

const MOST_OBJECTS = 10_000_000
const LONGEST_PAGE = 16 * 1024 * 1024
const NOTHING = createHash('sha256').digest('hex')

const failed = (message: string): Result<never, CorpusFailure> => err({ kind: 'unusable', message })

/** Fetches each object that a pattern matches and that has not been fetched in this version; all of them, in the order of the service. */
export const fetchObjects = async (
  declared: ObjectStorageDeclaration,
  patterns: readonly string[],
  ground: FetchGround,
): Promise<Result<readonly FetchedOrMissed[], CorpusFailure>> => {
  const signer = signerOf(declared, ground)
  if (!signer.ok) return signer
  const fetcher = new Fetcher({ ...declared, ...ground })
  try {
    const listed = await list(declared, fetcher, signer.value)
    if (!listed.ok) return listed
    const all: FetchedOrMissed[] = []
    for (const object of listed.value) {
      const path = object.key.slice(declared.prefix.length).replace(/^\/+/, '')
      if (path === '' || path.endsWith('/') || !patterns.some((pattern) => matchesGlob(path, pattern))) continue
      const fetched = await fetchObject(path, object, { declared, fetcher, headersFor: signer.value, ground })
      const came = orMissed(fetched, path, ground.files)
      if (!came.ok) return came
      all.push(came.value)
    }
    return ok(all)
  } finally {
    await fetcher.close()
  }
}

/** What its place would not give is noted and listed, so that the run goes on and says why; any other failure stops it. */
export const orMissed = (
  fetched: Result<Fetched, CorpusFailure>,
  path: string,
  files: FetchedFiles,
): Result<FetchedOrMissed, CorpusFailure> => {
  if (fetched.ok || fetched.error.kind !== 'unusable') return fetched
  const noted = files.miss(path, fetched.error.message)
  return noted.ok ? ok({ path, size: 0, time: 0 }) : noted
}

/** A bucket that anybody may read is asked without a signature. */
const signerOf = ({ region, key }: ObjectStorageDeclaration, { environment, clock }: FetchGround): Result<HeadersFor, CorpusFailure> => {
  if (key === undefined) return ok(() => ({}))
  const made = sigV4Authenticator({ kind: 'sigv4', service: 's3', region, secret: key }, { environment, clock })
  return made.ok ? ok((url) => signed(made.value, url)) : failed(`the key of the object storage: ${made.error.message}`)
}

const signed = (authenticator: Authenticator, url: URL): Record<string, string> => {
  const headers = ['x-amz-content-sha256', NOTHING]
  const added = authenticator.authenticate({ method: 'GET', url: url.href, headers, body: new Uint8Array(0) }, () => {})
  const all = [...headers, ...(added?.ok === true ? added.value : [])]
  return Object.fromEntries(all.flatMap((name, index) => (index % 2 === 0 ? [[name, all[index + 1] ?? '']] : [])))
}

/** As the service counts bytes when it checks a signature: all but letters, digits and four marks are written as percent. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

const bucketUrl = ({ endpoint, bucket }: ObjectStorageDeclaration): string => `${endpoint.replace(/\/+$/, '')}/${bucket}`

const list = async (
  declared: ObjectStorageDeclaration,
  fetcher: Fetcher,
  headersFor: HeadersFor,
): Promise<Result<readonly Listed[], CorpusFailure>> => {
  const objects: Listed[] = []
  let token: string | undefined
  do {
    const query = [
      ...(token === undefined ? [] : [['continuation-token', token]]),
      ['encoding-type', 'url'],
      ['list-type', '2'],
      ['prefix', declared.prefix],
    ]
    const url = new URL(`${bucketUrl(declared)}?${query.map(([name = '', value = '']) => `${name}=${encoded(value)}`).join('&')}`)
    const answer = await fetcher.text(url, headersFor, LONGEST_PAGE)
    if (!answer.ok) return answer
    if (answer.value.status !== 200)
      return failed(`the bucket \`${declared.bucket}\` cannot be listed: ${reasonIn(answer.value.text, answer.value.status)}`)
    const page = readListing(answer.value.text)
    if (!page.ok) return failed(`the list of the bucket \`${declared.bucket}\` cannot be read: ${page.error}`)
    objects.push(...page.value.objects)
    if (objects.length > MOST_OBJECTS)
      return failed(`the bucket \`${declared.bucket}\` holds more than ${MOST_OBJECTS} objects; declare a \`prefix\``)
    if (page.value.token !== undefined && page.value.token === token)
      return failed(`the list of the bucket \`${declared.bucket}\` goes in circles`)
    token = page.value.token
  } while (token !== undefined)
  return ok(objects)
}

/** `<Code>` of an error document, such as `AccessDenied` or `SignatureDoesNotMatch`. */
const reasonIn = (text: string, status: number): string =>
  /<Code>([A-Za-z0-9]{1,100})<\/Code>/.exec(text)?.[1] ?? `it answers with ${status}`

type Page = { readonly objects: readonly Listed[]; readonly token: string | undefined }
const readListing = (xml: string): Result<Page, string> => {
  const objects: Listed[] = []
  let members: Record<string, string> = {}
  const whole: Record<string, string> = {}
  let path: string[] = []
  const read = readXml(xml, {
    open: (name) => {
      if (name === 'Contents') members = {}
      path.push(name)
    },
    close: (name) => {
      path = path.slice(0, -1)
      if (name === 'Contents') objects.push(objectOf(members))
    },
    text: (text) => {
      const name = path.at(-1) ?? ''
      const target = path.at(-2) === 'Contents' ? members : whole
      target[name] = (target[name] ?? '') + text
    },
  })
  if (!read.ok) return read
  if (objects.some(({ key, size }) => key === '' || !Number.isSafeInteger(size))) return err('an object in it has no key or no size')
  return ok({ objects, token: whole.IsTruncated === 'true' ? (whole.NextContinuationToken ?? '') : undefined })
}

const objectOf = ({ Key = '', Size = '', LastModified = '', ETag = '' }: Readonly<Record<string, string>>): Listed => {
  const time = Date.parse(LastModified)
  return { key: unescaped(Key), size: Size === '' ? Number.NaN : Number(Size), time: Number.isNaN(time) ? 0 : time, tag: ETag }
}
const unescaped = (key: string): string => {
  try {
    return decodeURIComponent(key.replaceAll('+', '%20'))
  } catch {
    return ''
  }
}

type One = {
  readonly declared: ObjectStorageDeclaration
  readonly fetcher: Fetcher
  readonly headersFor: HeadersFor
  readonly ground: FetchGround
}
const fetchObject = async (
  path: string,
  { key, size, time, tag }: Listed,
  { declared, fetcher, headersFor, ground }: One,
): Promise<Result<Fetched, CorpusFailure>> => {
  const known = ground.files.find(path)
  if (!known.ok) return known
  if (known.value?.tag === tag && known.value.size === size) return ok(known.value)
  const draft = ground.files.draft(path)
  if (!draft.ok) return draft
  const url = new URL(`${bucketUrl(declared)}/${key.split('/').map(encoded).join('/')}`)
  const head = await fetcher.into(url, headersFor, draft.value)
  if (head.ok && draft.value.length === size) return draft.value.finish({ time, fetched: ground.clock(), tag, reservation: null })
  const came = draft.value.length
  draft.value.abandon()
  return head.ok ? failed(`\`${path}\` has ${came} bytes, and ${size} were listed; run again`) : head
}
