import { BEARER } from './simulator/common.ts'
import { converseService } from './simulator/converse.ts'
import { awsErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Frames in place of events; signed or with a key; `region` is the region that is called. Members it does not know are refused: stricter than documented. */
export const awsBedrock: Vendor = {
  name: 'aws-bedrock',
  title: 'AWS Bedrock',
  builtFrom: [
    { address: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html', asOf: '2026-11-22' },
    { address: 'https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html', asOf: '2026-11-22' },
    { address: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html', asOf: '2026-11-22' },
  ],
  errors: awsErrors,
  gates: [{ kind: 'signed', service: 'bedrock' }, BEARER],
  model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  parameters: { region: 'eu-central-1' },
  services: [
    converseService({
      models: ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'amazon.nova-lite-v1:0'],
      profiles: { 'eu.': /^eu-/, 'us.': /^us-/, 'apac.': /^ap-/, 'global.': /./ },
    }),
  ],
}
