/** Which processes belong to a browser, and what they hold. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@playwright/test'
import { parsePs, parseStat, processTree, rssOf, treeBytes, treeOf } from '../../src/web/process-tree.ts'

const of = (pid: number, parent: number, group: number) => ({ pid, parent, group })

test('a tree is what a process has started at any depth, and its group; others, and a circle, do no harm', () => {
  const all = [of(1, 0, 1), of(10, 1, 10), of(11, 10, 10), of(12, 11, 12), of(13, 1, 10), of(14, 1, 14), of(20, 21, 20), of(21, 20, 20)]
  expect(treeOf(all, 10).map(one => one.pid)).toEqual([10, 11, 12, 13])
  expect(treeOf(all.slice(2), 10).map(one => one.pid)).toEqual([11, 12, 13])
  expect(treeOf(all, 14).map(one => one.pid)).toEqual([14])
  expect(treeOf(all, 99)).toEqual([])
})

test('a line of /proc is read whatever the name of the program; the dead are left out', () => {
  expect(parseStat('42 (a) b (c)) S 7 40 40 0 -1 4194560 0')).toEqual([of(42, 7, 40)])
  expect(parseStat('42 (chromium) Z 7 40 40 0 -1')).toEqual([])
  expect(parseStat('')).toEqual([])
  expect(rssOf('Name:\tx\nVmHWM:\t  9999 kB\nVmRSS:\t    1234 kB\nRssAnon:\t 1 kB\n')).toBe(1234 * 1024)
  expect(rssOf('Name:\tkthreadd\n')).toBe(0)
})

test('lines of ps are read as other systems print them', () => {
  const text = '  501     1   501 Ss    2048 /Applications/Google Chrome --type=renderer\n 502   501   501 Z       0 (chrome)\n\nnonsense\n'
  expect(parsePs(text)).toEqual([{ ...of(501, 1, 501), rssBytes: 2048 * 1024, command: '/Applications/Google Chrome --type=renderer' }])
})

test('a real process with a child is found, weighed, and after its end found no more but for its group', async () => {
  const parent: ChildProcess = spawn(
    process.execPath,
    ['-e', "require('child_process').spawn('sleep', ['60'], {stdio:'inherit'}); console.log('on'); setInterval(() => {}, 1000)"],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const root = parent.pid as number
  try {
    await once(parent.stdout!, 'data')
    const tree = await processTree(root)
    expect(tree.map(one => one.command.split(' ')[0]?.split('/').at(-1))).toEqual(['node', 'sleep'])
    expect(await treeBytes(root)).toBe(tree.reduce((sum, one) => sum + one.rssBytes, 0))
    expect(tree[0]?.rssBytes).toBeGreaterThan(10_000_000)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    expect((await processTree(root)).map(one => [one.command, one.group])).toEqual([['sleep 60', root]])
  } finally {
    process.kill(-root, 'SIGKILL')
  }
  await expect.poll(() => treeBytes(root)).toBeNull()
})
