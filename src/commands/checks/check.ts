/** What one check of `doctor` found, and what a person can do about it; `action` is null where there is nothing to do. */
export interface Check {
  check: string
  status: 'ok' | 'warn' | 'fail'
  message: string
  action: string | null
}

export function ok(check: string, message: string): Check {
  return { check, status: 'ok', message, action: null }
}

/** The job can run, but something is not as it should be. */
export function warn(check: string, message: string, action: string): Check {
  return { check, status: 'warn', message, action }
}

/** The job cannot run like this. */
export function fail(check: string, message: string, action: string): Check {
  return { check, status: 'fail', message, action }
}
