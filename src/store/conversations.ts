import type { DatabaseSync } from 'node:sqlite'
import type { CallId } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Clock, type EpochMillis, epochMillis, type Random } from '../core/units.ts'
import type { Conversation, Conversations, KeepingFailure, KeepingRules, Owner, Reference, Transcript, Turn } from '../gateway/kept.ts'
import { conversationKey } from './conversation-key.ts'
import { transact } from './database.ts'
import { attempt, type StoreFailure } from './failure.ts'
import { type ConversationRow, KeptRows, type TurnRow } from './kept-rows.ts'

/** The port, and what the store itself does with conversations. */
export type StoredConversations = Conversations & {
  /** Erases some of what has expired; true when there may be more. */
  sweep(now: EpochMillis): Result<boolean, StoreFailure>
  /**
   * Erases the turns that these calls brought; to be run inside a transaction. `loose`: and what was put into their conversations without
   * a call, for nothing says whom it speaks of. Gives the calls that had one.
   */
  eraseOf(calls: readonly CallId[], loose: boolean): readonly CallId[]
  /**
   * A turn is saved before its call is recorded; where a crash came in between, the answer never left. To be run after recovery and before
   * the first call: erases what no record knows, for no erasure could find it.
   */
  eraseUnrecorded(isRecorded: (call: CallId) => boolean): Result<number, StoreFailure>
  /** Whether overwritten keys still have to be written out of the write-ahead file. */
  needsScrub(): boolean
  scrubbed(): void
}
export type ConversationOptions = {
  readonly database: DatabaseSync
  /** The folder of the exchange's keys. */
  readonly secrets: string
  readonly clock: Clock
  readonly random: Random
}

const SWEPT_AT_ONCE = 64
/** More turns than can ever be saved and not yet recorded: each belongs to a call that is just ending. */
const NEWEST = 4096

type Kept<T> = Result<T, KeepingFailure>
type Mixed<T> = Result<T, KeepingFailure | StoreFailure>

/** What both conversations and files need of the store: its rows, and the key that opens them. */
export type Vault = {
  readonly rows: KeptRows
  readonly clock: Clock
  /** Reads, in one look at the store. */
  look<T>(action: (master: Uint8Array) => Kept<T>): Kept<T>
  /** Changes all or nothing. */
  change<T>(action: (master: Uint8Array) => Kept<T>): Kept<T>
}

export const createVault = ({ database, secrets, clock, random }: ConversationOptions): Vault => {
  const rows = new KeptRows(database, random)
  const key = conversationKey(database, secrets, random)
  const look = <T>(action: (master: Uint8Array) => Kept<T>): Kept<T> => {
    const master = key.get()
    if (!master.ok) return plain(master)
    const looked = attempt(() => action(master.value))
    return looked.ok ? looked.value : plain(looked)
  }
  const change = <T>(action: (master: Uint8Array) => Kept<T>): Kept<T> => {
    const master = key.get()
    return master.ok ? plain(transact<T, KeepingFailure>(database, () => action(master.value))) : plain(master)
  }
  return { rows, clock, look, change }
}

