/** The suite's holder key, 32 bytes: under it persons and addresses have the names that topics may carry. */
export class HolderKey {
  readonly bytes: Uint8Array;

  /** @param hex the content of the key file, 64 hexadecimal digits. */
  constructor(hex: string) {
    if (!/^[0-9a-f]{64}$/i.test(hex)) throw new Error('holder-id.key is not 32 bytes in hexadecimal digits');
    this.bytes = Buffer.from(hex, 'hex');
  }
}
