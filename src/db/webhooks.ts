/** Webhooks and what is still to be delivered to them. Instants ISO 8601 UTC; the caller's clock counts, not the server's. */
import { sql } from 'drizzle-orm'
import type { EventType } from '../model.ts'
import { type Database, iso, type Queries, rowsOf } from './client.ts'
import { outboxOf } from './outbox.ts'
import type { OutboxRow } from './store.ts'
import { toJson } from './text.ts'

/** A webhook without its secret. */
export interface Webhook {
  id: number
  url: string
  types: string[]
  createdAt: string
  /** Failures since the last success, and since when. */
  failures: number
  failingSince: string | null
  /** Left alone until then. */
  pausedUntil: string | null
  lastSuccessAt: string | null
  lastError: string | null
  pending: number
  dead: number
}

export interface NewWebhook {
  accountId: string
  url: string
  types: readonly string[]
  secret: string
}

/** Where deliveries go now. */
export interface Endpoint {
  id: number
  url: string
  secret: string
  failures: number
}

/** A delivery that was taken: nobody else has it until its lease is over. */
export interface Delivery {
  id: number
  attempts: number
  firstAttemptAt: string | null
  event: OutboxRow
}

/** What was given up. */
export interface DeadDelivery {
  id: number
  eventId: number
  type: EventType
  attempts: number
  firstAttemptAt: string | null
  deadAt: string
  lastError: string | null
  lastStatus: number | null
}

export interface Failure {
  now: string
  error: string
  status: number | null
  /** When it is tried again; null = it is given up. */
  nextAttemptAt: string | null
  /** Until when an endpoint with so many failures in a row is left alone; null = it is not. */
  pausedUntil(failures: number): string | null
}

export interface WebhookStore {
  /** Begins with the next event. */
  create(webhook: NewWebhook, now: string): Promise<Webhook>
  list(accountId: string): Promise<Webhook[]>
  /** False where there is none. */
  remove(accountId: string, id: number): Promise<boolean>
  dead(id: number, after: number, limit: number): Promise<DeadDelivery[]>
  /** Makes what was given up pending again; gives how many. */
  redrive(id: number, now: string): Promise<number>
  /** Makes deliveries of the events that came since; `eventTypes` tells which events are wanted for types of webhooks. */
  expand(eventTypes: (types: readonly string[]) => EventType[], now: string): Promise<void>
  /** Gives up what waited behind a failing endpoint since before `createdBefore`, where it has failed since before `failingBefore`. */
  giveUp(limits: { failingBefore: string; createdBefore: string; now: string }): Promise<number>
  /** Endpoints with something pending that are not left alone. */
  endpoints(now: string): Promise<Endpoint[]>
  /** Takes the oldest deliveries of different conversations that are due; with `probe` also those that wait for their next attempt. */
  take(webhookId: number, options: { now: string; leaseUntil: string; limit: number; probe: boolean }): Promise<Delivery[]>
  /** The delivery is done: sent (`probed`: the endpoint was failing, so what waits for it is due now), or its message is gone. */
  delivered(webhookId: number, deliveryId: number, options: { now: string; sent: boolean; probed: boolean }): Promise<void>
  failed(webhookId: number, deliveryId: number, failure: Failure): Promise<void>
}

/** Events that become deliveries at once. */
const batch = 1000

