/** The container's files held against the program, without an engine: what they set, whom they run as, and what they let in. */
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config.ts'
import { settings } from '../../src/settings.ts'

interface Service {
  image?: string
  build?: string
  environment: Record<string, string | null>
  ports?: string[]
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  [key: string]: unknown
}

const text = readFileSync('docker-compose.yml', 'utf8')
const compose = parse(text) as { services: Record<'app' | 'postgres', Service>; volumes: Record<string, unknown> }
const { app, postgres } = compose.services

/** The Dockerfile as instructions, continuation lines joined. */
const dockerfile = readFileSync('Dockerfile', 'utf8')
  .replaceAll(/^\s*#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter(line => line.trim() !== '')
  .map(line => {
    const [, instruction = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? []
    return { instruction: instruction.toUpperCase(), rest }
  })
const stages = dockerfile.flatMap(({ instruction }, index) => (instruction === 'FROM' ? [index] : []))
const last = dockerfile.slice(stages.at(-1))
const of = (instruction: string, lines = last) => lines.filter(line => line.instruction === instruction).map(line => line.rest)
const imageEnv = Object.fromEntries(
  [
    ...of('ENV')
      .join(' ')
      .matchAll(/([A-Z_]+)=(\S+)/g),
  ].map(([, name, value]) => [name, value]),
)

/** Variables that are not the program's own. */
const foreign = ['NODE_ENV', 'HOME']

test.describe('docker-compose.yml', () => {
  test('every variable of the worker is a setting, and every setting can be given', () => {
    const names = Object.keys(app.environment)
    expect(names.filter(name => !(name in settings))).toEqual([])
    // Fixed by the image or meaningless in it: the browser, the profile's place, a directory of sets that nobody mounted, authentication.
    const left = ['CHROMIUM_PATH', 'WHATSAPP_PROFILE_DIR', 'SELECTORS_DIR', 'API_AUTH']
    expect([...names, ...left].sort()).toEqual(Object.keys(settings).sort())
  })

  test('no row and no statement of a failed query reaches the log of Postgres, and a crash leaves no core', () => {
    expect(postgres.command).toEqual(['postgres', '-c', 'log_error_verbosity=terse', '-c', 'log_min_error_statement=panic'])
    expect(app.ulimits).toEqual({ core: 0 })
  })

  test('its values make a sound configuration together with those of the image', () => {
    const given = Object.fromEntries(Object.entries(app.environment).filter(([, value]) => value !== null))
    const config = loadConfig({ ...imageEnv, ...given } as Record<string, string>)
    expect(config.db.url).toBe('postgresql://kenny:kenny@postgres:5432/kenny')
    expect([config.dataDir, config.attachmentsDir, config.browser.profileDir]).toEqual([
      '/data',
      '/data/attachments',
      '/data/whatsapp_profile',
    ])
    expect(config.http).toMatchObject({ host: '0.0.0.0', port: 8080, auth: 'key' })
  })

  test('the database is the one that the worker looks for, and is waited for until it is healthy', () => {
    const url = new URL(app.environment.PG_URL ?? '')
    expect(url.hostname in compose.services).toBe(true)
    expect(postgres.environment).toEqual({
      POSTGRES_USER: url.username,
      POSTGRES_PASSWORD: url.password,
      POSTGRES_DB: url.pathname.slice(1),
    })
    expect(app.depends_on?.postgres).toEqual({ condition: 'service_healthy' })
    expect(postgres.healthcheck?.test).toContain('pg_isready')
  })

  test('ports are open on this machine only, and lead to where the worker listens', () => {
    const ports = Object.values(compose.services).flatMap(service => service.ports ?? [])
    expect(ports.length).toBeGreaterThan(0)
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
    expect(app.ports?.[0]?.split(':').at(-1)).toBe(app.environment.HTTP_PORT)
  })

  test('what persists lies in named volumes', () => {
    const volumes = Object.values(compose.services).flatMap(service => service.volumes ?? [])
    expect(volumes.map(volume => volume.split(':')[0]).sort()).toEqual(Object.keys(compose.volumes).sort())
    expect(app.volumes).toContain(`data:${app.environment.DATA_DIR}`)
  })

  test('the worker has no rights that it does not need', () => {
    expect(app).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp:mode=1777'], restart: 'unless-stopped' })
    expect(app.privileged).toBeUndefined()
    expect(app.cap_add).toBeUndefined()
    expect(app.security_opt).toEqual(['no-new-privileges:true', 'seccomp:./docker/seccomp.json'])
    expect(app.shm_size).toBeTruthy()
  })

  test('images are pinned to a release, and older engines read the file', () => {
    for (const { image } of Object.values(compose.services)) expect(image).toMatch(/:\d+\.\d+/)
    // Compose 1.29 refuses a name at the top (reference: measured).
    expect(Object.keys(compose).sort()).toEqual(['services', 'volumes'])
    expect(text).toContain('docker compose run --rm app pair --terminal')
  })
})

test.describe('docker/seccomp.json', () => {
  const profile = JSON.parse(readFileSync('docker/seccomp.json', 'utf8')) as {
    defaultAction: string
    syscalls: { names: string[]; action: string }[]
  }
  const refused = profile.syscalls.filter(rule => rule.action === 'SCMP_ACT_ERRNO').flatMap(rule => rule.names)

  test("leaves Chromium's sandbox what it is made of, and refuses the ways out of a container", () => {
    expect(profile.defaultAction).toBe('SCMP_ACT_ALLOW')
    for (const needed of ['clone', 'clone3', 'unshare', 'chroot', 'seccomp', 'prctl', 'ptrace']) expect(refused).not.toContain(needed)
    const ways =
      'mount umount2 pivot_root setns bpf kexec_load init_module finit_module delete_module open_by_handle_at perf_event_open keyctl reboot'
    for (const way of ways.split(' ')) expect(refused).toContain(way)
    expect(refused).toEqual([...new Set(refused)].sort())
  })
})

test.describe('Dockerfile', () => {
  test('every stage starts from a pinned image', () => {
    const args = Object.fromEntries(of('ARG', dockerfile).map(arg => arg.split('=')))
    for (const from of of('FROM', dockerfile)) {
      const image = from.split(' ')[0]?.replace(/^\$\{(\w+)\}$/, (_, name) => args[name]) ?? ''
      expect(image).toMatch(/:\d+\.\d+\.\d+-\w+/)
    }
    expect(stages.length).toBe(2)
  })

  test('runs as an ordinary user, from an init, with the worker as default', () => {
    expect(of('USER')).toEqual(['10001:10001'])
    expect(JSON.parse(of('ENTRYPOINT')[0] ?? '')).toEqual(['/usr/bin/tini', '--', 'node', '/app/dist/cli.js'])
    expect(JSON.parse(of('CMD')[0] ?? '')).toEqual(['start'])
    const root = last.findIndex(line => line.instruction === 'USER')
    expect(last.slice(root).filter(line => ['RUN', 'COPY', 'ADD'].includes(line.instruction))).toEqual([])
  })

  test('the health check asks the program on its own port', () => {
    expect(of('HEALTHCHECK')[0]).toContain('/health')
    expect(of('EXPOSE')).toEqual([app.environment.HTTP_PORT])
    expect(of('VOLUME')).toEqual([imageEnv.DATA_DIR])
  })

  test('its variables are settings, and no secret is among them', () => {
    expect(Object.keys(imageEnv).filter(name => !foreign.includes(name) && !(name in settings))).toEqual([])
    for (const name of Object.keys(imageEnv)) expect(settings[name as keyof typeof settings]?.secret ?? false).toBe(false)
    expect(of('ARG', dockerfile).filter(arg => /key|secret|token|password/i.test(arg))).toEqual([])
  })

  test('what is installed leaves no lists behind, and nothing is fetched from elsewhere', () => {
    for (const run of of('RUN', dockerfile)) {
      if (run.includes('apt-get install')) expect(run).toMatch(/apt-get update.*--no-install-recommends.*rm -rf \/var\/lib\/apt\/lists/)
      expect(run).not.toMatch(/curl|wget|sudo|npm install\b/)
    }
    expect(of('ADD', dockerfile)).toEqual([])
    expect(of('RUN', dockerfile).join('\n')).toMatch(/npm ci.*\n.*npm run build && npm prune --omit=dev/)
  })

  test('the image holds what the package needs at run time', () => {
    const copied = of('COPY').flatMap(line =>
      line
        .replaceAll(/--\S+ /g, '')
        .split(' ')
        .slice(0, -1),
    )
    const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] }
    const needed = files.filter(file => !file.endsWith('.md') && !['docs', '.env.example'].includes(file))
    for (const file of [...needed, 'package.json', 'node_modules']) {
      expect(
        copied.some(path => path === file || path === `/app/${file}`),
        file,
      ).toBe(true)
    }
  })
})

test('.dockerignore keeps profiles, data, secrets and the history out of the image', () => {
  const lines = readFileSync('.dockerignore', 'utf8').split('\n')
  for (const line of ['data/', '**/whatsapp_profile/', '.env', '.env.*', '.git/', 'node_modules/', 'dist/', '**/*.trace.zip']) {
    expect(lines).toContain(line)
  }
  expect(lines.filter(line => line.startsWith('!'))).toEqual(['!.env.example'])
})
