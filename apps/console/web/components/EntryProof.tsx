import { useTranslation } from 'react-i18next';
import { useEntry } from '../api/facts.ts';
import type { ProvenEntry } from '../api/facts.ts';
import { number } from '../i18n/formats.ts';
import { Asked } from './Asked.tsx';
import { Facts } from './Facts.tsx';
import { SavedFile } from './SavedFile.tsx';

interface EntryProofProps {
  readonly index: number;
  readonly purpose: string;
}

/** Where an entry stands in the trace, and what proves it to somebody who does not trust us. */
export function EntryProof({ index, purpose }: EntryProofProps) {
  return (
    <div className="proof">
      <Asked of={useEntry(index, purpose)}>{(proven) => <Proof proven={proven} />}</Asked>
    </div>
  );
}

function Proof({ proven }: { readonly proven: ProvenEntry }) {
  const { t, i18n } = useTranslation();
  const { day, entry, checkpoint, proof } = proven;
  // The first lines of the signed note (C2SP tlog-checkpoint).
  const [origin = '', size = '', root = ''] = checkpoint.split('\n');
  return (
    <>
      <Facts
        of={[
          [
            t('proof.filed'),
            t('proof.filedText', { day, topic: entry.topic, place: `${entry.partition}/${entry.offset}` }),
          ],
          [t('proof.tree'), t('proof.treeText', { origin, size: number(i18n.language, Number(size)) })],
          [t('proof.root'), <code key="">{root}</code>],
          [t('proof.path'), t('proof.pathText', { count: proof.length })],
        ]}
      />
      <SavedFile
        name={`voce-${entry.index}.json`}
        type="application/json"
        content={() => JSON.stringify(proven, null, 2)}
      >
        {t('proof.save')}
      </SavedFile>
    </>
  );
}