export function makeWebhookStore(database: Database): WebhookStore {
  const { db } = database
  return {
    create: ({ accountId, url, types, secret }, now) =>
      database.transaction(async tx => {
        const [row] = await rowsOf<{ id: number }>(
          tx,
          sql`insert into webhooks (account_id, url, types, secret, cursor, created_at)
              values (${accountId}, ${url}, array(select jsonb_array_elements_text(${toJson(types)}::text::jsonb)), ${secret},
                (select coalesce(max(id), 0) from events), ${now}::timestamptz) returning id`,
        )
        return (await webhooksOf(tx, accountId)).find(({ id }) => id === row!.id)!
      }),
    list: accountId => webhooksOf(db, accountId),
    remove: (accountId, id) =>
      database.transaction(
        async tx => (await rowsOf(tx, sql`delete from webhooks where id = ${id} and account_id = ${accountId} returning id`)).length > 0,
      ),
    dead: (id, after, limit) =>
      rowsOf<DeadDelivery>(
        db,
        sql`select d.id, d.event_id as "eventId", e.type, d.attempts, ${iso(sql`d.first_attempt_at`)} as "firstAttemptAt",
              ${iso(sql`d.dead_at`)} as "deadAt", d.last_error as "lastError", d.last_status as "lastStatus"
            from webhook_deliveries d join events e on e.id = d.event_id
            where d.webhook_id = ${id} and d.dead_at is not null and d.id > ${after} order by d.id limit ${limit}`,
      ),
    redrive: (id, now) =>
      database.transaction(async tx => {
        const rows = await rowsOf(
          tx,
          sql`update webhook_deliveries set dead_at = null, attempts = 0, first_attempt_at = null, next_attempt_at = ${now}::timestamptz
              where webhook_id = ${id} and dead_at is not null returning id`,
        )
        // Somebody says that it is worth another try.
        await tx.execute(sql`update webhooks set paused_until = null, failing_since = null, failures = 0 where id = ${id}`)
        return rows.length
      }),
    expand: (eventTypes, now) => expand(database, eventTypes, now),
    giveUp: ({ failingBefore, createdBefore, now }) =>
      database.transaction(async tx => {
        const rows = await rowsOf(
          tx,
          sql`update webhook_deliveries d set dead_at = ${now}::timestamptz, last_error = coalesce(d.last_error, 'the endpoint did not answer')
              from webhooks w where w.id = d.webhook_id and d.dead_at is null and w.failing_since < ${failingBefore}::timestamptz
                and d.created_at < ${createdBefore}::timestamptz returning d.id`,
        )
        return rows.length
      }),
    endpoints: now =>
      rowsOf<Endpoint>(
        db,
        sql`select w.id, w.url, w.secret, w.failures from webhooks w
            where (w.paused_until is null or w.paused_until <= ${now}::timestamptz)
              and exists (select 1 from webhook_deliveries d where d.webhook_id = w.id and d.dead_at is null) order by w.id`,
      ),
    take: (webhookId, options) => database.transaction(tx => take(tx, webhookId, options)),
    delivered: (webhookId, deliveryId, { now, sent, probed }) =>
      database.transaction(async tx => {
        // The webhook's row before those of its deliveries, here and below: two that end at once wait for each other and no more.
        if (sent) {
          await tx.execute(
            sql`update webhooks set failures = 0, failing_since = null, paused_until = null, last_error = null, last_success_at = ${now}::timestamptz
                where id = ${webhookId}`,
          )
        }
        await tx.execute(sql`delete from webhook_deliveries where id = ${deliveryId}`)
        if (!sent || !probed) return
        await tx.execute(
          sql`update webhook_deliveries set next_attempt_at = ${now}::timestamptz where webhook_id = ${webhookId} and dead_at is null`,
        )
      }),
    failed: (webhookId, deliveryId, { now, error, status, nextAttemptAt, pausedUntil }) =>
      database.transaction(async tx => {
        const [webhook] = await rowsOf<{ failures: number }>(
          tx,
          sql`update webhooks set failures = failures + 1, failing_since = coalesce(failing_since, ${now}::timestamptz), last_error = ${error}
              where id = ${webhookId} returning failures`,
        )
        if (!webhook) return
        await tx.execute(sql`update webhooks set paused_until = ${pausedUntil(webhook.failures)}::timestamptz where id = ${webhookId}`)
        await tx.execute(
          sql`update webhook_deliveries set attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, ${now}::timestamptz),
                next_attempt_at = coalesce(${nextAttemptAt}::timestamptz, next_attempt_at), leased_until = null, last_error = ${error},
                last_status = ${status}::int, dead_at = case when ${nextAttemptAt}::timestamptz is null then ${now}::timestamptz end
              where id = ${deliveryId}`,
        )
      }),
  }
}

