import { join } from 'node:path';
import cookies from '@fastify/cookie';
import helmet from '@fastify/helmet';
import assets from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/**
 * What a page may load: what this server gives it, and nothing else. No script or style stands inside a page.
 * @rule CONSOLE-CSP
 */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    // Bootstrap Italia has small drawings and a font of symbols inside its style sheet.
    fontSrc: ["'self'", 'data:'],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/**
 * Adds the headers of security to every answer, the cookies to every request, and the files of the application, whose names
 * carry their content's hash.
 */
export async function addWebPlugins(
  fastify: FastifyInstance,
  { web, httpCertificateFile }: WebSettings,
): Promise<void> {
  await fastify.register(helmet, {
    contentSecurityPolicy,
    // A browser that was told so once would never come again without TLS, to whatever else is on this machine.
    strictTransportSecurity: httpCertificateFile !== undefined,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  await fastify.register(cookies);
  await fastify.register(async (files) => {
    files.addHook('onRoute', (route) => {
      route.config = Object.assign({}, route.config, { access: 'public' });
    });
    await files.register(assets, {
      root: join(web, 'assets'),
      prefix: '/assets/',
      index: false,
      decorateReply: false,
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
    });
  });
}

interface WebSettings {
  /** The folder of the application. */
  readonly web: string;
  readonly httpCertificateFile?: string | undefined;
}