export const createConversations = (database: DatabaseSync, { rows, clock, look, change }: Vault): StoredConversations => {
  return {
    load: (owner, { kind, id }, mostBytes = Number.MAX_SAFE_INTEGER) =>
      look((master): Kept<Transcript | undefined> => {
        if (kind === 'conversation') {
          const conversation = isFile(id) ? undefined : rows.conversation(owner, id, clock())
          if (conversation === undefined) return ok(undefined)
          return rows.listedBytes(conversation) > mostBytes
            ? tooLong(mostBytes)
            : turnsOf(rows, master, conversation, rows.listed(conversation))
        }
        const found = rows.turn(owner, id, clock())
        if (found !== undefined && rows.chainBytes(found.turn) > mostBytes) return tooLong(mostBytes)
        const chain = found && rows.chain(found.turn)
        return found === undefined || chain === undefined ? ok(undefined) : turnsOf(rows, master, found.conversation, chain)
      }),
    turn: (owner, id) =>
      look((master): Kept<Turn | undefined> => {
        const found = rows.turn(owner, id, clock())
        return found === undefined ? ok(undefined) : turnOf(rows, master, found.conversation, found.turn)
      }),
    save: (owner, turn, rules) => change((master) => save(rows, master, { owner, turn, rules, now: clock() })),
    erase: (owner, id, items) =>
      change((master) => {
        const found = rows.turn(owner, id, clock())
        if (found === undefined) return ok(false)
        if (items !== undefined) return eraseItems(rows, master, found, new Set(items))
        rows.eraseTurn(found.conversation, found.turn)
        return ok(true)
      }),
    conversation: (owner, id) =>
      look((master): Kept<Conversation | undefined> => {
        const found = isFile(id) ? undefined : rows.conversation(owner, id, clock())
        return found === undefined ? ok(undefined) : conversationOf(rows, master, found)
      }),
    begin: (owner, { id, created, metadata, keptUntil }, first, rules) =>
      change((master) => {
        const made = rows.add(master, { owner, name: id, created, keptUntil }, metadata, rules)
        if (!made.ok) return made
        return first === undefined ? ok(undefined) : save(rows, master, { owner, turn: first, rules, now: clock() })
      }),
    amend: (owner, { id, metadata }, rules) =>
      change((master) => {
        const found = isFile(id) ? undefined : rows.conversation(owner, id, clock())
        if (found === undefined) return ok(false)
        const amended = rows.amend(master, found, metadata, rules)
        return amended.ok ? ok(true) : amended
      }),
    end: (owner, id) =>
      change(() => {
        const found = isFile(id) ? undefined : rows.conversation(owner, id, clock())
        if (found !== undefined) rows.erase(found)
        return ok(found !== undefined)
      }),
    ...upkeep(database, rows),
  }
}

const tooLong = (most: number): Kept<never> =>
  err({ kind: 'too-large', message: `the conversation has more than the ${most} bytes that are read at once` })

/** What needs no key: the erasure of what cannot be read any more must never fail for want of one. */
const upkeep = (database: DatabaseSync, rows: KeptRows) => {
  const eraseOf = (calls: readonly CallId[], loose: boolean): readonly CallId[] =>
    calls.filter((call) => {
      const found = rows.ofCall(call)
      if (found === undefined) return false
      rows.eraseTurn(found.conversation, found.turn)
      if (loose && found.conversation.name !== undefined) {
        for (const turn of rows.listed(found.conversation)) if (turn.call === undefined) rows.eraseTurn(found.conversation, turn)
        rows.eraseMetadata(found.conversation)
      }
      return true
    })
  return {
    eraseOf,
    sweep: (now: EpochMillis): Result<boolean, StoreFailure> => {
      const expired = attempt(() => rows.expired(now, 1).length > 0)
      if (!expired.ok || !expired.value) return expired
      return transact<boolean, StoreFailure>(database, () => {
        const found = rows.expired(now, SWEPT_AT_ONCE)
        for (const conversation of found) rows.erase(conversation)
        return ok(found.length === SWEPT_AT_ONCE)
      })
    },
    eraseUnrecorded: (isRecorded: (call: CallId) => boolean): Result<number, StoreFailure> =>
      transact<number, StoreFailure>(database, () => {
        const unknown = (rows.newestCalls(NEWEST) as readonly CallId[]).filter((call) => !isRecorded(call))
        return ok(eraseOf(unknown, false).length)
      }),
    needsScrub: () => rows.unscrubbed,
    scrubbed: () => {
      rows.unscrubbed = false
    },
  }
}

type Saving = { readonly owner: Owner; readonly turn: Turn; readonly rules: KeepingRules; readonly now: EpochMillis }

const save = (rows: KeptRows, master: Uint8Array, { owner, turn, rules, now }: Saving): Kept<void> => {
  const { id, call, follows, keptUntil, ...value } = turn
  const place = placeOf(rows, owner, follows, now)
  if (follows !== undefined && place === undefined)
    return err({ kind: 'gone', message: `what it continues, \`${follows.id}\`, is kept no longer` })
  const found = place ?? newPlace(rows, master, { owner, turn, rules, now })
  if ('ok' in found) return found
  const { conversation, after } = found
  rows.keep(conversation, keptUntil)
  const listed = follows?.kind === 'conversation'
  return rows.addTurn(
    master,
    conversation,
    { name: id, call, follows: after, listed },
    { ...value, ...(follows && { follows }) } as JsonObject,
    rules,
  )
}

