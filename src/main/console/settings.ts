import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import { ok } from '../../core/result.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { Handlers } from '../../http/console/handlers.ts'
import { capabilitiesOf } from '../../http/console/roles.ts'
import type { Exchange } from '../exchange.ts'
import { PROJECT } from '../paths.ts'
import type { ConsoleGround } from './ground.ts'
import { describeLog } from './home.ts'
import { allianceOf } from './places.ts'

type Settings = Answer<'GET /settings'>
const LIMITS = { maxLength: 1 << 20, maxDepth: 16 }

export const settingsHandlers = ({ exchange }: ConsoleGround, parts = new Parts()): Pick<Handlers, 'GET /settings'> => ({
  'GET /settings': async (_, { role }) => {
    const now = exchange()
    return ok({
      installation: describeInstallation(now),
      proof: describeProof(now),
      care: { data: capabilitiesOf(role).includes('audit') ? now.paths.root : null, factsDay: now.law.day },
      about: await parts.read(),
    })
  },
})

const describeInstallation = (exchange: Exchange): Settings['installation'] => {
  const { approvals, conversations, cuts, alerts, console: settings } = exchange.loaded.configuration
  return {
    home: [...exchange.law.context.home],
    alliance: [...allianceOf(exchange)],
    approvals,
    conversations: { keep: conversations.keep, days: conversations.retentionDays },
    sessions: settings.sessions,
    cutsRunning: cuts.running,
    alerts: alerts.webhooks.length + (alerts.mail?.to.length ?? 0),
  }
}

const describeProof = (exchange: Exchange): Settings['proof'] => {
  const { records, checkpoint, cosigners, witnesses, stalled } = describeLog(exchange)
  const [logKey = '', cosignerKey = ''] = exchange.verifierKeys.split('\n')
  return { logKey, cosignerKey, checkpoint: exchange.ledger.checkpoint(), records, signed: checkpoint, cosigners, witnesses, stalled }
}

/** Which version this is, and of what it is made: read once from the packages as they are installed. */
class Parts {
  #read: Promise<Settings['about']> | undefined

  read(): Promise<Settings['about']> {
    this.#read ??= readAbout()
    return this.#read
  }
}

const readAbout = async (): Promise<Settings['about']> => {
  const own = await readPackage(PROJECT)
  const names = isJsonObject(own.dependencies) ? Object.keys(own.dependencies).sort() : []
  const parts = await Promise.all(
    names.map(async (name) => {
      const { version, license } = await readPackage(join(PROJECT, 'node_modules', name))
      return { name, version: textOf(version), licence: textOf(license) }
    }),
  )
  return { version: textOf(own.version), node: process.versions.node, parts }
}
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Empty where a package is not there: a part that this machine does not use. */
const readPackage = async (folder: string): Promise<JsonObject> => {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')
  const parsed = parseJson(text, LIMITS)
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
}
