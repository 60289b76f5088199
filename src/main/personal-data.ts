import { createHmac } from 'node:crypto'
import { ok, type Result } from '../core/result.ts'
import type { Random } from '../core/units.ts'
import type { PersonalData } from '../gateway/snapshot.ts'
import { PSEUDONYMISE } from '../policy/decision.ts'
import type { StoreFailure } from '../store/failure.ts'
import { openSecret } from '../store/secret-file.ts'
import type { LoadedConfiguration } from './config.ts'
import type { Law } from './law.ts'

const KEY = { file: 'pseudonyms.key', what: 'the key of the pseudonyms' } as const

/**
 * What finds and hides personal data in calls. Undefined where neither a policy nor the configuration asks for it: then nothing of it is loaded.
 * Pseudonyms are made under a key of their own, which `secrets` keeps: whoever changes it, changes all of them.
 */
export const personalDataFor = async (
  { configuration }: LoadedConfiguration,
  { texts }: Pick<Law, 'texts'>,
  folder: string,
  random: Random,
): Promise<Result<PersonalData | undefined, StoreFailure>> => {
  const { raise, minimum, names } = configuration.personalData
  const hides = texts.some(({ text }) => text.includes(PSEUDONYMISE))
  if (!hides && Object.keys(raise).length === 0) return ok(undefined)
  const key = openSecret({ folder, ...KEY }, random)
  if (!key.ok) return key
  const [{ Detector }, { titledNames }] = await Promise.all([import('../personal-data/detect.ts'), import('../personal-data/names.ts')])
  const detector = new Detector({ ...(minimum !== undefined && { minimum }), ...(names === 'titled' && { names: titledNames }) })
  return ok({
    detector,
    keyed: (tenant) => {
      const own = createHmac('sha256', key.value).update(tenant).digest()
      return (text) => createHmac('sha256', own).update(text).digest()
    },
    raises: new Map(Object.entries(raise)),
  })
}
