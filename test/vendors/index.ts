// The simulated vendors by name; the names are those of the profiles that describe the same vendors, where there is one.
import { alibabaModelStudio } from './alibaba-model-studio.ts'
import { anthropic } from './anthropic.ts'
import { awsBedrock } from './aws-bedrock.ts'
import { azureOpenai } from './azure-openai.ts'
import { clovaStudio } from './clova-studio.ts'
import { cohere } from './cohere.ts'
import { deepseek } from './deepseek.ts'
import { llamaServer, ollama, sglang, tgi, vllm } from './engines.ts'
import { cortecs, cscs, ovhcloud, scaleway } from './european.ts'
import { gigachat } from './gigachat.ts'
import { googleGemini, googleVertex } from './google.ts'
import { infomaniak } from './infomaniak.ts'
import { ionos } from './ionos.ts'
import { minimax } from './minimax.ts'
import { mistral } from './mistral.ts'
import { moonshot } from './moonshot.ts'
import { openai } from './openai.ts'
import { liberties, plain } from './plain.ts'
import { publicAi } from './public-ai.ts'
import { sarvam } from './sarvam.ts'
import { seaLion } from './sea-lion.ts'
import { type Simulated, startSimulator, type VendorOptions } from './simulator/server.ts'
import type { Vendor } from './simulator/vendor.ts'
import { stepfun } from './stepfun.ts'
import { upstage } from './upstage.ts'
import { xai } from './xai.ts'
import { yandex } from './yandex.ts'
import { zai } from './zai.ts'

export type { Simulated, VendorOptions } from './simulator/server.ts'

const ALL: readonly Vendor[] = [
  alibabaModelStudio,
  anthropic,
  awsBedrock,
  azureOpenai,
  clovaStudio,
  cohere,
  cortecs,
  cscs,
  deepseek,
  gigachat,
  googleGemini,
  googleVertex,
  infomaniak,
  ionos,
  liberties,
  llamaServer,
  minimax,
  mistral,
  moonshot,
  ollama,
  openai,
  ovhcloud,
  plain,
  publicAi,
  sarvam,
  scaleway,
  seaLion,
  sglang,
  stepfun,
  tgi,
  upstage,
  vllm,
  xai,
  yandex,
  zai,
]
export const VENDORS: ReadonlyMap<string, Vendor> = new Map(ALL.map((vendor) => [vendor.name, vendor]))

/** Starts the simulator of that name on a free port of this machine. */
export const startVendor = (name: string, options: VendorOptions = {}): Promise<Simulated> => {
  const vendor = VENDORS.get(name)
  if (vendor === undefined) throw new Error(`no vendor \`${name}\` is simulated`)
  return startSimulator(vendor, options)
}