/** Where a turn comes in, and behind which. */
type PlaceOfTurn = { readonly conversation: ConversationRow; readonly after: number | undefined }
const placeOf = (rows: KeptRows, owner: Owner, follows: Reference | undefined, now: EpochMillis): PlaceOfTurn | undefined => {
  if (follows === undefined) return undefined
  if (follows.kind === 'conversation' && isFile(follows.id)) return undefined
  if (follows.kind === 'answer') {
    const found = rows.turn(owner, follows.id, now)
    return found && { conversation: found.conversation, after: found.turn.id }
  }
  const conversation = rows.conversation(owner, follows.id, now)
  return conversation && { conversation, after: rows.last(conversation) }
}
const newPlace = (rows: KeptRows, master: Uint8Array, { owner, turn, rules, now }: Saving): PlaceOfTurn | Result<never, KeepingFailure> => {
  const made = rows.add(master, { owner, name: undefined, created: now, keptUntil: turn.keptUntil }, {}, rules)
  return made.ok ? { conversation: made.value, after: undefined } : made
}

const eraseItems = (
  rows: KeptRows,
  master: Uint8Array,
  { conversation, turn }: { readonly conversation: ConversationRow; readonly turn: TurnRow },
  gone: ReadonlySet<string>,
): Kept<boolean> => {
  const opened = turnOf(rows, master, conversation, turn)
  if (!opened.ok) return opened
  const { id: _, call: __, keptUntil: ___, asked, answered, ...value } = opened.value
  const left = { asked: asked.filter(({ id }) => !gone.has(id)), answered: answered.filter(({ id }) => !gone.has(id)) }
  const count = left.asked.length + left.answered.length
  if (count === asked.length + answered.length) return ok(false)
  if (count === 0 && turn.call === undefined) rows.eraseTurn(conversation, turn)
  else {
    const rewritten = rows.rewrite(master, conversation, turn, { ...value, ...left } as unknown as JsonObject)
    if (!rewritten.ok) return rewritten
  }
  return ok(true)
}

const turnsOf = (rows: KeptRows, master: Uint8Array, conversation: ConversationRow, found: readonly TurnRow[]): Kept<Transcript> => {
  const turns: Turn[] = []
  for (const row of found) {
    const turn = turnOf(rows, master, conversation, row)
    if (!turn.ok) return turn
    const { follows } = turn.value
    // Which answer came before is sealed with the turn; the rows only say where it lies.
    if (follows?.kind === 'answer' && follows.id !== turns.at(-1)?.id)
      return err({ kind: 'damaged', message: `what is kept as \`${row.name}\` does not follow what it was written to follow` })
    turns.push(turn.value)
  }
  return ok(turns)
}

const turnOf = (rows: KeptRows, master: Uint8Array, conversation: ConversationRow, row: TurnRow): Kept<Turn> => {
  const opened = rows.open(master, conversation, row, row.name)
  if (!opened.ok) return opened
  // Its shape is that of what `save` was given: nothing else opens.
  const value = opened.value as unknown as Omit<Turn, 'id' | 'call' | 'keptUntil'>
  const keptUntil = epochMillis(conversation.keptUntil)
  return ok({ ...value, id: row.name, keptUntil, ...(row.call !== undefined && { call: row.call as CallId }) })
}

const conversationOf = (rows: KeptRows, master: Uint8Array, conversation: ConversationRow): Kept<Conversation> => {
  const { name = '', created, keptUntil, metadata } = conversation
  const opened = metadata === undefined ? ok({}) : rows.open(master, conversation, metadata, name)
  if (!opened.ok) return opened
  return ok({
    id: name,
    created: epochMillis(created),
    metadata: opened.value as Conversation['metadata'],
    keptUntil: epochMillis(keptUntil),
  })
}

const FILE = 'file-'
/** Files have rows like those of conversations, and are none. */
export const isFile = (name: string): boolean => name.startsWith(FILE)

/** A failure of the store in the port's words. */
const plain = <T>(result: Mixed<T>): Kept<T> => {
  if (result.ok) return result
  const { error } = result
  if (isKeepingFailure(error)) return err(error)
  return err({ kind: error.kind === 'store-damaged' ? 'damaged' : 'unavailable', message: error.message })
}

const OURS: ReadonlySet<string> = new Set(['too-large', 'full', 'gone', 'damaged', 'unavailable'] satisfies KeepingFailure['kind'][])
const isKeepingFailure = (failure: KeepingFailure | StoreFailure): failure is KeepingFailure => OURS.has(failure.kind)
