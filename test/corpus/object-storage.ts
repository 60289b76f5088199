// An object storage of our own on loopback, which checks every signature as Amazon describes it (docs.aws.amazon.com, "Create a signed AWS
// API request"), lists in pages, knows ranges, and breaks off when it is told to.
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type StoredObject = { readonly body: Buffer; readonly time: string }
export type ObjectStorage = {
  readonly endpoint: string
  readonly objects: Map<string, StoredObject>
  readonly asked: string[]
  /** After so many bytes the next answers break off, as many as there are. */
  readonly breaks: number[]
  close(): Promise<void>
}

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const etagOf = ({ body }: StoredObject): string => `"${createHash('md5').update(body).digest('hex')}"`
const PAGE = 2

export const startObjectStorage = async ({
  id,
  secret,
  region,
}: {
  id: string
  secret: string
  region: string
}): Promise<ObjectStorage> => {
  const objects = new Map<string, StoredObject>()
  const asked: string[] = []
  const breaks: number[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    asked.push(`${decodeURIComponent(url.pathname)}${request.headers.range === undefined ? '' : ` ${request.headers.range}`}`)
    if (!isSigned(request, { id, secret, region })) refuse(response, 403, 'SignatureDoesNotMatch')
    else if (url.pathname === '/texts') list(url, objects, response)
    else send(objects.get(decodeURIComponent(url.pathname.slice('/texts/'.length))), request, response, breaks)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    asked,
    breaks,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

const refuse = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`)
}

/** The signature made again from the request as it came. */
const isSigned = (request: IncomingMessage, { id, secret, region }: { id: string; secret: string; region: string }): boolean => {
  const [, scope = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? '') ?? []
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const date = String(request.headers['x-amz-date'])
  const body = String(request.headers['x-amz-content-sha256'])
  const needed = ['host', 'x-amz-content-sha256', 'x-amz-date']
  if (signature === undefined || body !== sha256('') || !needed.every((name) => names.split(';').includes(name))) return false
  const canonicalQuery = query
    .split('&')
    .filter((pair) => pair !== '')
    .sort()
    .join('&')
  const headers = names
    .split(';')
    .map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
    .join('')
  const canonical = ['GET', path, canonicalQuery, headers, names, body].join('\n')
  const expectedScope = `${date.slice(0, 8)}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, expectedScope, sha256(canonical)].join('\n')
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date.slice(0, 8)), region), 's3'), 'aws4_request')
  return scope === `${id}/${expectedScope}` && hmac(key, text).toString('hex') === signature
}

const escaped = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/')
const list = (url: URL, objects: ReadonlyMap<string, StoredObject>, response: ServerResponse): void => {
  const prefix = url.searchParams.get('prefix') ?? ''
  const after = url.searchParams.get('continuation-token') ?? ''
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
  const shown = keys.slice(0, PAGE)
  const rows = shown.map((key) => {
    const object = objects.get(key) as StoredObject
    return `<Contents><Key>${escaped(key)}</Key><LastModified>${object.time}</LastModified><ETag>${etagOf(object).replaceAll('"', '&quot;')}</ETag><Size>${object.body.length}</Size></Contents>`
  })
  const more =
    keys.length > PAGE
      ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${shown.at(-1)}</NextContinuationToken>`
      : '<IsTruncated>false</IsTruncated>'
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>${rows.join('')}${more}</ListBucketResult>`,
    )
}

/** Also used for addresses of a list: whole or from a place on, and cut where a break is ordered. */
export const send = (object: StoredObject | undefined, request: IncomingMessage, response: ServerResponse, breaks: number[]): void => {
  if (object === undefined) {
    refuse(response, 404, 'NoSuchKey')
    return
  }
  const tag = etagOf(object)
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? []
  if (from !== undefined && request.headers['if-match'] !== tag) {
    refuse(response, 412, 'PreconditionFailed')
    return
  }
  const body = object.body.subarray(Number(from ?? 0))
  const after = breaks.shift()
  response.writeHead(from === undefined ? 200 : 206, {
    'content-length': body.length,
    etag: tag,
    'last-modified': new Date(object.time).toUTCString(),
  })
  if (after === undefined) response.end(body)
  else response.write(body.subarray(0, after), () => response.destroy())
}
