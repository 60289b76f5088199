import type { DatabaseSync } from 'node:sqlite'
import type { JsonObject } from '../core/json.ts'
import { type Json, parseExactJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Random } from '../core/units.ts'
import type { KeepingFailure, KeepingRules, Owner } from '../gateway/kept.ts'
import { KEY_BYTES, seal, unseal } from './sealing.ts'

/** A row of `conversations`. Nameless where it is what grew from one question. */
export type ConversationRow = {
  readonly id: number
  readonly owner: Owner
  readonly name: string | undefined
  readonly created: number
  readonly keptUntil: number
  /** Undefined where its metadata were erased. */
  readonly metadata: SealedRow | undefined
}
export type TurnRow = SealedRow & {
  readonly id: number
  readonly name: string
  readonly follows: number | undefined
  readonly call: string | undefined
}
/** What is sealed, and the row of `seals` with the key to it. */
export type SealedRow = { readonly seal: number; readonly body: Uint8Array }

type Kept<T> = Result<T, KeepingFailure>
/** Nothing that was written here is longer or deeper. */
const LIMITS = { maxLength: 1 << 29, maxDepth: 512 }

/**
 * The rows of conversations, in whatever transaction they are asked. Three keys lie in a row, each sealed with the one before: the
 * exchange's, the conversation's, that of one body. INVARIANT(G8): to erase is to overwrite a key in place; a body that changes gets
 * another key, so that no copy of its former self can be read.
 */
export class KeptRows {
  private readonly sql: Statements
  private readonly random: Random
  /** Keys were overwritten whose former bytes may still lie in the write-ahead file; true at first, for a crash may have left some. */
  unscrubbed = true

  constructor(database: DatabaseSync, random: Random) {
    this.sql = statements(database)
    this.random = random
  }

  conversation(owner: Owner, name: string, now: number): ConversationRow | undefined {
    return conversationOf(this.sql.byName.get(name, owner.tenant, owner.application, now))
  }

  /** Files are conversations of their own kind, of which nothing but their content was said. */
  files({ tenant, application }: Owner, now: number): readonly ConversationRow[] {
    return this.sql.files.all(tenant, application, now).map((row) => conversationOf(row) as ConversationRow)
  }

  contentOf(file: ConversationRow): TurnRow | undefined {
    return turnOf(this.sql.contentOf.get(file.id))
  }

  /** The turn of that name and the conversation it belongs to. */
  turn(owner: Owner, name: string, now: number): { readonly turn: TurnRow; readonly conversation: ConversationRow } | undefined {
    const turn = turnOf(this.sql.turn.get(name))
    const row = turn && this.sql.ofTurn.get(turn.id, owner.tenant, owner.application, now)
    const conversation = conversationOf(row)
    return turn === undefined || conversation === undefined ? undefined : { turn, conversation }
  }

  /** The turns up to this one, oldest first; undefined where one of them is gone. */
  chain(turn: TurnRow): readonly TurnRow[] | undefined {
    const rows = this.sql.chain.all(turn.id).map((row) => turnOf(row) as TurnRow)
    return rows[0]?.follows === undefined ? rows : undefined
  }

  /** Bytes of that chain as they lie in the store. */
  chainBytes(turn: TurnRow): number {
    return Number(this.sql.chainBytes.get(turn.id)?.bytes)
  }

  listedBytes(conversation: ConversationRow): number {
    return Number(this.sql.listedBytes.get(conversation.id)?.bytes ?? 0)
  }

  listed(conversation: ConversationRow): readonly TurnRow[] {
    return this.sql.listed.all(conversation.id).map((row) => turnOf(row) as TurnRow)
  }

  /** What a row of this conversation holds; `name` says what it is. */
  open(master: Uint8Array, conversation: ConversationRow, { seal: id, body }: SealedRow, name: string): Kept<JsonObject> {
    const key = this.keyOf(master, conversation)
    const sealed = key === undefined ? undefined : this.sql.seal.get(id)?.key
    const own = key === undefined || !(sealed instanceof Uint8Array) ? undefined : unseal(key, sealed, keyPlace(conversation, id))
    const bytes = own === undefined ? undefined : unseal(own, body, bodyPlace(conversation, id, name))
    const parsed = bytes === undefined ? undefined : parseExactJson(bytes.toString('utf8'), LIMITS)
    // It is what was written here, or it would not have opened.
    if (parsed?.ok) return ok(parsed.value as JsonObject)
    return failed('damaged', `what is kept as \`${name}\` is not what was written`)
  }

