// AWS Signature Version 4, checked as the vendor checks it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash, createHmac } from 'node:crypto'
import type { Incoming } from './vendor.ts'

/** The identity whose secret is the simulator's key. */
export const SIMULATED_ACCESS_KEY = 'AKIASIMULATED0000000'

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** Undefined where the signature is that of this request. */
export const signatureProblem = (incoming: Incoming, service: string, secret: string): string | undefined => {
  const found = HEADER.exec(incoming.headers.authorization ?? '')
  if (found === null) return 'Missing Authentication Token'
  const [, identity = '', day = '', region = '', named = '', headers = '', signature = ''] = found
  if (identity !== SIMULATED_ACCESS_KEY) return 'The security token included in the request is invalid.'
  const time = incoming.headers['x-amz-date'] ?? ''
  if (named !== service || !time.startsWith(day)) return 'Credential should be scoped to correct service and date: signature does not match'
  const scope = `${day}/${region}/${service}/aws4_request`
  const signed = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical(incoming, headers))].join('\n')
  const key = [region, service, 'aws4_request'].reduce((each, part) => hmac(each, part), hmac(`AWS4${secret}`, day))
  return hmac(key, signed).toString('hex') === signature
    ? undefined
    : 'The request signature we calculated does not match the signature you provided.'
}

const canonical = ({ method, path, query, headers, text }: Incoming, signed: string): string => {
  // Every service but one encodes each segment of the path once more.
  const uri = path.split('/').map(encode).join('/')
  const search = [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const lines = signed.split(';').map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}`)
  return [method, uri, search, ...lines, '', signed, headers['x-amz-content-sha256'] ?? sha256(text)].join('\n')
}
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
