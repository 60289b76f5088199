import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { showDecided } from './approve.ts'
import { type Command, type Given, paint, type Terminal, UsageFailure } from './command.ts'
import { EXCHANGE_OPTIONS, operate } from './owner.ts'
import { PERSON_OPTIONS, personInput } from './persons.ts'

/** `allod key`: keys of applications. The secret of a new key is shown once and kept nowhere. */
export const key: Command = {
  name: 'key',
  summary: 'Creates, lists and revokes keys.',
  usage: ['key create <tenant/application> [options]', 'key list', 'key revoke <id or prefix>'],
  options: {
    class: { value: 'NAME', text: 'raise the floor of the data class (default: the application’s)' },
    purpose: { value: 'NAME', text: 'allow only this purpose; may stand several times', multiple: true },
    alias: { value: 'NAME', text: 'allow only this alias; may stand several times', multiple: true },
    expires: { value: 'DAY', text: 'the first day on which it no longer works, such as 2027-01-31' },
    ...PERSON_OPTIONS,
    ...EXCHANGE_OPTIONS,
  },
  examples: ['key create ministry/portal --expires 2027-01-31', 'key revoke allod_BD2nwhGI'],
  async run(given, terminal) {
    const [action, subject, ...more] = given.positionals
    if (action === 'list' && subject === undefined)
      return operate('key/list', {}, { given, terminal, show: (value) => showList(value, terminal) })
    if (action === 'create' && subject !== undefined && more.length === 0)
      return operate('key/create', createInput(subject, given, personInput(given, terminal)), {
        given,
        terminal,
        show: (value) => showDecided(value, terminal, (done) => showCreated(done, terminal)),
      })
    if (action === 'revoke' && subject !== undefined && more.length === 0)
      return operate(
        'key/revoke',
        { key: subject, ...personInput(given, terminal) },
        { given, terminal, show: (value) => showDecided(value, terminal, (done) => terminal.out(`revoked ${field(done, 'revoked')}`)) },
      )
    throw new UsageFailure('say `create <tenant/application>`, `list` or `revoke <id or prefix>`')
  },
}

const createInput = (application: string, given: Given, person: JsonObject): JsonObject => ({
  ...person,
  application,
  purposes: [...given.texts('purpose')],
  aliases: [...given.texts('alias')],
  ...(given.text('class') === undefined ? {} : { class: given.text('class') ?? '' }),
  ...(given.text('expires') === undefined ? {} : { expires: given.text('expires') ?? '' }),
})

const field = (value: Json, name: string): string => (isJsonObject(value) ? String(value[name] ?? '') : '')

const showCreated = (value: Json, terminal: Terminal): void => {
  terminal.out(field(value, 'secret'))
  terminal.error(
    `key ${field(value, 'id')} for ${field(value, 'application')}, from class ${field(value, 'dataClassFloor')} up; shown once`,
  )
}

const showList = (value: Json, terminal: Terminal): void => {
  const rows = Array.isArray(value) ? (value as readonly Json[]) : []
  for (const row of rows) {
    const state = field(row, 'revoked') === '' ? paint(terminal, 'green', 'in force') : paint(terminal, 'red', 'revoked ')
    const expiry = field(row, 'expires') === '' ? '' : `  until ${field(row, 'expires').slice(0, 10)}`
    terminal.out(
      `${field(row, 'prefix')}…  ${state}  ${field(row, 'application')}  from ${field(row, 'dataClassFloor')}${expiry}  ${field(row, 'id')}`,
    )
  }
  if (rows.length === 0) terminal.out('no keys')
}
