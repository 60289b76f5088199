// What the exchange itself does of a corpus: it records what is published, and signs that.

import { isName } from '../../core/ids.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { isVersion, manifestNote } from '../../corpus/publish/manifest.ts'
import { USES } from '../../corpus/terms.ts'
import { signNote } from '../../ledger/note.ts'
import type { OperationFailure, Operations } from '../admin.ts'
import type { Exchange } from '../exchange.ts'
import { text } from '../members.ts'
import { record } from '../record.ts'
import { recordDecision, recordErasure } from './erasure-operation.ts'

export const corpusOperations = (current: () => Exchange): Operations => ({
  'data-set/publish': (input) => publishDataSet(current(), input),
  'corpus/erase': (input) => recordErasure(current(), input),
  'corpus/decide': (input) => recordDecision(current(), input),
  'data-set/export': (input) => exportDataSet(current(), input),
})

const DIGEST = /^[0-9a-f]{64}$/
const DIGESTS = ['manifest', 'documents', 'files', 'summaries'] as const
const COUNTS = ['count', 'bytes'] as const

/** Records a version of a data set with the digests that its manifest is known by, and signs these. */
const publishDataSet = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const [name, version] = [text(input, 'name') ?? '', text(input, 'version') ?? '']
  const digests = Object.fromEntries(DIGESTS.map((each) => [each, text(input, each) ?? '']))
  const counts = Object.fromEntries(COUNTS.map((each) => [each, Number(input[each])]))
  if (!isName(name) || !isVersion(version)) return unusable('the data set has no name and version')
  if (
    !Object.values(digests).every((digest) => DIGEST.test(digest)) ||
    !Object.values(counts).every((each) => Number.isSafeInteger(each) && each >= 0)
  )
    return unusable('there is no manifest to sign')
  const previous = text(input, 'previous')
  const recorded = await record(exchange, 'data-set', {
    change: 'published',
    name,
    version,
    ...counts,
    ...digests,
    ...(previous && DIGEST.test(previous) ? { previous } : {}),
  })
  if (!recorded.ok) return recorded
  const { manifest = '', documents = '', files = '', summaries = '' } = digests
  const note = manifestNote(exchange.signers.log.key.name, { name, version, manifest, documents, files, summaries })
  return ok({ index: recorded.value, note: signNote(note, exchange.signers) })
}

/** Records that a version is about to be written out: for what, and to where. */
const exportDataSet = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const { documents } = input
  const [name, version, manifest] = [text(input, 'name') ?? '', text(input, 'version') ?? '', text(input, 'manifest') ?? '']
  const use = USES.find((each) => each === input.use)
  const place = text(input, 'place')
  if (!isName(name) || !isVersion(version) || !DIGEST.test(manifest)) return unusable('the data set has no name, version and manifest')
  if (use === undefined || !Number.isSafeInteger(documents) || (place !== undefined && !/^[A-Z]{2}$/.test(place)))
    return unusable('it is not said what is exported for what, and to where')
  const told = { change: 'exported', name, version, manifest, count: Number(documents), use, ...(place && { place }) }
  const recorded = await record(exchange, 'data-set', told)
  return recorded.ok ? ok({ index: recorded.value }) : recorded
}

const unusable = (message: string): Result<never, OperationFailure> => err({ kind: 'unusable', message })
