/** The door to the page's IndexedDB: every reader of it goes through here. Read-only for certain; what may be taken out of a row stands here too. */

/** What the readers (`read-storage-*.ts`) are given. Bound in front of them as source, see `storage-world.ts`. */
export interface StorageDoor {
  /**
   * Opens `model-storage`, does the work, closes. One JSON string: what the work gives with `"state": "read"` and
   * `late` (the time was up: there may be more), or `"absent"`, or `"failed"` with `why`.
   */
  within(work: (database: IDBDatabase) => Promise<object>): Promise<string>
  /** Up to `count` rows and their keys in the order of the keys, in a transaction of their own. */
  chunk(database: IDBDatabase, store: string, range: IDBKeyRange | null, count: number): Promise<{ keys: IDBValidKey[]; rows: unknown[] }>
  /** Keys alone: no row is touched. */
  keys(database: IDBDatabase, store: string, range: IDBKeyRange | null, count: number): Promise<IDBValidKey[]>
  /**
   * Up to `count` steps along an index or the keys, from the end backwards (`prev`) or from the start (`next`); `visit` ends it with false. Gives the
   * key of the last step, null when nothing is left.
   */
  walk(
    database: IDBDatabase,
    store: string,
    way: { index: string | null; range: IDBKeyRange | null; direction: 'prev' | 'next'; count: number; keysOnly: boolean },
    visit: (cursor: IDBCursor) => boolean,
  ): Promise<IDBValidKey | null>
  /** The columns of a row that may leave the page, ids as strings. A column that is not there or of another type is left out. */
  pick(store: string, row: unknown): Record<string, unknown>
  /** Whether the time is up. */
  late(): boolean
}

