import { isJsonObject, type Json } from '../core/json.ts'
import { type Command, type Terminal, UsageFailure } from './command.ts'
import { EXCHANGE_OPTIONS, operate } from './owner.ts'

/** `allod erase`: destroys salts and what was kept of conversations (G8). What the log holds stays provable and can no longer be tied to any content or person. */
export const erase: Command = {
  name: 'erase',
  summary: 'Destroys the salts of a call, or of all calls that named a person, and what was kept of them. Every proof stays valid.',
  usage: ['erase --call ID', 'erase --subject TEXT'],
  options: {
    call: { value: 'ID', text: 'one call' },
    subject: { value: 'TEXT', text: 'a person, as callers named them (`user` or `allod-subject`)' },
    ...EXCHANGE_OPTIONS,
  },
  async run(given, terminal) {
    const [call, subject] = [given.text('call'), given.text('subject')]
    if ((call === undefined) === (subject === undefined)) throw new UsageFailure('give exactly one of --call and --subject')
    return operate('erase', call === undefined ? { subject: subject ?? '' } : { call }, {
      given,
      terminal,
      show: (value) => show(value, terminal),
    })
  },
}

const show = (value: Json, terminal: Terminal): void => {
  if (!isJsonObject(value)) return
  const count = Number(value.erased)
  terminal.out(
    count === 0
      ? 'nothing to erase'
      : `erased the salt of ${count} ${count === 1 ? 'call' : 'calls'} and what was kept of what they said; their proofs stay valid`,
  )
  if (value.complete === false) terminal.out('a reader still holds old pages of the store: run it again to scrub them from disk')
}
