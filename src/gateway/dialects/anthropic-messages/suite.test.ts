import { testDialect } from '../../../../test/dialects/suite.ts'
import { anthropicMessages, anthropicMessagesWith } from './index.ts'

testDialect(anthropicMessages)
// As the newest models are.
testDialect(anthropicMessagesWith({ systemInConversation: true, thinking: 'adaptive', sampling: 'none', unsignedThinking: true }))
