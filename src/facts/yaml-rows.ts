import { CORE_SCHEMA, load, YAMLException } from 'js-yaml'
import { err, ok, type Result } from '../core/result.ts'

export type YamlFailure = { readonly kind: 'yaml-invalid'; readonly line?: number; readonly message: string }

const MAX_DEPTH = 32

/**
 * Decodes the YAML 1.2 text of a data file: JSON's types only, no doubled keys, bounded depth. With `maxAliases` 0 no part of it may stand
 * for another, so that what is read is no larger than the text.
 */
export const decodeYaml = (text: string, maxAliases = -1): Result<unknown, YamlFailure> => {
  try {
    return ok(load(text, { schema: CORE_SCHEMA, maxDepth: MAX_DEPTH, maxAliases }))
  } catch (failure) {
    if (!(failure instanceof YAMLException)) return err({ kind: 'yaml-invalid', message: 'the text is not YAML' })
    const line = failure.mark?.line
    return err({ kind: 'yaml-invalid', message: failure.reason, ...(line === undefined ? {} : { line: line + 1 }) })
  }
}
