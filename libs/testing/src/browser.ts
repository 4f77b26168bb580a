/** A cookie as a browser keeps it. */
interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** What a browser got for an address. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
}

/** As much of a browser as signing in needs: cookies by path, forms, redirects; without scripts. */
export class Browser {
  #cookies: Cookie[] = [];
  readonly #language: string;

  /** @param language what it prefers, as `Accept-Language` */
  constructor(language = 'en') {
    this.#language = language;
  }

  /** The value of a cookie; undefined when there is none of that name. */
  cookie(name: string): string | undefined {
    return this.#cookies.find((each) => each.name === name)?.value;
  }

  /** Puts a cookie where another would have come from a server: what an attacker could plant. */
  plant(cookie: Cookie): void {
    this.#keep(cookie);
  }

  /** Asks for one address and follows nothing. @param method POST with a form and GET without, unless said */
  async ask(
    url: string,
    form?: Readonly<Record<string, string>>,
    more: Record<string, string> = {},
    method = form === undefined ? 'GET' : 'POST',
  ): Promise<Page> {
    const { pathname } = new URL(url);
    const sent = this.#cookies.filter(
      ({ path }) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')),
    );
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        'accept-language': this.#language,
        ...(sent.length > 0 && { cookie: sent.map(({ name, value }) => `${name}=${value}`).join('; ') }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...more,
      },
      ...(form && { body: new URLSearchParams(form).toString() }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(parsed(line));
    return { status: response.status, url, headers: response.headers, text: await response.text() };
  }

  /** Asks, and follows redirects as long as they stay on the same host. @returns the page, or the redirect that leads away */
  async open(url: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    const page = await this.ask(url, form);
    const next = whereTo(page);
    return next === undefined || next.host !== new URL(url).host ? page : await this.open(next.href);
  }

  #keep(cookie: Cookie): void {
    this.#cookies = this.#cookies.filter(({ name, path }) => name !== cookie.name || path !== cookie.path);
    if (cookie.value !== '') this.#cookies.push(cookie);
  }
}

/** Where a redirect leads; undefined when the page is none. */
export function whereTo({ headers, url }: Page): URL | undefined {
  const location = headers.get('location');
  return location === null ? undefined : new URL(location, url);
}

/** The value of a hidden field of a page's form. */
export function hidden({ text }: Page, name: string): string {
  const field = text.match(/<input[^>]*type="hidden"[^>]*>/g)?.find((each) => each.includes(`name="${name}"`));
  const value = field && /value="([^"]*)"/.exec(field)?.[1];
  if (value === undefined) throw new Error(`the page has no hidden field ${name}: ${text}`);
  return value;
}

function parsed(line: string): Cookie {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  const path = attributes.find((each) => each.toLowerCase().startsWith('path='))?.slice('path='.length) ?? '/';
  return { name, value, path };
}
