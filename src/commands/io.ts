/** What a command needs of the process around it; passed in, so that commands run in tests without one. */
export interface Io {
  /** Data goes here. */
  stdout: NodeJS.WritableStream
  /** Progress and messages to people go here. */
  stderr: NodeJS.WritableStream
  env: Record<string, string | undefined>
  /** Aborted on SIGTERM and SIGINT. */
  signal: AbortSignal
  /** Calls back on SIGHUP where the command outlives its terminal; gives back what stops that. Without a listener SIGHUP aborts too. */
  onHangup?: (listener: () => void) => () => void
  /** Asks the person at the terminal and gives the answer; missing where there is none. */
  ask?: (question: string) => Promise<string>
  /** True when a person looks at stderr: progress bars and redrawn QR codes make sense. */
  isTty: boolean
}
