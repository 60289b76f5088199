import { isName } from '../core/ids.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type CedarPolicy, type CedarProblem, splitPolicies } from './cedar.ts'

/** One file of policies: its name as the owner knows it, and its text. */
export type PolicyText = { readonly name: string; readonly text: string }

export type PolicyProblem = {
  readonly file: string
  /** Counted from 1, where it could be told. */
  readonly line?: number
  /** In that line, counted from 1 in UTF-16 units. */
  readonly column?: number
  /** One lower-case sentence. */
  readonly message: string
}
export type PolicyFailure = {
  readonly kind: 'policies-invalid'
  readonly problems: readonly PolicyProblem[]
  /** The problems in one text, `file:line: sentence`, one a line. */
  readonly message: string
}

export type Policy = {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly reason: string
  readonly law?: string
  readonly obligations: readonly string[]
  readonly file: string
  readonly line: number
  /** Its last line. */
  readonly through: number
  /** Cedar source of this policy alone. */
  readonly text: string
}

/** Ids under which the exchange itself refuses; no policy may take one. */
export const DEFAULT_ID = 'default'
export const EVALUATION_ID = 'evaluation'
const RESERVED: readonly string[] = [DEFAULT_ID, EVALUATION_ID]
/** Everything else is refused: `@obligaton` must not be read as "no obligation" (G4). */
const ANNOTATIONS: readonly string[] = ['id', 'reason', 'law', 'obligation']

/** Reads the annotated policies of all files in their order; every problem of every file is told at once. */
export const parsePolicies = (texts: readonly PolicyText[]): Result<readonly Policy[], PolicyFailure> => {
  const policies: Policy[] = []
  const problems: PolicyProblem[] = []
  for (const text of texts) {
    const parts = splitPolicies(text.text)
    if (!parts.ok) problems.push(...parts.error.map((problem) => located(problem, text.name, text.text)))
    else for (const policy of inOrder(parts.value, text)) readPolicy(policy, text.name, policies, problems)
  }
  if (problems.length === 0 && policies.length === 0)
    problems.push({ file: texts[0]?.name ?? 'policy', message: 'there is no policy, so nothing would ever be permitted' })
  return problems.length > 0 ? err(policyFailure(problems)) : ok(policies)
}

export const policyFailure = (problems: readonly PolicyProblem[]): PolicyFailure => ({
  kind: 'policies-invalid',
  problems,
  message: problems.map(({ file, line, message }) => `${line === undefined ? file : `${file}:${line}`}: ${message}`).join('\n'),
})

type Placed = CedarPolicy & { readonly line: number }

/** Cedar returns the exact source of each policy, sorted by a made-up id: `policy10` before `policy2`. */
const inOrder = (parts: readonly CedarPolicy[], { text }: PolicyText): readonly Placed[] => {
  const places = parts.map((policy) => ({ policy, offset: Math.max(0, text.indexOf(policy.text)) }))
  places.sort((a, b) => a.offset - b.offset)
  return places.map(({ policy, offset }) => ({ ...policy, line: lineAt(text, offset) }))
}

const readPolicy = (placed: Placed, file: string, policies: Policy[], problems: PolicyProblem[]): void => {
  const { annotations, effect, line, text } = placed
  const id = annotations.get('id')
  const reason = annotations.get('reason')?.trim()
  const law = annotations.get('law')?.trim()
  const obligations = (annotations.get('obligation') ?? '').split(',').map((name) => name.trim())
  const found: string[] = []
  for (const name of annotations.keys())
    if (!ANNOTATIONS.includes(name))
      found.push(`annotation \`@${name}\` is not one of ${ANNOTATIONS.map((known) => `\`@${known}\``).join(', ')}`)
  if (id === undefined) found.push('a policy has no `@id`')
  else if (!isName(id)) found.push(`id \`${id}\` must be lower-case letters, digits, \`.\`, \`_\` or \`-\`, at most 63 characters`)
  else if (RESERVED.includes(id)) found.push(`id \`${id}\` is kept for refusals of the exchange itself`)
  else {
    const first = policies.find((policy) => policy.id === id)
    if (first) found.push(`id \`${id}\` is taken by the policy at ${first.file}:${first.line}`)
  }
  const who = id ? `policy \`${id}\`` : 'a policy'
  if (!isSentence(reason)) found.push(`${who} has no \`@reason\` of one line`)
  if (law !== undefined && !isSentence(law)) found.push(`${who} has an empty \`@law\``)
  if (annotations.has('obligation')) {
    if (effect === 'forbid') found.push(`${who} forbids, so its \`@obligation\` could never be met`)
    for (const name of obligations) if (!isName(name)) found.push(`${who} has the obligation \`${name}\`, which is not a name`)
  }
  problems.push(...found.map((message) => ({ file, line, message })))
  if (found.length > 0 || id === undefined || reason === undefined) return
  const own = annotations.has('obligation') ? obligations : []
  const through = line + text.split('\n').length - 1
  policies.push({ id, effect, reason, ...(law === undefined ? {} : { law }), obligations: own, file, line, through, text })
}

const isSentence = (text: string | undefined): text is string => text !== undefined && /^[^\r\n]{3,400}$/.test(text)

/** A problem with its place in `text`, whose first line is line `firstLine` of `file`. */
export const located = (problem: CedarProblem, file: string, text: string, firstLine = 1): PolicyProblem => {
  if (problem.start === undefined) return { file, message: problem.message }
  const offset = utf16Offset(text, problem.start)
  const column = offset - text.lastIndexOf('\n', offset - 1)
  return { file, line: firstLine - 1 + lineAt(text, offset), column, message: problem.message }
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** Cedar counts UTF-8 bytes, a string counts UTF-16 units. */
const utf16Offset = (text: string, bytes: number): number => {
  let offset = 0
  for (let left = bytes; left > 0 && offset < text.length; ) {
    const point = text.codePointAt(offset) ?? 0
    left -= point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
    offset += point < 0x10000 ? 1 : 2
  }
  return offset
}