  private keyOf(master: Uint8Array, conversation: ConversationRow): Buffer | undefined {
    const sealed = this.sql.seal.get(conversation.id)?.key
    return sealed instanceof Uint8Array ? unseal(master, sealed, keyPlace(conversation, conversation.id)) : undefined
  }

  add(
    master: Uint8Array,
    conversation: Omit<ConversationRow, 'id' | 'metadata'>,
    metadata: JsonObject,
    rules: KeepingRules,
  ): Kept<ConversationRow> {
    const { owner, name, created, keptUntil } = conversation
    const made: ConversationRow = { ...conversation, id: this.nextSeal(), metadata: undefined }
    this.sql.addSeal.run(made.id, seal(master, this.random(KEY_BYTES), keyPlace(made, made.id), this.random))
    this.sql.add.run(made.id, owner.tenant, owner.application, name ?? null, created, keptUntil)
    if (name === undefined) return ok(made)
    const amended = this.amend(master, made, metadata, rules)
    return amended.ok ? ok(made) : amended
  }

  amend(master: Uint8Array, conversation: ConversationRow, metadata: JsonObject, rules?: KeepingRules): Kept<void> {
    const sealed = this.sealed(master, conversation, metadata, conversation.name ?? '')
    if (!sealed.ok) return sealed
    const { seal: id, body } = sealed.value
    if (conversation.metadata !== undefined) this.destroy(conversation.metadata.seal)
    this.sql.amend.run(id, body, conversation.id)
    return this.account(conversation.owner, body.length - (conversation.metadata?.body.length ?? 0), rules)
  }

  addTurn(
    master: Uint8Array,
    conversation: ConversationRow,
    turn: Pick<TurnRow, 'name' | 'call'> & { readonly follows: number | undefined; readonly listed: boolean },
    value: JsonObject,
    rules: KeepingRules,
  ): Kept<void> {
    const sealed = this.sealed(master, conversation, value, turn.name)
    if (!sealed.ok) return sealed
    const { seal: id, body } = sealed.value
    if (body.length > rules.maxBytesPerTurn)
      return failed('too-large', `it has ${body.length} bytes, and ${rules.maxBytesPerTurn} is the most that may be kept of one question`)
    const { name, call, follows, listed } = turn
    this.sql.addTurn.run(id, conversation.id, name, call ?? null, follows ?? null, listed ? 1 : 0, id, body)
    return this.account(conversation.owner, body.length, rules)
  }

  rewrite(master: Uint8Array, conversation: ConversationRow, turn: TurnRow, value: JsonObject): Kept<void> {
    const sealed = this.sealed(master, conversation, value, turn.name)
    if (!sealed.ok) return sealed
    this.destroy(turn.seal)
    this.sql.rewrite.run(sealed.value.seal, sealed.value.body, turn.id)
    return this.account(conversation.owner, sealed.value.body.length - turn.body.length)
  }

  /** The last turn of the conversation itself. */
  last(conversation: ConversationRow): number | undefined {
    const last = this.sql.last.get(conversation.id)?.id
    return typeof last === 'number' ? last : undefined
  }

  keep(conversation: ConversationRow, until: number): void {
    this.sql.keep.run(until, conversation.id)
  }

  eraseTurn(conversation: ConversationRow, turn: TurnRow): void {
    this.destroy(turn.seal)
    this.sql.removeTurn.run(turn.id)
    // A conversation goes on without it; what continued from this very answer does not.
    this.sql.relink.run(turn.follows ?? null, turn.id)
    this.account(conversation.owner, -turn.body.length)
    // What grew from one question is nothing without its turns.
    if (conversation.name === undefined && this.sql.anyTurn.get(conversation.id) === undefined) this.erase(conversation)
  }