/** Makes the door. `limitMs`: time for everything that goes through it. */
export function makeStorageDoor(limitMs: number): StorageDoor {
  const name = 'model-storage'
  const until = Date.now() + limitMs

  /** Column → how it is taken. Nothing else leaves the page: no keys, paths, secrets, tokens, texts (reference: storage, rule and §14). */
  const columns: Record<string, Record<string, 'id' | 'ids' | 'text' | 'number' | 'flag' | 'present'>> = {
    message: {
      id: 'id',
      rowId: 'number',
      t: 'number',
      type: 'text',
      subtype: 'text',
      author: 'id',
      ack: 'number',
      isForwarded: 'flag',
      forwardingScore: 'number',
      mentionedJidList: 'ids',
      quotedStanzaID: 'id',
      quotedParticipant: 'id',
      revokeSender: 'id',
      latestEditMsgKey: 'present',
      latestEditSenderTimestampMs: 'present',
      mimetype: 'text',
      filehash: 'text',
      size: 'number',
      filename: 'text',
      duration: 'number',
      width: 'number',
      height: 'number',
      pageCount: 'number',
      isGif: 'flag',
      isViewOnce: 'flag',
      ephemeralDuration: 'number',
      associationType: 'text',
      parentMsgKey: 'id',
      viewMode: 'text',
      invis: 'flag',
      isSendFailure: 'flag',
    },
    chat: {
      id: 'id',
      t: 'number',
      unreadCount: 'number',
      archive: 'flag',
      name: 'text',
      endOfHistoryTransferType: 'number',
      accountLid: 'id',
    },
    contact: { id: 'id', phoneNumber: 'id', name: 'text', pushname: 'text', verifiedName: 'text', displayNameLID: 'text' },
    'group-metadata': { id: 'id', subject: 'text' },
    participant: { groupId: 'id', participants: 'ids', admins: 'ids', superAdmins: 'ids' },
  }

  const member = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined

  /** An id as one string, whatever form the build keeps it in: `a@b`, `{user, server}`, a message's `{fromMe, remote, id, participant}`. */
  const flat = (value: unknown): string | null => {
    if (typeof value === 'string') return value !== '' && value.length <= 300 ? value : null
    const whole = member(value, '_serialized')
    if (typeof whole === 'string' && whole !== '') return flat(whole)
    const [user, server, own, id] = [member(value, 'user'), member(value, 'server'), member(value, 'fromMe'), member(value, 'id')]
    if (typeof user === 'string' && typeof server === 'string') return flat(`${user}@${server}`)
    if (typeof own === 'boolean' && typeof id === 'string') {
      const remote = flat(member(value, 'remote'))
      const participant = flat(member(value, 'participant'))
      return remote === null ? null : flat(`${own}_${remote}_${id}${participant === null ? '' : `_${participant}`}`)
    }
    return id === undefined || typeof value !== 'object' ? null : flat(id)
  }

  const taken = (form: string, value: unknown): unknown => {
    if (form === 'id') return flat(value)
    if (form === 'ids')
      return Array.isArray(value)
        ? value
            .slice(0, 10_000)
            .map(flat)
            .filter(id => id !== null)
        : null
    if (form === 'present') return value !== undefined && value !== null && value !== '' && value !== 0 ? true : null
    if (form === 'flag') return value === true || value === 1 ? true : value === false || value === 0 ? false : null
    if (form === 'number') {
      const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
      return typeof number === 'number' && Number.isFinite(number) ? number : null
    }
    if (typeof value === 'number') return String(value)
    return typeof value === 'string' && value !== '' && value.length <= 65_536 ? value : null
  }

  /** Null where the database is not there; it is never made. */
  const open = async (): Promise<IDBDatabase | null> => {
    const all = await indexedDB.databases()
    if (!all.some(one => one.name === name)) return null
    return new Promise((resolve, reject) => {
      let gaveUp = false
      const timer = setTimeout(
        () => {
          gaveUp = true
          // Of an error only its name is told: the words of others may quote what they failed on.
          reject(Object.assign(new Error(), { name: 'the database did not open in time' }))
        },
        Math.max(0, until - Date.now()),
      )
      const request = indexedDB.open(name)
      let created = false
      // Deleted since it was listed: an open without a version would make it anew.
      request.onupgradeneeded = () => {
        created = true
        request.transaction?.abort()
      }
      request.onsuccess = () => {
        clearTimeout(timer)
        const database = request.result
        // The page wants to change or delete it: nobody waits for a reader.
        database.onversionchange = () => database.close()
        if (gaveUp) database.close()
        else resolve(database)
      }
      request.onerror = () => {
        clearTimeout(timer)
        if (created) resolve(null)
        else reject(request.error ?? new Error('the database did not open'))
      }
    })
  }

  /** A readonly transaction over one store; done when it is complete. */
  const read = <T>(database: IDBDatabase, store: string, act: (source: IDBObjectStore) => () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(store, 'readonly')
      const result = act(transaction.objectStore(store))
      transaction.oncomplete = () => resolve(result())
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was broken off'))
    })

  return {
    late: () => Date.now() >= until,
    async within(work) {
      let database: IDBDatabase | null = null
      try {
        database = await open()
        if (database === null) return JSON.stringify({ state: 'absent' })
        const result = await work(database)
        return JSON.stringify({ state: 'read', late: Date.now() >= until, ...result })
      } catch (thrown) {
        return JSON.stringify({ state: 'failed', why: thrown instanceof Error ? thrown.name : 'not an error' })
      } finally {
        database?.close()
      }
    },
    chunk: (database, store, range, count) =>
      read(database, store, source => {
        const keys = source.getAllKeys(range, count)
        const rows = source.getAll(range, count)
        return () => ({ keys: keys.result, rows: rows.result as unknown[] })
      }),
    keys: (database, store, range, count) =>
      read(database, store, source => {
        const keys = source.getAllKeys(range, count)
        return () => keys.result
      }),
    walk: (database, store, { index, range, direction, count, keysOnly }, visit) =>
      read(database, store, source => {
        const along = index === null ? source : source.index(index)
        const request = (
          keysOnly ? along.openKeyCursor(range, direction) : along.openCursor(range, direction)
        ) as IDBRequest<IDBCursor | null>
        let last: IDBValidKey | null = null
        let steps = 0
        request.onsuccess = () => {
          const cursor = request.result
          last = cursor?.key ?? null
          steps += 1
          if (cursor && visit(cursor) && steps < count) cursor.continue()
        }
        return () => last
      }),
    pick(store, row) {
      const picked: Record<string, unknown> = {}
      for (const [column, form] of Object.entries(columns[store] ?? {})) {
        const value = taken(form, member(row, column))
        if (value !== null) picked[column] = value
      }
      return picked
    },
  }
}
