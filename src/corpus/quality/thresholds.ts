// Published thresholds, as data. The sources:
// - Gopher: Rae et al., "Scaling Language Models: Methods, Analysis & Insights from Training Gopher", arXiv 2112.11446, tables A1 and A.1.1.
// - C4: Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", arXiv 1910.10683, section 2.2.
// - FineWeb: Penedo et al., arXiv 2406.17557, section 3.6. All three with the defaults of datatrove's filters (Apache-2.0).
// - FineWeb2: Penedo et al., arXiv 2506.20920; per language from `configs/*.yml` of github.com/huggingface/fineweb-2 (Apache-2.0).
import type { Profile, Thresholds } from './rules.ts'

const GOPHER_QUALITY: Thresholds = {
  'too-few-words': 50,
  'too-many-words': 100_000,
  'words-too-short': 3,
  'words-too-long': 10,
  'too-few-letters': 0.8,
  'hash-signs': 0.1,
  ellipses: 0.1,
  'too-few-stop-words': 2,
  'bullet-lines': 0.9,
  'ellipsis-lines': 0.3,
}
const GOPHER_REPETITION: Thresholds = {
  'repeated-lines': 0.3,
  'repeated-line-bytes': 0.2,
  'repeated-paragraphs': 0.3,
  'repeated-paragraph-bytes': 0.2,
  'top-2-gram': 0.2,
  'top-3-gram': 0.18,
  'top-4-gram': 0.16,
  'repeated-5-grams': 0.15,
  'repeated-6-grams': 0.14,
  'repeated-7-grams': 0.13,
  'repeated-8-grams': 0.12,
  'repeated-9-grams': 0.11,
  'repeated-10-grams': 0.1,
}
/** What C4 asks of a document; the lines it takes out are counted, for here no text is altered. */
const C4: Thresholds = { 'too-few-sentences': 5, 'curly-brackets': 0, 'lorem-ipsum': 0 }
const FINEWEB: Thresholds = {
  ...GOPHER_QUALITY,
  ...GOPHER_REPETITION,
  // FineWeb takes over C4's rules without that of the terminal punctuation, and so without its sentences.
  'curly-brackets': 0,
  'lorem-ipsum': 0,
  'lines-without-end': 0.12,
  'short-lines': 0.67,
  'repeated-line-bytes': 0.01,
  'line-feeds': 0.3,
}
/** For a language that FineWeb2 has no file of here: its rules, with the limits for English. */
const FINEWEB2: Thresholds = {
  ...GOPHER_QUALITY,
  ...GOPHER_REPETITION,
  'lines-without-end': 0.12,
  'line-feeds': 0.3,
  'repeated-line-bytes': 0.1,
  // Web extraction leaves no paragraphs to tell apart.
  'repeated-paragraphs': null,
  'repeated-paragraph-bytes': null,
}

export const PUBLISHED: Readonly<Record<Profile, Thresholds>> = {
  fineweb2: FINEWEB2,
  fineweb: FINEWEB,
  gopher: { ...GOPHER_QUALITY, ...GOPHER_REPETITION },
  c4: C4,
  none: {},
}

/**
 * Language, lines that end a sentence, line feeds, length of words from and to, words with letters, repeated lines, most frequent n-gram
 * of 2 to 4 words, repeated n-grams of 5 to 10. Where a row ends early, the longer n-grams are not asked.
 */
