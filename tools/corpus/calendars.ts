/**
 * When one message and what is said about it happen, in RFC 3339 by the clocks in Rome. Written down, not computed: these
 * are what a reader's own arithmetic is compared with.
 */
export interface Calendar {
  readonly name: string;
  /** The sender's provider accepts and dispatches. */
  readonly accepted: string;
  /** The recipient's provider takes in charge. */
  readonly taken: string;
  /** It delivers, or fails to. */
  readonly delivered: string;
  /** The sender's provider passes on what the recipient's has found. */
  readonly reported: string;
  /** Twelve hours of elapsed time after the dispatch. */
  readonly twelveHours: string;
  /** Twenty-three hours of elapsed time after it, when the final notice is due. */
  readonly twentyThreeHours: string;
}

export const calendars: readonly Calendar[] = [
  {
    name: 'an ordinary day in summer',
    accepted: '2014-07-14T09:30:15+02:00',
    taken: '2014-07-14T09:30:16+02:00',
    delivered: '2014-07-14T09:30:17+02:00',
    reported: '2014-07-14T09:30:18+02:00',
    twelveHours: '2014-07-14T21:30:15+02:00',
    twentyThreeHours: '2014-07-15T08:30:15+02:00',
  },
  {
    name: 'accepted in one year, delivered in the next',
    accepted: '2014-12-31T23:59:58+01:00',
    taken: '2014-12-31T23:59:59+01:00',
    delivered: '2015-01-01T00:00:00+01:00',
    reported: '2015-01-01T00:00:01+01:00',
    twelveHours: '2015-01-01T11:59:58+01:00',
    twentyThreeHours: '2015-01-01T22:59:58+01:00',
  },
  {
    name: 'the clocks go forward between taking in charge and delivery',
    accepted: '2015-03-29T01:59:58+01:00',
    taken: '2015-03-29T01:59:59+01:00',
    delivered: '2015-03-29T03:00:00+02:00',
    reported: '2015-03-29T03:00:01+02:00',
    twelveHours: '2015-03-29T14:59:58+02:00',
    twentyThreeHours: '2015-03-30T01:59:58+02:00',
  },
  {
    name: 'the clocks go forward within the twelve hours',
    accepted: '2015-03-28T20:00:00+01:00',
    taken: '2015-03-28T20:00:01+01:00',
    delivered: '2015-03-28T20:00:02+01:00',
    reported: '2015-03-28T20:00:03+01:00',
    twelveHours: '2015-03-29T09:00:00+02:00',
    twentyThreeHours: '2015-03-29T20:00:00+02:00',
  },
  {
    name: 'the clocks go back between taking in charge and delivery',
    accepted: '2014-10-26T02:59:58+02:00',
    taken: '2014-10-26T02:59:59+02:00',
    delivered: '2014-10-26T02:00:00+01:00',
    reported: '2014-10-26T02:00:01+01:00',
    twelveHours: '2014-10-26T13:59:58+01:00',
    twentyThreeHours: '2014-10-27T00:59:58+01:00',
  },
  {
    name: 'the clocks go back within the twelve hours',
    accepted: '2014-10-25T20:00:00+02:00',
    taken: '2014-10-25T20:00:01+02:00',
    delivered: '2014-10-25T20:00:02+02:00',
    reported: '2014-10-25T20:00:03+02:00',
    twelveHours: '2014-10-26T07:00:00+01:00',
    twentyThreeHours: '2014-10-26T18:00:00+01:00',
  },
  {
    name: 'accepted on one day, delivered on the next',
    accepted: '2010-09-15T23:59:58+02:00',
    taken: '2010-09-15T23:59:59+02:00',
    delivered: '2010-09-16T00:00:00+02:00',
    reported: '2010-09-16T00:00:01+02:00',
    twelveHours: '2010-09-16T11:59:58+02:00',
    twentyThreeHours: '2010-09-16T22:59:58+02:00',
  },
];