  erase(conversation: ConversationRow): void {
    const bytes = Number(this.sql.size.get(conversation.id)?.bytes ?? 0)
    this.destroy(conversation.id)
    this.sql.destroyOf.run(conversation.id)
    if (conversation.metadata !== undefined) this.destroy(conversation.metadata.seal)
    this.sql.removeTurns.run(conversation.id)
    this.sql.remove.run(conversation.id)
    this.account(conversation.owner, -bytes - (conversation.metadata?.body.length ?? 0))
  }

  eraseMetadata(conversation: ConversationRow): void {
    if (conversation.metadata === undefined) return
    this.destroy(conversation.metadata.seal)
    this.sql.amend.run(null, null, conversation.id)
    this.account(conversation.owner, -conversation.metadata.body.length)
  }

  /** Whose call it was, and which turn it brought. */
  ofCall(call: string): { readonly turn: TurnRow; readonly conversation: ConversationRow } | undefined {
    const turn = turnOf(this.sql.ofCall.get(call))
    const conversation = turn && conversationOf(this.sql.home.get(turn.id))
    return turn === undefined || conversation === undefined ? undefined : { turn, conversation }
  }

  expired(now: number, most: number): readonly ConversationRow[] {
    return this.sql.expired.all(now, most).map((row) => conversationOf(row) as ConversationRow)
  }

  newestCalls(most: number): readonly string[] {
    return this.sql.newestCalls.all(most).map((row) => String(row.call))
  }

  private sealed(master: Uint8Array, conversation: ConversationRow, value: JsonObject, name: string): Kept<SealedRow> {
    const key = this.keyOf(master, conversation)
    if (key === undefined) return failed('damaged', 'the key of this conversation is not what was written')
    const own = this.random(KEY_BYTES)
    const id = this.nextSeal()
    this.sql.addSeal.run(id, seal(key, own, keyPlace(conversation, id), this.random))
    return ok({ seal: id, body: seal(own, Buffer.from(JSON.stringify(value as Json)), bodyPlace(conversation, id, name), this.random) })
  }

  private nextSeal(): number {
    return Number(this.sql.nextSeal.get()?.id)
  }

  private destroy(id: number): void {
    this.unscrubbed = true
    this.sql.destroy.run(id)
  }

  private account({ tenant, application }: Owner, bytes: number, rules?: KeepingRules): Kept<void> {
    const kept = Number(this.sql.account.get(tenant, application, Math.max(0, bytes), bytes)?.bytes)
    if (rules === undefined || bytes <= 0 || kept <= rules.maxBytesPerApplication) return ok(undefined)
    return failed('full', `the application may keep ${rules.maxBytesPerApplication} bytes: delete conversations, or wait until some expire`)
  }
}

const failed = (kind: KeepingFailure['kind'], message: string): Kept<never> => err({ kind, message })

const keyPlace = ({ owner, name }: Pick<ConversationRow, 'owner' | 'name'>, id: number): string =>
  `key ${id} of ${name ?? 'a question'} of ${owner.application} of ${owner.tenant}`
const bodyPlace = ({ id: conversation }: ConversationRow, id: number, name: string): string => `${name} under ${id} in ${conversation}`

type Row = Readonly<Record<string, unknown>> | undefined
const conversationOf = (row: Row): ConversationRow | undefined =>
  row && {
    id: Number(row.id),
    owner: { tenant: row.tenant, application: row.application } as Owner,
    name: typeof row.name === 'string' ? row.name : undefined,
    created: Number(row.created),
    keptUntil: Number(row.kept_until),
    metadata: row.metadata instanceof Uint8Array ? { seal: Number(row.seal), body: row.metadata } : undefined,
  }
const turnOf = (row: Row): TurnRow | undefined =>
  row && {
    id: Number(row.id),
    name: String(row.name),
    call: typeof row.call === 'string' ? row.call : undefined,
    follows: typeof row.follows === 'number' ? row.follows : undefined,
    seal: Number(row.seal),
    body: row.body as Uint8Array,
  }

type Statements = ReturnType<typeof statements>
const statements = (database: DatabaseSync) => ({
  ...conversationStatements(database),
  ...turnStatements(database),
  nextSeal: database.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM seals'),
  addSeal: database.prepare('INSERT INTO seals (id, key) VALUES (?, ?)'),
  seal: database.prepare('SELECT key FROM seals WHERE id = ?'),
  destroy: database.prepare('UPDATE seals SET key = NULL WHERE id = ?'),
  destroyOf: database.prepare('UPDATE seals SET key = NULL WHERE id IN (SELECT seal FROM turns WHERE conversation = ?)'),
  account: database.prepare(`
    INSERT INTO kept_bytes (tenant, application, bytes) VALUES (?1, ?2, ?3)
    ON CONFLICT (tenant, application) DO UPDATE SET bytes = max(0, bytes + ?4) RETURNING bytes`),
})

