import { useTranslation } from 'react-i18next';
import { useOwnBoxes } from '../../api/portal.ts';
import { Asked } from '../../components/Asked.tsx';
import { BoxRights } from '../../components/BoxRights.tsx';
import { Card } from '../../components/Card.tsx';
import { visible } from '../../i18n/visible.ts';

/** The boxes of whoever has signed in: what each may do today, and from when until when. */
export function Boxes() {
  const { t } = useTranslation();
  return (
    <Card title={t('citizen.boxes.title')} wide>
      <Asked of={useOwnBoxes()}>
        {({ items }) => (
          <>
            {items.length === 0 && <p>{t('citizen.boxes.none')}</p>}
            {items.map(({ judged, times }) => (
              <details key={judged.address}>
                <summary>
                  {visible(judged.address)}, {t(`boxStates.${judged.state}`)}
                </summary>
                <BoxRights judged={judged} times={times} />
              </details>
            ))}
          </>
        )}
      </Asked>
    </Card>
  );
}
