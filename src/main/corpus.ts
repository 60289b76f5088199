import type { CommandGroup } from './command.ts'

/** `allod corpus`: each of its commands is a file in `corpus/`, loaded when it is called. */
export const corpus: CommandGroup = {
  name: 'allod corpus',
  about: 'allod corpus: a corpus of texts with the law in every line',
  commands: {
    init: { summary: 'write a first corpus.yaml', load: async () => (await import('./corpus/init.ts')).init },
    run: {
      summary: 'read, examine and select all that changed; after a kill, go on',
      load: async () => (await import('./corpus/run.ts')).run,
    },
    resume: { summary: 'the same as run', load: async () => (await import('./corpus/run.ts')).run },
    status: { summary: 'the runs, and what came of them', load: async () => (await import('./corpus/status.ts')).status },
    dropped: { summary: 'which documents were dropped, and why', load: async () => (await import('./corpus/dropped.ts')).dropped },
    may: { summary: 'whether its texts may be used so, and what decides', load: async () => (await import('./corpus/may.ts')).may },
    coverage: {
      summary: 'what there is by language and domain, and what is missing',
      load: async () => (await import('./corpus/coverage.ts')).coverage,
    },
    publish: { summary: 'a version of a data set, signed and recorded', load: async () => (await import('./corpus/publish.ts')).publish },
    erase: {
      summary: 'take a person or a source out of all of it, with a receipt',
      load: async () => (await import('./corpus/erase.ts')).erase,
    },
    decide: {
      summary: 'what becomes of models that learnt from what was erased',
      load: async () => (await import('./corpus/decide.ts')).decide,
    },
    verify: { summary: 'verify a published data set offline', load: async () => (await import('./corpus/verify.ts')).verify },
    export: {
      summary: 'batches of a data set for training, logged',
      load: async () => (await import('./corpus/export.ts')).exportCommand,
    },
    tokenizer: {
      summary: 'a tokenizer from a data set, and what each language pays',
      load: async () => (await import('./corpus/tokenizer.ts')).tokenizer,
    },
    'who-saw': {
      summary: 'which data sets, exports and checkpoints consumed a document',
      load: async () => (await import('./corpus/who-saw.ts')).whoSaw,
    },
    'language-model': {
      summary: 'train, test and list the model that tells languages apart',
      load: async () => (await import('./corpus/language-model.ts')).languageModel,
    },
    thresholds: {
      summary: 'read the thresholds of quality off your reference texts',
      load: async () => (await import('./corpus/thresholds.ts')).thresholds,
    },
    demo: {
      summary: 'a corpus from raw texts to a signed data set, in a minute and offline',
      load: async () => (await import('./corpus/demo.ts')).demo,
    },
    work: { summary: 'carry out tasks of a run as a job of a cluster', load: async () => (await import('./corpus/work-command.ts')).work },
  },
}
