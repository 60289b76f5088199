import { canonicalJson, isJsonObject, type Json, type JsonLimits, type JsonObject, parseJson } from './json.ts'
import { err, ok, type Result } from './result.ts'

/** A report, and the note that signs its digest (c2sp.org/signed-note). Whoever signs it signs the SHA-256 of its canonical form. */
export type SignedFile<Report> = { readonly report: Report; readonly note: string }
/** One sentence. */
export type SignedFileFailure = { readonly kind: 'report-invalid'; readonly message: string }

/** The bytes over which the digest in the note is made: RFC 8785. */
export const canonicalForm = (report: object): string => canonicalJson(report as JsonObject)
/** The one way to write the file: canonical, with one line feed at its end. */
export const formatSigned = ({ report, note }: SignedFile<object>): string => `${canonicalJson({ note, report: report as JsonObject })}\n`

/** Reads a file that has one spelling: a byte that differs is a failure. What the report must hold, and whether the note is right, are other questions. */
export const parseSigned = (content: string, limits: JsonLimits): Result<SignedFile<Json | undefined>, SignedFileFailure> => {
  const parsed = parseJson(content, limits)
  if (!parsed.ok) return invalid(parsed.error.message)
  if (!isJsonObject(parsed.value) || typeof parsed.value.note !== 'string') return invalid('the file has no note')
  const { note, report, ...more } = parsed.value
  if (Object.keys(more).length > 0) return invalid('the file has members that no report has')
  if (!isJsonObject(report) || formatSigned({ report, note }) !== content)
    return invalid('the file is not written in the one way it must be')
  return ok({ note, report })
}

/**
 * The text that is signed: a format of its own in the first line, so that no report can pass for a checkpoint, a promise or another kind of
 * report of the same key; then one line for each name and value, neither of which may hold a line feed.
 */
export const statementText = (format: string, lines: readonly (readonly [name: string, value: string | number])[]): string =>
  `${format}\n${lines.map(([name, value]) => `${name} ${value}\n`).join('')}`

const invalid = (message: string): Result<never, SignedFileFailure> => err({ kind: 'report-invalid', message })