async function webhooksOf(queries: Queries, accountId: string): Promise<Webhook[]> {
  return rowsOf<Webhook>(
    queries,
    sql`select w.id, w.url, array_to_json(w.types) as types, ${iso(sql`w.created_at`)} as "createdAt", w.failures,
          ${iso(sql`w.failing_since`)} as "failingSince", ${iso(sql`w.paused_until`)} as "pausedUntil",
          ${iso(sql`w.last_success_at`)} as "lastSuccessAt", w.last_error as "lastError",
          (select count(*)::int from webhook_deliveries d where d.webhook_id = w.id and d.dead_at is null) as pending,
          (select count(*)::int from webhook_deliveries d where d.webhook_id = w.id and d.dead_at is not null) as dead
        from webhooks w where w.account_id = ${accountId} order by w.id`,
  )
}

/** One webhook and batch at a time: its deliveries and its cursor move together. */
async function expand(database: Database, eventTypes: (types: readonly string[]) => EventType[], now: string): Promise<void> {
  for (let more = true; more; ) {
    more = await database.transaction(async tx => {
      const [webhook] = await rowsOf<{ id: number; account_id: string; types: string[]; cursor: number }>(
        tx,
        sql`select id, account_id, array_to_json(types) as types, cursor from webhooks
            where cursor < (select max(id) from events) order by id limit 1 for update skip locked`,
      )
      if (!webhook) return false
      const wanted = toJson(eventTypes(webhook.types))
      const [moved] = await rowsOf<{ last: number | null }>(
        tx,
        sql`with batch as materialized (
              select id, account_id, type, data from events where id > ${webhook.cursor} order by id limit ${batch}
            ), made as (
              insert into webhook_deliveries (webhook_id, event_id, conversation, next_attempt_at, created_at)
              select ${webhook.id}, id, coalesce(data->>'chat_id', ''), ${now}::timestamptz, ${now}::timestamptz from batch
              where account_id = ${webhook.account_id} and type in (select jsonb_array_elements_text(${wanted}::text::jsonb))
              order by id
              on conflict do nothing
            )
            select max(id) as last from batch`,
      )
      if (moved?.last != null) await tx.execute(sql`update webhooks set cursor = ${moved.last} where id = ${webhook.id}`)
      return true
    })
  }
}

async function take(
  tx: Queries,
  webhookId: number,
  { now, leaseUntil, limit, probe }: { now: string; leaseUntil: string; limit: number; probe: boolean },
): Promise<Delivery[]> {
  const rows = await rowsOf<{ id: number; event_id: number; attempts: number; first: string | null }>(
    tx,
    // From one conversation to the next by the index: reading all that waits takes ten times as long once a receiver was away for a while.
    sql`with recursive conversations as (
          select min(conversation) as conversation from webhook_deliveries where webhook_id = ${webhookId} and dead_at is null
          union all
          select (select min(d.conversation) from webhook_deliveries d
                  where d.webhook_id = ${webhookId} and d.dead_at is null and d.conversation > c.conversation)
          from conversations c where c.conversation is not null
        ), heads as (
          select h.id from conversations c cross join lateral (
            select d.id from webhook_deliveries d
            where d.webhook_id = ${webhookId} and d.dead_at is null and d.conversation = c.conversation order by d.event_id limit 1
          ) h
        ), taken as (
          select d.id from webhook_deliveries d join heads h on h.id = d.id
          where (${probe}::boolean or d.next_attempt_at <= ${now}::timestamptz)
            and (d.leased_until is null or d.leased_until <= ${now}::timestamptz) and d.dead_at is null
          order by d.event_id limit ${limit} for update of d skip locked
        )
        update webhook_deliveries d set leased_until = ${leaseUntil}::timestamptz from taken where d.id = taken.id
        returning d.id, d.event_id, d.attempts, ${iso(sql`d.first_attempt_at`)} as first`,
  )
  const events = await outboxOf(
    tx,
    rows.map(row => row.event_id),
  )
  return events.flatMap(event => {
    const row = rows.find(({ event_id }) => event_id === event.id)
    return row ? [{ id: row.id, attempts: row.attempts, firstAttemptAt: row.first, event }] : []
  })
}
