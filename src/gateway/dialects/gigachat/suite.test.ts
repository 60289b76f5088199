import { testDialect } from '../../../../test/dialects/suite.ts'
import { gigachat } from './index.ts'

testDialect(gigachat)
