import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayInRome, number } from '../i18n/formats.ts';
import type { CurvePoint } from './curve-points.ts';

interface ChartProps {
  readonly points: readonly CurvePoint[];
  readonly from: number;
  readonly until: number;
  readonly bound: number | null;
  readonly now: number | null;
  readonly most: number;
  /** What the chart says, in a sentence. */
  readonly alt: string;
}

const height = 240;
const edge = { left: 48, right: 12, top: 20, bottom: 28 };

/** A step curve in the size of its place, so that its words stay readable on a telephone. */
export default function CurveChart({ points, from, until, bound, now, most, alt }: ChartProps) {
  const { t, i18n } = useTranslation();
  const [place, width] = useWidth();
  const x = scaleUtc([from, until], [edge.left, width - edge.right]);
  const y = scaleLinear([0, most], [height - edge.bottom, edge.top]).nice(4);
  const reached = Math.min(Math.max(now ?? until, from), until);
  // The day of today is not over: its noon may be still to come.
  const inside = points.map((point) => ({ ...point, at: Math.min(point.at, reached) })).filter(({ at }) => at > from);
  const drawn = [{ at: from, total: 0 }, ...inside, { at: reached, total: inside.at(-1)?.total ?? 0 }];
  const path = { x: (point: CurvePoint) => x(point.at), y: (point: CurvePoint) => y(point.total) };
  return (
    <div className="curve" ref={place}>
      <svg width={width} height={height} role="img" aria-label={alt}>
        {y.ticks(4).map((count) => (
          <g key={count} transform={`translate(0 ${y(count)})`}>
            <line className="axis" x1={edge.left} x2={width - edge.right} />
            <text x={edge.left - 8} dy="0.32em" textAnchor="end">
              {number(i18n.language, count)}
            </text>
          </g>
        ))}
        {x.ticks(Math.max(3, Math.floor(width / 90))).map((day) => (
          <text key={day.getTime()} x={x(day)} y={height - 8} textAnchor="middle">
            {dayInRome(i18n.language, day.getTime())}
          </text>
        ))}
        <path className="area" d={area<CurvePoint>(path.x, y(0), path.y).curve(curveStepAfter)(drawn) ?? ''} />
        <path className="line" d={line<CurvePoint>(path.x, path.y).curve(curveStepAfter)(drawn) ?? ''} />
        {now !== null && now > from && now < until && (
          <line className="now" x1={x(now)} x2={x(now)} y1={edge.top} y2={height - edge.bottom} />
        )}
        {bound !== null && (
          <>
            <line className="bound" x1={x(bound)} x2={x(bound)} y1={edge.top} y2={height - edge.bottom} />
            <text className="bound-text" x={x(bound)} y={edge.top - 6} textAnchor="end">
              {t('curve.bound')}
            </text>
          </>
        )}
      </svg>
    </div>
  );
}

/** The width of the place that the chart is in, in pixels, also after it has changed. */
function useWidth() {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(320);
  useEffect(() => {
    if (place.current === null) return;
    const seen = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(200, Math.floor(entry.contentRect.width)));
    });
    seen.observe(place.current);
    return () => seen.disconnect();
  }, []);
  return [place, width] as const;
}
