import { type CallId, callTime, parseCallId } from '../core/ids.ts'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import type { CutAct } from '../gateway/cuts.ts'
import { readCutRecord } from './cuts.ts'

/** What the store needs of one record of the log, by kind. */
export type LogRecord = {
  readonly stream: string
  readonly number: number
  readonly time: EpochMillis
  readonly kind: string
  readonly of: CallRecord | undefined
  /** Of a `cut` or a `restore`. */
  readonly act?: CutAct
  /** The entry of a schedule that it names. */
  readonly schedule?: string
}
export type CallRecord = {
  readonly kind: 'call' | 'border' | 'refusal'
  readonly call: CallId
  readonly tenant: string
  readonly application: string
  /** When the call arrived: it is charged to that day and month. */
  readonly arrival: EpochMillis
  /** Micros: the cost of a `call`, what a `border` reserved, zero for a `refusal`. */
  readonly amount: number
  /** Absent for a `border`, and for a record that does not say what was asked. */
  readonly flow?: FlowRecord
}
/** What traffic counts of one outcome. */
export type FlowRecord = {
  /** Who asked what of whom and who answered, as the record's own members: `"tenant":…,"purpose":…` and `"endpoint":…,"model":…`. */
  readonly asked: string
  readonly answeredBy: string
  /** Who held the three powers over it, likewise: `"see":[…],"stop":[…],"change":[…]`. */
  readonly reach: string
  /** Whether the caller did not get a complete answer. */
  readonly failed: boolean
  /** Whether law refused it, so that nobody was asked. */
  readonly refused: boolean
  readonly input: number
  readonly output: number
  /** HTTP status sent; 0 where none was. */
  readonly status: number
  /** Milliseconds from the first byte in to the last byte out. */
  readonly time: number
}
/** What the store keeps and the log does not. */
export type Secret = { readonly call: CallId; readonly salt: Buffer; readonly subject: string | undefined }

// The longest leaf (65,535 bytes) is no longer in UTF-16 units.
const LIMITS = { maxLength: 65_535, maxDepth: 16 }

/**
 * How the gateway writes an answered call, whose members come in this order and whose texts before `cost` hold no escapes. What it
 * matches is read without building the record's objects, a third of the cost of a projection; anything else is read in full.
 */
const ANSWERED =
  /^\{"v":1,"stream":"([\w.:@-]+)","n":(\d{1,15}),"time":(\d{1,15}),"kind":"call","call":"(call_[0-9A-HJKMNP-TV-Z]{26})",("tenant":"([\w.-]+)","application":"([\w.-]+)","alias":"[^"\\]+","class":"[^"\\]+","purpose":"[^"\\]+"),"policy":"[^"\\]*","facts":"[^"\\]*",("endpoint":(?:"[^"\\]+"|null),"model":(?:"[^"\\]+"|null)),("see":\[[^\]\\]*\],"stop":\[[^\]\\]*\],"change":\[[^\]\\]*\]),[^\\]*,"request":"[^"\\]*","response":"[^"\\]*","usage":\{"input":(\d{1,15}),"output":(\d{1,15}),"[^\\]*,"cost":(\d{1,15}),"status":(\d{1,3}),"end":"([a-z]+)","ms":(\d{1,15})\}$/

const readAnswered = (leaf: string): LogRecord | undefined => {
  const [, stream, n, time, call, asked, tenant, application, answeredBy, reach, input, output, cost, status, end, took] =
    ANSWERED.exec(leaf) ?? []
  if (stream === undefined || call === undefined || tenant === undefined || application === undefined) return undefined
  if (asked === undefined || answeredBy === undefined || reach === undefined) return undefined
  const of: CallRecord = {
    kind: 'call',
    call: call as CallId,
    tenant,
    application,
    arrival: callTime(call as CallId),
    amount: Number(cost),
    flow: {
      asked,
      answeredBy,
      reach,
      failed: hasFailed(end, Number(status)),
      refused: false,
      input: Number(input),
      output: Number(output),
      status: Number(status),
      time: Number(took),
    },
  }
  return { stream, number: Number(n), time: epochMillis(Number(time)), kind: 'call', of }
}

/** A whole error is no answer either. */
const hasFailed = (end: unknown, status: unknown): boolean => end !== 'complete' || !(typeof status === 'number' && status < 400)

