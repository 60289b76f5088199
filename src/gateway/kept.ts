// What the exchange keeps for applications between their calls, and the port over the store that holds it.
import type { ApplicationId, CallId, EndpointId, TenantId } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import type { Result } from '../core/result.ts'
import type { EpochMillis, Millis } from '../core/units.ts'
import type { Item } from './dialects/openai-responses/stored.ts'

export type { Item } from './dialects/openai-responses/stored.ts'

/** Nobody else can read what is kept for an application, or learn that it is there. */
export type Owner = { readonly tenant: TenantId; readonly application: ApplicationId }

/** What one answered question adds to a conversation. Its instructions are not among it: each question brings its own. */
export type Turn = {
  /** The id under which the caller knows the answer. */
  readonly id: string
  /** The call that brought it, with which it is erased; absent where items were put in without a question. */
  readonly call?: CallId
  /** The answer before, or the conversation, that it continues. */
  readonly follows?: Reference
  readonly asked: readonly Item[]
  readonly answered: readonly Item[]
  /** Who answered, and alone can read what is opaque of the answer; absent likewise. */
  readonly endpoint?: EndpointId
  /** The answer as the caller was told of it, without its output; absent likewise. */
  readonly told?: JsonObject
  /** What of the law was decided by. A call that continues the conversation has at least this class, and the same purpose. */
  readonly dataClass: string
  readonly purpose: string
  /** From then on the turn counts as gone, whether or not it is erased yet. */
  readonly keptUntil: EpochMillis
}
export type Reference = { readonly kind: 'answer' | 'conversation'; readonly id: string }
/** All turns up to an answer, or of a conversation, oldest first. */
export type Transcript = readonly Turn[]

/** A conversation that has an id of its own, whatever was said in it. */
export type Conversation = {
  readonly id: string
  readonly created: EpochMillis
  readonly metadata: { readonly [name: string]: string }
  readonly keptUntil: EpochMillis
}

/** The owner's rules, in force with the snapshot. */
export type KeepingRules = {
  /** What becomes of an answer whose caller says nothing of it (`store`); `never`: not even where it asks for it. */
  readonly keep: 'unless-refused' | 'when-asked' | 'never'
  /** A conversation is kept for so long after the last thing said in it. */
  readonly retention: Millis
  /** Bytes as they lie in the store. */
  readonly maxBytesPerTurn: number
  readonly maxBytesPerApplication: number
}

/**
 * `too-large`: beyond the owner's bound of a turn, or more than is read at once. `full`: the owner's bound of an application. `gone`: what it was to follow is there no longer. `damaged`:
 * what lies in the store is not what was written. `unavailable`: the disk, the store or its key. Messages name no folder and no other
 * application.
 */
export type KeepingFailure = { readonly kind: 'too-large' | 'full' | 'gone' | 'damaged' | 'unavailable'; readonly message: string }
type Kept<T> = Result<T, KeepingFailure>

/**
 * The store of what was said. It encrypts what it holds, and hands out nothing of one owner to another: undefined is for what was never
 * kept, is gone, or is somebody else's, and the caller cannot tell which. All that changes something is durable when it returns.
 */
export type Conversations = {
  /** A transcript of which a turn was erased is no longer there, unless it is that of a conversation, which goes on without it. */
  readonly load: (owner: Owner, reference: Reference, mostBytes?: number) => Kept<Transcript | undefined>
  /** One turn by its own id. */
  readonly turn: (owner: Owner, id: string) => Kept<Turn | undefined>
  /** All that it follows is kept at least as long from now on. */
  readonly save: (owner: Owner, turn: Turn, rules: KeepingRules) => Kept<void>
  /** Erases a turn, or those of its items that are named, for good. False where there was none. */
  readonly erase: (owner: Owner, id: string, items?: readonly string[]) => Kept<boolean>
  readonly conversation: (owner: Owner, id: string) => Kept<Conversation | undefined>
  /** Begins a conversation, with a first turn where there is one; or gives the one of that id other metadata. */
  readonly begin: (owner: Owner, conversation: Conversation, first: Turn | undefined, rules: KeepingRules) => Kept<void>
  readonly amend: (owner: Owner, conversation: Pick<Conversation, 'id' | 'metadata'>, rules: KeepingRules) => Kept<boolean>
  /** Erases a conversation and all turns of it for good. */
  readonly end: (owner: Owner, id: string) => Kept<boolean>
}

/** A file that an application left here, to be referred to by its id in whatever it asks. */
export type KeptFile = {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  /** What the vendor's API calls the purpose of a file: `user_data`, `vision` or the like. */
  readonly use: string
  readonly bytes: number
  readonly created: EpochMillis
  readonly dataClass: string
  readonly purpose: string
  readonly keptUntil: EpochMillis
}
/** With what stands in it, in base64 (RFC 4648 section 4). */
export type OpenFile = KeptFile & { readonly data: string }

/** The store of files; all that holds of conversations holds of them. */
export type Files = {
  readonly add: (owner: Owner, file: OpenFile, rules: KeepingRules) => Kept<void>
  readonly file: (owner: Owner, id: string) => Kept<KeptFile | undefined>
  readonly open: (owner: Owner, id: string) => Kept<OpenFile | undefined>
  /** Oldest first. */
  readonly list: (owner: Owner) => Kept<readonly KeptFile[]>
  /** Erases it for good. False where there was none. */
  readonly remove: (owner: Owner, id: string) => Kept<boolean>
}
