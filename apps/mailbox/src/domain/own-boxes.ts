/**
 * What stands in the place of a service for the boxes that belong to a provider or to a public body that it hosts:
 * service mailboxes, sender addresses, registries. They follow no calendar, and no mail client opens them here.
 */
export const ownBoxes = 'provider';
