/** Instants as elements: in the viewer's words, with the exact one behind them. */
import { element } from './dom.ts'
import type { Times } from './times.ts'
import { timed } from './words.ts'

/** `none`: what stands there where there is no instant. */
export function instantElement(times: Times, instant: string | null, none: string): Node | string {
  return instant === null ? none : element('time', { datetime: instant, title: instant }, times.whole(instant))
}

/** Words of the worker: the instants in them become the viewer's. */
export function withInstants(text: string, times: Times): Node[] {
  return timed(text).map(({ text: part, instant }) =>
    instant === null ? document.createTextNode(part) : element('time', { datetime: instant, title: instant }, times.whole(instant)),
  )
}

/** The same as text. */
export function inWords(text: string, times: Times): string {
  return timed(text)
    .map(({ text: part, instant }) => (instant === null ? part : times.whole(instant)))
    .join('')
}
