import type { AliasName, EndpointId, ModelName, TenantId } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import type { Jurisdiction, Reach } from '../core/jurisdiction.ts'
import type { Micros, Millis, Tokens } from '../core/units.ts'
import type { Detector } from '../personal-data/detect.ts'
import type { KeyedHash } from '../personal-data/pseudonyms.ts'
import type { PolicyInForce } from '../policy/decision.ts'
import type { DialectName } from './dialects/neutral.ts'
import type { Hedge } from './health/hedging.ts'
import type { Concurrency } from './health/line.ts'
import type { Order } from './health/order.ts'
import type { HealthRules } from './health/rules.ts'
import type { Measure } from './health/scarcity.ts'
import type { KeepingRules } from './kept.ts'
import type { BridgeName } from './providers/bridging.ts'
import type { Place, Profile } from './providers/profile.ts'

/** Everything one call is decided by. Immutable; replaced by reference; a call keeps the one it started with. */
export type Snapshot = {
  readonly home: ReadonlySet<Jurisdiction>
  /** The jurisdiction callers are taken to speak from when their key names none. */
  readonly seat: Jurisdiction
  /** Lowest first. */
  readonly dataClasses: readonly string[]
  readonly purposes: readonly string[]
  readonly policy: PolicyInForce
  /** Digest of the facts in force and the day they were read for. */
  readonly facts: string
  /** Named sets a caller may write in `Jurisdiction-Accept` beside country codes, such as `EU`, resolved for today. Upper-case names. */
  readonly blocs: ReadonlyMap<string, ReadonlySet<Jurisdiction>>
  readonly endpoints: ReadonlyMap<EndpointId, Endpoint>
  readonly aliases: ReadonlyMap<AliasName, Alias>
  readonly limits: CallLimits
  /** How endpoints that fail are treated; `DEFAULT_RULES` where nothing stands here. */
  readonly health?: HealthRules
  /** Who is let in first where calls wait, highest first; a key that names none of them has the last. */
  readonly priorities?: readonly string[]
  readonly keeping: KeepingRules
  /** What finds personal data in calls; absent where neither policy nor configuration asks for it. */
  readonly personalData?: PersonalData
}

/** How personal data are found, hidden, and what they make of a call. */
export type PersonalData = {
  readonly detector: Pick<Detector, 'find' | 'findIn'>
  /** What makes the pseudonyms of a tenant: under a key of its own, the same in each of its calls. */
  readonly keyed: (tenant: TenantId) => KeyedHash
  /** The data class that a call has at least when a class of personal data, or one that begins with what stands before a `*`, is found in it. */
  readonly raises: ReadonlyMap<string, string>
}

/** Something that answers inference calls. `INVARIANT(G9)`: no address is contacted that stands in no endpoint. */
export type Endpoint = {
  readonly id: EndpointId
  /** What it is spoken to in, where the caller's own words will not do. */
  readonly dialect: DialectName
  /** Other dialects it speaks at the same address. */
  readonly alsoSpeaks: readonly DialectName[]
  /** How it differs from its dialect; absent where it does not, as our own engine. */
  readonly provider?: Provider
  /** For example `https://api.example.org/v1`; `/chat/completions` is appended. */
  readonly baseUrl: string
  /** A Unix socket to speak to instead of the host in `baseUrl`; how the local engine is reached. */
  readonly socketPath?: string
  readonly authentication: Authentication
  /** PEM text of the certificate authorities to trust instead of the system's. */
  readonly certificateAuthority?: string
  /** Public keys, `sha256/…`, of which its chain must have one (RFC 7469, section 2.4); any where nothing stands here. */
  readonly publicKeyPins?: readonly string[]
  readonly models: ReadonlyMap<ModelName, EndpointModel>
  readonly timeouts: { readonly connect: Millis; readonly firstByte: Millis; readonly idle: Millis }
  readonly maxConnections: number
  readonly tags: readonly string[]
  /** True for an endpoint that only imitates an outside one on this machine. Said wherever the endpoint is shown. */
  readonly simulated: boolean
}

/** Who runs an endpoint, and what they must be told in each request so that it runs where the owner chose. */
export type Provider = {
  readonly profile: Profile
  readonly place: Place
  /** Names and values in turn. */
  readonly headers: readonly string[]
  /** Merged into each translated body. */
  readonly body: JsonObject
}

export type Authentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }

/** The model is part of the endpoint: one address can have as many reaches as it has models. */
export type EndpointModel = {
  readonly model: ModelName
  /** What the endpoint itself calls it. */
  readonly nameThere: string
  readonly reach: Reach
  /** Who can stop it: `country:US`, `entity:example`, `unknown`. Cutting one of them off cuts it off. */
  readonly stoppedBy: ReadonlySet<string>
  /** What answers there, as the fact book names it: `model:meta/llama-3.3-70b`. */
  readonly serves: ReadonlySet<string>
  /** Fact rows the reach rests on. */
  readonly facts: readonly string[]
  /** Nobody outside home can see what passes. Anything else is a border, and needs a durable record first (G2). */
  readonly atHome: boolean
  readonly price: Price
  readonly maxOutputTokens: Tokens
  /** How good its answers are by the owner's own measure; more is better. */
  readonly quality?: number
  /** Unlimited where nothing stands here. */
  readonly concurrency?: Concurrency
}

/** Millionths of the currency unit per million tokens. */
export type Price = { readonly input: Micros; readonly output: Micros }

/** The name callers use, and where it may lead, in the owner's order of preference. */
export type Alias = {
  readonly name: AliasName
  /** Used when no entry of `byJurisdiction` names the caller's jurisdiction. */
  readonly targets: readonly Target[]
  readonly byJurisdiction: ReadonlyMap<Jurisdiction, readonly Target[]>
  /** What may be brought about by other means where an endpoint does not do it by itself; each use is declared (G4). */
  readonly bridges: ReadonlySet<BridgeName>
  /** What becomes of a call that an endpoint cannot hold to in full: it is not sent there, or the answer declares it (G4). */
  readonly unsupported: 'refuse' | 'warn'
  /** `listed` where nothing stands here: the owner's order. */
  readonly order?: Order
  /** For the order `weighted`, by `endpoint/model`; 1 where nothing stands here. */
  readonly weights?: ReadonlyMap<string, number>
  /** What is done while room is scarce, least first; nothing where nothing stands here. */
  readonly scarcity?: readonly Measure[]
  /** How often another endpoint may go on with a stream whose endpoint failed in the middle; never where nothing stands here. */
  readonly continuations?: number
  /** When a second endpoint is asked beside a silent first one; never where nothing stands here. */
  readonly hedge?: Hedge
}
export type Target = { readonly endpoint: EndpointId; readonly model: ModelName }

export type CallLimits = {
  readonly maxBodyBytes: number
  readonly maxResponseBytes: number
  readonly maxAttempts: number
  /** From the first byte in to the last byte out. */
  readonly callTimeout: Millis
  readonly maxConcurrentCalls: number
  /** How long a caller may leave waiting bytes unread before it counts as gone. */
  readonly callerIdle: Millis
}
