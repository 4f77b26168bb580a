/** `ok`: works. `degraded`: does less, or later, and still answers. `down`: does not answer. */
export type HealthState = 'ok' | 'degraded' | 'down';

/** What a check found. More members (the suite instant, a calendar's version) are shown as they are. */
export interface Finding {
  readonly state: HealthState;
  /** Milliseconds since this was last seen well; left out, the check counts them itself. */
  readonly ageMs?: number;
  readonly [more: string]: string | number | boolean | null | undefined;
}

/** Looks at one thing the service depends on. A throw counts as the worst state that the check may report. */
export type Probe = () => Finding | Promise<Finding>;

export interface HealthCheck {
  readonly name: string;
  readonly state: HealthState;
  readonly ageMs: number;
  readonly [more: string]: string | number | boolean | null | undefined;
}

export interface HealthReport {
  readonly status: HealthState;
  readonly checks: readonly HealthCheck[];
}

export type Phase = 'starting' | 'serving' | 'draining';

interface Registered {
  readonly name: string;
  readonly probe: Probe;
  readonly vital: boolean;
  lastWell: number;
}

/** A probe that takes longer than this found nothing well. */
const patienceMs = 2000;

/**
 * What the service says of itself at `/health/ready`.
 * @rule HEALTH-READY
 */
export class Health {
  #phase: Phase = 'starting';
  #phaseSince = Date.now();
  readonly #checks: Registered[] = [];

  get phase(): Phase {
    return this.#phase;
  }

  enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseSince = Date.now();
  }

  /** Adds a check. Without its `vital` ones a service is down; without any other it is degraded and goes on. */
  register(name: string, probe: Probe, { vital = false } = {}): void {
    this.#checks.push({ name, probe, vital, lastWell: Date.now() });
  }

  async report(): Promise<HealthReport> {
    const lifecycle: HealthCheck = {
      name: 'lifecycle',
      state: this.#phase === 'serving' ? 'ok' : 'down',
      ageMs: Date.now() - this.#phaseSince,
      phase: this.#phase,
    };
    const checks = [lifecycle, ...(await Promise.all(this.#checks.map(look)))];
    const states = checks.map((check) => check.state);
    const status = states.includes('down') ? 'down' : states.includes('degraded') ? 'degraded' : 'ok';
    return { status, checks };
  }
}

async function look(check: Registered): Promise<HealthCheck> {
  const finding = await Promise.race([found(check), outOfPatience()]).catch((error: unknown): Finding => ({
    state: 'down',
    cause: error instanceof Error ? error.name : 'unknown',
  }));
  const state = finding.state === 'down' && !check.vital ? 'degraded' : finding.state;
  if (state === 'ok') check.lastWell = Date.now();
  return { ...finding, name: check.name, state, ageMs: finding.ageMs ?? Date.now() - check.lastWell };
}

async function found(check: Registered): Promise<Finding> {
  return await check.probe();
}

async function outOfPatience(): Promise<Finding> {
  return await new Promise((resolve) => {
    setTimeout(resolve, patienceMs, { state: 'down', cause: 'timeout' }).unref();
  });
}