type Row = readonly [
  language: string,
  ends: number,
  feeds: number,
  shortest: number,
  longest: number,
  letters: number,
  lines: number,
  top: readonly number[],
  repeats: readonly number[],
]
const ROWS: readonly Row[] = [
  ['bg', 0.154, 0.142, 3, 10, 0.756, 0.317, [0.173], [0.17]],
  ['hr', 0.099, 0.198, 2, 11, 0.751, 0.312, [0.215], [0.173]],
  ['cs', 0.06, 0.182, 3, 11, 0.781, 0.311, [0.206], [0.168]],
  ['da', 0.1, 0.182, 3, 11, 0.798, 0.305, [0.367, 0.297, 0.232], [0.169, 0.158, 0.147, 0.134, 0.123, 0.112]],
  ['nl', 0.102, 0.154, 3, 17, 0.828, 0.296, [0.213], [0.156]],
  ['et', 0.143, 0.213, 3, 13, 0.722, 0.363, [0.345, 0.268, 0.215], [0.172, 0.161, 0.15, 0.139, 0.125, 0.113]],
  ['fi', 0.114, 0.161, 3, 14, 0.755, 0.293, [0.253], [0.153]],
  ['fr', 0.1, 0.185, 2, 11, 0.812, 0.264, [0.161, 0.149, 0.134], [0.15, 0.141, 0.131, 0.121, 0.111, 0.1]],
  ['de', 0, 0.152, 0, 15, 0.774, 0.263, [0.169, 0.153, 0.137], [0.141, 0.134, 0.126, 0.117, 0.108, 0.098]],
  ['el', 0.167, 0.116, 3, 11, 0.809, 0.31, [0.194, 0.175, 0.156], [0.174, 0.163, 0.153, 0.142, 0.13, 0.119]],
  ['hu', 0.067, 0.231, 3, 15, 0.766, 0.322, [0.226, 0.198, 0.172], [0.169, 0.159, 0.148, 0.136, 0.124, 0.112]],
  ['ga', 0, 0.214, 2, 11, 0.816, 0.395, [0.533, 0.421, 0.379], [0.203, 0.181, 0.181, 0.155, 0.145, 0.132]],
  ['it', 0.025, 0.2, 3, 21, 0.807, 0.246, [0.198, 0.156, 0.133], [0.144, 0.136, 0.127, 0.118, 0.109, 0.1]],
  ['lv', 0.125, 0.169, 2, 13, 0.727, 0.329, [0.526], [0.173]],
  ['lt', 0.167, 0.19, 3, 12, 0.688, 0.32, [0.247], [0.175]],
  ['mt', 0.111, 0.162, 3, 13, 0.823, 0.395, [0.949], [0.212]],
  ['pl', 0.087, 0.158, 3, 12, 0.726, 0.32, [0.222], [0.172]],
  ['pt', 0.077, 0.186, 3, 13, 0.814, 0.287, [0.371], [0.163]],
  ['ro', 0.081, 0.207, 1, 14, 0.779, 0.289, [0.161, 0.146, 0.131], [0.16, 0.149, 0.138, 0.127, 0.117, 0.106]],
  ['sk', 0, 0.214, 2, 11, 0.752, 0.319, [0.316, 0.218, 0.171], [0.176, 0.165, 0.152, 0.14, 0.127, 0.115]],
  ['sl', 0.045, 0.273, 2, 12, 0.781, 0.317, [0.262, 0.225, 0.189], [0.17, 0.158, 0.146, 0.135, 0.123, 0.111]],
  ['es', 0.182, 0.138, 3, 14, 0.825, 0.252, [0.156], [0.145]],
  ['sv', 0.2, 0.135, 3, 12, 0.841, 0.292, [0.242, 0.195, 0.174], [0.156, 0.147, 0.136, 0.125, 0.116, 0.105]],
  ['hi', 0.091, 0.316, 2, 21, 0.837, 0.206, [0.208, 0.198, 0.161], [0.135, 0.125, 0.116, 0.108, 0.099, 0.09]],
  ['bn', 0.125, 0.171, 3, 24, 0.8, 0.203, [0.177], [0.118]],
  ['ta', 0.125, 0.195, 4, 37, 0.779, 0.276, [0.23], [0.149]],
  ['ar', 0.143, 0.189, 2, 9, 0.787, 0.304, [0.197, 0.172, 0.146], [0.165, 0.153, 0.142, 0.131, 0.12, 0.109]],
  ['zh', 0.106, 0.178, 1, 5, 0.735, 0.287, [0.256, 0.201, 0.171], [0.198, 0.182, 0.167, 0.154, 0.14, 0.127]],
  ['ja', 0.096, 0.13, 1, 6, 0.759, 0.328, [0.239], [0.243]],
  ['ko', 0.062, 0.196, 1, 6, 0.791, 0.374, [0.282, 0.228, 0.185], [0.201, 0.184, 0.168, 0.154, 0.14, 0.127]],
  ['id', 0.111, 0.157, 3, 12, 0.805, 0.241, [0.194], [0.166]],
  ['vi', 0.333, 0.103, 3, 11, 0.803, 0.293, [0.223, 0.197, 0.171], [0.178, 0.163, 0.15, 0.136, 0.124, 0.111]],
  ['th', 0, 0.153, 2, 10, 0.9, 0.349, [0.221, 0.197, 0.162], [0.185, 0.168, 0.152, 0.137, 0.124, 0.111]],
  ['sw', 0.143, 0.167, 3, 9, 0.802, 0.302, [0.396, 0.282, 0.231], [0.193, 0.17, 0.155, 0.14, 0.126, 0.113]],
  ['yo', 0.139, 0.069, 1, 12, 0.86, 0.433, [0.516], [0.232]],
  ['ca', 0.154, 0.118, 2, 11, 0.832, 0.294, [0.216, 0.189, 0.168], [0.159, 0.149, 0.137, 0.126, 0.116, 0.105]],
  ['eu', 0.167, 0.25, 4, 11, 0.788, 0.298, [0.263, 0.227, 0.192], [0.152, 0.14, 0.129, 0.118, 0.108, 0.096]],
  ['gl', 0.136, 0.182, 1, 10, 0.824, 0.906, [0.629], [0.266]],
  ['nb', 0.107, 0.167, 3, 12, 0.783, 0.283, [0.204], [0.146]],
  ['uk', 0.167, 0.175, 3, 11, 0.694, 0.3, [0.189], [0.16]],
]

const thresholdsOf = ([, ends, feeds, shortest, longest, letters, lines, top, repeats]: Row): Thresholds => ({
  ...FINEWEB2,
  'lines-without-end': ends,
  'line-feeds': feeds,
  'words-too-short': shortest,
  'words-too-long': longest,
  'too-few-letters': letters,
  'repeated-lines': lines,
  'top-2-gram': top[0] ?? null,
  'top-3-gram': top[1] ?? null,
  'top-4-gram': top[2] ?? null,
  'repeated-5-grams': repeats[0] ?? null,
  'repeated-6-grams': repeats[1] ?? null,
  'repeated-7-grams': repeats[2] ?? null,
  'repeated-8-grams': repeats[3] ?? null,
  'repeated-9-grams': repeats[4] ?? null,
  'repeated-10-grams': repeats[5] ?? null,
})

/** FineWeb2's thresholds by language, BCP 47. */
export const BY_LANGUAGE: ReadonlyMap<string, Thresholds> = new Map(ROWS.map((each) => [each[0], thresholdsOf(each)]))
