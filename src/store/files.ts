import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import type { Files, KeepingFailure, KeptFile } from '../gateway/kept.ts'
import { isFile, type Vault } from './conversations.ts'
import type { ConversationRow, KeptRows } from './kept-rows.ts'

type Kept<T> = Result<T, KeepingFailure>

/** Files lie as conversations do: what is known of one where its metadata would be, what stands in it where its turns would. */
export const createFiles = ({ rows, clock, look, change }: Vault): Files => {
  const find: Files['file'] = (owner, id) =>
    look((master): Kept<KeptFile | undefined> => {
      const found = isFile(id) ? rows.conversation(owner, id, clock()) : undefined
      return found === undefined ? ok(undefined) : fileOf(rows, master, found)
    })
  return {
    add: (owner, { data, ...file }, rules) =>
      change((master) => {
        const { id, created, keptUntil } = file
        const made = rows.add(master, { owner, name: id, created, keptUntil }, file as unknown as JsonObject, rules)
        if (!made.ok) return made
        const content = { name: contentName(id), call: undefined, follows: undefined, listed: false }
        return rows.addTurn(master, made.value, content, { data }, rules)
      }),
    file: find,
    open: (owner, id) =>
      look((master) => {
        const found = isFile(id) ? rows.conversation(owner, id, clock()) : undefined
        const content = found && rows.contentOf(found)
        if (found === undefined || content === undefined) return ok(undefined)
        const file = fileOf(rows, master, found)
        if (!file.ok) return file
        const opened = rows.open(master, found, content, contentName(id))
        return opened.ok ? ok({ ...file.value, data: String(opened.value.data) }) : opened
      }),
    list: (owner) =>
      look((master) => {
        const files: KeptFile[] = []
        for (const row of rows.files(owner, clock())) {
          const file = fileOf(rows, master, row)
          if (!file.ok) return file
          files.push(file.value)
        }
        return ok(files)
      }),
    remove: (owner, id) =>
      change(() => {
        const found = isFile(id) ? rows.conversation(owner, id, clock()) : undefined
        if (found !== undefined) rows.erase(found)
        return ok(found !== undefined)
      }),
  }
}

const contentName = (id: string): string => `content of ${id}`

const fileOf = (rows: KeptRows, master: Uint8Array, row: ConversationRow): Kept<KeptFile> => {
  const name = row.name ?? ''
  if (row.metadata === undefined) return err({ kind: 'damaged', message: `nothing is known of the file \`${name}\`` })
  const opened = rows.open(master, row, row.metadata, name)
  // Its shape is that of what `add` was given: nothing else opens.
  return opened.ok ? ok({ ...(opened.value as unknown as KeptFile), keptUntil: epochMillis(row.keptUntil) }) : opened
}
