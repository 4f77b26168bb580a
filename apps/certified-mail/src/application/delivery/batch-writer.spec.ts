import { describe, expect, test } from '@jest/globals';
import { BatchWriter } from './batch-writer.ts';

/** Work that ends when it is let, and what it was given each time. */
function gated() {
  const given: number[][] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const together = new BatchWriter<number>(async (items) => {
    given.push([...items]);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
  });
  const begun = async (nth: number) => {
    while (gates[nth] === undefined) await Promise.resolve();
    return gates[nth];
  };
  return { given, together, begun };
}

describe('what is asked together', () => {
  test('while nothing is under way is done at once', async () => {
    const { given, together, begun } = gated();
    const one = together.add(1);
    (await begun(0)).resolve();
    await one;
    expect(given).toEqual([[1]]);
  });

  test('while work is under way is done in the next one, all of it', async () => {
    const { given, together, begun } = gated();
    const first = together.add(1);
    const gate = await begun(0);
    const rest = [together.add(2), together.add(3)];
    gate.resolve();
    await first;
    (await begun(1)).resolve();
    await Promise.all(rest);
    expect(given).toEqual([[1], [2, 3]]);
  });

  test('fails for those whose work has failed, and for no others', async () => {
    const { given, together, begun } = gated();
    const failing = expect(together.add(1)).rejects.toThrow('away');
    const gate = await begun(0);
    const next = together.add(2);
    gate.reject(new Error('away'));
    await failing;
    (await begun(1)).resolve();
    await next;
    expect(given).toEqual([[1], [2]]);
  });
});
