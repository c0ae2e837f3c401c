/** Delivery status of an own message. */
import type { DeliveryStatus } from '../model.ts'
import type { RawFields } from '../raw.ts'
import { all, one } from './fields.ts'
import { statusOf } from './locales.ts'

/**
 * The receipt's label outranks the icon's name: `wds-ic-read` is drawn for "Delivered" too (reference: pages of July 2026). The icon alone tells
 * the least that is certain: a double tick is at least delivered.
 */
export function deliveryStatus(fields: RawFields): DeliveryStatus | null {
  for (const label of all(fields, 'receipt')) {
    const status = statusOf(label)
    if (status) return status
  }
  const icon = one(fields, 'receiptIcon') ?? ''
  if (/time|pending/.test(icon)) return 'pending'
  if (/dblcheck|wds-ic-(?:read|played)/.test(icon)) return 'delivered'
  return /check|wds-ic-(?:sent|delivered)/.test(icon) ? 'sent' : null
}
