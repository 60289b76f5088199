import { testDialect } from '../../../../test/dialects/suite.ts'
import { bedrockConverse } from './index.ts'

testDialect(bedrockConverse)
