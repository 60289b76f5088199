// One change of the owner's own file, decided as the owner has it decided, written whole and put in force, or nothing of it.
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isJsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { ConsoleFailure, Visitor } from '../../http/console/handlers.ts'
import { codeOf, replaceFile } from '../../store/durable.ts'
import { parseConfiguration } from '../config.ts'
import type { ConsoleGround } from './ground.ts'

type Ground = Pick<ConsoleGround, 'exchange' | 'governing' | 'enforce'>

/** `waits`: for those who must agree; else it is in force. `what`: in one line, as the log and those who decide read it. */
export const changeConfiguration = async (
  { exchange, governing, enforce }: Ground,
  { what, edit }: { readonly what: string; readonly edit: (text: string) => string },
  who: Visitor,
): Promise<Result<{ readonly waits: boolean }, ConsoleFailure>> => {
  const { file } = exchange().loaded
  const before = readText(file)
  if (!before.ok) return before
  const after = edit(before.value)
  const parsed = parseConfiguration(after, basename(file))
  if (!parsed.ok) return err({ kind: 'unusable', message: parsed.error.messages.join('; ') })
  const decided = await governing.approvals.decide(who, {
    kind: 'policy',
    what,
    perform: async (by) => {
      const now = readText(file)
      if (!now.ok) return err({ kind: 'unavailable', message: now.error.message })
      if (now.value !== before.value) return err({ kind: 'refused', message: `\`${file}\` was changed by somebody else meanwhile` })
      const written = await replaceText(file, after)
      if (!written.ok) return err({ kind: 'unavailable', message: written.error.message })
      const enforced = await enforce({ by, reason: what })
      if (enforced.ok) return ok({})
      // What the exchange cannot run on must not be what it starts from next time.
      await replaceText(file, before.value)
      return err({ kind: 'refused', message: enforced.error.message })
    },
  })
  return decided.ok ? ok({ waits: isJsonObject(decided.value) && decided.value.proposal !== undefined }) : decided
}

const readText = (file: string): Result<string, ConsoleFailure> => {
  try {
    return ok(readFileSync(file, 'utf8'))
  } catch (thrown) {
    return err({ kind: 'unavailable', message: `cannot read \`${file}\`: ${codeOf(thrown) || 'unreadable'}` })
  }
}

const replaceText = async (file: string, text: string): Promise<Result<void, ConsoleFailure>> => {
  try {
    await replaceFile(file, text, dirname(file), statSync(file).mode & 0o777)
    return ok(undefined)
  } catch (thrown) {
    return err({ kind: 'unavailable', message: `cannot write \`${file}\`: ${codeOf(thrown) || 'unwritable'}; nothing was changed` })
  }
}
