/** A policy text that ships, in `presets/`, and the names it expects of the configuration. */
export type Preset = {
  /** Below this folder. Reading it is the task of the wiring. */
  readonly file: string
  readonly summary: string
  readonly dataClasses: readonly string[]
  readonly sets: readonly string[]
  readonly dates: readonly string[]
  readonly tags: readonly string[]
}

/** The four approaches; `docs/policy.md` says what each is for. */
export const PRESETS = {
  'full-stack': {
    file: 'presets/full-stack.cedar',
    summary: 'see, stop and change all inside home',
    dataClasses: [],
    sets: [],
    dates: [],
    tags: [],
  },
  coalition: {
    file: 'presets/coalition.cedar',
    summary: 'see, stop and change inside the union of members, each with a veto for its own data',
    dataClasses: [],
    sets: [],
    dates: [],
    tags: [],
  },
  hybrid: {
    file: 'presets/hybrid.cedar',
    summary: 'public data anywhere, internal where home or adequate countries see, confidential and above only home',
    dataClasses: ['public', 'internal', 'confidential', 'secret'],
    sets: ['adequate'],
    dates: [],
    tags: [],
  },
  partnership: {
    file: 'presets/partnership.cedar',
    summary: 'home, and named partners under an agreement that ends',
    dataClasses: ['internal', 'confidential'],
    sets: ['partners'],
    dates: ['agreement_ends'],
    tags: ['partner'],
  },
} as const satisfies Readonly<Record<string, Preset>>

export type PresetName = keyof typeof PRESETS
export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[]
