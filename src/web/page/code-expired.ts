/** Whether the pairing code waits for a press to be renewed, `{"expired": true|false}`: a button lies inside it (reference §2, QR expired). */
export function codeExpired(): string {
  const expired = document.querySelector('[data-ref] button, [data-ref] [role="button"], [data-testid="refresh-large"]') !== null
  return JSON.stringify({ expired })
}
