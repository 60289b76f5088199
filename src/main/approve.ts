import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { type Command, paint, type Terminal, UsageFailure } from './command.ts'
import { objectsIn, textsIn } from './members.ts'
import { EXCHANGE_OPTIONS, operate } from './owner.ts'
import { PERSON_OPTIONS, personInput } from './persons.ts'

const { as, 'key-file': keyFile } = PERSON_OPTIONS
const OPTIONS = { ...(as && { as }), ...(keyFile && { 'key-file': keyFile }), ...EXCHANGE_OPTIONS }

/** `allod approve`: the second person. */
export const approve: Command = {
  name: 'approve',
  summary: 'Agrees to what another administrator ordered, and lists what waits.',
  usage: ['approve <number> --as NAME', 'approve list'],
  options: OPTIONS,
  examples: ['approve list', 'approve 4711 --as ben --key-file ben.key'],
  async run(given, terminal) {
    const [id, ...more] = given.positionals
    if (id === undefined || more.length > 0) throw new UsageFailure('name the number of what waits, or say `list`')
    if (id === 'list') return operate('proposal/list', {}, { given, terminal, show: (value) => showList(value, terminal) })
    if (!/^\d{1,15}$/.test(id)) throw new UsageFailure(`\`${id}\` is no number; \`allod approve list\` shows what waits`)
    const show = (value: Json) => showDecided(value, terminal, (done) => isJsonObject(done) && showApproved(done, terminal))
    return operate('proposal/approve', { proposal: Number(id), ...personInput(given, terminal) }, { given, terminal, show })
  },
}

/** What `allod admin` does to one person, and how it says so where no key or code comes of it. */
const DONE: Readonly<Record<string, { readonly takesRole: boolean; readonly said: string }>> = {
  add: { takesRole: true, said: 'added' },
  invite: { takesRole: true, said: 'invited' },
  renew: { takesRole: false, said: 'invited' },
  role: { takesRole: true, said: 'changed' },
  remove: { takesRole: false, said: 'removed' },
}

/** `allod admin`: the people who may decide beside the owner's account. */
export const admin: Command = {
  name: 'admin',
  summary: 'Adds, invites, lists and removes administrators. A new key or one-time code is shown once and kept nowhere.',
  usage: [
    'admin add <name> --role ROLE',
    'admin invite <name> --role ROLE',
    'admin renew <name>',
    'admin role <name> --role ROLE',
    'admin list',
    'admin remove <name>',
  ],
  options: {
    role: {
      value: 'ROLE',
      text: 'operator: orders and approves; approver: approves; auditor: reads everything; viewer: reads; policy-officer: changes the law; administrator: all of it',
    },
    ...OPTIONS,
  },
  examples: ['admin add anna --role operator > anna.key', 'admin invite ben --role auditor', 'admin list'],
  async run(given, terminal) {
    const [action, name, ...more] = given.positionals
    if (action === 'list' && name === undefined)
      return operate('administrator/list', {}, { given, terminal, show: (value) => showAdministrators(value, terminal) })
    const done = action !== undefined && Object.hasOwn(DONE, action) ? DONE[action] : undefined
    if (done === undefined || name === undefined || more.length > 0)
      throw new UsageFailure('say `add`, `invite` or `role` with a name and --role ROLE, `renew` or `remove` with a name, or `list`')
    const input = { name, ...(done.takesRole ? { role: given.text('role') ?? '' } : {}), ...personInput(given, terminal) }
    const show = (value: Json) =>
      showDecided(value, terminal, () =>
        terminal.out(isJsonObject(value) ? String(value.secret ?? value.code ?? `${done.said} ${name}`) : ''),
      )
    return operate(`administrator/${action}`, input, { given, terminal, show })
  },
}

/** Shows what waits for another person; what is done already is shown by `done`. */
export const showDecided = (value: Json, terminal: Terminal, done: (value: Json) => void): void => {
  if (!isJsonObject(value) || typeof value.proposal !== 'number') {
    done(value)
    return
  }
  if (value.done !== undefined) {
    done(value.done)
    terminal.out(`alone until ${String(value.alone)}, unless somebody else agrees`)
  }
  terminal.out(`waits for ${proposalLine(value)}`)
  terminal.out(`  allod approve ${value.proposal} --as NAME --key-file FILE`)
}

/** A secret that came of it goes out alone, so that it can be put into a file. */
const showApproved = ({ approved, code, secret = code }: JsonObject, terminal: Terminal): void => {
  if (typeof secret !== 'string') {
    terminal.out(`done: ${String(approved)}`)
    return
  }
  terminal.out(secret)
  terminal.error(`done: ${String(approved)}; it is shown once`)
}

/** What waits, for whom, and until when. */
export const proposalLine = (proposal: JsonObject): string => {
  const by = textsIn(proposal.by)
  const agreed = by.length === 0 ? 'nobody has agreed yet' : `${by.join(' and ')} agreed`
  return `${String(proposal.proposal)}  ${String(proposal.what)}  ${agreed}, ${Number(proposal.needs) - by.length} more until ${String(proposal.until)}`
}

const showList = (value: Json, terminal: Terminal): void => {
  const proposals = objectsIn(value)
  for (const proposal of proposals) terminal.out(proposalLine(proposal))
  if (proposals.length === 0) terminal.out('nothing waits')
}

const showAdministrators = (value: Json, terminal: Terminal): void => {
  const rows = objectsIn(value)
  for (const { name, role, prefix, revoked } of rows) {
    const state = revoked === null ? paint(terminal, 'green', 'in force') : paint(terminal, 'red', 'removed')
    terminal.out(`${String(name)}  ${String(role)}  ${prefix === null ? 'no key' : `${String(prefix)}…`}  ${state}`)
  }
  if (rows.length === 0) terminal.out('no administrators')
}
