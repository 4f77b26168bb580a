const requests = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The request to stop that may come at any moment. */
export interface StopRequest {
  /** Resolves at the first request. */
  readonly asked: Promise<NodeJS.Signals>;
  /** Aborted at the first request, for whatever is under way then. */
  readonly signal: AbortSignal;
}

/** From now on Ctrl-C, SIGTERM and a closed terminal no longer end this process: they ask it to stop. */
export function stopRequest(): StopRequest {
  const controller = new AbortController();
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    for (const request of requests) {
      process.on(request, () => {
        controller.abort();
        resolve(request);
      });
    }
  });
  return { asked, signal: controller.signal };
}
