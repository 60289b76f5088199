export const WELL_KNOWN = '/.well-known/allod.json'

/** The keys that the exchange of this page shows for its log, one a line; undefined where it shows none. */
export const readKeys = async (): Promise<string | undefined> => {
  const response = await fetch(WELL_KNOWN).catch(() => undefined)
  if (response?.ok !== true) return undefined
  const { log } = (await response.json().catch(() => ({}))) as { log?: { vkey?: string; cosigner?: string } }
  return log?.vkey === undefined ? undefined : [log.vkey, log.cosigner ?? ''].filter((line) => line !== '').join('\n')
}
