/** Binds the engine to a reader, so that one function travels into the page with all it needs. */
import { makeBodyReader } from './body-text.ts'
import { type Engine, makeEngine } from './engine.ts'
import type { Plan } from './plan.ts'

/** A function of one JSON string that survives `Function#toString`: both sources are written into it. */
export function withEngine(reader: (engine: Engine, plan: Plan) => string): (plan: string) => string {
  return new Function('plan', `const engine = (${makeEngine})((${makeBodyReader})())\nreturn (${reader})(engine, JSON.parse(plan))`) as (
    plan: string,
  ) => string
}