const conversationStatements = (database: DatabaseSync) => {
  const columns = 'conversations.id, tenant, application, conversations.name, created, kept_until, conversations.seal, metadata'
  return {
    byName: database.prepare(`SELECT ${columns} FROM conversations WHERE name = ? AND tenant = ? AND application = ? AND kept_until > ?`),
    ofTurn: database.prepare(`
      SELECT ${columns} FROM turns JOIN conversations ON conversations.id = turns.conversation
      WHERE turns.id = ? AND tenant = ? AND application = ? AND kept_until > ?`),
    home: database.prepare(`SELECT ${columns} FROM turns JOIN conversations ON conversations.id = turns.conversation WHERE turns.id = ?`),
    files: database.prepare(`
      SELECT ${columns} FROM conversations WHERE name >= 'file-' AND name < 'file.' AND tenant = ? AND application = ? AND kept_until > ?`),
    expired: database.prepare(`SELECT ${columns} FROM conversations WHERE kept_until <= ? LIMIT ?`),
    add: database.prepare('INSERT INTO conversations (id, tenant, application, name, created, kept_until) VALUES (?, ?, ?, ?, ?, ?)'),
    amend: database.prepare('UPDATE conversations SET seal = ?, metadata = ? WHERE id = ?'),
    keep: database.prepare('UPDATE conversations SET kept_until = max(kept_until, ?) WHERE id = ?'),
    remove: database.prepare('DELETE FROM conversations WHERE id = ?'),
    size: database.prepare('SELECT sum(length(body)) AS bytes FROM turns WHERE conversation = ?'),
  }
}

const CHAIN = `
  WITH RECURSIVE chain (id, follows) AS (
    SELECT id, follows FROM turns WHERE id = ?
    UNION SELECT turns.id, turns.follows FROM chain JOIN turns ON turns.id = chain.follows
  )`

const turnStatements = (database: DatabaseSync) => {
  const columns = 'turns.id, turns.name, turns.call, turns.follows, turns.seal, turns.body'
  return {
    turn: database.prepare(`SELECT ${columns} FROM turns WHERE name = ? AND (call IS NOT NULL OR listed = 1)`),
    contentOf: database.prepare(`SELECT ${columns} FROM turns WHERE conversation = ? AND call IS NULL AND listed = 0`),
    ofCall: database.prepare(`SELECT ${columns} FROM turns WHERE call = ?`),
    chain: database.prepare(`${CHAIN} SELECT ${columns} FROM chain JOIN turns ON turns.id = chain.id ORDER BY turns.id`),
    chainBytes: database.prepare(`${CHAIN} SELECT sum(length(body)) AS bytes FROM chain JOIN turns ON turns.id = chain.id`),
    listedBytes: database.prepare('SELECT sum(length(body)) AS bytes FROM turns WHERE conversation = ? AND listed = 1'),
    listed: database.prepare(`SELECT ${columns} FROM turns WHERE conversation = ? AND listed = 1 ORDER BY id`),
    last: database.prepare('SELECT max(id) AS id FROM turns WHERE conversation = ? AND listed = 1'),
    addTurn: database.prepare(`
      INSERT INTO turns (id, conversation, name, call, follows, listed, seal, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    rewrite: database.prepare('UPDATE turns SET seal = ?, body = ? WHERE id = ?'),
    removeTurn: database.prepare('DELETE FROM turns WHERE id = ?'),
    relink: database.prepare('UPDATE turns SET follows = ? WHERE follows = ? AND listed = 1'),
    removeTurns: database.prepare('DELETE FROM turns WHERE conversation = ?'),
    anyTurn: database.prepare('SELECT 1 FROM turns WHERE conversation = ? LIMIT 1'),
    newestCalls: database.prepare('SELECT call FROM turns WHERE call IS NOT NULL ORDER BY id DESC LIMIT ?'),
  }
}
