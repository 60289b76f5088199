import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse, parseDocument, stringify } from 'yaml'
import { dayOf } from '../core/units.ts'
import { checkFacts, checkText } from '../facts/check.ts'
import { EVIDENCE, parseFacts } from '../facts/fact.ts'
import { factsListText, selectFacts } from '../facts/report.ts'
import { type Command, EXIT, type ExitCode, type Given, type Terminal, UsageFailure } from './command.ts'
import { systemClock } from './exchange.ts'
import { factSentence } from './factbook.ts'
import { EXCHANGE_OPTIONS } from './owner.ts'
import { factsInForce } from './who.ts'

const ROW_OPTIONS = ['subject', 'predicate', 'object', 'share', 'from', 'until', 'source', 'as-of', 'evidence', 'note', 'replaces'] as const

/** `allod facts`: what is known, and a file of what the owner knows. */
export const facts: Command = {
  name: 'facts',
  summary: 'Lists facts, checks them, and adds the owner’s own to a file.',
  usage: ['facts list [about] [options]', 'facts check', 'facts add --file FILE --subject … --predicate … --object … --source …'],
  options: {
    file: { value: 'FILE', text: 'the owner’s fact file to add to; name it in `facts.files` of allod.yaml' },
    subject: { value: 'REF', text: 'such as endpoint:ours or entity:our-centre' },
    predicate: { value: 'NAME', text: 'such as operated-by; for list: only these' },
    object: { value: 'REF', text: 'such as entity:our-centre or country:FR' },
    share: { value: 'PERCENT', text: 'of a holding' },
    from: { value: 'DATE', text: 'the first day on which it holds' },
    until: { value: 'DATE', text: 'the first day on which it no longer holds' },
    source: { value: 'TEXT', text: 'where it is written' },
    'as-of': { value: 'DATE', text: 'the day for which the source says it (default: today)' },
    evidence: { value: 'LEVEL', text: `${EVIDENCE.join(', ')} (default: declared; for list: only these)` },
    note: { value: 'TEXT', text: 'a remark' },
    replaces: { value: 'ID', text: 'the shipped fact it overrules; may stand several times', multiple: true },
    ...EXCHANGE_OPTIONS,
  },
  examples: [
    'facts list exoscale-inference',
    'facts add --file facts.yaml --subject endpoint:ours --predicate hosted-on --object self --source "inventory 7" --evidence attested',
  ],
  async run(given, terminal) {
    const [action, about, ...more] = given.positionals
    if (action === 'list' && more.length === 0) return list(given, terminal, about)
    if (action === 'check' && about === undefined) return check(given, terminal)
    if (action === 'add' && about === undefined) return add(given, terminal)
    throw new UsageFailure('say `list [about]`, `check` or `add`')
  },
}

const list = (given: Given, terminal: Terminal, about: string | undefined): ExitCode => {
  const all = factsInForce(given, terminal, dayOf(systemClock()))?.facts
  if (all === undefined) return EXIT.usage
  const [predicate, evidence] = [given.text('predicate'), given.text('evidence')]
  const rows = selectFacts(all, { ...(about && { about }), ...(predicate && { predicate }), ...(evidence && { evidence }) })
  if (given.flag('json')) terminal.out(JSON.stringify(rows, null, 2))
  else if (rows.length > 0) terminal.out(factsListText(rows))
  if (rows.length === 0) terminal.error('no fact fits')
  return rows.length > 0 ? EXIT.ok : EXIT.no
}

const check = (given: Given, terminal: Terminal): ExitCode => {
  const day = dayOf(systemClock())
  const all = factsInForce(given, terminal, day)?.facts
  if (all === undefined) return EXIT.usage
  const findings = checkFacts(all, day)
  terminal.out(given.flag('json') ? JSON.stringify(findings, null, 2) : checkText(all, findings))
  return findings.some(({ level }) => level === 'error') ? EXIT.no : EXIT.ok
}

const add = (given: Given, terminal: Terminal): ExitCode => {
  const file = given.text('file')
  if (file === undefined) throw new UsageFailure('name the file to add to with --file')
  const path = resolve(file)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : 'facts:\n'
  const document = parseDocument(before)
  const known: unknown = document.errors.length > 0 ? undefined : parse(before)
  const rows = parseFacts(known ?? {}, { name: file, origin: 'owner' })
  if (document.errors.length > 0 || !rows.ok)
    throw new UsageFailure(`\`${file}\` is no fact file: ${rows.ok ? 'not YAML' : factSentence(rows.error[0] as never)}`)
  const row = rowOf(given, `o${nextNumber(rows.value.map(({ id }) => id))}`)
  const added = parseFacts({ facts: [row] }, { name: file, origin: 'owner' })
  if (!added.ok) throw new UsageFailure(added.error.map(({ message }) => message).join('; '))
  if (!existsSync(path)) writeFileSync(path, before)
  const end = before.endsWith('\n') ? '' : '\n'
  appendFileSync(path, `${end}  - ${stringify(row, { collectionStyle: 'flow', lineWidth: 0 }).trim()}\n`)
  terminal.out(
    given.flag('json') ? JSON.stringify(row) : `added ${String(row.id)} to ${file}; in force once \`facts.files\` of allod.yaml names it`,
  )
  return EXIT.ok
}

const nextNumber = (ids: readonly string[]): number => 1 + Math.max(0, ...ids.map((id) => Number(/^o(\d+)$/.exec(id)?.[1] ?? 0)))

const rowOf = (given: Given, id: string): Record<string, unknown> => {
  const missing = (['subject', 'predicate', 'object', 'source'] as const).filter((name) => given.text(name) === undefined)
  if (missing.length > 0)
    throw new UsageFailure(`${missing.map((name) => `--${name}`).join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing`)
  const names: Record<string, string> = { from: 'validFrom', until: 'validTo', 'as-of': 'asOf' }
  const row: Record<string, unknown> = { id }
  for (const option of ROW_OPTIONS) {
    const text = given.text(option)
    if (text !== undefined)
      row[names[option] ?? option] = option === 'share' && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  }
  const replaces = given.texts('replaces')
  const defaults = { sourceKind: 'owner', asOf: dayOf(systemClock()), evidence: 'declared' }
  return { ...defaults, ...row, ...(replaces.length > 0 ? { replaces } : {}) }
}
