// The table of experiments, in the order in which they are asked. A new one is a file and a line here.
import type { Experiment } from '../experiment.ts'
import { finishReasons, jsonModes } from './answers.ts'
import { contentShape, roles } from './conversation.ts'
import { errorShapes } from './errors.ts'
import { languages } from './languages.ts'
import { contextLimit, tokenLimit } from './limits.ts'
import { latency, usageHonesty } from './measures.ts'
import { stopSequences, unknownFields } from './members.ts'
import { reasoningOutput, reasoningToggle } from './reasoning.ts'
import { seed, seedEffect } from './seeds.ts'
import { streaming } from './streaming.ts'
import { authentication, logging, modelIds, rateLimits, residency } from './surroundings.ts'
import { toolCalls, toolChoice, toolSchema } from './tools.ts'

/** What every other experiment builds on; asked in every run. */
export const GROUNDWORK: readonly Experiment[] = [streaming, tokenLimit]

export const EXPERIMENTS: readonly Experiment[] = [
  ...GROUNDWORK,
  unknownFields,
  seed,
  seedEffect,
  toolChoice,
  toolCalls,
  toolSchema,
  reasoningToggle,
  reasoningOutput,
  contentShape,
  roles,
  finishReasons,
  jsonModes,
  stopSequences,
  contextLimit,
  errorShapes,
  authentication,
  modelIds,
  logging,
  residency,
  rateLimits,
  usageHonesty,
  latency,
  languages,
]
