import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useWaitingActs, useWithdrawal } from '../api/approvals.ts';
import type { ApprovingService } from '../api/approvals.ts';
import { usePerson } from '../api/session.tsx';
import { shortInRome } from '../i18n/formats.ts';
import { visible } from '../i18n/visible.ts';
import { Asked } from './Asked.tsx';
import { Decision } from './Decision.tsx';
import { Notice } from './Notice.tsx';

interface TwoPersonsProps {
  readonly service: ApprovingService;
  /** What the service calls the act, and what of its command names the thing. */
  readonly act: string;
  readonly command: Readonly<Record<string, string>>;
  /** What is decided, as the button says it. */
  readonly title: string;
  /** What will happen, told to both before it does. */
  readonly happens: ReactNode;
  /** What is said when it has happened. */
  readonly done: string;
  /** Asks for the act; with the id of a request, approves and does it. */
  readonly send: (reason: string, approval?: string) => Promise<unknown>;
  /** The lists and things that are no longer as they were. */
  readonly changes: readonly string[];
}

/** An act of two persons: the first asks for it, the second approves it here, and then it is done. */
export function TwoPersons(props: TwoPersonsProps) {
  const { service, act, command, title, happens, done, send, changes } = props;
  const { t, i18n } = useTranslation();
  const me = usePerson()?.name;
  const withdraw = useWithdrawal(service);
  const [isDone, say] = useState(false);
  const waiting = useWaitingActs(service);
  const about = `${act}.${Object.values(command).join('.')}`;
  const kept = [...changes, 'approvals'];
  if (isDone) return <Notice color="success">{done}</Notice>;
  return (
    <Asked of={waiting}>
      {(acts) => {
        const asked = acts.find((each) => each.act === act && isAbout(each.command, command));
        if (asked === undefined)
          return (
            <Decision
              title={title}
              about={about}
              happens={
                <>
                  {happens} {t('approvals.takesTwo')}
                </>
              }
              done={t('approvals.asked')}
              act={(why) => send(why)}
              changes={['approvals']}
            />
          );
        const { approval, by, at, until, reason } = asked;
        const told = (instant: string) => shortInRome(i18n.language, Date.parse(instant));
        const words = { title, by, at: told(at), until: told(until), reason: visible(reason ?? '') };
        return (
          <div>
            <p>{t('approvals.waits', words)}</p>
            {by === me ? (
              <p>{t('approvals.yours')}</p>
            ) : (
              <Decision
                title={t('approvals.approve', { title })}
                about={`approve.${approval}`}
                happens={happens}
                done={done}
                act={async (why) => {
                  await send(why, approval);
                  say(true);
                }}
                changes={kept}
              />
            )}{' '}
            <Decision
              title={t('approvals.withdraw')}
              about={`withdraw.${approval}`}
              happens={t('approvals.withdrawHappens', words)}
              done={t('approvals.withdrawn')}
              act={(why) => withdraw(approval, why)}
              changes={['approvals']}
            />
          </div>
        );
      }}
    </Asked>
  );
}

function isAbout(command: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => command[name] === value);
}
