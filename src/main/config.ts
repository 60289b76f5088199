import { dirname, resolve } from 'node:path'
import { ok, type Result } from '../core/result.ts'
import { crossChecks } from './config-checks.ts'
import { type Configuration, configurationSchema } from './config-schema.ts'
import { type ConfigurationFailure, parseYaml, readYamlText } from './yaml-file.ts'

export type { ConfigurationFailure } from './yaml-file.ts'
export type LoadedConfiguration = { readonly configuration: Configuration; readonly file: string; readonly folder: string }

/** Reads and checks one `allod.yaml`, whole or not at all. */
export const loadConfiguration = (file: string): Result<LoadedConfiguration, ConfigurationFailure> => {
  const path = resolve(file)
  const text = readYamlText(path, file)
  if (!text.ok) return text
  const parsed = parseConfiguration(text.value, file)
  return parsed.ok ? ok({ configuration: parsed.value, file: path, folder: dirname(path) }) : parsed
}

/** Parses the text of an `allod.yaml`; `file` is only for the messages. */
export const parseConfiguration = (text: string, file: string): Result<Configuration, ConfigurationFailure> =>
  parseYaml(text, file, { schema: configurationSchema, checks: crossChecks })
