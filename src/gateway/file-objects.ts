// Files that an application leaves here, to be referred to by their ids in whatever it asks, of whichever endpoint.
import { sortableId } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import { err, ok } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import type { KeptFile } from './kept.ts'
import { FileContent, failure, found, type Handler, invalid, unkept, unreadable } from './object-answers.ts'
import { pageOf } from './pages.ts'

/** What a file can be for here; the vendor's other purposes are services that the exchange does not have. */
const USES: readonly string[] = ['user_data', 'vision', 'assistants']
/** The vendor's bounds of `expires_after[seconds]`. */
const LIFE = { least: 3600, most: 2_592_000 }
const NAME_LENGTH = 255

export const addFile: Handler = ({ files, rules, clock, random }, { owner, dataClass, purpose, form }) => {
  if (rules.keep === 'never') return err(failure(403, 'permission', 'this exchange keeps no files'))
  const { fields, file } = form ?? {}
  const use = fields?.get('purpose') ?? ''
  if (file === undefined) return invalid('file', '`file` is missing: send a form (`multipart/form-data`) with one')
  if (!USES.includes(use)) return invalid('purpose', `\`purpose\` must be one of ${USES.join(', ')}`)
  const seconds = Number(fields?.get('expires_after[seconds]') ?? LIFE.most)
  if (!Number.isInteger(seconds) || seconds < LIFE.least || seconds > LIFE.most)
    return invalid('expires_after', `\`expires_after[seconds]\` must be a whole number from ${LIFE.least} to ${LIFE.most}`)
  const now = clock()
  const life = fields?.has('expires_after[seconds]') ? Math.min(rules.retention, seconds * 1000) : rules.retention
  const { data, ...sent } = file
  const about = { id: `file-${sortableId(now, random)}`, use, created: now, dataClass, purpose, keptUntil: epochMillis(now + life) }
  const made: KeptFile = { ...sent, ...about, name: sent.name.slice(0, NAME_LENGTH) }
  const added = files.add(owner, { ...made, data }, rules)
  return added.ok ? ok(fileObject(made)) : err(unkept(added.error))
}

export const retrieveFile: Handler = ({ files }, { owner }, id) => {
  const file = found(files.file(owner, id), 'file', id)
  return file.ok ? ok(fileObject(file.value)) : file
}

export const readFile: Handler = ({ files }, { owner }, id) => {
  const file = found(files.open(owner, id), 'file', id)
  return file.ok ? ok(new FileContent(file.value.data)) : file
}

export const deleteFile: Handler = ({ files }, { owner }, id) => {
  const removed = found(files.remove(owner, id), 'file', id)
  return removed.ok ? ok({ id, object: 'file', deleted: true }) : removed
}

export const listFiles: Handler = ({ files }, { owner, query }) => {
  const all = files.list(owner)
  if (!all.ok) return err(unkept(all.error))
  const use = query.get('purpose')
  const wanted = all.value.filter((file) => use === null || file.use === use)
  const page = pageOf(wanted.map(fileObject), query, { usual: 10_000, most: 10_000 })
  return page.ok ? page : err(unreadable(page.error))
}

const fileObject = ({ id, name, use, bytes, created, keptUntil }: KeptFile): JsonObject & { readonly id: string } => ({
  id,
  object: 'file',
  bytes,
  created_at: Math.floor(created / 1000),
  expires_at: Math.floor(keptUntil / 1000),
  filename: name,
  purpose: use,
  status: 'processed',
})
