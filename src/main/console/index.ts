// The console of a running exchange: every handler, wired. Loaded when somebody first opens it, so that whoever never does pays nothing.

import { join } from 'node:path'
import { createConsole } from '../../http/console/application.ts'
import { readConsoleFiles } from '../../http/console/files.ts'
import type { Handlers } from '../../http/console/handlers.ts'
import { Openid } from '../../http/console/openid.ts'
import { openCallSearch } from '../../store/call-search.ts'
import { PROJECT } from '../paths.ts'
import { agreementHandlers } from './agreements.ts'
import { callHandlers } from './calls.ts'
import { chatHandlers } from './chat.ts'
import { cutHandlers } from './cuts.ts'
import type { ConsolePlace } from './door.ts'
import { drillHandlers } from './drills.ts'
import { endpointHandlers } from './endpoints.ts'
import { Entrance } from './entrance.ts'
import { exposureHandlers } from './exposure.ts'
import { ExposureBook } from './exposure-figures.ts'
import { factHandlers } from './facts.ts'
import type { ConsoleGround } from './ground.ts'
import { homeHandlers } from './home.ts'
import { IncidentLog } from './incident-log.ts'
import { incidentHandlers } from './incidents.ts'
import { keyHandlers } from './keys.ts'
import { mapHandlers } from './map.ts'
import { modelHandlers } from './models.ts'
import { watchNews } from './news.ts'
import { peopleHandlers } from './people.ts'
import { isOwnName, passkeyOrigin } from './place.ts'
import { allianceOf } from './places.ts'
import { policyHandlers } from './policy.ts'
import { RunBook } from './run-book.ts'
import { settingsHandlers } from './settings.ts'
import { startHandlers } from './start.ts'

export const BUILT_CONSOLE = join(PROJECT, 'console', 'dist')

export const openConsole = (
  ground: ConsoleGround,
  { address, isLocalOnly, clientSecret }: ConsolePlace,
  onFault: (fault: unknown) => void,
): ReturnType<typeof createConsole> => {
  watchNews(ground)
  const { clock, random, loaded, store } = ground.exchange()
  const settings = loaded.configuration
  const { openid: provider } = settings.console.signIn
  const openid =
    provider === undefined
      ? undefined
      : new Openid({ ...provider, clientSecret, returnTo: `${address}/admin/v1/session/openid/return`, clock, random })
  const entrance = new Entrance({
    exchange: ground.exchange,
    describe: () => describeExchange(ground),
    passkeyAt: passkeyOrigin(address),
    openid,
  })
  const { url } = settings.console
  return createConsole({
    handlers: handlersOf(ground, entrance),
    sessions: { find: (token) => store.sessions.find(token, entrance.lasting()) },
    findKey: (secret) => store.administrators.find(secret),
    ...(openid === undefined
      ? {}
      : { openid: { begin: () => openid.begin(), finish: (query, memory, visit) => entrance.byOpenid(query, memory, visit) } }),
    files: readConsoleFiles(BUILT_CONSOLE),
    isOwnHost: (host) => isOwnName(settings, isLocalOnly, host),
    ...(url === undefined ? {} : { publicHost: new URL(url).host }),
    isSecure: address.startsWith('https:'),
    subscribe: ground.events.subscribe,
    patience: BODY_PATIENCE,
    onFault,
  })
}
/** For the body of a request to the API to arrive, in milliseconds. */
const BODY_PATIENCE = 20_000

const handlersOf = (
  ground: ConsoleGround,
  entrance: Entrance,
  exposure = new ExposureBook(ground),
  incidents = new IncidentLog(ground.exchange),
  runs = new RunBook(() => ground.exchange().paths),
  search = openCallSearch(ground.exchange().paths.store),
): Handlers => ({
  ...entrance.handlers(),
  ...peopleHandlers(ground, entrance),
  ...callHandlers(ground, search),
  ...chatHandlers(ground),
  ...cutHandlers(ground),
  ...policyHandlers(ground),
  ...endpointHandlers(ground, search),
  ...factHandlers(ground),
  ...modelHandlers(ground),
  ...homeHandlers(ground, exposure, incidents),
  ...incidentHandlers(ground, incidents),
  ...agreementHandlers(ground),
  ...keyHandlers(ground),
  ...mapHandlers(ground, exposure),
  ...drillHandlers(ground, runs),
  ...exposureHandlers(ground, runs),
  ...settingsHandlers(ground),
  ...startHandlers(ground, runs),
})

const describeExchange = ({ exchange, sandbox }: ConsoleGround) => {
  const { loaded, law } = exchange()
  const { configuration } = loaded
  const { name, operator, seat } = configuration.exchange
  const home = [...law.context.home]
  return {
    name,
    operator,
    seat,
    home,
    alliance: [...allianceOf({ law })],
    currency: configuration.currency,
    dataClasses: [...configuration.dataClasses],
    purposes: Object.keys(configuration.purposes),
    sandbox,
  }
}
