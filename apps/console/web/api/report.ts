import { useQuery } from '@tanstack/react-query';
import type { RunReport } from '../../src/http/run-report.ts';

export type { RunReport };
export type Holder = RunReport['report']['addresses'][number];

/** @throws Error when there is no report yet, or the console does not answer */
async function fetchReport(): Promise<RunReport> {
  const response = await fetch('/api/report');
  if (!response.ok) throw new Error(`the report was answered with ${response.status}`);
  return (await response.json()) as RunReport;
}

/** The report of the run, asked for when the run is over. */
export function useReport(isOver: boolean) {
  return useQuery({ queryKey: ['report'], queryFn: fetchReport, enabled: isOver });
}
