/**
 * What stands between the name of a box and the id of a delivery in the recipient of an LMTP dialog (RFC 5233). It is no
 * character of an address in the form that boxes have, so no address is ever cut.
 * @rule STORE-ONCE
 */
export const deliveryDelimiter = ':';
