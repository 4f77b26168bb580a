/** A figure at a moment, in seconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** By how much of its mean a figure grows in an hour: the slope of the straight line that is nearest to all points. */
export function growthAnHour(points: readonly Point[]): number {
  if (points.length < 2) return Number.NaN;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [at, value] = [mean(points.map((point) => point.at)), mean(points.map((point) => point.value))];
  const along = points.reduce((sum, point) => sum + (point.at - at) * (point.value - value), 0);
  const across = points.reduce((sum, point) => sum + (point.at - at) ** 2, 0);
  return ((along / across) * 3_600) / value;
}
