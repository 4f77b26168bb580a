/**
 * What stands in the place of a service for the boxes that belong to a provider or to a public body that it hosts:
 * service mailboxes, sender addresses, registries. They follow no calendar. A mail client opens
 * those for which identity holds an account: the boxes of bodies.
 */
export const ownBoxes = 'provider';
