export {
  type Engine,
  type EngineEvent,
  type EngineFailure,
  type EngineOptions,
  type EngineReady,
  type EngineState,
  startEngine,
} from './supervisor.ts'
