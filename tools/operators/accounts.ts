import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KeyRing, ServiceTokens } from '@recapito/platform';
import { askAsOperator } from '../command-line/operators-door.ts';
import { Refused } from '../command-line/index.ts';

/** An account as identity shows it. */
export interface Account {
  readonly name: string;
  readonly fullName: string;
  readonly roles: readonly string[];
  readonly state: 'invited' | 'active' | 'disabled';
}

/** Where somebody chooses password and second factor, once. */
export interface ActivationLink {
  readonly name: string;
  readonly link: string;
  /** Milliseconds of the system clock. */
  readonly until: number;
}

/**
 * The accounts of operators, at identity. It proves itself with identity's own key: who may read that may give the first
 * supervisor an account, when nobody else can.
 */
export class Accounts {
  readonly #secrets: string;
  readonly #url: string;

  /** @throws Refused when the folder of secrets is not identity's */
  constructor(secrets: string, url: string) {
    if (!existsSync(join(secrets, 'identity.service.key')))
      throw new Refused(`identity.service.key is not in ${secrets}; --secrets names identity's folder of secrets`);
    this.#secrets = secrets;
    this.#url = url;
  }

  async add(account: Pick<Account, 'name' | 'fullName' | 'roles'>): Promise<ActivationLink> {
    return await this.#ask('POST', '/operators', account);
  }

  /** Takes an operator's credentials away and gives a link to choose others. */
  async reset(name: string): Promise<ActivationLink> {
    return await this.#ask('POST', `/operators/${encodeURIComponent(name)}/activation`);
  }

  async change(name: string, to: Pick<Account, 'roles'> & { readonly state: 'active' | 'disabled' }): Promise<Account> {
    return await this.#ask('PUT', `/operators/${encodeURIComponent(name)}`, to);
  }

  /** Ends a block before its time. @returns whether there was one */
  async unblock(name: string): Promise<boolean> {
    return (await this.#ask<{ lifted: boolean }>('DELETE', `/operators/${encodeURIComponent(name)}/block`)).lifted;
  }

  async list(): Promise<readonly Account[]> {
    return (await this.#ask<{ items: Account[] }>('GET', '/operators')).items;
  }

  /** @throws Refused when nobody has the name */
  async find(name: string): Promise<Account> {
    const found = (await this.list()).find((each) => each.name === name);
    if (found === undefined) throw new Refused(`no operator is called ${name}`);
    return found;
  }

  async #ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const token = await new ServiceTokens('identity', new KeyRing(this.#secrets, 'identity')).issue('identity');
    return await askAsOperator<Answer>({ service: 'identity', url: this.#url, token }, method, path, {
      ...(body && { body }),
    });
  }
}
