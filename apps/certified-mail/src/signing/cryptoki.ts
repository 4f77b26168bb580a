import koffi from 'koffi';
import type { LibraryHandle } from 'koffi';

/** A call that a token's module did not carry out, by the code it gave (CKR_...). */
export class CryptokiError extends Error {
  readonly code: number;

  constructor(call: string, code: number) {
    super(`${call} was answered 0x${code.toString(16)}`);
    this.code = code;
  }
}

/** What tells an object of a token from others: a type of attribute (CKA_...) and its bytes. */
export interface Attribute {
  readonly type: number;
  readonly value: Buffer;
}

const ok = 0;
const alreadyInitialized = 0x191;
const alreadyLoggedIn = 0x100;
const osLocking = 2;
const serialSession = 4;
const user = 1;
/** CKM_SHA256_RSA_PKCS. */
const sha256RsaPkcs = 0x40;
const tokenInfoBytes = 512;
const longestSignature = 1_024;

const pointer = koffi.pointer('void');
const initializeArguments = koffi.struct({ functions: koffi.array(pointer, 4), flags: 'ulong', reserved: pointer });
const attribute = koffi.struct({ type: 'ulong', value: koffi.pointer('uint8_t'), length: 'ulong' });
const mechanism = koffi.struct({ mechanism: 'ulong', parameter: pointer, length: 'ulong' });

type Handle = number | bigint;
type Parameter = string | ReturnType<typeof koffi.pointer> | ReturnType<typeof koffi.out>;
/** A function of the module, on the main thread, or by `async` on another one. */
type Call = ReturnType<LibraryHandle['func']>;

/** The calls of a PKCS #11 module (Cryptoki 2.40) that signing needs, by their own names and with its own types. */
export class Cryptoki {
  readonly #library: LibraryHandle;
  readonly #known = new Map<string, Call>();

  /** @throws Error when there is no such module, or it does not initialise */
  constructor(path: string) {
    this.#library = koffi.load(path);
    const initialize = this.#function('C_Initialize', [koffi.pointer(initializeArguments)]);
    const given = { functions: [null, null, null, null], flags: osLocking, reserved: null };
    answered('C_Initialize', initialize(given), alreadyInitialized);
  }

  /** Slots with a token in them, each with what the token calls itself. */
  tokens(): { readonly slot: Handle; readonly label: string; readonly serial: string }[] {
    const list = this.#function('C_GetSlotList', ['uint8_t', koffi.out(koffi.pointer('ulong')), inAndOut()]);
    const info = this.#function('C_GetTokenInfo', ['ulong', koffi.pointer('uint8_t')]);
    const count = [64];
    const slots = new BigUint64Array(count[0] ?? 0);
    answered('C_GetSlotList', list(1, slots, count));
    return Array.from(slots.subarray(0, Number(count[0])), (slot) => {
      const told = Buffer.alloc(tokenInfoBytes);
      answered('C_GetTokenInfo', info(slot, told));
      const field = (from: number, until: number) => told.toString('utf8', from, until).trimEnd();
      // CK_TOKEN_INFO begins with four texts, padded with blanks: label, manufacturer, model, serial number.
      return { slot, label: field(0, 32), serial: field(80, 96) };
    });
  }

  openSession(slot: Handle): Handle {
    const open = this.#function('C_OpenSession', [
      'ulong',
      'ulong',
      pointer,
      pointer,
      koffi.out(koffi.pointer('ulong')),
    ]);
    const session: Handle[] = [0];
    answered('C_OpenSession', open(slot, serialSession, null, null, session));
    return session[0] ?? 0;
  }

  closeSession(session: Handle): void {
    this.#function('C_CloseSession', ['ulong'])(session);
  }

  /** For all sessions of the token. */
  logIn(session: Handle, pin: string): void {
    const bytes = Buffer.from(pin, 'utf8');
    const login = this.#function('C_Login', ['ulong', 'ulong', koffi.pointer('uint8_t'), 'ulong']);
    answered('C_Login', login(session, user, bytes, bytes.length), alreadyLoggedIn);
  }

  /** Objects of a token that have all of these attributes; two at most, for more than one is too many. */
  find(session: Handle, attributes: readonly Attribute[]): Handle[] {
    const init = this.#function('C_FindObjectsInit', ['ulong', koffi.pointer(attribute), 'ulong']);
    const next = this.#function('C_FindObjects', [
      'ulong',
      koffi.out(koffi.pointer('ulong')),
      'ulong',
      koffi.out(koffi.pointer('ulong')),
    ]);
    const wanted = attributes.map(({ type, value }) => ({ type, value, length: value.length }));
    answered('C_FindObjectsInit', init(session, wanted, wanted.length));
    const [found, count] = [new BigUint64Array(2), [0]];
    answered('C_FindObjects', next(session, found, 2, count));
    answered('C_FindObjectsFinal', this.#function('C_FindObjectsFinal', ['ulong'])(session));
    return [...found.subarray(0, Number(count[0]))];
  }

  /** PKCS #1 version 1.5 over the SHA-256 of the bytes. A session does one at a time; the event loop goes on meanwhile. */
  async sign(session: Handle, key: Handle, bytes: Buffer): Promise<Buffer> {
    const init = this.#function('C_SignInit', ['ulong', koffi.pointer(mechanism), 'ulong']);
    const sign = this.#function('C_Sign', [
      'ulong',
      koffi.pointer('uint8_t'),
      'ulong',
      koffi.pointer('uint8_t'),
      inAndOut(),
    ]);
    const how = { mechanism: sha256RsaPkcs, parameter: null, length: 0 };
    answered('C_SignInit', await elsewhere(init, session, how, key));
    const [signature, length] = [Buffer.alloc(longestSignature), [longestSignature]];
    answered('C_Sign', await elsewhere(sign, session, bytes, bytes.length, signature, length));
    return signature.subarray(0, Number(length[0]));
  }

  #function(name: string, parameters: readonly Parameter[]): Call {
    const call = this.#known.get(name) ?? this.#library.func(name, 'ulong', [...parameters]);
    this.#known.set(name, call);
    return call;
  }
}

function inAndOut() {
  return koffi.inout(koffi.pointer('ulong'));
}

function elsewhere(call: Call, ...given: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call.async(...given, (error: Error | null, result: unknown) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}

/** @throws CryptokiError when the module answered neither that it is done nor what comes to the same */
function answered(call: string, code: unknown, fine = ok): void {
  if (Number(code) !== ok && Number(code) !== fine) throw new CryptokiError(call, Number(code));
}