/** Reads a leaf `{"v":1,"stream":…,"n":…,"time":…,"kind":…,…}`; the failure is one sentence. */
export const readRecord = (leaf: string): Result<LogRecord, string> => {
  const answered = readAnswered(leaf)
  if (answered !== undefined) return ok(answered)
  const parsed = parseJson(leaf, LIMITS)
  if (!parsed.ok) return err(parsed.error.message)
  const record = parsed.value
  if (!isJsonObject(record)) return err('the record is no object')
  const { v, stream, n, time, kind } = record
  if (v !== 1) return err('the record has a version other than 1')
  if (typeof stream !== 'string' || typeof kind !== 'string') return err('the record names no stream or no kind')
  if (!isCount(n) || !isCount(time)) return err('the number or the time of the record is no whole number')
  const common = { stream, number: n, time: epochMillis(time), kind }
  if (kind === 'cut' || kind === 'restore') {
    const act = readCutRecord(record, kind, common.time)
    return act.ok ? ok({ ...common, of: undefined, act: act.value }) : act
  }
  if (kind !== 'call' && kind !== 'border' && kind !== 'refusal') {
    const { schedule } = record
    return ok({ ...common, of: undefined, ...(typeof schedule === 'string' ? { schedule } : {}) })
  }
  const of = readCall(record, kind)
  return typeof of === 'string' ? err(of) : ok({ ...common, of })
}

const readCall = (record: JsonObject, kind: CallRecord['kind']): CallRecord | string => {
  const { call: text, tenant, application } = record
  const call = typeof text === 'string' ? parseCallId(text) : undefined
  if (call === undefined) return 'the record names no call'
  if (typeof tenant !== 'string' || typeof application !== 'string') return 'the record names no tenant or no application'
  const amount = kind === 'call' ? record.cost : kind === 'border' ? record.reserved : 0
  if (!isCount(amount)) return 'the money of the record is no whole number of millionths'
  const flow = kind === 'border' ? undefined : readFlow(record)
  return { kind, call, tenant, application, arrival: callTime(call), amount, ...(flow === undefined ? {} : { flow }) }
}

/** The same members in the same order as the gateway writes them, so that one flow has one text however its record was read. */
const readFlow = (record: JsonObject): FlowRecord | undefined => {
  const { kind, tenant, application, alias, class: dataClass, purpose, endpoint = null, model = null, usage, status, end, ms } = record
  if (![alias, dataClass, purpose].every((text) => typeof text === 'string' && text !== '')) return undefined
  if (![endpoint, model].every((text) => text === null || (typeof text === 'string' && text !== ''))) return undefined
  const { input, output } = isJsonObject(usage) ? usage : {}
  return {
    asked: JSON.stringify({ tenant, application, alias, class: dataClass, purpose }).slice(1, -1),
    answeredBy: JSON.stringify({ endpoint, model }).slice(1, -1),
    reach: JSON.stringify({ see: textsOf(record.see), stop: textsOf(record.stop), change: textsOf(record.change) }).slice(1, -1),
    failed: hasFailed(end, status),
    refused: kind === 'refusal',
    input: isCount(input) ? input : 0,
    output: isCount(output) ? output : 0,
    status: isCount(status) ? status : 0,
    time: isCount(ms) ? ms : 0,
  }
}

const textsOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter((one) => typeof one === 'string') : []

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const HEX = /^(?:[0-9a-f]{2}){1,64}$/
/** A secret that names no subject, as the gateway writes it. */
const NAMELESS = /^\{"call":"(call_[0-9A-HJKMNP-TV-Z]{26})","salt":"((?:[0-9a-f]{2}){1,64})"\}$/
/** Reads `{"call":…,"salt":"<hex>","subject":…?}`. The failure never repeats the text. */
export const readSecret = (text: string): Result<Secret, string> => {
  const [, named, hexadecimal] = NAMELESS.exec(text) ?? []
  if (named !== undefined && hexadecimal !== undefined)
    return ok({ call: named as CallId, salt: Buffer.from(hexadecimal, 'hex'), subject: undefined })
  const parsed = parseJson(text, LIMITS)
  if (!parsed.ok || !isJsonObject(parsed.value)) return err('the secret is no object')
  const { call: name, salt, subject } = parsed.value
  const call = typeof name === 'string' ? parseCallId(name) : undefined
  if (call === undefined) return err('the secret names no call')
  if (typeof salt !== 'string' || !HEX.test(salt)) return err('the salt is not hexadecimal')
  if (subject !== undefined && typeof subject !== 'string') return err('the subject is no text')
  return ok({ call, salt: Buffer.from(salt, 'hex'), subject })
}
